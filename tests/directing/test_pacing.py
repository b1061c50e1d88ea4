"""Tempos and glides: within a state, on entering one, on the way to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.directing.approaching import Approach
from barwise.directing.pacing import Pace, as_asked, pace_on_entering, pace_toward, pace_within, tempo_toward
from barwise.music.metre import COMMON_TIME, Metre

TEMPOS = st.floats(43, 212)
"""Those that have a related tempo near any other within 30 to 300."""


def test_within_a_state_a_changed_tempo_glides_over_two_beats() -> None:
    assert pace_within(COMMON_TIME, 110, 100, 1.12) == Pace(COMMON_TIME, 110, 48)
    assert pace_within(COMMON_TIME, 180, 100, 1.12) == Pace(COMMON_TIME, 112, 48)
    assert pace_within(Metre(6, 8), 90, 100, 1.12) == Pace(Metre(6, 8), 90, 72)
    assert pace_within(Metre(1, 4), 90, 100, 1.12) == Pace(Metre(1, 4), 90, 24)
    assert pace_within(COMMON_TIME, 100, 100, 1.12) == Pace(COMMON_TIME, 100, 0)


def test_a_state_begins_in_its_tempo_and_takes_up_what_a_bridge_has_left() -> None:
    assert pace_on_entering(COMMON_TIME, 168).glide_ticks == 0
    assert pace_on_entering(COMMON_TIME, 168, 160) == Pace(COMMON_TIME, 168, 48)
    assert pace_on_entering(COMMON_TIME, 60, 120) == Pace(COMMON_TIME, 60, 0)


@pytest.mark.parametrize(
    ("tempo", "wanted", "tempos"),
    [
        (100, 121, [110.0, 121.0]),
        (160, 60, [138.56, 120.0]),  # by a beat that becomes half a beat
        (60, 160, [69.28, 80.0]),
    ],
)
def test_a_bridge_goes_evenly_to_a_tempo_or_a_related_one(tempo: float, wanted: float, tempos: list[float]) -> None:
    first = pace_toward(COMMON_TIME, wanted, tempo, 2)
    second = pace_toward(COMMON_TIME, wanted, first.tempo, 1)
    assert [first.tempo, second.tempo] == tempos
    assert first.glide_ticks == second.glide_ticks == COMMON_TIME.bar_ticks


@given(TEMPOS, TEMPOS, st.integers(1, 4))
def test_no_bar_of_a_bridge_jolts(tempo: float, wanted: float, bars: int) -> None:
    reached = tempo
    for left in range(bars, 0, -1):
        before, reached = reached, tempo_toward(reached, wanted, left)
        assert 1 / 1.42 <= reached / before <= 1.42
        assert 29.9 <= reached <= 300.1
    assert any(reached == pytest.approx(wanted * 2.0**power) for power in range(-3, 4))


def test_an_approach_that_says_nothing_of_a_bar_leaves_it() -> None:
    pace = Pace(COMMON_TIME, 100, 48)
    solved = Approach(4, (None, Metre(3, 4)), (101.2345, None), "calm")
    assert as_asked(pace, None, 4) == as_asked(pace, solved, 3) == as_asked(pace, solved, 6) == pace
    assert as_asked(pace, solved, 4) == Pace(COMMON_TIME, 101.2345, 96)
    assert as_asked(pace, solved, 5) == Pace(Metre(3, 4), 100, 48)


def test_the_glide_of_an_arrival_goes_on_over_its_bars() -> None:
    solved = Approach(4, (None, Metre(3, 4), None), (101.2345,) * 3, "calm", glide_ticks=130)
    paces = [as_asked(Pace(COMMON_TIME, 100, 48), solved, bar) for bar in (4, 5, 6)]
    assert [pace.glide_ticks for pace in paces] == [130, 34, 0]
