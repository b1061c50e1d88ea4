"""What an output is: the few verbs behind which each way of being heard hides. Knows no device."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
"""Stereo sound: [frames, 2], full scale at -1 and 1."""

CHANNELS = 2


class Output(Protocol):
    """Takes blocks of sound in the order in which they are to be heard."""

    is_paced: bool
    """Whether it consumes what it is given in real time; if not, it takes all at once."""

    def open(self, sample_rate: int) -> None:
        """Get ready for sound at a rate in samples a second; raises DeviceError with the cure."""

    def write(self, block: Block) -> None:
        """Add a block to the queue without waiting for it; raises DeviceError when the device is gone."""

    def queued_frames(self) -> int:
        """Frames written but not yet consumed; 0 when not paced."""

    def close(self) -> None:
        """Let go of the device or finish the file; doing it twice is harmless."""
