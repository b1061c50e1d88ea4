"""Palettes, and which of them states have: read from a score's document, every value checked.

Knows no moods by name and no sound: load.py puts a score together.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from barwise.music.mood import MOOD_RANGES
from barwise.music.notes import PARTS, PITCHED_PARTS, Part
from barwise.score.document import Value, given
from barwise.score.schema import (
    LARGEST_LEVEL,
    LATEST_ENTRY,
    MOST_LAYERS,
    Coloring,
    Instrument,
    KitGroup,
    Layer,
    Line,
    MoodColor,
    Palette,
)

INSTRUMENT_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "program": (0, 127),
    "octave": (-3, 3),
    "volume": (0, 127),
    "pan": (0, 127),
    "reverb": (0, 127),
}

_PART_NAMES = {part.name.lower(): part for part in reversed(PARTS)}
_PLAYED: Final[Mapping[str, Part | Line]] = {
    **{part.name.lower(): part for part in reversed(PITCHED_PARTS)},
    **{line.value: line for line in Line},
}

Style = Mapping[str, Coloring]
"""The palettes of a style, by state."""

_MOST_COLORS = 8
"""Palettes that one state may have by mood."""


def read_palettes(value: Value) -> dict[str, Palette]:
    """The palettes of a mapping of names, each perhaps like one that stands before it; raises ScoreError."""
    contents: dict[str, Value] = {}
    for name, entry in value.entries().items():
        contents[name] = _like(entry, contents)
    if not contents:
        raise value.refused("a mapping with at least one entry")
    return {name: _palette(content) for name, content in contents.items()}


def read_coloring(value: Value, palettes: Iterable[str]) -> Coloring:
    """A palette's name, or a list whose first that fits the mood holds and whose last is a name; raises ScoreError."""
    names = list(palettes)
    if not isinstance(value.content, list):
        return Coloring(value.one_of("palette", names))
    items = value.several(_MOST_COLORS)
    if not items:
        raise value.refused("a palette, or a list of palettes whose last one is a name")
    *colors, last = items
    return Coloring(last.one_of("palette", names), tuple(_mood_color(color, names) for color in colors))


def read_styles(value: Value, palettes: Iterable[str], states: Iterable[str] | None = None) -> dict[str, Style]:
    """What each style has for states, of these names or of any; raises ScoreError."""
    names = list(palettes)
    return {
        style: {state: read_coloring(coloring, names) for state, coloring in _of_states(entry, states).items()}
        for style, entry in value.entries().items()
    }


def _of_states(style: Value, states: Iterable[str] | None) -> dict[str, Value]:
    return style.entries() if states is None else style.fields(states)


def _mood_color(value: Value, palettes: Iterable[str]) -> MoodColor:
    fields = value.fields(("palette", "above", "below"), required=("palette",))
    nothing: dict[str, float] = {}
    above, below = (given(fields, name, _bounds, nothing) for name in ("above", "below"))
    if not above and not below:
        raise value.refused("a palette for a mood: it says what the mood is above or below")
    return MoodColor(fields["palette"].one_of("palette", palettes), above, below)


def _bounds(value: Value) -> dict[str, float]:
    return {name: field.number(*MOOD_RANGES[name]) for name, field in value.fields(MOOD_RANGES).items()}


def _like(value: Value, earlier: Mapping[str, Value]) -> Value:
    """What a palette says, and what the one that it is like says besides."""
    own = value.entries()
    if "like" not in own:
        return value
    base = earlier[own["like"].one_of("palette before this one", earlier)].content
    said = {name: field.content for name, field in own.items() if name != "like"}
    merged = dict(base) if isinstance(base, dict) else {}
    for name, content in said.items():
        before = merged.get(name)
        if name in _PART_NAMES and isinstance(content, dict) and isinstance(before, dict):
            merged[name] = {**before, **content}
        else:
            merged[name] = content
    return Value(merged, value.source, value.path)


def _palette(value: Value) -> Palette:
    fields = value.fields((*_PART_NAMES, "layers", "level"), required=_PART_NAMES)
    played = {_PART_NAMES[name]: part for name, part in fields.items() if name in _PART_NAMES}
    enters = {part: _entry(instrument) for part, instrument in played.items()}
    if enters[Part.CHORDS] and enters[Part.MELODY]:
        raise value.refused("a palette whose chords or melody enter at 0, so that intensity 0 is not silence")
    return Palette(
        str(value.path[-1]),
        {part: _instrument(instrument, KitGroup if part is Part.DRUMS else ()) for part, instrument in played.items()},
        enters,
        given(fields, "layers", _layers, ()),
        _kit(played[Part.DRUMS], enters[Part.DRUMS]),
        given(fields, "level", _level, 0.0),
    )


def _layers(value: Value) -> tuple[Layer, ...]:
    layers = tuple(_layer(item) for item in value.several(MOST_LAYERS))
    pads = sum(layer.plays is Line.PAD for layer in layers)
    if pads > 1 or len(layers) - pads >= MOST_LAYERS:
        raise value.refused(f"up to {MOST_LAYERS - 1} layers and a pad")
    return layers


def _layer(value: Value) -> Layer:
    entries = value.entries()
    if "plays" not in entries:
        raise value.refused(f"a layer: it says what it plays, one of {', '.join(_PLAYED)}")
    return Layer(_PLAYED[entries["plays"].one_of("line", _PLAYED)], _instrument(value, ("plays",)), _entry(value))


def _instrument(value: Value, others: Iterable[str] = ()) -> Instrument:
    fields = value.fields((*INSTRUMENT_RANGES, "enters", *others), required=("program",))
    ranges = INSTRUMENT_RANGES.items()
    return Instrument(**{name: fields[name].whole(*bounds) for name, bounds in ranges if name in fields})


def _entry(value: Value) -> float:
    return given(value.entries(), "enters", lambda entry: entry.number(0.0, LATEST_ENTRY), 0.0)


def _kit(drums: Value, enters: float) -> dict[KitGroup, float]:
    entries = drums.entries()
    return {group: entries[group].number(enters, LATEST_ENTRY) for group in KitGroup if group in entries}


def _level(value: Value) -> float:
    return value.number(-LARGEST_LEVEL, LARGEST_LEVEL)
