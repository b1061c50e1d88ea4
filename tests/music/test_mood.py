"""Moods: three numbers in their ranges, and the way from one to another."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.music.mood import MOOD_RANGES, Mood
from tests.music.strategies import MOODS


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("valence", -1.5, "valence -1.5 is out of range; allowed: -1 to 1"),
        ("arousal", math.nan, "arousal nan is out of range; allowed: -1 to 1"),
        ("tension", -0.1, "tension -0.1 is out of range; allowed: 0 to 1"),
        ("tension", "high", "tension 'high' is not a number; allowed: 0 to 1"),
        ("tension", None, "tension None is not a number; allowed: 0 to 1"),
        ("arousal", -(10**400), "arousal -inf is out of range; allowed: -1 to 1"),
    ],
)
def test_a_mood_out_of_range_is_refused_by_name_and_value(name: str, value: float, message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}$"):
        Mood(**{name: value})


@pytest.mark.parametrize("name", MOOD_RANGES)
def test_the_ends_of_a_range_belong_to_it(name: str) -> None:
    for end in MOOD_RANGES[name]:
        assert getattr(Mood(**{name: end}), name) == end


@given(MOODS, MOODS, st.floats(0, 1))
@settings(max_examples=50)
def test_the_way_to_another_mood_lies_between_both(start: Mood, end: Mood, share: float) -> None:
    between = start.toward(end, share)
    for name in MOOD_RANGES:
        low, high = sorted((getattr(start, name), getattr(end, name)))
        assert low - 1e-9 <= getattr(between, name) <= high + 1e-9


@given(MOODS, MOODS)
@settings(max_examples=50)
def test_a_whole_step_arrives_and_none_stays(start: Mood, end: Mood) -> None:
    arrived = start.toward(end, 1.0)
    assert start.toward(end, 0.0) == start
    assert all(getattr(arrived, name) == pytest.approx(getattr(end, name), abs=1e-9) for name in MOOD_RANGES)
