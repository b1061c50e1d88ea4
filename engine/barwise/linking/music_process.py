"""One process that makes music: started away from the game's modules, spoken to and heard.

It knows processes and pipes; when to start one and what to say to it is the business of process_link.py.
"""

import os
from collections.abc import Callable, Sequence
from itertools import count

from barwise.errors import InputError
from barwise.linking.inbox import Inbox
from barwise.linking.messages import Beat, FromChild, ToChild, encode_call
from barwise.linking.news import decode_news
from barwise.linking.patience import EXIT_SECONDS
from barwise.linking.sources import Source
from barwise.linking.wire import PipeWriter, WireError
from barwise.music.reports import Fault

_numbers = count(1)


class MusicProcess:
    """A process and the pipes to and from it."""

    def __init__(self, source: Source, ring: Callable[[], None]) -> None:
        """Have it started; raises OSError when the machine does not let.

        Where pipes cannot be read without waiting, `ring` is called when there is more to read.
        """
        self._source, self._number = source, next(_numbers)
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
        self._inbox = Inbox(theirs, ring)

    @property
    def descriptor(self) -> int | None:
        """Of the pipe that ends with it, for an Alarm; None where whoever reads that rings."""
        return self._inbox.descriptor

    @property
    def has_ended(self) -> bool:
        """Whether it will say no more, and all that it has said was taken."""
        return self._inbox.has_ended

    def last_words(self) -> Sequence[str]:
        """What it has printed last, line by line."""
        return self._source.last_words()

    def take(self) -> FromChild | None:
        """The next thing that it has said; None when there is nothing now."""
        try:
            frame = self._inbox.take()
            message = None if frame is None else decode_news(frame)
        except WireError as error:
            self._inbox.close()
            return _not_understood(error)
        except InputError as error:
            return _not_understood(error)
        if isinstance(message, Beat) and message.process:
            self.pid = message.process
        return message

    def offer(self, message: ToChild) -> bool:
        """Say something; False when the pipe is full."""
        return self._writer.offer(encode_call(message))

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
        if seconds:
            self._inbox.wait_for_end(seconds)
        self._source.end(self._number)
        self._inbox.close()


def _not_understood(error: Exception) -> Beat:
    return Beat(reports=(Fault(f"the music's process is not understood: {error}"),))
