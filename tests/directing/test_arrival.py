"""Arrivals: what is planned lands when it should, and is music on the way."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.directing.arrival import LONGEST_SECONDS, ArrivalPlan, Moment, plan_arrival
from barwise.errors import InputError
from barwise.music.metre import COMMON_TIME, Metre
from barwise.playing.transport import BarClock

METRES = [COMMON_TIME, Metre(3, 4), Metre(6, 8), Metre(2, 4), Metre(5, 4)]


def moment_of(clock: BarClock, tick: float, metre: Metre, home_tempo: float | None = None) -> Moment:
    return Moment(metre, clock.tempo_at(tick), tick, clock.ticks, clock.metre, home_tempo)


def carried_out(clock: BarClock, tick: float, plan: ArrivalPlan) -> list[BarClock]:
    """The bars up to the landing, the present one first."""
    now = clock.retimed(tick, plan.tempo_to, plan.glide_ticks)
    clocks = [now if plan.cut_tick is None else now.cut_at(plan.cut_tick)]
    for metre in plan.metres:
        clocks.append(clocks[-1].next(clocks[-1].goal_tempo, metre, clocks[-1].glide_left))
    return clocks


def milliseconds_late(clock: BarClock, tick: float, plan: ArrivalPlan, seconds: float) -> float:
    """Of the sample at which the bar of the landing begins."""
    target = clock.exact_sample_at(tick) + seconds * clock.sample_rate
    return (round(carried_out(clock, tick, plan)[-1].end_sample) - target) / clock.sample_rate * 1000


def random_cases(count: int, shortest: float, longest: float) -> list[tuple[BarClock, float, float]]:
    """A bar, the first tick of it that can be changed, and the seconds to the landing."""
    chance = random.Random(7)
    cases = []
    for _ in range(count):
        clock = BarClock(chance.uniform(0, 1e8), 0, chance.uniform(40, 220), chance.choice(METRES))
        cases.append((clock, chance.uniform(0, clock.ticks), chance.uniform(shortest, longest)))
    return cases


def test_random_arrivals_land_within_a_millisecond_at_a_musical_tempo() -> None:
    cases = random_cases(400, 3, 30)
    plans = [plan_arrival(moment_of(clock, tick, clock.metre), seconds) for clock, tick, seconds in cases]
    late = [milliseconds_late(clock, tick, plan, sec) for (clock, tick, sec), plan in zip(cases, plans, strict=True)]
    assert math.sqrt(sum(error**2 for error in late) / len(late)) < 1
    assert sum(0.85 <= plan.tempo_ratio <= 1.15 for plan in plans) >= 0.99 * len(plans)
    assert all(40 <= plan.tempo_to <= 220 for plan in plans)


def test_random_arrivals_are_music_on_the_way() -> None:
    """Ten seconds and more are filled with whole bars at nearly the tempo that the music has."""
    cases = random_cases(200, 10, 30)
    plans = [plan_arrival(moment_of(clock, tick, clock.metre), seconds) for clock, tick, seconds in cases]
    assert sum(plan.cut_tick is None for plan in plans) >= 0.8 * len(plans)
    assert all(plan.metres and plan.metres[-1] == clock.metre for (clock, _, _), plan in zip(cases, plans, strict=True))
    assert sum(0.93 <= plan.tempo_ratio <= 1.07 for plan in plans) >= 0.9 * len(plans)


@pytest.mark.parametrize(("shortest", "musical"), [(0.5, 0.8), (1.0, 0.95), (2.0, 0.99)])
def test_short_arrivals_land_too(shortest: float, musical: float) -> None:
    cases = random_cases(100, shortest, shortest * 1.5)
    plans = [plan_arrival(moment_of(clock, tick, clock.metre), seconds) for clock, tick, seconds in cases]
    late = [milliseconds_late(clock, tick, plan, sec) for (clock, tick, sec), plan in zip(cases, plans, strict=True)]
    assert max(abs(error) for error in late) < 1
    assert sum(0.85 <= plan.tempo_ratio <= 1.15 for plan in plans) >= musical * len(plans)


@given(
    st.builds(
        BarClock,
        tempo=st.floats(20, 400),
        metre=st.sampled_from([*METRES, Metre(7, 8), Metre(12, 8), Metre(1, 16)]),
    ),
    st.floats(0, 1),
    st.floats(-1, 60),
)
def test_whatever_is_asked_the_error_is_told(clock: BarClock, part: float, seconds: float) -> None:
    tick = part * clock.ticks
    plan = plan_arrival(moment_of(clock, tick, clock.metre), seconds)
    assert milliseconds_late(clock, tick, plan, seconds) == pytest.approx(1000 * plan.error_seconds, abs=0.05)


def test_time_for_whole_bars_changes_nothing() -> None:
    """Two beats of this bar and four whole ones at 120."""
    plan = plan_arrival(Moment(COMMON_TIME, 120, 48, 96), 9.0)
    assert (plan.cut_tick, plan.metres) == (None, (COMMON_TIME,) * 4)
    assert plan.tempo_to == pytest.approx(120)
    assert plan.error_seconds == pytest.approx(0, abs=1e-9)


def test_a_little_more_time_slows_the_music_down() -> None:
    plan = plan_arrival(Moment(COMMON_TIME, 120, 48, 96), 9.3)
    assert (plan.cut_tick, plan.metres) == (None, (COMMON_TIME,) * 4)
    assert 0.95 < plan.tempo_ratio < 1


def test_half_a_bar_too_much_is_a_shorter_bar_before_the_last() -> None:
    plan = plan_arrival(Moment(COMMON_TIME, 120, 0, 96), 7.0)
    assert (plan.cut_tick, plan.metres) == (None, (COMMON_TIME, Metre(2, 4), COMMON_TIME))
    assert plan.tempo_to == pytest.approx(120)


@pytest.mark.parametrize(("seconds", "cut"), [(0.5, 48), (1.0, 72), (0.25, 36)])
def test_no_time_for_a_bar_ends_the_present_one(seconds: float, cut: int) -> None:
    plan = plan_arrival(Moment(COMMON_TIME, 120, 24, 96), seconds)
    assert (plan.cut_tick, plan.metres) == (cut, ())
    assert plan.tempo_to == pytest.approx(120)


def test_no_time_at_all_is_told() -> None:
    plan = plan_arrival(Moment(COMMON_TIME, 120, 20.0, 96), 0.0)
    assert (plan.cut_tick, plan.metres) == (24, ())
    assert 0 < plan.error_seconds < 0.1


def test_a_plan_can_be_made_anew_on_the_way() -> None:
    """The target moves by up to a second after some bars; the home tempo keeps the changes from adding up."""
    chance = random.Random(3)
    late, ratios = [], []
    for clock, tick, seconds in random_cases(100, 12, 30):
        target = clock.exact_sample_at(tick) + seconds * clock.sample_rate
        now, at = clock, tick
        for _ in range(3):
            left = (target - now.exact_sample_at(at)) / clock.sample_rate
            plan = plan_arrival(moment_of(now, at, clock.metre, clock.tempo), left)
            bars = carried_out(now, at, plan)
            late.append((round(bars[-1].end_sample) - target) / clock.sample_rate)
            ratios.append(plan.tempo_ratio)
            place = chance.randrange(len(bars) // 2 + 1)
            at = chance.uniform(at if place == 0 else 0, bars[place].ticks)
            now, target = bars[place], target + chance.uniform(-1, 1) * clock.sample_rate
    assert math.sqrt(sum(error**2 for error in late) / len(late)) < 0.001
    assert sum(0.85 <= ratio <= 1.15 for ratio in ratios) >= 0.99 * len(ratios)


def test_a_tempo_beyond_the_bounds_may_stay_as_it_is() -> None:
    plan = plan_arrival(Moment(COMMON_TIME, 30, 0, 96), 24.0)
    assert plan.metres == (COMMON_TIME,) * 2
    assert plan.tempo_to == pytest.approx(30)


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -math.inf, LONGEST_SECONDS + 1])
def test_times_that_cannot_be_are_named(seconds: float) -> None:
    with pytest.raises(InputError, match=f"{seconds!r} seconds"):
        plan_arrival(Moment(COMMON_TIME, 120, 0, 96), seconds)


def test_equal_moments_have_equal_plans() -> None:
    moment = Moment(Metre(6, 8), 97.0, 13.5, 72)
    assert plan_arrival(moment, 11.1) == plan_arrival(replace(moment), 11.1)
