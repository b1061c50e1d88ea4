"""Laws of the sample clock."""

import math
import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.music.metre import COMMON_TIME, Metre
from barwise.playing.transport import BarClock

TEMPOS = st.floats(20, 400)
METRES = st.sampled_from([Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(12, 8), Metre(5, 4), Metre(7, 8)])
CLOCKS = st.builds(
    BarClock,
    start_sample=st.floats(0, 24 * 3600 * 48000),
    start_tick=st.integers(0, 10**7),
    tempo=TEMPOS,
    metre=METRES,
    sample_rate=st.sampled_from([22050, 44100, 48000]),
)
GLIDES = st.just(0.0) | st.floats(0.01, 300)


@st.composite
def changing_clocks(draw: st.DrawFn) -> BarClock:
    """Bars that glide from the one before, change again within and may be cut."""
    clock = draw(CLOCKS).next(draw(TEMPOS), draw(METRES), draw(GLIDES))
    for tick in sorted(draw(st.lists(st.floats(0, clock.ticks), max_size=3))):
        clock = clock.retimed(tick, draw(TEMPOS), draw(GLIDES))
    return clock.cut_at(draw(st.integers(1, clock.ticks)))


CHANGING = changing_clocks()


def test_a_bar_of_four_quarters_at_120_lasts_two_seconds() -> None:
    clock = BarClock(tempo=120, metre=COMMON_TIME, sample_rate=44100)
    assert [clock.sample_at(tick) for tick in (0, 24, 48, 96)] == [0, 22050, 44100, 88200]


@given(CLOCKS, st.floats(0, 144))
def test_a_tick_is_found_again_within_half_a_sample(clock: BarClock, tick: float) -> None:
    found = clock.tick_at(clock.sample_at(tick))
    assert abs(found - tick) * clock.samples_per_tick <= 0.5 + 1e-5


@given(CLOCKS | CHANGING, st.integers(0, 10**6))
def test_a_sample_is_found_again_exactly(clock: BarClock, offset: int) -> None:
    sample = round(clock.start_sample) + offset
    assert clock.sample_at(clock.tick_at(sample)) == sample


@given(CLOCKS | CHANGING, TEMPOS, METRES, GLIDES)
def test_a_bar_begins_where_the_one_before_ends(clock: BarClock, tempo: float, metre: Metre, glide: float) -> None:
    following = clock.next(tempo, metre, glide)
    assert following.start_sample == clock.end_sample
    assert following.start_tick == clock.end_tick == clock.start_tick + clock.ticks
    assert following.sample_at(0) == clock.sample_at(clock.ticks)


@given(CHANGING)
def test_whole_ticks_follow_each_other(clock: BarClock) -> None:
    samples = [clock.sample_at(tick) for tick in range(clock.ticks + 1)]
    assert all(earlier < later for earlier, later in pairwise(samples))


@given(CHANGING, st.floats(0, 144))
def test_a_tick_is_found_again_in_its_exact_sample(clock: BarClock, tick: float) -> None:
    assert clock.tick_at(clock.exact_sample_at(tick)) == pytest.approx(tick, abs=1e-6)


@given(CHANGING, TEMPOS, METRES, st.floats(0.01, 300))
def test_the_next_bar_glides_from_the_tempo_that_the_last_one_had(
    clock: BarClock, tempo: float, metre: Metre, glide: float
) -> None:
    following = clock.next(tempo, metre, glide)
    assert (following.tempo, following.tempo_at(0)) == (clock.last_tempo, clock.last_tempo)
    assert following.tempo_at(glide) == following.goal_tempo == tempo


@given(CLOCKS, TEMPOS, METRES)
def test_a_next_bar_without_a_glide_has_its_tempo_at_once(clock: BarClock, tempo: float, metre: Metre) -> None:
    following = clock.next(tempo, metre)
    assert (following.tempo_at(0), following.last_tempo, following.glide_left) == (tempo, tempo, 0)


@given(CLOCKS, TEMPOS, st.floats(0, 96), st.floats(0.01, 500), METRES, st.floats(0, 72))
def test_a_glide_goes_on_past_the_end_of_the_bar_as_if_there_were_none(
    clock: BarClock, tempo: float, tick: float, glide: float, metre: Metre, later: float
) -> None:
    """Two bars with a glide across have the samples of one long bar."""
    gliding = clock.retimed(min(tick, clock.ticks), tempo, glide)
    following = gliding.next(gliding.goal_tempo, metre, gliding.glide_left)
    assert following.exact_sample_at(later) == pytest.approx(gliding.exact_sample_at(gliding.ticks + later), abs=1e-4)
    assert following.tempo_at(later) == pytest.approx(gliding.tempo_at(gliding.ticks + later), rel=1e-9)


@given(CHANGING, st.floats(0, 144), TEMPOS, GLIDES)
def test_retiming_moves_nothing_before_its_tick(clock: BarClock, tick: float, tempo: float, glide: float) -> None:
    retimed = clock.retimed(tick, tempo, glide)
    before = [each for each in range(clock.ticks) if each <= tick]
    assert [retimed.exact_sample_at(each) for each in before] == [clock.exact_sample_at(each) for each in before]
    if glide:
        assert retimed.tempo_at(tick) == pytest.approx(clock.tempo_at(math.nextafter(tick, -1)), rel=1e-6)
    assert retimed.tempo_at(tick + glide + 1e-9) == tempo


@given(CHANGING, st.integers(1, 144))
def test_cutting_moves_nothing_and_ends_the_bar_there(clock: BarClock, tick: int) -> None:
    cut = clock.cut_at(min(tick, clock.ticks))
    assert cut.ticks == min(tick, clock.ticks)
    assert cut.end_sample == pytest.approx(clock.exact_sample_at(cut.ticks), abs=1e-9)
    assert [cut.sample_at(each) for each in range(cut.ticks)] == [clock.sample_at(each) for each in range(cut.ticks)]


@pytest.mark.parametrize("tick", [0, -1, 97])
def test_a_cut_outside_the_bar_is_named(tick: int) -> None:
    with pytest.raises(InputError, match=f"tick {tick}"):
        BarClock().cut_at(tick)


def test_a_bar_changes_its_tempo_as_often_as_it_likes() -> None:
    clock = BarClock(tempo=120).retimed(24, 60).retimed(48, 120, 24).retimed(72, 240)
    assert [clock.sample_at(tick) / 44100 for tick in (24, 48, 72, 96)] == [0.5, 1.5, 2.25, 2.5]
    assert clock.retimed(24, 120) == BarClock(tempo=120).retimed(24, 120)


@given(CLOCKS, st.lists(st.floats(0, 200), min_size=2))
def test_later_ticks_never_have_earlier_samples(clock: BarClock, ticks: list[float]) -> None:
    samples = [clock.sample_at(tick) for tick in sorted(ticks)]
    assert samples == sorted(samples)


def test_a_day_of_changing_tempo_drifts_less_than_a_hundredth_of_a_sample() -> None:
    tempos = [97.5, 120.0, 133.25, 61.0]
    clock, exact, bars = BarClock(tempo=tempos[0]), Fraction(0), 0
    while exact < 24 * 3600 * 44100:
        exact += Fraction(44100) * 60 * 4 / Fraction(clock.tempo)
        bars += 1
        clock = clock.next(tempos[bars % len(tempos)], COMMON_TIME)
    assert abs(Fraction(clock.start_sample) - exact) < Fraction(1, 100)


def test_a_hundred_thousand_bars_of_changing_tempo_and_metre_drift_less_than_half_a_sample() -> None:
    """Against whole numbers: tempos are quarters of a beat a minute, so all times are multiples of one fraction."""
    chance = random.Random(1)
    quarters = range(160, 881)
    unit = math.lcm(*quarters)
    metres = [Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(5, 4), Metre(7, 8), Metre(2, 4)]
    rate, clock, tempo, exact = 44100, BarClock(tempo=40, metre=metres[0]), 160, 0
    for _ in range(100_000):
        # A bar's whole time is what its ticks take at the last tempo and half its glide's difference.
        last = clock.glide_ticks / 2
        goal = tempo if clock.tempo_to is None else round(clock.tempo_to * 4)
        steady = clock.ticks - last
        exact += int(2 * last) * (unit // tempo) + int(2 * steady) * (unit // goal)
        tempo = goal
        following, metre = chance.choice(quarters), chance.choice(metres)
        clock = clock.next(following / 4, metre, float(chance.choice([0, 7, 24, 48])))
        tempo = tempo if clock.tempo_to is not None else following
    drift = Fraction(clock.start_sample) - Fraction(exact * rate * 60 * 4, 2 * 24 * unit)
    assert abs(drift) < Fraction(1, 2)


@pytest.mark.parametrize("tempo", [0.0, -1.0, float("nan"), float("inf")])
def test_a_tempo_that_cannot_be_is_named(tempo: float) -> None:
    with pytest.raises(InputError, match=f"tempo {tempo!r}"):
        BarClock(tempo=tempo)
