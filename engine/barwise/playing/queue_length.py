"""How much sound to keep in a queue: as little as was asked for, and more while the machine is too busy for that.

It sees how much was left each time before more was written, and the time; it knows no device and no thread.
"""

CLOSE_SHARE = 0.35
"""Less than this of what was asked for is close to a gap: what was missing is kept in addition from then on."""

LONGEST = 3.0
"""The queue grows to so many times what was asked for."""

PATIENCE_SECONDS = 20.0
"""So long after the last close call the queue becomes shorter again, by EASE of what was added each second."""

EASE = 0.1


class QueueLength:
    """Frames to keep in a queue."""

    def __init__(self, frames: int) -> None:
        self._asked = self._frames = float(frames)
        self._close_at = self._seen_at = 0.0

    @property
    def frames(self) -> int:
        """How many frames to keep now."""
        return round(self._frames)

    def ask(self, frames: int) -> None:
        """Keep so many frames from now on; what is more in the queue drains away."""
        self._asked = self._frames = float(frames)

    def see(self, left_frames: int, at: float) -> None:
        """So many frames are left at a moment, in seconds."""
        missing = CLOSE_SHARE * self._asked - left_frames
        if missing > 0:
            self._frames = min(max(self._frames, self._asked + missing), LONGEST * self._asked)
            self._close_at = at
        elif at - self._close_at > PATIENCE_SECONDS:
            self._frames -= (self._frames - self._asked) * EASE * min(at - self._seen_at, 1.0)
        self._seen_at = at
