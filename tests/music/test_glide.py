"""Laws of a tempo that glides."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.music.glide import Glide, TempoChange, TempoCurve, tempo_to_last

TEMPOS = st.floats(20, 400)
GLIDES = st.builds(Glide, TEMPOS, TEMPOS, st.just(0.0) | st.floats(0.01, 1000))
CHANGES = st.lists(
    st.builds(TempoChange, st.floats(0, 144), TEMPOS, st.just(0.0) | st.floats(0.01, 300)), max_size=4
).map(lambda changes: tuple(sorted(changes, key=lambda change: change.tick)))
CURVES = st.builds(TempoCurve, TEMPOS, CHANGES)


def test_a_glide_of_four_quarters_from_120_to_60_takes_the_mean_of_its_beats() -> None:
    glide = Glide(120, 60, 96)
    assert [glide.span(tick) for tick in (0, 24, 48, 96, 120)] == [0, 0.5625, 1.25, 3, 4]
    assert [glide.tempo_at(tick) for tick in (0, 48, 96, 120)] == [120, pytest.approx(80), 60, 60]


def test_a_glide_of_no_ticks_is_there_at_once() -> None:
    assert Glide(120, 60, 0).span(24) == 1
    assert Glide(120, 60, 0).tempo_at(0) == 60


@given(GLIDES, st.floats(-100, 2000))
def test_a_tick_is_found_again_in_its_time(glide: Glide, tick: float) -> None:
    assert glide.ticks_in(glide.span(tick)) == pytest.approx(tick, abs=1e-6)


@given(GLIDES, st.integers(1, 500))
def test_the_time_of_a_glide_is_the_sum_of_its_beats(glide: Glide, ticks: int) -> None:
    """The closed form against the midpoint rule, which is exact for what is linear: 1 / tempo within the glide."""
    assume(glide.ticks >= ticks)
    middles = [60 / 24 / glide.tempo_at(tick + 0.5) for tick in range(ticks)]
    assert glide.span(ticks) == pytest.approx(math.fsum(middles), rel=1e-9)


@given(TEMPOS, st.floats(1, 2000), st.floats(0, 1), st.floats(0.5, 60))
def test_the_tempo_that_lasts_some_seconds_lasts_them(tempo: float, ticks: float, part: float, seconds: float) -> None:
    glide_ticks = part * ticks
    tempo_to = tempo_to_last(seconds, ticks, tempo, glide_ticks)
    assume(tempo_to is not None and tempo_to < 1e4)
    assert tempo_to is not None
    assert Glide(tempo, tempo_to, glide_ticks).span(ticks) == pytest.approx(seconds, rel=1e-9)


def test_no_tempo_lasts_less_than_its_glide_takes() -> None:
    assert tempo_to_last(seconds=0.9, ticks=96, tempo=120, glide_ticks=96) is None


@given(CURVES, st.floats(0, 200))
def test_a_tick_is_found_again_in_its_time_whatever_changed(curve: TempoCurve, tick: float) -> None:
    assert curve.tick_at(curve.span(tick)) == pytest.approx(tick, abs=1e-6)


@given(CURVES)
def test_the_tempo_is_continuous_where_it_glides(curve: TempoCurve) -> None:
    for change in curve.changes:
        ends = [change.tick + change.glide_ticks] + ([change.tick] if change.glide_ticks > 0.01 else [])
        for tick in ends:
            if not any(tick == other.tick for other in curve.changes if other is not change):
                jumps = any(abs(other.tick - tick) < 1e-6 and other.glide_ticks <= 0.01 for other in curve.changes)
                assert jumps or curve.tempo_at(tick - 1e-9) == pytest.approx(curve.tempo_at(tick + 1e-9), rel=1e-4)


@given(CURVES, st.floats(0, 200))
def test_the_time_goes_at_the_tempo(curve: TempoCurve, tick: float) -> None:
    """The slope of the time is a tick's length at the tempo there, away from where the tempo jumps."""
    assume(all(abs(change.tick - tick) > 1e-3 for change in curve.changes))
    slope = (curve.span(tick + 1e-4) - curve.span(tick - 1e-4)) / 2e-4
    near = [2.5 / curve.tempo_at(tick + side) for side in (-1e-4, 1e-4)]
    assert min(near) * (1 - 1e-5) <= slope <= max(near) * (1 + 1e-5)


@given(CURVES, st.floats(0, 144))
def test_what_is_left_of_a_glide_ends_it(curve: TempoCurve, tick: float) -> None:
    left = curve.glide_left(tick)
    goals = [change.tempo_to for change in curve.changes if change.tick <= tick]
    changes = tuple(change for change in curve.changes if change.tick <= tick)
    after = TempoCurve(curve.tempo, changes)
    assert after.tempo_at(tick + left + 1e-9) == pytest.approx((goals or [curve.tempo])[-1])


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_numbers_that_cannot_be_are_named(bad: float) -> None:
    with pytest.raises(InputError, match=f"tempo {bad!r}"):
        TempoChange(0, bad)
    with pytest.raises(InputError, match=f"tick {bad!r}"):
        TempoChange(bad, 120)
    with pytest.raises(InputError, match=f"glide {bad!r}"):
        TempoChange(0, 120, bad)
