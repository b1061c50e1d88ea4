"""Frames of bytes over a pipe: whole or not at all, and never at the cost of who writes from a game.

It knows pipes and how long a frame is, nothing of what is in it. A frame is its length in four
bytes, then its bytes.
"""

import contextlib
import os
import struct
import sys
import threading
from collections import deque
from collections.abc import Iterator

LARGEST_FRAME = 16 << 20
"""Bytes. A saved piece of music has some ten thousand; a length beyond this comes from a broken writer."""

THREAD_FRAMES = 256
"""Frames that may wait for the thread that writes where pipes make their writers wait."""

READ_BYTES = 1 << 16

_LENGTH = struct.Struct(">I")


class WireError(Exception):
    """What came over a pipe is no frame: the two ends no longer understand each other."""


class PipeWriter:
    """Frames into a pipe, from any thread, without ever waiting for whoever reads.

    Where pipes cannot be told not to wait (Windows before Python 3.12) a thread does the waiting.
    """

    def __init__(self, descriptor: int, *, can_unblock: bool = True) -> None:
        """Take a pipe's end and own it."""
        self._descriptor = descriptor
        self._lock = threading.Condition()  # of an RLock: a failed write closes
        self._rest = b""
        """What the pipe has not yet taken of a frame that it has begun to take."""
        self._queue: deque[bytes] = deque()
        self._is_open = True
        self._is_unblocked = can_unblock and unblock(descriptor)
        if not self._is_unblocked:
            threading.Thread(target=self._write_on, name="barwise-wire", daemon=True).start()

    def offer(self, frame: bytes) -> bool:
        """Send a frame; False, and nothing sent, when the pipe is full or nobody reads it any more."""
        data = _LENGTH.pack(len(frame)) + frame
        with self._lock:
            return self._offer_now(data) if self._is_unblocked else self._offer_to_thread(data)

    @property
    def has_rest(self) -> bool:
        """Whether a frame was taken in part; any thread may ask."""
        return bool(self._rest)

    def flush(self) -> None:
        """Give the pipe what it did not take of the last frame, as far as it takes it now."""
        with self._lock:
            self._rest = self._left_of(self._rest)

    def close(self) -> None:
        """Let the other end see that this was all; doing it twice is harmless."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                self._lock.notify()
                if self._is_unblocked:  # otherwise the thread does it, when nothing waits in there any more
                    self._close_pipe()

    def _offer_now(self, data: bytes) -> bool:
        self._rest = self._left_of(self._rest)
        if self._rest or not self._is_open:
            return False
        left = self._left_of(data)
        if len(left) == len(data):
            return False
        self._rest = left
        return True

    def _left_of(self, data: bytes) -> bytes:
        """What the pipe does not take of some bytes now."""
        try:
            while data and self._is_open:
                data = data[os.write(self._descriptor, data) :]
        except BlockingIOError:
            pass
        except OSError:
            # Whoever read is gone; that is for the reader of the other pipe to find out and to tell.
            self.close()
        return data

    def _offer_to_thread(self, data: bytes) -> bool:
        if not self._is_open or len(self._queue) >= THREAD_FRAMES:
            return False
        self._queue.append(data)
        self._lock.notify()
        return True

    def _write_on(self) -> None:
        """Write what waits, one frame after the other, each for as long as it takes."""
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._queue or not self._is_open)
                data = self._queue.popleft() if self._queue and self._is_open else b""
            try:
                _write_all(self._descriptor, data)
            except OSError:
                self.close()
            if not self._is_open:
                self._close_pipe()
                return

    def _close_pipe(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class FrameBuffer:
    """Bytes as they come out of a pipe, and the frames in them."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, chunk: bytes) -> None:
        """More has come."""
        self._bytes += chunk

    def take(self) -> bytes | None:
        """The next frame; None while it is not whole; raises WireError when what comes is none."""
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > LARGEST_FRAME:
            raise WireError(f"a frame of {length} bytes was announced; at most {LARGEST_FRAME} are allowed")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        frame = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return frame


class FrameReader:
    """Frames out of a pipe, for one thread that has nothing else to do."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def frames(self) -> Iterator[bytes]:
        """Each frame as it comes, to the end of the pipe; raises WireError when what comes is none."""
        buffer = FrameBuffer()
        while chunk := self._read():
            buffer.add(chunk)
            while (frame := buffer.take()) is not None:
                yield frame

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, READ_BYTES)
        except OSError:
            return b""


def write_frame(descriptor: int, frame: bytes) -> None:
    """Send a frame, waiting for the reader; raises OSError when there is none any more."""
    _write_all(descriptor, _LENGTH.pack(len(frame)) + frame)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def unblock(descriptor: int) -> bool:
    """Tell a pipe not to wait; whether this machine's pipes can."""
    if sys.platform != "win32" or sys.version_info >= (3, 12):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            return True
    return False
