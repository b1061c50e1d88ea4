"""The music in threads of the game's own process: behind a longer queue, because the game holds Python's lock."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from barwise.commands import Command
from barwise.linking.calls import TOO_MANY, Said
from barwise.linking.course import Course
from barwise.linking.game_side import GameSide
from barwise.linking.hosting import CoreHost, Queue, core_of, line_of
from barwise.linking.link import Listener, Plan
from barwise.linking.messages import Call, Origin, Position, Report
from barwise.linking.playable import Maker
from barwise.linking.turns import TURNS
from barwise.playing.outputs import Output

QUEUE = Queue(0.2, 3072)
"""Games hold Python's lock for 100 ms at a time; and the longer a block, the seldomer it has to be asked for."""

BREATH_SECONDS = 1 / 60
"""A bar is composed, arranged and packed in steps that keep Python's lock for milliseconds each: one a frame."""


class ThreadLink(GameSide):
    """A Link to threads; the core is made in one of them, so that `start` does not wait for it."""

    def __init__(
        self, plan: Plan, listener: Listener, output: Callable[[], Output], maker: Maker, queue: Queue = QUEUE
    ) -> None:
        super().__init__(plan, listener)
        self._output, self._maker, self._queue = output, maker, queue
        self._host: CoreHost | None = None
        self._run: threading.Thread | None = None

    @property
    def host(self) -> str:
        """Where the music is made."""
        return "thread"

    @property
    def is_running(self) -> bool:
        """Whether the music was started and not stopped."""
        return self._run is not None and self._is_mine

    @property
    def is_aloud(self) -> bool:
        """Whether a device takes it."""
        host = self._host
        return host is not None and host.is_aloud

    @property
    def underruns(self) -> int:
        """How often the device ran out of sound."""
        host = self._host
        return self._past_underruns + (host.underruns if host else 0)

    def start(self) -> None:
        """Begin, or go on where `stop` has ended; harmless while running."""
        if not self._is_mine:
            return
        with self._lock:
            if self._run:
                return
            self._course.wait_until(time.monotonic())
            self._begin()

    def stop(self) -> None:
        """End the music at once; harmless when it is not running."""
        if not self._is_mine:
            return
        now = time.monotonic()
        with self._lock:
            if self._run:
                self._course.stand(self._stopped(now))
            host = self._let_go()
        if host:
            host.stop()

    def send(self, command: Command) -> None:
        """Say something; before `start` it is kept until then."""
        if not self._is_mine:
            return
        with self._lock:
            is_kept = self._course.calls.add(Said(time.monotonic(), command))
            self._pump()
        if not is_kept:
            self._tell_once(TOO_MANY)

    def poll(self) -> None:
        """All that is told here is heard as soon as it is."""

    def hear_at_once(self) -> None:
        """The same."""

    def origin(self, at: float) -> Origin:
        """What another link needs to go on from what is heard at a moment of time.monotonic."""
        if not self._is_mine:
            return Origin()
        with self._lock:
            return self._course.saved_at(self._stopped(at))

    def restore(self, origin: Origin) -> None:
        """Go on from elsewhere, now or at `start`."""
        if not self._is_mine:
            return
        with self._lock:
            was_running = self._run is not None
            host = self._let_go()
            self._course = Course(origin, self._course)
        self._listener.rewind(-1.0)
        if host:
            host.stop()
        if was_running:
            with self._lock:
                self._begin()

    def heard_frame(self, at: float) -> float:
        """The output frame that is heard at a moment of time.monotonic; below 0 before the first."""
        position = self._position(at)
        return position.frame if position else -1.0

    def _position(self, at: float) -> Position | None:
        """Where the music is at a moment; None before its first sound."""
        host, last = self._host, self._course.position
        playing = host and host.position(at)
        if playing:
            return playing
        return last.moved_to(at, self._plan.sample_rate) if last and self._run else last

    def _stopped(self, at: float) -> Position | None:
        """The same, to stay there."""
        position = self._position(at)
        return position and replace(position, is_moving=False)

    def _begin(self) -> None:
        """Make a core in a thread; with the lock held."""
        TURNS.share()
        run = self._run = threading.Thread(target=self._make, name="barwise-make", daemon=True)
        try:
            run.start()
        except RuntimeError as error:  # a machine without threads
            self._tell(f"there is no music: {error}")

    def _let_go(self) -> CoreHost | None:
        """Have no host any more; with the lock held."""
        if self._run:
            TURNS.leave()
        host, self._host, self._run = self._host, None, None
        self._past_underruns += host.underruns if host else 0
        return host

    def _make(self) -> None:
        run = threading.current_thread()
        try:
            with self._lock:
                origin, rate = self._course.origin, self._plan.sample_rate
                calls = [Call(said.at, said.command) for said in self._course.calls.take_all()]
            core = core_of(self._maker, self._plan.parts, origin, calls, rate, self._listener.add)
            host = CoreHost(core, self._output(), rate, self._queue, self._note, breath_seconds=BREATH_SECONDS)
            host.play_from(origin.position)
        except Exception as error:
            self._tell(f"there is no music: {line_of(error)}")
            return
        with self._lock:
            is_wanted = run is self._run
            if is_wanted:
                self._host = host
                self._pump()
        if not is_wanted:
            host.stop()

    def _pump(self) -> None:
        host = self._host
        if host:
            self._course.calls.send(lambda said: host.call(said.command, said.at))

    def _note(self, reports: list[Report]) -> None:
        with self._lock:
            news = [report for report in reports if self._course.note(report)]
        self._listener.add(news)
