"""Arrival: bars and a tempo that bring the music to a bar line at a given time. Knows no clock and composes nothing.

A film composer who has to hit a point in the picture counts the beats there, bends the tempo a little, and
where that is not enough writes a shorter bar. So does this: it goes through the ways to fill the time (end
the present bar early or not, so many whole bars, one of them shorter or none), finds for each the tempo that
lands exactly, and takes the one that is heard least.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from barwise.errors import InputError
from barwise.music.glide import Glide, tempo_to_last, tick_length
from barwise.music.metre import TICKS_PER_QUARTER, Metre

MUSICAL_CHANGE = 0.15
"""By how much of itself the tempo may change; more only when nothing else lands in time."""

SLOWEST, FASTEST = 40.0, 220.0
"""Quarter notes a minute; no arrival goes beyond, unless the music already is."""

GLIDE_BEATS = 2.0
"""How long the tempo takes to change, as long as that is at most half of the way."""

LONGEST_SECONDS = 3600.0
"""As far ahead as an arrival is planned."""

SIXTEENTH = TICKS_PER_QUARTER // 4

NOTICED_CHANGE = 0.05
"""A change of tempo that is just heard; it costs 1, and twice the change four times that."""

CUT_COST, SHORT_BAR_COST = 3.0, 2.0
"""Of the present bar ending early, which its notes were not written for, and of a bar that is written shorter."""

HALF_BAR_RELIEF, ONE_BEAT_COST = 0.5, 2.0
"""Half a bar is heard as in place, a bar of a single beat as a stumble."""

OFF_BEAT_COST, SIXTEENTH_COST = 10.0, 20.0
"""Of a bar that ends between its beats; only where beats do not land within MUSICAL_CHANGE."""

NO_CADENCE_COST = 3.0
"""Of a landing without a whole bar before it, which there may be no time for."""

UNEVEN_COST, HALF_PHRASE_RELIEF = 0.5, 0.25
"""Of an odd number of bars; four and its multiples are better still."""

UNMUSICAL_COST, MISS_COST = 1e3, 1e6
"""Of a change of tempo beyond MUSICAL_CHANGE, and of not landing in time: more than all the others together."""

_NEAR_COUNTS = 2
"""Numbers of whole bars tried beyond what the present tempo and the home tempo would need."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the music is, as far as it can still be changed."""

    metre: Metre
    """Of the bars that follow."""
    tempo: float
    """Quarter notes a minute at `tick`."""
    tick: float
    """The first tick of the present bar that can still be changed, 0 to `ticks`."""
    ticks: int
    """How long the present bar is."""
    present: Metre | None = None
    """Metre of the present bar; None: the same."""
    home_tempo: float | None = None
    """The tempo that the change is measured from; None: `tempo`. It keeps plans made anew from adding up."""


@dataclass(frozen=True, slots=True)
class ArrivalPlan:
    """How to land: from the moment's tick on the tempo glides, and the bar after the last of these is the landing."""

    cut_tick: int | None
    """The tick at which the present bar ends early; None: it goes on to its end."""
    metres: tuple[Metre, ...]
    """Of the bars between the present one and the landing."""
    tempo_to: float
    """Quarter notes a minute."""
    glide_ticks: float
    """How long the glide to tempo_to goes, over as many bars as that takes."""
    error_seconds: float
    """How late the landing is, or early if below 0; 0 but for rounding wherever any tempo lands in time."""
    tempo_ratio: float
    """tempo_to as a share of the home tempo."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to fill the time, without its tempo."""

    cut_tick: int | None
    whole_bars: int
    short_ticks: int
    """Length of the shorter bar before the last; 0: none."""
    ticks: float
    """From the moment's tick to the landing."""


def plan_arrival(moment: Moment, seconds: float) -> ArrivalPlan:
    """The plan that is heard least and lands some seconds after the moment's tick, at once for 0 and less.

    Raises InputError when seconds is no number or above LONGEST_SECONDS.
    """
    if not seconds <= LONGEST_SECONDS or math.isinf(seconds):
        raise InputError(f"an arrival in {seconds!r} seconds cannot be planned; at most {LONGEST_SECONDS:g}")
    metre, present = moment.metre, moment.present or moment.metre
    beats = _cuts(moment, present.beat_ticks)
    ways = list(_ways(moment, seconds, beats, range(0, metre.bar_ticks, metre.beat_ticks)))
    best = _best(moment, seconds, ways)
    if best[0] >= UNMUSICAL_COST:
        ways += _ways(moment, seconds, _cuts(moment, SIXTEENTH), range(0, metre.bar_ticks, metre.beat_ticks))
        ways += _ways(moment, seconds, range(0), range(0, metre.bar_ticks, SIXTEENTH))
        best = _best(moment, seconds, ways)
    return best[1]


def _best(moment: Moment, seconds: float, ways: Iterable[_Way]) -> tuple[float, ArrivalPlan]:
    return min((_judged(moment, seconds, way) for way in ways), key=lambda judged: judged[0])


def _cuts(moment: Moment, ticks: int) -> range:
    """The multiples of some ticks at which the present bar may end early."""
    return range(max(math.ceil(moment.tick / ticks), 1) * ticks, moment.ticks, ticks)


def _ways(moment: Moment, seconds: float, cuts: Iterable[int], shorts: Iterable[int]) -> Iterator[_Way]:
    """Every cut, or none, with every shorter bar and about as many whole bars as there is time for."""
    bar_ticks, tempos = moment.metre.bar_ticks, (moment.tempo, moment.home_tempo or moment.tempo)
    for cut, short in product((None, *cuts), shorts):
        fixed = (moment.ticks if cut is None else cut) - moment.tick + short
        needed = [round((seconds / tick_length(tempo) - fixed) / bar_ticks) for tempo in tempos]
        for whole in range(max(min(needed) - _NEAR_COUNTS, 0), max(*needed, 0) + _NEAR_COUNTS + 1):
            yield _Way(cut, whole, short, fixed + whole * bar_ticks)


def _judged(moment: Moment, seconds: float, way: _Way) -> tuple[float, ArrivalPlan]:
    """A way's cost and its plan."""
    home = moment.home_tempo or moment.tempo
    glide_ticks = min(GLIDE_BEATS * moment.metre.beat_ticks, way.ticks / 2)
    exact = tempo_to_last(seconds, way.ticks, moment.tempo, glide_ticks) if way.ticks > 0 else moment.tempo
    slowest, fastest = min(SLOWEST, moment.tempo), max(FASTEST, moment.tempo)
    tempo_to = fastest if exact is None else min(max(exact, slowest), fastest)
    is_exact = tempo_to == exact and way.ticks > 0
    error = Glide(moment.tempo, tempo_to, glide_ticks).span(way.ticks) - seconds
    change = abs(math.log(tempo_to / home))
    cost = _bars_cost(moment, way) + (change / NOTICED_CHANGE) ** 2
    if not 1 - MUSICAL_CHANGE <= tempo_to / home <= 1 + MUSICAL_CHANGE:
        cost += UNMUSICAL_COST * (1 + change)
    if not is_exact:
        cost += MISS_COST * (1 + abs(error))
    plan = ArrivalPlan(way.cut_tick, _metres(moment.metre, way), tempo_to, glide_ticks, error, tempo_to / home)
    return cost, plan


def _bars_cost(moment: Moment, way: _Way) -> float:
    bars = way.whole_bars + (way.short_ticks > 0)
    cost = 0.0 if way.whole_bars else NO_CADENCE_COST
    cost += UNEVEN_COST if bars % 2 else -HALF_PHRASE_RELIEF if bars % 4 == 0 else 0.0
    if way.short_ticks:
        cost += SHORT_BAR_COST + _length_cost(way.short_ticks, moment.metre)
    if way.cut_tick is not None:
        cost += CUT_COST + _length_cost(way.cut_tick, moment.present or moment.metre)
    return cost


def _length_cost(ticks: int, metre: Metre) -> float:
    """Of a bar that is shorter than its metre."""
    if ticks % metre.beat_ticks:
        return SIXTEENTH_COST if ticks % (metre.beat_ticks // (3 if metre.is_compound else 2)) else OFF_BEAT_COST
    if 2 * ticks == metre.bar_ticks:
        return -HALF_BAR_RELIEF
    return ONE_BEAT_COST if ticks == metre.beat_ticks else 0.0


def _metres(metre: Metre, way: _Way) -> tuple[Metre, ...]:
    whole = (metre,) * way.whole_bars
    if not way.short_ticks:
        return whole
    return (*whole[:-1], _short_metre(way.short_ticks, metre), *whole[-1:])


def _short_metre(ticks: int, metre: Metre) -> Metre:
    """The metre of a bar with fewer beats, in sixteenths where it has no whole ones."""
    if ticks % metre.beat_ticks == 0:
        return Metre(metre.numerator * ticks // metre.bar_ticks, metre.denominator)
    return Metre(ticks // SIXTEENTH, 4 * TICKS_PER_QUARTER // SIXTEENTH)
