"""The output that keeps what it hears, so that a game can test its own music."""

import numpy as np

from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import CHANNELS, Block
from barwise.playing.pace import Clock


class RecordingOutput(NullOutput):
    """Keeps every block in memory (350 kB a second at 44.1 kHz); paced when a clock is given.

    Its `sample_rate` is that at which it was last opened, and 0 before.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.sample_rate = 0
        self._blocks: list[Block] = []

    def open(self, sample_rate: int) -> None:
        """Start a new recording."""
        super().open(sample_rate)
        self.sample_rate = sample_rate
        self._blocks = []

    def write(self, block: Block) -> None:
        """Keep a copy of a block."""
        super().write(block)
        self._blocks.append(np.array(block, dtype=np.float32))

    def samples(self) -> Block:
        """Everything written since it was opened, also after it was closed: [frames, 2]."""
        return np.concatenate([np.empty((0, CHANNELS), np.float32), *self._blocks])
