"""A YAML score to values, every one of them checked at this door. Knows no directing and no sound."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

from barwise.music.metre import COMMON_TIME
from barwise.music.mood import INTENSITY_RANGE, MOOD_RANGES, Mood
from barwise.music.phrase import PHRASE_BARS
from barwise.score.document import Value, given, parse, read_file
from barwise.score.key_text import read_metre, read_tonic
from barwise.score.palettes import Style, read_coloring, read_palettes, read_styles
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
from barwise.score.stingers import read_stingers
from barwise.score.themes import read_themes

BUILTIN = Path(__file__).with_name("builtin.yaml")
STYLES = Path(__file__).with_name("styles.yaml")
"""Families of palettes that any score may have; read where one is wanted, since it takes 0.1 s."""

TEMPO_RANGE = (30.0, 300.0)
"""Quarter notes a minute; the composer knows no music beyond."""

_Item = TypeVar("_Item")

_SCORE_KEYS = (
    *("name", "key", "initial", "moods", "palettes", "states", "themes"),
    *("stingers", "transitions", "mood_changes", "styles", "style"),
)
_STATE_KEYS = ("mood", "palette", "intensity", "tempo", "metre", "swing", "swing_note", "key", "dwell", "exits")
_TRANSITION_KEYS = ("from", "to", "at", "fill", "bridge", "fade")

_MOST_TRANSITIONS = 256


def load_score(path: Path | None = None, style: str | None = None) -> Score:
    """The score in a file, or the one that comes with Barwise; raises ScoreError, naming what is wrong where.

    A style, of the score's own or of those that come with Barwise, holds in place of the one that the score names.
    """
    return _builtin(style) if path is None else _read(Path(path), style)


@lru_cache(maxsize=1)
def _builtin(style: str | None) -> Score:
    """Read once for a game and for whoever plays in threads of it."""
    return _read(BUILTIN, style)


def _read(source: Path, style: str | None) -> Score:
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
        key=given(document, "key", read_tonic, 0),
        moods=moods,
        palettes=palettes,
        states=states,
        initial=document["initial"].one_of("state", states) if "initial" in document else next(iter(states)),
        themes=read_themes(document["themes"], folder) if "themes" in document else {},
        stingers=given(document, "stingers", read_stingers, {}),
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
        metre=given(fields, "metre", read_metre, COMMON_TIME),
        swing=given(fields, "swing", _share, 0.0),
        swing_note=given(fields, "swing_note", _swing_note, EIGHTH),
        key=given(fields, "key", read_tonic, None),
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
