"""Pretends to consume sound in real time by a clock that is passed in. Knows no device and no sound."""

from collections.abc import Callable

Clock = Callable[[], float]
"""Tells the time in seconds from any fixed moment, never backward, as time.monotonic does."""


class Pace:
    """A queue that drains at the sample rate from the moment that something is in it."""

    def __init__(self, sample_rate: int, clock: Clock) -> None:
        self._sample_rate = sample_rate
        self._clock = clock
        self._empty_at_seconds = clock()

    def add(self, frames: int) -> None:
        """Put frames behind those that are still queued."""
        self._empty_at_seconds = max(self._empty_at_seconds, self._clock()) + frames / self._sample_rate

    def queued_frames(self) -> int:
        """Frames not yet consumed."""
        return max(0, round((self._empty_at_seconds - self._clock()) * self._sample_rate))
