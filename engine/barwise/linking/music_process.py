"""One process that makes music: started away from the game's modules, spoken to and heard.

It knows processes and pipes; when to start one and what to say to it is the business of process_link.py.
"""

import os
import threading
from collections.abc import Callable, Sequence
from itertools import count

from barwise.errors import InputError
from barwise.linking.messages import Beat, FromChild, ToChild, decode_from_child, encode
from barwise.linking.patience import EXIT_SECONDS
from barwise.linking.real_time import hurry_alone
from barwise.linking.sources import Source
from barwise.linking.wire import FrameReader, PipeWriter, WireError
from barwise.music.reports import Fault

_numbers = count(1)

Hearer = Callable[["MusicProcess", FromChild | None], None]
"""Takes what a process says, and None when it has ended."""


class MusicProcess:
    """A process and the thread that hears it."""

    def __init__(self, hearer: Hearer, source: Source) -> None:
        """Have it started; raises OSError when the machine does not let."""
        self._hearer, self._source, self._number = hearer, source, next(_numbers)
        self.pid: int | None = None
        """Its number in the system, once it has said so."""
        (stdin, ours), (theirs, stdout) = os.pipe(), os.pipe()
        try:
            source.start(self._number, stdin, stdout)
        except OSError:
            os.close(ours)
            os.close(theirs)
            raise
        finally:
            os.close(stdin)
            os.close(stdout)
        self._writer = PipeWriter(ours)
        self._reader = threading.Thread(target=self._hear, args=(theirs,), name="barwise-hear", daemon=True)

    def last_words(self) -> Sequence[str]:
        """What it has printed last, line by line."""
        return self._source.last_words()

    def listen(self) -> None:
        """Begin to hear it."""
        self._reader.start()

    def offer(self, message: ToChild) -> bool:
        """Say something; False when the pipe is full."""
        return self._writer.offer(encode(message, ToChild))

    @property
    def has_rest(self) -> bool:
        """Whether the pipe did not take all of the last message."""
        return self._writer.has_rest

    def flush(self) -> None:
        """Give the pipe what it did not take of the last message."""
        self._writer.flush()

    def end(self, seconds: float = EXIT_SECONDS) -> None:
        """Let it end by itself for so long, then end it; doing it twice is harmless."""
        self._writer.close()
        if self._reader.is_alive() and self._reader is not threading.current_thread():
            self._reader.join(seconds)
        if self._reader.is_alive():
            self._source.end(self._number)

    def _hear(self, descriptor: int) -> None:
        hurry_alone()
        try:
            for frame in FrameReader(descriptor).frames():
                self._hearer(self, self._message(frame))
        except WireError as error:
            self._hearer(self, _not_understood(error))
        os.close(descriptor)
        self._source.end(self._number)
        self._hearer(self, None)

    def _message(self, frame: bytes) -> FromChild:
        try:
            message = decode_from_child(frame)
        except InputError as error:
            return _not_understood(error)
        if isinstance(message, Beat) and message.process:
            self.pid = message.process
        return message


def _not_understood(error: Exception) -> Beat:
    return Beat(reports=(Fault(f"the music's process is not understood: {error}"),))
