"""Which earlier bar each bar answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.directing.form import answer
from barwise.music.intent import PHRASE_BARS


def answered(bars: range, section_start: int = 0, theme: range = range(0)) -> list[int | None]:
    random = np.random.default_rng(1)
    return [answer(bar, section_start, theme, random).reference for bar in bars]


@pytest.mark.parametrize(
    ("phrase", "references"),
    [
        (0, [None, 0, 0, 2, 0, 1, 2, 3]),  # A: new, its second half answers its first
        (1, [0, 1, 2, 3, 4, 5, 6, 7]),  # A': bar by bar
        (2, [0, 16, 16, 18, 16, 17, 18, 19]),  # B: hints at the beginning, then its own
        (3, [0, 1, 2, 3, 4, 5, 6, 7]),  # A''
    ],
)
def test_phrases_follow_as_a_a_b_a(phrase: int, references: list[int | None]) -> None:
    assert answered(range(8 * phrase, 8 * phrase + 8)) == references


def test_a_section_answers_its_own_bars() -> None:
    assert answered(range(100, 112), section_start=100) == [
        *(None, 100, 100, 102, 100, 101, 102, 103),
        *(100, 101, 102, 103),
    ]


def test_a_state_that_comes_back_answers_its_theme() -> None:
    assert answered(range(30, 38), section_start=30, theme=range(8, 16)) == list(range(8, 16))


def test_a_theme_that_was_cut_short_is_answered_as_far_as_it_goes() -> None:
    assert answered(range(30, 38), section_start=30, theme=range(8, 11)) == [8, 9, 10, 32, 30, 31, 32, 33]


@given(st.integers(0, 200), st.integers(0, 20), st.integers(0, 2**32))
@settings(max_examples=50)
def test_only_earlier_bars_are_answered_and_never_note_by_note(place: int, start: int, seed: int) -> None:
    found = answer(start + place, start, range(0), np.random.default_rng(seed))
    assert (found.reference is None) == (found.similarity is None) == (place == 0)
    if found.reference is not None and found.similarity is not None:
        assert start <= found.reference < start + place
        assert 0 < found.similarity < 1


def test_no_two_returns_ask_for_the_same_likeness() -> None:
    random = np.random.default_rng(1)
    asked = [answer(PHRASE_BARS + place, 0, range(0), random).similarity for place in range(PHRASE_BARS)]
    assert len(set(asked)) == PHRASE_BARS
