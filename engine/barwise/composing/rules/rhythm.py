"""When something sounds: grids of a metre and divided beats. Knows no pitch and no part."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from barwise.composing.rules.dice import Dice
from barwise.music.metre import TICKS_PER_QUARTER, Metre

Event = tuple[int, int]
"""Onset and length in ticks."""

_BEAT_CELLS = ((1,), (1, 1), (3, 1), (2, 1, 1), (1, 1, 2), (-1, 1), (1, 1, 1, 1), (1, 1, 1))
_COMPOUND_CELLS = ((1,), (2, 1), (1, 1, 1), (1, 2), (3, 1, 2), (-1, 1, 1), (1, 1, 1, 1, 1, 1))
_PAIR_CELLS = ((1,), (1, 1), (3, 1), (1, 2, 1), (2, 1, 1), (1, 1, 2), (-1, 1, 2))
"""How a beat, a beat of three and two beats are divided: shares of their length, rests below 0."""

_RARE = 0.3
"""How often a cell that begins with a rest is taken, against the others."""

_ONE_NOTE = 1.4
"""A stretch that wants fewer notes than this gets one."""

_ACROSS_BEATS = 0.45
"""Share of pairs of beats with a rhythm across both."""


def half_bar(metre: Metre) -> int:
    """The strongest inner beat; 0 where the bar has only one."""
    return {1: 0, 2: 1, 3: 2, 4: 2, 5: 3}.get(metre.beats, metre.beats // 2) * metre.beat_ticks


@lru_cache(maxsize=64)
def grids_of(metre: Metre) -> Mapping[str, tuple[int, ...]]:
    """Named sets of positions in a bar."""
    bar, beat = metre.bar_ticks, metre.beat_ticks
    division = beat // 3 if metre.is_compound else beat // 2
    subdivision = division // 2 if division % 2 == 0 else division
    beats = range(0, bar, beat)
    gallop = (0, 2 * division) if metre.is_compound else tuple({0, division, (division + subdivision) % beat})
    half = half_bar(metre)
    return {
        "changes": (),
        "first": (0,),
        "strong": (0, half) if half else (0,),
        "beats": tuple(beats),
        "backbeats": tuple(beats[1:] if metre.beats == 3 else beats[1::2]) or (bar // 2,),
        "divisions": tuple(range(0, bar, division)),
        "offbeats": tuple(start for start in range(0, bar, division) if start % beat),
        "subdivisions": tuple(range(0, bar, subdivision)),
        "tresillo": tuple(range(0, bar, 3 * division)),
        "gallop": tuple(sorted({start + step for start in beats for step in gallop})),
    }


def spans_between(starts: Iterable[int], end: int, gate: float = 1.0) -> list[Event]:
    """Events that last a share of the way to the next one."""
    ordered = sorted(set(starts))
    return [(at, max(int((after - at) * gate), 1)) for at, after in zip(ordered, [*ordered, end][1:], strict=True)]


def divided_bar(metre: Metre, per_quarter: float, die: Dice) -> list[Event]:
    """Onsets and lengths of a line: the bar in groups of beats, each divided as finely as wanted."""
    events: list[Event] = []
    if per_quarter * metre.quarters >= _ONE_NOTE:
        for beat in range(0, metre.beats, 2):
            events += _group(beat, min(2, metre.beats - beat), metre, per_quarter, die)
    return events or [(0, metre.bar_ticks)]


def _group(first: int, beats: int, metre: Metre, per_quarter: float, die: Dice) -> list[Event]:
    """The rhythm of one or two beats."""
    beat = metre.beat_ticks
    wanted = per_quarter * beats * beat / TICKS_PER_QUARTER
    if beats > 1 and not metre.is_compound and die.share() < _ACROSS_BEATS:
        return _cell(first * beat, 2 * beat, _PAIR_CELLS, wanted, die)
    if wanted < _ONE_NOTE:
        return [(first * beat, beats * beat)]
    cells = _COMPOUND_CELLS if metre.is_compound else _BEAT_CELLS
    return [event for at in range(first, first + beats) for event in _cell(at * beat, beat, cells, wanted / beats, die)]


def _cell(start: int, span: int, cells: Sequence[tuple[int, ...]], wanted: float, die: Dice) -> list[Event]:
    """One of the cells that fit the grid, likelier the nearer its number of notes is to the wanted one."""
    fitting = [cell for cell in cells if span % sum(map(abs, cell)) == 0]
    counts = [sum(share > 0 for share in cell) for cell in fitting]
    weights = [
        math.exp(-1.5 * (count - wanted) ** 2) * (_RARE if cell[0] < 0 else 1.0)
        for cell, count in zip(fitting, counts, strict=True)
    ]
    cell = fitting[die.pick(weights)]
    unit = span // sum(map(abs, cell))
    starts = accumulate((abs(share) * unit for share in cell), initial=start)
    return [(at, share * unit) for at, share in zip(starts, cell, strict=False) if share > 0]
