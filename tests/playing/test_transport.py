"""Laws of the sample clock."""

from fractions import Fraction

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


def test_a_bar_of_four_quarters_at_120_lasts_two_seconds() -> None:
    clock = BarClock(tempo=120, metre=COMMON_TIME, sample_rate=44100)
    assert [clock.sample_at(tick) for tick in (0, 24, 48, 96)] == [0, 22050, 44100, 88200]


@given(CLOCKS, st.floats(0, 144))
def test_a_tick_is_found_again_within_half_a_sample(clock: BarClock, tick: float) -> None:
    found = clock.tick_at(clock.sample_at(tick))
    assert abs(found - tick) * clock.samples_per_tick <= 0.5 + 1e-5


@given(CLOCKS, st.integers(0, 10**6))
def test_a_sample_is_found_again_exactly(clock: BarClock, offset: int) -> None:
    sample = round(clock.start_sample) + offset
    assert clock.sample_at(clock.tick_at(sample)) == sample


@given(CLOCKS, TEMPOS, METRES)
def test_a_bar_begins_where_the_one_before_ends(clock: BarClock, tempo: float, metre: Metre) -> None:
    following = clock.next(tempo, metre)
    assert following.start_sample == clock.end_sample
    assert following.start_tick == clock.start_tick + clock.metre.bar_ticks
    assert following.sample_at(0) == clock.sample_at(clock.metre.bar_ticks)


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


@pytest.mark.parametrize("tempo", [0.0, -1.0, float("nan"), float("inf")])
def test_a_tempo_that_cannot_be_is_named(tempo: float) -> None:
    with pytest.raises(InputError, match=f"tempo {tempo!r}"):
        BarClock(tempo=tempo)
