"""Which changes of mood are heard at once."""

import pytest

from barwise.directing.turning import turns
from barwise.music.mood import Mood


@pytest.mark.parametrize(
    ("after", "is_turn"),
    [
        (Mood(), False),
        (Mood(valence=0.19, arousal=0.16, tension=0.39), False),
        (Mood(valence=-0.21), True),
        (Mood(arousal=0.17), True),
        (Mood(tension=0.41), True),
    ],
)
def test_a_mood_turns_by_its_largest_change(after: Mood, is_turn: bool) -> None:
    assert turns(Mood(), after) is is_turn
    assert turns(after, Mood()) is is_turn
