"""Which earlier bar each bar answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.directing.form import CYCLES, FULLEST, PATTERNS, THINNEST, Form, answer, draw_form
from barwise.music.intent import PHRASE_BARS
from barwise.music.notes import PARTS, Part

NO_THEME = range(0)
PERIOD = Form("AABA", ("abcdabef", "abacabcf", "abcdabef"))


def answered(bars: range, section_start: int = 0, theme: range = NO_THEME, form: Form = PERIOD) -> list[int | None]:
    random = np.random.default_rng(1)
    return [answer(bar, section_start, theme, form, random).reference for bar in bars]


@pytest.mark.parametrize(
    ("phrase", "references"),
    [
        (0, [None, 0, 0, 1, 0, 1, 2, 3]),  # A: new, its second half answers its first
        (1, [0, 1, 2, 3, 4, 5, 6, 7]),  # A again: bar by bar
        (2, [0, 16, 16, 17, 16, 17, 19, 19]),  # B: hints at the beginning, then two bars that answer each other
        (3, [0, 1, 2, 3, 4, 5, 6, 7]),  # A once more: it answers the first, not the last
    ],
)
def test_phrases_follow_as_the_cycle_has_them(phrase: int, references: list[int]) -> None:
    assert answered(range(8 * phrase, 8 * phrase + 8)) == references


def test_what_has_one_letter_is_much_alike_and_what_is_new_follows_on_loosely() -> None:
    form = Form("AABA", ("abcdabef",) * 3, likeness=0.9, loose=0.2)
    asked = [answer(bar, 0, NO_THEME, form, np.random.default_rng(bar)).similarity or 0 for bar in range(8)]
    assert [round(value) for value in asked] == [0, 0, 0, 0, 1, 1, 0, 0]


def test_bars_of_one_letter_have_one_harmony() -> None:
    assert [PERIOD.harmony_place(place) for place in range(16, 24)] == [0, 1, 0, 3, 0, 1, 3, 7]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_phrase_closes_with_a_bar_of_its_own(pattern: str) -> None:
    assert len(pattern) == PHRASE_BARS
    assert pattern.count(pattern[-1]) == 1


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_cycle_begins_with_what_is_new_and_returns_to_it(cycle: str) -> None:
    letters = [Form(cycle).letter(place) for place in range(0, 32, PHRASE_BARS)]
    assert letters[0] == "A"
    assert any(letter.islower() for letter in letters)


def test_a_section_answers_its_own_bars() -> None:
    assert answered(range(100, 110), section_start=100) == [*(None, 100, 100, 101, 100, 101, 102, 103), *(100, 101)]


def test_a_new_cycle_has_phrases_of_its_own_that_begin_with_a_hint_at_the_first() -> None:
    assert answered(range(32, 42)) == [*(0, 32, 32, 33, 32, 33, 34, 35), *(32, 33)]


def test_a_state_that_comes_back_answers_its_theme() -> None:
    assert answered(range(30, 38), section_start=30, theme=range(8, 16)) == list(range(8, 16))


def test_a_theme_that_was_cut_short_is_answered_as_far_as_it_goes() -> None:
    assert answered(range(30, 38), section_start=30, theme=range(8, 11)) == [8, 9, 10, 31, 30, 31, 32, 33]


@given(st.integers(0, 200), st.integers(0, 20), st.integers(0, 2**32))
@settings(max_examples=100)
def test_only_earlier_bars_are_answered(place: int, start: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    found = answer(start + place, start, NO_THEME, draw_form(random), random)
    assert (found.reference is None) == (found.similarity is None) == (place == 0)
    if found.reference is not None and found.similarity is not None:
        assert start <= found.reference < start + place
        assert 0 < found.similarity <= 1


@given(st.integers(0, 200), st.integers(0, 2**32))
def test_what_is_answered_is_less_than_a_cycle_ago_or_the_sections_first_bar(place: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    form = draw_form(random)
    found = answer(place, 0, NO_THEME, form, random).reference
    assert found is None or found == 0 or place - found < form.bars


def test_no_two_returns_ask_for_the_same_likeness() -> None:
    random = np.random.default_rng(1)
    asked = [answer(PHRASE_BARS + place, 0, NO_THEME, PERIOD, random).similarity for place in range(PHRASE_BARS)]
    assert len(set(asked)) > PHRASE_BARS / 2


def test_now_and_then_a_bar_returns_as_it_was() -> None:
    random = np.random.default_rng(1)
    asked = [answer(PHRASE_BARS, 0, NO_THEME, draw_form(random), random).similarity for _ in range(200)]
    assert 0.02 < np.mean([similarity == 1 for similarity in asked]) < 0.3


def test_forms_differ() -> None:
    random = np.random.default_rng(1)
    drawn = [draw_form(random) for _ in range(20)]
    assert len({form.cycle for form in drawn}) > 3
    assert np.std([form.likeness for form in drawn]) > 0.05
    assert np.std([form.fullness for form in drawn]) > 0.1
    assert all(THINNEST <= form.fullness <= FULLEST for form in drawn)


def test_a_phrase_that_returns_has_the_parts_that_it_had() -> None:
    form = Form("AABA", rests=(frozenset({Part.COUNTER}), frozenset({Part.MELODY}), frozenset()))
    assert [set(PARTS) - form.parts(place) for place in (0, 8, 16, 24)] == [
        {Part.COUNTER},
        {Part.COUNTER},
        {Part.MELODY},
        {Part.COUNTER},
    ]


@given(st.integers(0, 2**32))
def test_bass_and_drums_never_rest_and_melody_and_counter_not_at_once(seed: int) -> None:
    form = draw_form(np.random.default_rng(seed))
    for place in range(form.bars):
        assert form.parts(place) >= {Part.BASS, Part.DRUMS}
        assert form.parts(place) & {Part.MELODY, Part.COUNTER}
    assert all(Part.MELODY in form.parts(place) for place in range(PHRASE_BARS))
