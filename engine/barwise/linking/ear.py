"""Hears a process: a little in a game's frame, or all that it has said. It knows neither what is said nor why."""

import threading
import time
from collections.abc import Callable

from barwise.linking.messages import FromChild
from barwise.linking.music_process import MusicProcess

HEARING_SHARE = 0.01
"""Of the time since a game has last asked, so much is spent on what was told meanwhile, and one message is heard in
any case: a game that asks with every frame has a sixth of a millisecond taken, one that was away hears all."""

SAME_FRAME_SECONDS = 0.002
"""Who asks again so soon has heard what there is: a game asks for events, and then for the status."""


Heed = Callable[[MusicProcess, FromChild], None]
"""Is told of a message, and of whom it is; not kept here, as whoever has an ear is to be forgotten with it."""


class Ear:
    """Hears in order, whichever thread asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._has_said = self._has_skipped = False

    def said(self) -> None:
        """The game says something, in this frame."""
        self._has_said = True

    def asks(self, now: float) -> bool:
        """Whether a game that asks at a moment of time.monotonic does so for the first time in its frame."""
        return now - self._asked_at >= SAME_FRAME_SECONDS

    def hear_in_frame(self, process: MusicProcess, now: float, heed: Heed) -> None:
        """One message, and more after a while: for a game that asks at a moment of time.monotonic."""
        since, self._asked_at = now - self._asked_at, now
        # A call and a message in one frame are the longest that there is: the message waits for the next.
        self._has_skipped, self._has_said = self._has_said and not self._has_skipped, False
        if not self._has_skipped and self._lock.acquire(blocking=False):
            try:
                self._hear(process, heed, now + HEARING_SHARE * since)
            finally:
                self._lock.release()

    def hear_all(self, process: MusicProcess, heed: Heed) -> None:
        """Everything that has come."""
        with self._lock:
            self._hear(process, heed, float("inf"))

    def _hear(self, process: MusicProcess, heed: Heed, until: float) -> None:
        """One message at least, and no more after a moment; with the lock held."""
        while message := process.take():
            heed(process, message)
            if time.monotonic() >= until:
                return
