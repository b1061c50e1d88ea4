"""The drums: a table of patterns, and fills where a phrase ends. Knows no pitched part."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from barwise.composing.rules.dice import DRUM_DIE
from barwise.composing.rules.page import Page
from barwise.composing.rules.rhythm import grids_of
from barwise.composing.vocabulary import DRUM_DURATION, DURATIONS
from barwise.music.attributes import SUB_BEATS, sub_beat
from barwise.music.intent import PHRASE_BARS
from barwise.music.metre import Metre
from barwise.music.notes import Note, Part

_KICK, _RIM, _SNARE, _HAT, _PEDAL, _OPEN, _CRASH, _RIDE = 36, 37, 38, 42, 44, 46, 49, 51
_LOW_TOM, _MIDDLE_TOM, _HIGH_TOM, _SHAKER = 41, 45, 48, 70


@dataclass(frozen=True, slots=True)
class _Kit:
    """A drum pattern: what is struck on which grid, and how much softer than the mean."""

    strokes: tuple[tuple[str, int, int], ...]
    is_loud: bool = False
    """Kept for bars louder than middling."""


_KITS = (
    _Kit((("first", _KICK, 0),)),
    _Kit((("strong", _LOW_TOM, 0),)),
    _Kit((("first", _KICK, 0), ("backbeats", _RIM, -14))),
    _Kit((("beats", _PEDAL, -20), ("first", _KICK, 0))),
    _Kit((("strong", _KICK, 0), ("backbeats", _RIM, -8), ("beats", _HAT, -18))),
    _Kit((("first", _KICK, 0), ("divisions", _SHAKER, -22), ("backbeats", _RIM, -12))),
    _Kit((("strong", _KICK, 4), ("backbeats", _SNARE, 4), ("divisions", _HAT, -16))),
    _Kit((("tresillo", _KICK, 4), ("backbeats", _SNARE, 6), ("divisions", _HAT, -14)), is_loud=True),
    _Kit((("tresillo", _LOW_TOM, 8), ("divisions", _MIDDLE_TOM, -16), ("first", _KICK, 10)), is_loud=True),
    _Kit((("gallop", _LOW_TOM, -4), ("strong", _KICK, 8), ("backbeats", _HIGH_TOM, 4)), is_loud=True),
    _Kit((("gallop", _KICK, 0), ("backbeats", _SNARE, 8), ("divisions", _RIDE, -12)), is_loud=True),
    _Kit((("strong", _KICK, 4), ("backbeats", _SNARE, 6), ("subdivisions", _HAT, -20))),
    _Kit((("subdivisions", _KICK, -8), ("backbeats", _SNARE, 10), ("beats", _OPEN, -12)), is_loud=True),
)

_FILL = (_SNARE, _HIGH_TOM, _MIDDLE_TOM, _LOW_TOM)
_FILLS_FROM, _FAST_FILLS_FROM = 0.2, 0.4
"""The attributes.drum_rhythm from which phrases end in fills, and in fast ones."""

_LONG_FILLS = 0.5
_FEWEST_FILL_STROKES = 3
_LOUD = 0.6


def write_drums(page: Page) -> list[Note]:
    """The phrase's pattern, with a crash where a loud phrase begins and a fill where it ends."""
    kit = _kit(page)
    strokes = {(at, drum): softer for grid, drum, softer in kit.strokes for at in grids_of(page.metre)[grid]}
    is_loud = page.wanted.loudness > _LOUD
    if page.is_final:
        strokes = {(0, _KICK): 0, (0, _CRASH): 0} if is_loud else {(0, _LOW_TOM): -8}
    elif page.wanted.drum_rhythm > _FILLS_FROM:
        strokes |= {(0, _CRASH): 4} if is_loud and page.phrase_bar == 0 else {}
        strokes = _filled(strokes, page) if page.phrase_bar == PHRASE_BARS - 1 and not page.fill else strokes
    strokes = _led_over(strokes, page) if page.fill else strokes
    return [Note(at, Part.DRUMS, drum, DURATIONS[DRUM_DURATION], softer) for (at, drum), softer in strokes.items()]


def _kit(page: Page) -> _Kit:
    """A pattern of about the wanted number of onsets, the same all through the phrase."""
    kits = [kit for kit in _KITS if page.wanted.loudness > _LOUD or not kit.is_loud]
    weights = [math.exp(-(((_share(kit, page.metre) - page.wanted.drum_rhythm) / 0.1) ** 2)) + 1e-9 for kit in kits]
    return kits[page.die(DRUM_DIE).pick(weights)]


@lru_cache(maxsize=256)
def _share(kit: _Kit, metre: Metre) -> float:
    """The attributes.drum_rhythm of a pattern."""
    grids = grids_of(metre)
    return len({sub_beat(at, metre.bar_ticks) for grid, _, _ in kit.strokes for at in grids[grid]}) / SUB_BEATS


def _filled(strokes: Mapping[tuple[int, int], int], page: Page) -> dict[tuple[int, int], int]:
    """The pattern with its last beat or two given to a run down the toms."""
    metre = page.metre
    beats = 2 if page.die(DRUM_DIE, 1).share() < _LONG_FILLS and metre.beats > 2 else 1
    start = metre.bar_ticks - beats * metre.beat_ticks
    fill = fill_strokes(metre, beats, page.wanted.drum_rhythm > _FAST_FILLS_FROM)
    return {key: softer for key, softer in strokes.items() if key[0] < start or key[1] == _KICK} | fill


def _led_over(strokes: Mapping[tuple[int, int], int], page: Page) -> dict[tuple[int, int], int]:
    """The pattern with a fill that was asked for, of two beats where the bar has more, and not too thin to be heard."""
    metre = page.metre
    beats = 2 if metre.beats > 2 else 1
    is_fast = page.wanted.drum_rhythm > _FAST_FILLS_FROM
    fill = fill_strokes(metre, beats, is_fast)
    fill = fill if len(fill) >= _FEWEST_FILL_STROKES else fill_strokes(metre, beats, is_fast=True)
    start = metre.bar_ticks - beats * metre.beat_ticks
    return {key: softer for key, softer in strokes.items() if key[0] < start or key[1] == _KICK} | fill


def fill_strokes(metre: Metre, beats: int, is_fast: bool, drums: Sequence[int] = _FILL) -> dict[tuple[int, int], int]:
    """A run over some drums on the last beats of a bar, growing: velocities against the mean by position and drum."""
    start = metre.bar_ticks - beats * metre.beat_ticks
    run = [at for at in grids_of(metre)["subdivisions" if is_fast else "divisions"] if at >= start]
    return {(at, drums[place * len(drums) // len(run)]): 16 * place // len(run) - 8 for place, at in enumerate(run)}
