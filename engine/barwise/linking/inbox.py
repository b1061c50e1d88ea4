"""Frames that have come over a pipe, taken without waiting, by a game between two of its own frames.

Where pipes cannot be told not to wait (Windows before Python 3.12) a thread reads them. It knows no messages.
"""

import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable

from barwise.linking.alarm import Alarm, can_watch
from barwise.linking.wire import READ_BYTES, FrameBuffer, unblock


class Inbox:
    """The reading end of a pipe; every method may be called from any thread."""

    def __init__(self, descriptor: int, ring: Callable[[], None], *, can_unblock: bool = True) -> None:
        """Take a pipe's end and own it; where a thread reads, it rings when more has come, and at the end."""
        self._descriptor, self._ring = descriptor, ring
        self._lock = threading.Lock()
        self._buffer = FrameBuffer()
        self._chunks: deque[bytes] = deque()
        self._is_open = True
        self.has_ended = False
        """Whether all has come that ever will, and was read."""
        self._is_unblocked = can_unblock and can_watch() and unblock(descriptor)
        self._over = threading.Event()
        # A read that is refused is an exception, which a game would pay for with every frame.
        self._has_data = _watched(descriptor) if self._is_unblocked else lambda: True
        if not self._is_unblocked:
            threading.Thread(target=self._read_on, name="barwise-hear", daemon=True).start()

    @property
    def descriptor(self) -> int | None:
        """For an Alarm; None where a thread reads, and after the end."""
        return self._descriptor if self._is_unblocked and self._is_open else None

    def take(self) -> bytes | None:
        """The next frame that is there; None when there is none, or another thread takes it; raises WireError."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            frame = self._buffer.take()
            if frame is None and self._read():
                frame = self._buffer.take()
            return frame
        finally:
            self._lock.release()

    def wait_for_end(self, seconds: float) -> None:
        """Wait at most so long until whoever writes has let go of the pipe; what he wrote is not read."""
        descriptor = self.descriptor
        if descriptor is None:
            self._over.wait(seconds)
        elif not self.has_ended:
            alarm = Alarm()
            alarm.wait(seconds, descriptor)
            alarm.close()

    def close(self) -> None:
        """Take no more; doing it twice is harmless."""
        with self._lock:
            if self._is_open and self._is_unblocked:  # otherwise the thread does it
                os.close(self._descriptor)
            self._is_open = False
            self._buffer = FrameBuffer()
            self.has_ended = True

    def _read(self) -> bool:
        """Add what is there; whether there was something."""
        if not self._is_open or self.has_ended or not self._has_data():
            return False
        try:
            chunk = os.read(self._descriptor, READ_BYTES) if self._is_unblocked else self._chunks.popleft()
        except (BlockingIOError, IndexError):
            return False
        except OSError:
            chunk = b""
        self.has_ended = not chunk
        self._buffer.add(chunk)
        return True

    def _read_on(self) -> None:
        chunk = b"..."
        while chunk:
            try:
                chunk = os.read(self._descriptor, READ_BYTES)
            except OSError:
                chunk = b""
            self._chunks.append(chunk)
            self._ring()
        self._over.set()
        os.close(self._descriptor)


def _watched(descriptor: int) -> Callable[[], bool]:
    """Tells whether a pipe has something to read, or has ended."""
    if sys.platform == "win32":
        return lambda: True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return lambda: bool(poll.poll(0))
