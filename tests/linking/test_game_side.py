"""What all links have in common: whose they are, and what is told once."""

import os

import pytest

from barwise.linking.game_side import GameSide
from barwise.linking.link import Plan
from tests.linking.conftest import Ears


class Side(GameSide):
    """Says what it is asked to."""

    def say(self, *texts: str) -> None:
        for text in texts:
            self._tell_once(text)

    @property
    def is_mine(self) -> bool:
        return self._is_mine


def test_what_goes_wrong_again_and_again_is_told_once() -> None:
    ears = Ears()
    Side(Plan({}, "null", 8000), ears).say("full", "full", "late", "full")
    assert ears.faults == ["full", "late"]


def test_a_link_is_the_process_s_that_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    side = Side(Plan({}, "null", 8000), Ears())
    assert side.is_mine
    monkeypatch.setattr(os, "getpid", lambda: 0)
    assert not side.is_mine
