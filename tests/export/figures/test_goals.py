"""Goals: bounds, words, and a table that says what was missed."""

import math

import pytest

from barwise_export.figures.goals import Goal, goal_table


@pytest.mark.parametrize(
    ("goal", "is_reached"),
    [
        (Goal("a", 0.97, at_least=0.97), True),
        (Goal("a", 0.969, at_least=0.97), False),
        (Goal("a", 8.0, at_most=8.0), True),
        (Goal("a", 8.1, at_most=8.0), False),
        (Goal("a", 0.5, at_least=0.4, at_most=0.6), True),
        (Goal("a", math.nan, at_least=0.4), False),  # what could not be measured is not reached
    ],
)
def test_a_goal_is_reached_within_its_bounds(goal: Goal, is_reached: bool) -> None:
    assert goal.is_reached is is_reached
    assert goal.as_dict()["is_reached"] is is_reached


def test_the_table_says_what_was_wanted_and_what_was_missed() -> None:
    table = goal_table({"cost": [Goal("a bar", 9.0, at_most=8.0, unit="ms"), Goal("size", 5, 1, 8, "MB")]})
    assert table.splitlines()[2:] == [
        "| cost | a bar | at most 8 ms | 9 ms | **no** |",
        "| cost | size | at least 1 MB, at most 8 MB | 5 MB | yes |",
    ]
