"""A game without music, beside another program that plays as much of it: what its frames lose there is the machine's.

Two processors may be two threads of one core, and share what is near to it with others: plain Python takes longer
while a neighbor computes, whatever that computes and for whom.
"""

import random
import time
from collections.abc import Callable, Sequence

from barwise.bench.games import PlayedGame, play_game
from barwise.bench.orders import Orders
from barwise.linking.choice import PROCESS
from barwise.player import MusicPlayer

LONGEST_SECONDS = 30.0
"""So long its first bar is waited for."""

LOOK_SECONDS = 0.01
TURNS = 3
"""Every so many seconds another state; the intensity changes each second."""


class Company:
    """The other program: it plays during the game's second stretch."""

    def __init__(self, seed: int, states: Sequence[str]) -> None:
        self._seed, self._states = seed, states
        self._random = random.Random(seed)
        self._player: MusicPlayer | None = None
        self._ended = self._seconds = 0

    def see_mark(self, mark: str) -> None:
        """The game stands at a mark, and waits until this is over."""
        if mark != "end":
            return
        self._ended += 1
        if self._ended == 1:
            self._begin()
        else:
            self.stop()

    def see_second(self, _: float) -> None:
        """The game has played another second."""
        if self._player is None:
            return
        self._seconds += 1
        self._player.set_intensity(0.3 if self._seconds % 2 else 1.0)
        if self._seconds % TURNS == 0:
            self._player.enter(self._random.choice(self._states))

    def stop(self) -> None:
        """Play no more; harmless when it does not."""
        player, self._player = self._player, None
        if player:
            player.stop()

    def _begin(self) -> None:
        self._player = player = MusicPlayer(seed=self._seed, host=PROCESS, output="null")
        player.start()
        player.enter(self._states[0])
        deadline = time.monotonic() + LONGEST_SECONDS
        while player.status.bar < 1 and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)


def play_beside(orders: Orders, on_seconds: Callable[[float], None] = lambda _: None) -> PlayedGame:
    """Play a game of three stretches without music, the second in company; raises BarwiseError when it fails."""
    company = Company(orders.seed, orders.states)

    def see(seconds: float) -> None:
        company.see_second(seconds)
        on_seconds(seconds)

    try:
        return play_game(orders, see, company.see_mark)
    finally:
        company.stop()
