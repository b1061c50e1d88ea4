"""Expression within a phrase: what can swell grows toward the peak of each half phrase and ebbs at its end.

Long notes swell and ebb by themselves, the last beats before another state grow into it. The curves are pure
functions of the bar's place, its intent and its notes, in decibels; they act on the channel's volume, since
expression is intensity's, which must be heard at once. What cannot swell (what is struck or plucked) has its
crescendo in the velocities: articulation.py.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from barwise.music.intent import PHRASE_BARS, BarIntent
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.notes import Note, Part

GRID_TICKS = 4
"""A curve has a value so often: six times a quarter note, on one grid for all parts."""

ARC = ((0.0, -1.8), (2.5, 0.0), (4.0, -1.4), (6.4, 1.4), (8.0, -1.8))
"""Bars of a phrase and decibels there; between them the curve goes evenly (smoothstep).

Its mean lies about as far below 0 as the swells of long notes lie above.
"""

LONG_NOTE_DB = 2.0
"""By how much a long note is louder at its height than as it begins and ends."""

LONG_SECONDS = 1.0
"""Notes from this length on swell by themselves, in full from twice this length on."""

_HEIGHT = 0.55
"""Where a long note is loudest, as a share of its length."""

LEADING_BEATS = 2
LEADING_DB = (-1.0, 2.5)
"""From where to where the last beats before another state grow."""

_DEPTHS: Mapping[Part, float] = {
    Part.MELODY: 1.0,
    Part.COUNTER: 1.0,
    Part.CHORDS: 0.75,
    Part.BASS: 0.6,
}
"""Share of the curves that each part has: what carries moves less."""

_EXCITED_DEPTH = 0.7
"""Share of the curves that is left at arousal 1, where strokes and not lines make the phrase."""

_LARGEST_VOLUME = 127


def curve(part: Part, notes: Sequence[Note], metre: Metre, intent: BarIntent) -> list[float]:
    """Decibels for a part that can swell, one each GRID_TICKS from the start of the bar; notes are its own."""
    depth = _DEPTHS[part] * (1 - (1 - _EXCITED_DEPTH) * max(intent.mood.arousal, 0.0))
    gains = [depth * gain for gain in _arc(intent.condition.phrase_bar, metre.bar_ticks)]
    for start, end in _strokes(notes, metre):
        seconds = (end - start) * 60 / intent.condition.tempo / TICKS_PER_QUARTER
        height = depth * LONG_NOTE_DB * min(max(seconds / LONG_SECONDS - 1, 0.0), 1.0)
        if height:
            for place in range(math.ceil(start / GRID_TICKS), math.ceil(end / GRID_TICKS)):
                gains[place] += height * _bump((place * GRID_TICKS - start) / (end - start))
    return [gain + led for gain, led in zip(gains, _leading(metre), strict=True)] if intent.leads else gains


def channel_volumes(palette_volume: int, curve: Sequence[float]) -> list[int]:
    """The channel's volume (controller 7) for each gain, in decibels, over the palette's.

    Volumes act on the amplitude as squares.
    """
    least = min(palette_volume, 1)
    return [min(max(round(palette_volume * math.pow(10, gain / 40)), least), _LARGEST_VOLUME) for gain in curve]


@lru_cache(maxsize=256)
def _arc(phrase_bar: int, bar_ticks: int) -> tuple[float, ...]:
    return tuple(_arc_at(phrase_bar % PHRASE_BARS + tick / bar_ticks) for tick in range(0, bar_ticks, GRID_TICKS))


def _arc_at(bars: float) -> float:
    """Decibels at a place in the phrase, 0 to PHRASE_BARS."""
    after = next(place for place, (knot, _) in enumerate(ARC) if knot > bars)
    (start, low), (end, high) = ARC[after - 1], ARC[after]
    way = (bars - start) / (end - start)
    return low + (high - low) * way * way * (3 - 2 * way)


def _bump(way: float) -> float:
    """0 to 1 and back to 0 over a note, highest at _HEIGHT."""
    return math.sin(math.pi * math.pow(way, math.log(0.5) / math.log(_HEIGHT))) ** 2


@lru_cache(maxsize=32)
def _leading(metre: Metre) -> tuple[float, ...]:
    """The last bar before another state: back a little, then into it."""
    low, high = LEADING_DB
    start = max(metre.bar_ticks - LEADING_BEATS * metre.beat_ticks, 0)
    ticks = range(0, metre.bar_ticks, GRID_TICKS)
    return tuple(
        low * tick / start if tick < start else low + (high - low) * (tick - start) / (metre.bar_ticks - start)
        for tick in ticks
    )


def _strokes(notes: Sequence[Note], metre: Metre) -> list[tuple[int, int]]:
    """From where to where each stroke of a part is held, in written ticks within the bar."""
    ends: dict[int, int] = {}
    for note in notes:
        ends[note.position] = max(ends.get(note.position, 0), note.end)
    within = pairwise([*sorted(ends), metre.bar_ticks])
    return [(position, min(ends[position], after)) for position, after in within]
