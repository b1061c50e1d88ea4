"""Pretends to consume sound in real time by a clock that is passed in. Knows no device and no sound."""

from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Tells the time in seconds from any fixed moment, never backward, as time.monotonic does."""


@dataclass(frozen=True, slots=True)
class Underrun:
    """A gap in what is heard: the queue ran empty before more was written."""

    frame: int
    """The first frame after the gap, counted from 0."""
    frames: int
    """How long the gap was, in frames."""


class Pace:
    """A queue that drains at the sample rate from the moment that something is in it."""

    def __init__(self, sample_rate: int, clock: Clock) -> None:
        self._sample_rate = sample_rate
        self._clock = clock
        self._empty_at_seconds = clock()
        self._added_frames = 0
        self.began_at: float | None = None
        """When the first frame left, by the clock; None before."""

    def add(self, frames: int) -> Underrun | None:
        """Put frames behind those that are still queued; the gap before them, if there was one."""
        now = self._clock()
        missed = round((now - self._empty_at_seconds) * self._sample_rate) if self._added_frames else 0
        gap = Underrun(self._added_frames, missed) if missed > 0 else None
        if self.began_at is None:
            self.began_at = now
        self._empty_at_seconds = max(self._empty_at_seconds, now) + frames / self._sample_rate
        self._added_frames += frames
        return gap

    def queued_frames(self) -> int:
        """Frames not yet consumed."""
        return max(0, round((self._empty_at_seconds - self._clock()) * self._sample_rate))
