"""A YAML score to values, every one of them checked at this door. Knows no directing and no sound."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from barwise.errors import InputError, ScoreError
from barwise.music.harmony import PITCH_CLASSES, Key, Mode
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import INTENSITY_RANGE, MOOD_RANGES, Mood
from barwise.music.phrase import PHRASE_BARS
from barwise.music.stinger import LEVEL_RANGE, DrumStroke, Stinger, StingerNote, StingerStart
from barwise.music.theme import Theme, theme_of
from barwise.score.document import Value, given, parse, read_file
from barwise.score.palettes import INSTRUMENT_RANGES, Style, read_coloring, read_palettes, read_styles
from barwise.score.schema import (
    ANY,
    DEFAULT_EXITS,
    DEFAULT_INTENSITY,
    DEFAULT_TEMPO,
    DEFAULT_TRANSITION,
    EIGHTH,
    LONGEST_DWELL,
    LONGEST_FADE,
    MOST_BRIDGE_BARS,
    SIXTEENTH,
    MoodChange,
    Palette,
    Score,
    StateSpec,
    SyncPoint,
    Transition,
)
from barwise.score.stinger_text import read_drums, read_figure
from barwise.score.theme_midi import ENDINGS as MIDI_ENDINGS
from barwise.score.theme_midi import read_midi_theme
from barwise.score.theme_text import read_notes

BUILTIN = Path(__file__).with_name("builtin.yaml")
STYLES = Path(__file__).with_name("styles.yaml")
"""Families of palettes that any score may have; read where one is wanted, since it takes 0.1 s."""

TEMPO_RANGE = (30.0, 300.0)
"""Quarter notes a minute; the composer knows no music beyond."""

_Item = TypeVar("_Item")

_TONICS = {
    **{name: number for number, name in enumerate(PITCH_CLASSES)},
    "C#": 1,
    "D#": 3,
    "F#": 6,
    "G#": 8,
    "A#": 10,
}
_SCORE_KEYS = (
    *("name", "key", "initial", "moods", "palettes", "states", "themes"),
    *("stingers", "transitions", "mood_changes", "styles", "style"),
)
_STATE_KEYS = ("mood", "palette", "intensity", "tempo", "metre", "swing", "swing_note", "key", "dwell", "exits")
_TRANSITION_KEYS = ("from", "to", "at", "fill", "bridge", "fade")

_THEME_KEYS = ("notes", "file", "key", "mode", "metre")
_LONGEST_THEME = 1024
"""Letters of a theme written as text."""

_MOST_THEMES = 64

_STINGER_INSTRUMENT = ("program", "pan", "reverb")
_STINGER_KEYS = ("notes", "drums", "at", "velocity", "level", *_STINGER_INSTRUMENT)
_LONGEST_STINGER = 512
"""Letters of a stinger's notes or drums written as text."""

_MOST_STINGERS = 64
_MOST_TRANSITIONS = 256


def load_score(path: Path | None = None, style: str | None = None) -> Score:
    """The score in a file, or the one that comes with Barwise; raises ScoreError, naming what is wrong where.

    A style, of the score's own or of those that come with Barwise, holds in place of the one that the score names.
    """
    source = BUILTIN if path is None else Path(path)
    return read_score(read_file(source), source.name, source.parent, style)


def read_score(text: str, source: str = "score", folder: Path | None = None, style: str | None = None) -> Score:
    """The score that a YAML text holds; raises ScoreError. Files that it names lie in the folder; None allows none."""
    document = parse(text, source).fields(_SCORE_KEYS, required=("moods", "palettes", "states"))
    moods = _named(document["moods"], _mood)
    palettes = read_palettes(document["palettes"])
    states = _named(document["states"], lambda value: _state(value, moods, palettes))
    if ANY in states:
        raise document["states"].refused(f"a mapping without {ANY!r}, which stands for every state in transitions")
    styles = read_styles(document["styles"], palettes, (*states, ANY)) if "styles" in document else {}
    wanted = document.get("style") if style is None else Value(style, source, ("style",))
    if wanted is not None:
        states, palettes = _styled(wanted, states, palettes, styles)
    return Score(
        name=given(document, "name", Value.text, source),
        key=given(document, "key", _tonic, 0),
        moods=moods,
        palettes=palettes,
        states=states,
        initial=document["initial"].one_of("state", states) if "initial" in document else next(iter(states)),
        themes=_themes(document["themes"], folder) if "themes" in document else {},
        stingers=given(document, "stingers", _stingers, {}),
        transitions=given(document, "transitions", lambda value: _transitions(value, states), ()),
        mood_changes=given(document, "mood_changes", _mood_changes, MoodChange.BEAT),
    )


def _styled(
    style: Value, states: Mapping[str, StateSpec], palettes: Mapping[str, Palette], own: Mapping[str, Style]
) -> tuple[dict[str, StateSpec], dict[str, Palette]]:
    """States and palettes as a style has them: the score's own, or one of those that come with Barwise."""
    found, known = own, dict(palettes)
    if style.content not in list(own):  # a list, because what a score says may be no name, and have no hash
        families = _families()
        known = {**read_palettes(families["palettes"]), **palettes}
        found = {**read_styles(families["styles"], known), **own}
    colorings = found[style.one_of("style", found)]
    styled = {name: spec.colored(colorings.get(name) or colorings.get(ANY)) for name, spec in states.items()}
    used = {name for spec in styled.values() for name in (spec.palette, *(color.palette for color in spec.colors))}
    return styled, {name: palette for name, palette in known.items() if name in used}


@cache
def _families() -> Mapping[str, Value]:
    """The document of the styles that come with Barwise."""
    return parse(read_file(STYLES), STYLES.name).fields(("palettes", "styles"))


def _transitions(value: Value, states: Iterable[str]) -> tuple[Transition, ...]:
    names = (*states, ANY)
    return tuple(_transition(item, names) for item in value.several(_MOST_TRANSITIONS))


def _transition(value: Value, states: Iterable[str]) -> Transition:
    fields = value.fields(_TRANSITION_KEYS)

    def named(state: Value) -> str:
        return state.one_of("state", states)

    return Transition(
        source=given(fields, "from", named, ANY),
        target=given(fields, "to", named, ANY),
        at=given(fields, "at", _sync_point, DEFAULT_TRANSITION.at),
        fill=given(fields, "fill", Value.flag, DEFAULT_TRANSITION.fill),
        bridge=given(fields, "bridge", _bridge, DEFAULT_TRANSITION.bridge),
        fade=given(fields, "fade", _fade, DEFAULT_TRANSITION.fade),
    )


def _sync_point(value: Value) -> SyncPoint:
    return SyncPoint(value.one_of("sync point", list(SyncPoint)))


def _bridge(value: Value) -> int:
    return value.whole(0, MOST_BRIDGE_BARS)


def _fade(value: Value) -> float:
    return value.number(0.0, LONGEST_FADE)


def _mood_changes(value: Value) -> MoodChange:
    return MoodChange(value.one_of("place for moods to change", list(MoodChange)))


def _themes(value: Value, folder: Path | None) -> dict[str, Theme]:
    entries = value.entries()
    if len(entries) > _MOST_THEMES:
        raise value.refused(f"a mapping of up to {_MOST_THEMES} themes")
    return {name: _theme(name, entry, folder) for name, entry in entries.items()}


def _theme(name: str, value: Value, folder: Path | None) -> Theme:
    """A theme from its notes, or from a MIDI file beside the score."""
    fields = value.fields(_THEME_KEYS)
    if ("notes" in fields) == ("file" in fields):
        raise value.refused("a theme: it has either notes or a file")
    metre = _metre(fields["metre"]) if "metre" in fields else None
    key = _key(fields) if "key" in fields or "mode" in fields else None
    try:
        if "file" in fields:
            return read_midi_theme(_beside(fields["file"], folder), name, key, metre)
        metre = metre or COMMON_TIME
        notes = read_notes(fields["notes"].text(_LONGEST_THEME), metre)
        return theme_of(name, notes, key or Key(), metre)
    except ScoreError:
        raise
    except InputError as error:
        raise ScoreError(f"{value.source}: {value.where}: {error}") from error


def _key(fields: Mapping[str, Value]) -> Key:
    """The key that a theme's notes are written in: C major where nothing is said."""
    mode = Mode(fields["mode"].one_of("mode", list(Mode))) if "mode" in fields else Mode.MAJOR
    return Key(given(fields, "key", _tonic, 0), mode)


def _beside(value: Value, folder: Path | None) -> Path:
    """A MIDI file in the score's folder; nothing outside is opened, through links neither."""
    name = Path(value.text())
    if folder is None:
        raise value.refused("allowed in a score that is no file itself")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or name.suffix.lower() not in MIDI_ENDINGS:
        raise value.refused(f"a file in the score's folder that ends in {' or '.join(MIDI_ENDINGS)}")
    return path


def _stingers(value: Value) -> dict[str, Stinger]:
    entries = value.entries()
    if len(entries) > _MOST_STINGERS:
        raise value.refused(f"a mapping of up to {_MOST_STINGERS} stingers")
    return {name: _stinger(name, entry) for name, entry in entries.items()}


def _stinger(name: str, value: Value) -> Stinger:
    """A stinger from its notes, its drums or both."""
    fields = value.fields(_STINGER_KEYS)
    if "notes" in fields and "program" not in fields:
        raise value.refused("a stinger: notes need a program")
    velocities = given(fields, "velocity", _velocities, (100, 100))
    try:
        notes = read_figure(fields["notes"].text(_LONGEST_STINGER)) if "notes" in fields else ()
        drums = read_drums(fields["drums"].text(_LONGEST_STINGER)) if "drums" in fields else ()
        last = max([at for at, *_ in notes] + [at for at, _ in drums], default=0)
        return Stinger(
            name,
            tuple(StingerNote(at, step, ticks, _between(velocities, at, last)) for at, step, ticks in notes),
            tuple(DrumStroke(at, drum, _between(velocities, at, last)) for at, drum in drums),
            at=StingerStart(given(fields, "at", lambda field: field.one_of("start", list(StingerStart)), "beat")),
            level=given(fields, "level", lambda field: field.number(*LEVEL_RANGE), 0.0),
            **{key: fields[key].whole(*INSTRUMENT_RANGES[key]) for key in _STINGER_INSTRUMENT if key in fields},
        )
    except ScoreError:
        raise
    except InputError as error:
        raise ScoreError(f"{value.source}: {value.where}: {error}") from error


def _velocities(value: Value) -> tuple[int, int]:
    """One velocity, or those of the first and of the last onset."""
    if isinstance(value.content, list):
        first, last = (item.whole(1, 127) for item in value.items(2))
        return first, last
    only = value.whole(1, 127)
    return only, only


def _between(velocities: tuple[int, int], at: int, last: int) -> int:
    first, final = velocities
    return round(first + (final - first) * at / max(last, 1))


def _tonic(value: Value) -> int:
    return _TONICS[value.one_of("key", _TONICS)]


def _named(value: Value, read: Callable[[Value], _Item]) -> dict[str, _Item]:
    """The items of a mapping of names; at least one."""
    items = {name: read(item) for name, item in value.entries().items()}
    if not items:
        raise value.refused("a mapping with at least one entry")
    return items


def _mood(value: Value) -> Mood:
    fields = value.fields(MOOD_RANGES)
    return Mood(**{name: field.number(*MOOD_RANGES[name]) for name, field in fields.items()})


def _state(value: Value, moods: Mapping[str, Mood], palettes: Iterable[str]) -> StateSpec:
    fields = value.fields(_STATE_KEYS, required=("mood", "palette"))
    coloring = read_coloring(fields["palette"], palettes)
    return StateSpec(
        name=str(value.path[-1]),
        mood=_mood_or_name(fields["mood"], moods),
        palette=coloring.palette,
        intensity=given(fields, "intensity", _intensity, DEFAULT_INTENSITY),
        tempo=given(fields, "tempo", _tempo, DEFAULT_TEMPO),
        metre=given(fields, "metre", _metre, COMMON_TIME),
        swing=given(fields, "swing", _share, 0.0),
        swing_note=given(fields, "swing_note", _swing_note, EIGHTH),
        key=given(fields, "key", _tonic, None),
        dwell=given(fields, "dwell", _dwell, 0.0),
        exits=given(fields, "exits", _exits, DEFAULT_EXITS),
        colors=coloring.colors,
    )


def _dwell(value: Value) -> float:
    return value.number(0.0, LONGEST_DWELL)


def _exits(value: Value) -> tuple[int, ...]:
    exits = tuple(item.whole(1, PHRASE_BARS) for item in value.several(PHRASE_BARS))
    if not exits or list(exits) != sorted(set(exits)):
        raise value.refused(f"one or more bars of the phrase, 1 to {PHRASE_BARS}, in order")
    return exits


def _intensity(value: Value) -> float:
    return value.number(*INTENSITY_RANGE)


def _mood_or_name(value: Value, moods: Mapping[str, Mood]) -> Mood:
    return _mood(value) if isinstance(value.content, dict) else moods[value.one_of("mood", moods)]


def _tempo(value: Value) -> tuple[float, float]:
    low, high = (item.number(*TEMPO_RANGE) for item in value.items(2))
    if low > high:
        raise value.refused("two tempi, the slower first")
    return low, high


def _share(value: Value) -> float:
    return value.number(0.0, 1.0)


def _swing_note(value: Value) -> int:
    if value.content not in (EIGHTH, SIXTEENTH):
        raise value.refused("8 or 16, the notes of which every second one comes late")
    return value.whole(EIGHTH, SIXTEENTH)


def _metre(value: Value) -> Metre:
    try:
        numerator, denominator = (int(number) for number in value.text().split("/"))
        return Metre(numerator, denominator)
    except ValueError:
        raise value.refused("a metre such as 4/4 or 6/8") from None
    except InputError as error:
        raise value.refused(f"a metre such as 4/4 or 6/8 ({error})") from None
