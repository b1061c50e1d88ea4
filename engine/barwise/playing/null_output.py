"""The output that nobody hears: it takes sound and forgets it."""

from barwise.playing.outputs import Block
from barwise.playing.pace import Clock, Pace


class NullOutput:
    """Forgets every block; paced when a clock is given, otherwise as fast as it is written."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.is_paced = clock is not None
        self._clock = clock
        self._pace: Pace | None = None

    def open(self, sample_rate: int) -> None:
        """Start to consume."""
        self._pace = Pace(sample_rate, self._clock) if self._clock else None

    def write(self, block: Block) -> None:
        """Take a block and forget it."""
        if self._pace:
            self._pace.add(len(block))

    def queued_frames(self) -> int:
        """Frames not yet consumed by the clock."""
        return self._pace.queued_frames() if self._pace else 0

    def close(self) -> None:
        """Forget the queue."""
        self._pace = None
