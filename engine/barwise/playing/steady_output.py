"""An output that never fails: when the real one does, it goes on silently and tries again now and then."""

import contextlib
from collections.abc import Callable

from barwise.errors import DeviceError
from barwise.playing.outputs import Block, Output
from barwise.playing.pace import Clock, Pace

FIRST_RETRY_SECONDS = 0.5
"""A lost device is tried again after this long, then after twice as long, and so on."""

STALL_SECONDS = 1.0
"""A device whose queue has not moved for this long is lost, whatever it says: unplugged, or without a server."""

LONGEST_LOOK_SECONDS = 0.25
"""More than this between two looks at a device counts as no more: the machine slept, or a debugger held the game."""

STALLED = "the sound device takes no more sound; music goes on silently until it does, check the device"


class SteadyOutput:
    """Consumes in real time whatever happens; each failure of the real output goes to `on_fault`."""

    is_paced = True

    def __init__(self, output: Output, clock: Clock, on_fault: Callable[[Exception], None]) -> None:
        self._output = output
        self._clock = clock
        self.underruns = 0
        """How often the queue ran empty since the output was opened."""
        self._on_fault = on_fault
        self._is_heard = False
        self._begin_queue()

    def open(self, sample_rate: int) -> None:
        """Open the real output; when that fails, be silent for good, as drivers complain at each try."""
        self._sample_rate = sample_rate
        self._pace = Pace(sample_rate, self._clock)
        self._retry_at = float("inf")
        self._retry_seconds = FIRST_RETRY_SECONDS
        self.underruns = 0
        self._begin_queue()
        self._is_heard = self._tried(lambda: self._output.open(sample_rate))

    def write(self, block: Block) -> None:
        """Pass a block on, or forget it while there is no device."""
        if not self._is_heard and self._clock() >= self._retry_at:
            self._reopen()
        gap = self._pace.add(len(block)) is not None
        if self._is_heard:
            gap = self._has_run_dry() if self._output.is_paced else gap
            self._is_heard = self._tried(lambda: self._output.write(block), self._plan_retry)
            self._last_queued += len(block)
            self._dry_at = self._clock() + self.queued_frames() / self._sample_rate
        self.underruns += gap

    def queued_frames(self) -> int:
        """Frames not yet consumed by the device, or by the clock when there is none or it is not paced."""
        if not (self._is_heard and self._output.is_paced):
            return self._pace.queued_frames()
        queued = self._output.queued_frames()
        self._watch(queued)
        return queued

    @property
    def is_heard(self) -> bool:
        """Whether the real output takes what is written."""
        return self._is_heard

    @property
    def latency_frames(self) -> int:
        """Frames between leaving the queue and being heard."""
        return int(getattr(self._output, "latency_frames", 0)) if self._is_heard else 0

    def close(self) -> None:
        """Close the real output; doing it twice is harmless."""
        self._is_heard = False
        self._tried(self._output.close)

    def _begin_queue(self) -> None:
        self._dry_at = float("inf")
        self._last_queued: int = 0
        self._still_seconds = 0.0
        self._seen_at = self._clock()

    def _has_run_dry(self) -> bool:
        """Whether a device has nothing left, and what it was given is over: it takes the last of it before that."""
        return self._output.queued_frames() == 0 and self._clock() > self._dry_at

    def _watch(self, queued: int) -> None:
        """Notice a device that no longer takes anything, though its queue is not empty."""
        now = self._clock()
        has_moved = queued < self._last_queued or queued == 0
        watched = min(now - self._seen_at, LONGEST_LOOK_SECONDS)
        self._still_seconds = 0.0 if has_moved else self._still_seconds + watched
        self._last_queued, self._seen_at = queued, now
        if self._still_seconds > STALL_SECONDS:
            self._is_heard = False
            self._plan_retry()
            self._on_fault(DeviceError(STALLED))

    def _tried(self, action: Callable[[], None], on_lost_device: Callable[[], None] = lambda: None) -> bool:
        try:
            action()
        except DeviceError as error:
            on_lost_device()
            self._on_fault(error)
        except Exception as error:
            self._on_fault(error)
        else:
            return True
        return False

    def _plan_retry(self) -> None:
        with contextlib.suppress(Exception):
            self._output.close()
        self._retry_at = self._clock() + self._retry_seconds
        self._retry_seconds *= 2

    def _reopen(self) -> None:
        try:
            self._output.open(self._sample_rate)
        except Exception:
            # Its loss has been reported; that it is still away is no news.
            self._plan_retry()
        else:
            self._is_heard = True
            self._retry_seconds = FIRST_RETRY_SECONDS
            self._begin_queue()
