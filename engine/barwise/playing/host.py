"""Runs the music in threads: one keeps the output's queue filled, one composes ahead.

It knows when to ask for sound and for bars, never what they are. Whatever goes wrong in here is
reported once and stays in here: the game never sees an exception.
"""

import atexit
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from barwise.playing.heard_clock import HeardClock
from barwise.playing.outputs import CHANNELS, Block, Output
from barwise.playing.queue_length import QueueLength
from barwise.playing.steady_output import SteadyOutput
from barwise.playing.transport import DEFAULT_SAMPLE_RATE

JOIN_SECONDS = 2.0
"""How long `stop` waits for each thread: one that is stuck in a driver must not hang the game's exit."""

MOST_FAILED_BLOCKS = 100
"""Blocks in a row that may fail to render, silence in their place, before the music gives up."""

FIRST_BLOCKS = 2
"""Rendered before the first of them is played."""

LONGEST_LOOK_SECONDS = 0.002
"""What took longer to find out is not true of the moment at which it is known."""

LONGEST_REST_SECONDS = 0.1
"""A playing thread that rests looks this often whether it is to stop."""


class ThreadHost:
    """Plays in real time from `start` to `stop`, whether or not the output is paced by itself."""

    def __init__(
        self,
        render: Callable[[int], Block],
        compose: Callable[[], bool],
        output: Output,
        block_frames: int = 512,
        queue_seconds: float = 0.2,
        *,
        breath_seconds: float = 0.0,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        on_fault: Callable[[Exception], None] = lambda _fault: None,
        on_play: Callable[[], None] = lambda: None,
        on_written: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what makes a block of so many frames, and what composes one step until it returns False.

        The queue is as long as said, half a block less or more: each rest ends in one block. Between two steps of
        composing there is a breath. The playing thread calls `on_play` before all else, and `on_written` whenever a
        block is in the queue: it is known then when that will be heard.
        """
        self._on_play, self._on_written = on_play, on_written
        self._render = render
        self._compose, self._breath_seconds = compose, breath_seconds
        self._output = SteadyOutput(output, time.monotonic, lambda fault: self._report("output", fault))
        self._block_frames = block_frames
        self._queue = QueueLength(round(queue_seconds * sample_rate))
        self._sample_rate = sample_rate
        self._on_fault = on_fault
        self._reported: set[str] = set()
        self._silence = np.zeros((block_frames, CHANNELS), np.float32)
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._work = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()
        self._clock = HeardClock(sample_rate)

    @property
    def is_running(self) -> bool:
        """Whether the music plays, aloud or silently."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def queued_frames(self) -> int:
        """How far what is heard is behind what is rendered, in frames."""
        return self._output.queued_frames() if self.is_running else 0

    @property
    def is_aloud(self) -> bool:
        """Whether the output takes the sound; otherwise the music goes on silently."""
        return self.is_running and self._output.is_heard

    @property
    def underruns(self) -> int:
        """How often the output ran out of sound since `start`."""
        return self._output.underruns

    def heard_frames(self, at: float) -> float:
        """How many frames had been heard at a moment of time.monotonic, the device's own latency counted.

        Below 0 while the first is on its way there.
        """
        return self._clock.heard_at(at) - self._output.latency_frames

    def start(self) -> None:
        """Open the output and start both threads; harmless while running."""
        with self._starting:
            if self.is_running:
                return
            # A new event for each run: a thread of the last one that is still stuck must not come back to life.
            self._stopping = threading.Event()
            self._work.set()
            self._output.open(self._sample_rate)
            self._clock = HeardClock(self._sample_rate)
            self._threads = (self._thread("play", self._play), self._thread("compose", self._compose_ahead))
            # Daemon threads are frozen where they stand at exit, maybe inside a driver: end them before that.
            atexit.register(self.stop)
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """End both threads, which closes the output; harmless when not running, and from within them."""
        self._stopping.set()
        self._work.set()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(JOIN_SECONDS)
        atexit.unregister(self.stop)

    def hold(self, queue_seconds: float) -> None:
        """Keep so much sound in the queue from now on: what is more drains away."""
        self._queue.ask(round(queue_seconds * self._sample_rate))

    def wake(self) -> None:
        """Tell the composing thread that there is something to do again."""
        self._work.set()

    def _thread(self, name: str, work: Callable[[threading.Event], None]) -> threading.Thread:
        return threading.Thread(target=work, args=(self._stopping,), name=f"barwise-{name}", daemon=True)

    def _play(self, stopping: threading.Event) -> None:
        try:
            self._on_play()
            self._keep_filled(stopping)
        except Exception as fault:
            self._report("output", fault)
        self._output.close()
        stopping.set()
        self._work.set()

    def _keep_filled(self, stopping: threading.Event) -> None:
        failed_blocks = written_frames = 0
        # The first blocks are slow, and what is not in the queue cannot run out.
        ready = deque(self._next_block() for _ in range(FIRST_BLOCKS))
        while not stopping.is_set() and failed_blocks < MOST_FAILED_BLOCKS:
            asked, queued_frames, now = time.monotonic(), self._output.queued_frames(), time.monotonic()
            # A game that took Python's lock meanwhile has made the answer an old one.
            if now - asked < LONGEST_LOOK_SECONDS:
                self._clock.count(written_frames - queued_frames, now, is_dry=queued_frames == 0)
            if written_frames > self._queue.frames:  # it has been full
                self._queue.see(queued_frames, now)
            spare_frames = queued_frames - self._queue.frames
            if spare_frames >= 0:
                ends = asked + (spare_frames + self._block_frames // 2) / self._sample_rate
                time.sleep(min(max(ends - time.monotonic(), 0.0), LONGEST_REST_SECONDS))
                continue
            block = ready.popleft() if ready else self._next_block()
            failed_blocks = failed_blocks + 1 if block is None else 0
            underruns, now = self._output.underruns, time.monotonic()
            self._output.write(self._silence if block is None else block)
            if queued_frames == 0 or self._output.underruns > underruns:  # it ran dry, maybe while the block was made
                self._clock.begin(written_frames, now)
            written_frames += self._block_frames
            self._clock.write(written_frames)
            self._tell_of_block()

    def _next_block(self) -> Block | None:
        try:
            return self._render(self._block_frames)
        except Exception as fault:
            self._report("render", fault)
            return None

    def _tell_of_block(self) -> None:
        try:
            self._on_written()
        except Exception as fault:
            self._report("tell", fault)

    def _compose_ahead(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._work.wait()
            self._work.clear()
            while not stopping.is_set() and self._has_more():
                stopping.wait(self._breath_seconds)

    def _has_more(self) -> bool:
        try:
            return self._compose()
        except Exception as fault:
            self._report("compose", fault)
            return False

    def _report(self, source: str, fault: Exception) -> None:
        """Hand over the first fault of each source: the same one comes back with every block."""
        if source not in self._reported:
            self._reported.add(source)
            with contextlib.suppress(Exception):
                self._on_fault(fault)
