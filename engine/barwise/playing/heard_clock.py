"""Which frame is heard now: a straight line through what a device has taken at moments past.

A device takes sound in steps of up to some tens of milliseconds. Right after a step the count of
what it has taken is true, and until the next one it lags behind; so the line goes through the
highest counts.
"""

DRIFT = 2e-4
"""How much a device's clock may go slower than ours: the line sinks at this rate between true counts."""

LARGEST_STEP_SECONDS = 0.04
"""A count further below the line than this means that sound was held up, not that a step is due."""


class HeardClock:
    """Frames by time; counts come from one thread, and any may ask."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._line = (0.0, 0.0, False)
        """A moment, the frames taken by then, and whether more are taken from then on; in one, as others read it."""
        self._written = 0

    def write(self, frames: int) -> None:
        """So many frames have been written in all: what is not there is not heard."""
        self._written = frames

    def begin(self, frames: float, at: float) -> None:
        """What comes after so many frames is taken from a moment on, in seconds: there was nothing left before it."""
        self._line = (at, frames, True)

    def count(self, taken_frames: float, at: float, *, is_dry: bool = False) -> None:
        """The device has taken so many frames by a moment, in seconds; is_dry when it has nothing left to take."""
        expected = self._taken_at(at)
        lag = expected - taken_frames
        if is_dry or lag < 0 or lag > LARGEST_STEP_SECONDS * self._sample_rate:
            self._line = (at, taken_frames, not is_dry)
        else:
            sunk = DRIFT * (at - self._line[0]) * self._sample_rate
            self._line = (at, max(expected - sunk, taken_frames), True)

    def heard_at(self, at: float) -> float:
        """The frames that have left the queue by a moment; those that are to leave now are the next."""
        return min(self._taken_at(at), self._written)

    def _taken_at(self, at: float) -> float:
        moment, frames, is_running = self._line
        return frames + (at - moment) * self._sample_rate * is_running
