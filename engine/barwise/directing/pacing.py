"""Metre, tempo and glide of a bar: within a state, on entering one, and on the way to one. Pure."""

import math
from dataclasses import dataclass

from barwise.directing.approaching import Approach
from barwise.music.metre import Metre

LARGEST_TEMPO_RATIO = 1.4
"""From bar to bar on the way to a state. Where more would be needed the tempo goes to twice or half the new
one, or on to four times it, so that the beat of the one is a multiple of the other's."""

GLIDE_BEATS = 2
"""Beats over which a bar takes on another tempo than the one before."""

SLOWEST, FASTEST = 30.0, 300.0
"""Quarter notes a minute."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a bar goes."""

    metre: Metre
    tempo: float
    """Quarter notes a minute, once the glide is over."""
    glide_ticks: float = 0.0
    """Ticks from the bar's beginning over which the tempo goes there; 0: it is there at once."""


def pace_within(metre: Metre, wanted: float, before: float, step: float) -> Pace:
    """A bar within a state: toward a wanted tempo by a ratio of at most `step` from the one before."""
    tempo = round(min(max(wanted, before / step), before * step), 2)
    return Pace(metre, tempo, _short_glide(metre) if tempo != before else 0.0)


def pace_on_entering(metre: Metre, wanted: float, before: float | None = None) -> Pace:
    """The first bar of a state: in its tempo at once; where a bridge has led near it, what is left is a glide."""
    tempo = round(wanted, 2)
    is_near = before is not None and max(tempo, before) <= LARGEST_TEMPO_RATIO * min(tempo, before)
    return Pace(metre, tempo, _short_glide(metre) if is_near and tempo != before else 0.0)


def pace_toward(metre: Metre, wanted: float, before: float, bars_left: int) -> Pace:
    """The next of so many bars that go evenly to another state's tempo, which the last glides to."""
    tempo = round(tempo_toward(before, wanted, bars_left), 2)
    return Pace(metre, tempo, float(metre.bar_ticks) if tempo != before else 0.0)


def as_asked(pace: Pace, approach: Approach | None, bar: int) -> Pace:
    """The pace of a bar as its approach has it, where that says something of it."""
    metre, tempo = approach.asked_of(bar) if approach else (None, None)
    if approach is not None and tempo is not None:
        return Pace(metre or pace.metre, tempo, approach.glide_of(bar, pace.metre))
    metre = metre or pace.metre
    return Pace(metre, pace.tempo, float(min(pace.glide_ticks, metre.bar_ticks)))


def tempo_toward(tempo: float, wanted: float, bars_left: int) -> float:
    """The tempo after the next of so many bars that go evenly to a wanted one, all in quarter notes a minute."""
    if abs(math.log(wanted / tempo)) > bars_left * math.log(LARGEST_TEMPO_RATIO):
        related = [wanted * 2.0**power for power in range(-3, 4)]
        goals = [goal for goal in related if goal == wanted or SLOWEST <= goal <= FASTEST]
        wanted = min(goals, key=lambda goal: abs(math.log(goal / tempo)))
    return tempo * math.pow(wanted / tempo, 1 / bars_left)


def _short_glide(metre: Metre) -> float:
    return float(min(GLIDE_BEATS * metre.beat_ticks, metre.bar_ticks))
