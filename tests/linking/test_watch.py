"""A watch leaves a game alone that sees to its music itself, and soon sees to it when the game does not any more."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from barwise.linking.watch import DOZE_SECONDS, WATCH_SECONDS, Watch

FRAME = 1 / 60
PATIENCE_SECONDS = 20.0


class Game:
    """Asks with every frame up to a moment; asleep, its watch passes the time of both."""

    def __init__(self, asks_until: float, plays_until: float) -> None:
        self.watch, self.now = Watch(), 0.0
        self.asks_until, self.plays_until = asks_until, plays_until
        self.seen: list[tuple[float, bool]] = []
        """When it was seen to, and whether the game did not hear."""
        self.is_over = threading.Event()

    def wait(self, seconds: float, *_: object, **__: object) -> bool:
        end = self.now + seconds
        while self.now < end:
            self.now += FRAME
            if self.now <= self.asks_until:
                self.watch.asked(self.now)
        if self.now > self.plays_until:
            self.is_over.set()
            self.watch.end()
        return False

    def ring(self) -> None:
        """Nobody sleeps who could be woken."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def see_to(self, is_unheard: bool) -> None:
        self.seen.append((self.now, is_unheard))


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, float], Game]:
    def play(asks_until: float, plays_until: float) -> Game:
        game = Game(asks_until, plays_until)
        monkeypatch.setattr("barwise.linking.watch.Alarm", lambda: game)
        monkeypatch.setattr("barwise.linking.watch.time", SimpleNamespace(monotonic=lambda: game.now))
        game.watch.begin(lambda: None, game.see_to)
        assert game.is_over.wait(PATIENCE_SECONDS)
        return game

    return play


def test_a_game_that_asks_is_left_alone_but_for_a_look_now_and_then(played: Callable[[float, float], Game]) -> None:
    game = played(100.0, 100.0)
    assert len(game.seen) < 100 / DOZE_SECONDS + 5
    assert not any(is_unheard for _, is_unheard in game.seen)


@pytest.mark.parametrize("asks_until", [1.0, 60.0, 61.0])
def test_a_game_that_has_ceased_to_ask_is_soon_heard_for(
    asks_until: float, played: Callable[[float, float], Game]
) -> None:
    game = played(asks_until, asks_until + 10.0)
    heard_for = [at for at, is_unheard in game.seen if is_unheard]
    assert heard_for[0] - asks_until < DOZE_SECONDS + 2 * WATCH_SECONDS
    assert len(heard_for) > (10.0 - DOZE_SECONDS) / (WATCH_SECONDS + FRAME) - 3


def test_a_game_that_never_asks_is_heard_for_from_the_first_look(played: Callable[[float, float], Game]) -> None:
    seen = played(-1.0, 5.0).seen
    assert len(seen) > 15
    assert all(is_unheard for _, is_unheard in seen)
