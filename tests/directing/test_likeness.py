"""What is left of a likeness when a bar is to differ from the one that it answers."""

from dataclasses import replace

import pytest

from barwise.directing.likeness import SPANS, left_of
from barwise.directing.mood_table import attributes_of
from barwise.music.mood import Mood

WANTED = attributes_of(Mood())


def test_where_the_same_is_wanted_all_of_it_is_left() -> None:
    assert left_of(0.8, WANTED, WANTED) == 0.8


@pytest.mark.parametrize("name", SPANS)
def test_a_difference_in_any_figure_leaves_less(name: str) -> None:
    other = replace(WANTED, **{name: getattr(WANTED, name) + SPANS[name]})
    assert left_of(0.8, WANTED, other) == left_of(0.8, other, WANTED) == pytest.approx(0.8 / 2.718, rel=1e-3)


def test_a_turn_of_mood_leaves_a_hint() -> None:
    calm, fury = attributes_of(Mood(0.5, -0.7, 0.1)), attributes_of(Mood(-0.5, 0.9, 0.6))
    assert left_of(0.9, calm, fury) < 0.2
