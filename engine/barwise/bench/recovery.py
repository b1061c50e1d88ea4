"""How long the music is away when its process is killed, and whether it comes back where it would have been."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from barwise.bench.processes import family
from barwise.linking.choice import PROCESS
from barwise.linking.patience import DEATHS_SECONDS, MOST_DEATHS
from barwise.music.events import MusicEventKind
from barwise.player import MusicPlayer

STATE = "combat"
LONGEST_SECONDS = 30.0
"""So long it is waited for anything."""

LOOK_SECONDS = 0.002
PLAYED_SECONDS = DEATHS_SECONDS / (MOST_DEATHS - 1) + 0.2
"""Before each kill: so seldom that it is no reason to give processes up; some more each time, to hit other places."""


@dataclass(frozen=True)
class Recovery:
    """What was taken of processes that were killed."""

    seconds: tuple[float, ...] = ()
    """From each kill until the device was given sound again."""
    strays: int = 0
    """How often the music came back in another state, or in another bar than the one that was due."""

    @property
    def longest(self) -> float | None:
        """The longest time away; None where none was killed."""
        return max(self.seconds, default=None)


NOT_KILLED = Recovery()


def measure_recovery(times: int, limit_seconds: float) -> Recovery:
    """Kill the music so many times, as long as there is time; none where a process cannot be found from outside."""
    before = set(family(os.getpid()))
    if not before:
        return Recovery()
    end = time.monotonic() + limit_seconds
    seconds: list[float] = []
    strays = 0
    with MusicPlayer(output="null", host=PROCESS) as player:
        player.enter(STATE, at="now")
        _wait(lambda: player.is_sounding and player.status.bar >= 1)
        while len(seconds) < times and time.monotonic() < end:
            _wait(lambda: False, PLAYED_SECONDS + 0.1 * len(seconds))
            told = player.upcoming().events
            bars = {event.bar: event.heard_at or 0.0 for event in told if event.kind is MusicEventKind.BAR}
            state, bar = player.status.state, player.status.bar
            # The one that plays is the last below: what it was copied from lives on.
            _kill([one for one in family(os.getpid()) if one not in before][-1])
            killed = time.monotonic()
            _wait(lambda: not player.is_sounding)
            _wait(lambda: player.is_sounding)
            back = time.monotonic()
            seconds.append(back - killed)
            due = max([bar, *(number for number, at in bars.items() if at <= back)])
            status = player.status
            strays += (status.state, status.bar) != (state, due)
    return Recovery(tuple(seconds), strays)


def _kill(process: int) -> None:
    if sys.platform != "win32":  # where no family is found
        os.kill(process, signal.SIGKILL)


def _wait(is_over: Callable[[], bool], seconds: float = LONGEST_SECONDS) -> None:
    """Wait for something, but not for ever."""
    deadline = time.monotonic() + seconds
    while not is_over() and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
