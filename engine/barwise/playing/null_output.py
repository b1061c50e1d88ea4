"""The output that nobody hears: it takes sound and forgets it."""

from barwise.playing.outputs import Block
from barwise.playing.pace import Clock, Pace, Underrun


class NullOutput:
    """Forgets every block; paced when a clock is given, otherwise as fast as it is written."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.is_paced = clock is not None
        self.underruns: list[Underrun] = []
        """Where a paced queue ran empty since the output was opened."""
        self._clock = clock
        self._pace: Pace | None = None

    def open(self, sample_rate: int) -> None:
        """Start to consume."""
        self._pace = Pace(sample_rate, self._clock) if self._clock else None
        self.underruns = []

    def write(self, block: Block) -> None:
        """Take a block and forget it."""
        gap = self._pace.add(len(block)) if self._pace else None
        if gap:
            self.underruns.append(gap)

    def queued_frames(self) -> int:
        """Frames not yet consumed by the clock."""
        return self._pace.queued_frames() if self._pace else 0

    @property
    def began_at(self) -> float | None:
        """When the first frame left a paced queue, by its clock; None before."""
        return self._pace.began_at if self._pace else None

    def close(self) -> None:
        """Forget the queue."""
        self._pace = None
