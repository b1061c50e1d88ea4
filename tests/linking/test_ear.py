"""A process is heard without a game's frame being long for it. The clock is the test's own."""

from types import SimpleNamespace
from typing import cast

import pytest

from barwise.linking.ear import Ear
from barwise.linking.messages import Beat, FromChild
from barwise.linking.music_process import MusicProcess

FRAME = 1 / 60
HEARING = 0.001
"""Seconds that each thing takes to hear."""


class Talker:
    """A process that has said much."""

    def __init__(self, clock: "Clock", messages: int) -> None:
        self.left, self._clock = messages, clock

    def take(self) -> FromChild | None:
        if not self.left:
            return None
        self.left -= 1
        self._clock.now += HEARING
        return Beat()


class Clock:
    now = 100.0


class Game:
    """Asks a talker with an ear."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.talker = clock, Talker(clock, 20)
        self.heard: list[FromChild] = []
        self.ear = Ear()

    def heed(self, _: MusicProcess, message: FromChild) -> None:
        self.heard.append(message)

    @property
    def process(self) -> MusicProcess:
        return cast("MusicProcess", self.talker)

    def hears_after(self, seconds: float) -> int:
        """How many messages it hears when it asks so long after it did last."""
        self.clock.now += seconds
        before = len(self.heard)
        if self.ear.asks(self.clock.now):
            self.ear.hear_in_frame(self.process, self.clock.now, self.heed)
        return len(self.heard) - before


@pytest.fixture
def game(monkeypatch: pytest.MonkeyPatch) -> Game:
    clock = Clock()
    monkeypatch.setattr("barwise.linking.ear.time", SimpleNamespace(monotonic=lambda: clock.now))
    game = Game(clock)
    game.ear.hear_in_frame(cast("MusicProcess", Talker(clock, 0)), clock.now, game.heed)
    return game


def test_a_frame_hears_one_message(game: Game) -> None:
    assert [game.hears_after(FRAME) for _ in range(3)] == [1, 1, 1]


def test_who_asks_again_in_a_frame_hears_no_more(game: Game) -> None:
    assert [game.hears_after(seconds) for seconds in (FRAME, 0.0005, 0.0, FRAME)] == [1, 0, 0, 1]


def test_who_asks_without_a_pause_hears_all_the_same(game: Game) -> None:
    assert sum(game.hears_after(0.0005) for _ in range(200)) == 20


def test_a_frame_that_has_said_something_hears_with_the_next(game: Game) -> None:
    game.ear.said()
    assert [game.hears_after(FRAME), game.hears_after(FRAME)] == [0, 1]


def test_a_game_that_says_something_with_every_frame_hears_with_every_other(game: Game) -> None:
    heard = []
    for _ in range(4):
        game.ear.said()
        heard.append(game.hears_after(FRAME))
    assert heard == [0, 1, 0, 1]


def test_a_game_that_was_away_hears_for_a_hundredth_of_that_time(game: Game) -> None:
    assert game.hears_after(0.5) == 5
    assert game.hears_after(60.0) == 15


def test_all_is_heard_by_who_is_not_in_a_frame(game: Game) -> None:
    game.ear.hear_all(game.process, game.heed)
    assert len(game.heard) == 20
