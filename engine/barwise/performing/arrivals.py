"""An arrival as the session keeps it: what is to begin where, and whether it will. Pure; plans are arrival.py's."""

from dataclasses import dataclass

from barwise.directing.approaching import Approach
from barwise.directing.arrival import ArrivalPlan, Moment, plan_arrival
from barwise.music.metre import Metre
from barwise.playing.transport import BarClock

ON_TIME_SECONDS = 0.0005
"""An arrival that is to land farther off is planned again."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A state that is to begin at a sample."""

    state: str
    sample: float
    bar: int
    """Number of the bar that lands there."""
    home_tempo: float
    """What the tempo was before."""
    tempo: float
    """What the bars until then are played at, once the glide is over."""
    tempo_ratio: float
    """The tempo over what it was before."""


def plan_from(clock: BarClock, first: int, metre: Metre, target: float, home_tempo: float) -> ArrivalPlan:
    """How to land at a sample from the first tick of the bar that can be changed; metre is the bars' after it."""
    moment = Moment(metre, clock.tempo_at(first), first, clock.ticks, present=clock.metre, home_tempo=home_tempo)
    return plan_arrival(moment, (target - clock.exact_sample_at(first)) / clock.sample_rate)


def approach_of(plan: ArrivalPlan, bar: int, state: str) -> Approach:
    """The bars from a bar on that lead to the state as planned, whose glide the bar before has begun."""
    return Approach(bar, plan.metres, (plan.tempo_to,) * len(plan.metres), state, has_fill=True, glide_ticks=0.0)


def is_on_time(arrival: Arrival, approach: Approach, clock: BarClock, bar: int) -> bool:
    """Whether the bar that is to land will, if those after a bar of a clock are as planned."""
    for number in range(bar + 1, arrival.bar):
        metre, _ = approach.asked_of(number)
        clock = clock.next(arrival.tempo, metre or clock.metre, clock.glide_left)
    return abs(clock.end_sample - arrival.sample) <= ON_TIME_SECONDS * clock.sample_rate
