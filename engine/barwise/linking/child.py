"""The process that makes the music: it is told over stdin, tells over stdout, and ends when either ends.

It is an interpreter of its own, away from the game's modules, or a copy of standby.py's. What
libraries print goes to stderr, so that it does not get between the frames.
"""

import contextlib
import gc
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections import deque

from barwise.errors import InputError
from barwise.linking.hosting import CoreHost, Queue, core_of, line_of, output_named
from barwise.linking.messages import Beat, Begin, Call, Failed, FromChild, Report, decode_call
from barwise.linking.news import encode_news
from barwise.linking.playable import Maker, maker_named
from barwise.linking.real_time import LOADING, OTHERS, PLAYING, come_first, hurry, unhurried
from barwise.linking.wire import FrameReader, WireError, write_frame
from barwise.music.reports import Fault
from barwise.playing.fluid_library import keep_lock_while_rendering

STDIN, STDOUT, STDERR = 0, 1, 2

BEAT_SECONDS = 0.25
"""A beat of life comes at least this often; news come at once."""

REST_SECONDS = 0.02
"""News that come within this are told together: each telling wakes the game's process."""

PLAYING_NICENESS, NICENESS = -11, -6
"""Of the playing thread, as sound servers ask for, and of the others: one that is put aside while it
holds the interpreter's lock keeps the playing thread waiting."""

SWITCH_SECONDS = 0.0005
"""How long the composing thread may keep the interpreter from the playing one."""


class Teller:
    """Tells the game's process that this one lives, and the news; a game that does not listen holds up nothing else."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._news: deque[Report] = deque()
        self._has_news = threading.Event()
        self.host: CoreHost | None = None
        self._thread = threading.Thread(target=self._tell_on, name="barwise-tell", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    @property
    def thread(self) -> int:
        """The number of its thread in the system."""
        return self._thread.native_id or 0

    def add(self, reports: list[Report]) -> None:
        """News to tell; any thread may."""
        self._news.extend(reports)
        self._has_news.set()

    def tell(self, message: FromChild) -> None:
        """Send a message now; without a game there is nothing more to do here."""
        try:
            write_frame(self._descriptor, encode_news(message))
        except OSError:
            leave()

    def _tell_on(self) -> None:
        parent = os.getppid()
        while os.getppid() == parent:  # a copy of the game may still hold the pipe open
            self.tell(self._beat())
            time.sleep(REST_SECONDS)
            self._has_news.wait(BEAT_SECONDS)
            self._has_news.clear()
        leave()

    def _beat(self) -> Beat:
        news = tuple(self._news.popleft() for _ in range(len(self._news)))
        host = self.host
        if host is None:
            return Beat(process=os.getpid(), reports=news)
        return Beat(host.position(time.monotonic()), host.is_aloud, host.underruns, os.getpid(), news)


def main(maker: Maker | None = None) -> None:
    """Play what the game's process says until it says no more; a maker takes the place of the one that it names."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the game, which then ends this
    sys.setswitchinterval(SWITCH_SECONDS)
    # A copy has little to do before it plays; its network, which is not in real time, comes no sooner than the game.
    if maker is None or not hurry(LOADING):
        come_first(NICENESS)
    keep_lock_while_rendering()
    wire = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)
    teller = Teller(wire)
    teller.start()
    try:
        _obey(teller, maker)
    except WireError as error:
        teller.tell(Failed(line_of(error)))
    except Exception as error:
        traceback.print_exc()
        sys.stderr.write(line_of(error) + "\n")
        sys.stderr.flush()
    finally:
        if teller.host:
            teller.host.stop()
        leave()


def leave() -> None:
    """End this process now: whatever threads it has, nobody waits for them."""
    os._exit(0)


def _obey(teller: Teller, maker: Maker | None) -> None:
    for frame in FrameReader(STDIN).frames():
        try:
            message = decode_call(frame)
        except InputError as error:
            teller.add([Fault(line_of(error))])
            continue
        if isinstance(message, Begin):
            _begin(message, teller, maker or maker_named(message.maker))
        elif isinstance(message, Call) and teller.host:
            teller.host.call(message.command, message.called_at)


def _begin(begin: Begin, teller: Teller, maker: Maker) -> None:
    """Play a new piece of music, or the old one from elsewhere."""
    old, teller.host = teller.host, None
    if old:
        old.stop()
    try:
        parts = json.loads(begin.parts)
        core = core_of(maker, parts, begin.origin, begin.calls, begin.sample_rate, teller.add)
        output = output_named(begin.output)
    except InputError as error:
        teller.tell(Failed(line_of(error)))
        leave()
        return
    if hurry(OTHERS) and hurry(OTHERS, teller.thread):
        core.run_long_work_within(unhurried)
    queue = Queue(begin.queue_seconds, begin.block_frames)
    host = CoreHost(core, output, begin.sample_rate, queue, teller.add, _come_first)
    host.play_from(begin.origin.position)
    teller.host = host
    teller.add([])  # where it plays is news
    _spare_the_collector()


def _come_first() -> None:
    """Of the playing thread."""
    if not hurry(PLAYING):
        come_first(PLAYING_NICENESS)


def _spare_the_collector() -> None:
    """What was loaded stays; looking through it again and again would hold the playing thread up."""
    gc.collect()
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
