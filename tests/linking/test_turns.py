"""The interpreter's switch interval is lowered while music plays in a thread, and given back by the last player."""

import sys
from collections.abc import Callable, Iterator

import pytest

from barwise.linking.turns import SHARED_SECONDS, Turns

USUAL = 0.004


@pytest.fixture(autouse=True)
def interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(USUAL)
    yield
    sys.setswitchinterval(before)


def test_the_first_player_lowers_it_and_the_last_gives_it_back() -> None:
    turns, heard = Turns(), []
    steps: tuple[Callable[[], None], ...] = (turns.share, turns.share, turns.leave, turns.leave, turns.share)
    for step in steps:
        step()
        heard.append(sys.getswitchinterval())
    assert heard == pytest.approx([SHARED_SECONDS, SHARED_SECONDS, SHARED_SECONDS, USUAL, SHARED_SECONDS])


def test_a_game_that_asks_for_shorter_turns_keeps_them() -> None:
    sys.setswitchinterval(0.0005)
    Turns().share()
    assert sys.getswitchinterval() == pytest.approx(0.0005)
