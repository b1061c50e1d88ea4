"""Wakes one thread: when it is rung, when a pipe ends, or after a while. Asleep it takes no lock of Python's.

A thread that wakes with each message would take that lock in the middle of a game's frame. It knows descriptors,
and nothing of what comes over them.
"""

import contextlib
import os
import select
import sys
import threading

from barwise.linking.wire import unblock


class Alarm:
    """Rung by any thread, slept on by one."""

    def __init__(self) -> None:
        """Where pipes cannot be waited for (Windows), whoever reads them is to ring at their end."""
        self._lock = threading.Lock()
        self._rung = threading.Event()
        self._pipe: tuple[int, int] | None = None
        if can_watch():
            with contextlib.suppress(OSError):
                self._pipe = os.pipe()
                for end in self._pipe:
                    unblock(end)

    def ring(self) -> None:
        """Wake who sleeps, or who next would; harmless after `close`."""
        with self._lock:
            if self._pipe is None:
                self._rung.set()
            else:
                with contextlib.suppress(BlockingIOError):  # a full pipe has rung
                    os.write(self._pipe[1], b"!")

    def wait(self, seconds: float, descriptor: int | None = None, *, for_data: bool = False) -> bool:
        """Sleep until it is rung, the pipe of a descriptor ends, or has data where that is wanted, at most so long.

        Returns whether the pipe was the reason; where whoever reads it rings, whether it was rung.
        """
        if sys.platform == "win32" or self._pipe is None:
            is_rung = self._rung.wait(seconds)
            self._rung.clear()
            return is_rung
        poll = select.poll()
        poll.register(self._pipe[0], select.POLLIN)
        if descriptor is not None:
            poll.register(descriptor, select.POLLIN if for_data else 0)  # an end is told in any case
        told = dict(poll.poll(seconds * 1000))
        if self._pipe[0] in told:
            os.read(self._pipe[0], 1 << 10)
        return descriptor in told

    def close(self) -> None:
        """Let go of it; for the thread that slept on it."""
        with self._lock:
            pipe, self._pipe = self._pipe, None
            for end in pipe or ():
                os.close(end)


def can_watch() -> bool:
    """Whether this system tells of a pipe's end without its data."""
    return sys.platform != "win32" and hasattr(select, "poll")
