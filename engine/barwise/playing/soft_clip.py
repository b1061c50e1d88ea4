"""Rounds off what exceeds full scale: the last resort of the mix, never its usual state."""

import numpy as np

from barwise.playing.outputs import Block

KNEE = 0.9
"""Samples up to this are left alone, to the bit."""


def soft_clip(block: Block) -> Block:
    """The block with every sample within -1 and 1; louder ones bend toward 1 from KNEE on."""
    size = np.abs(block)
    if size.max(initial=0.0) <= KNEE:
        return block
    room = 1.0 - KNEE
    bent = KNEE + room * np.tanh((size - KNEE) / room)
    return np.where(size > KNEE, np.copysign(bent, block), block).astype(np.float32)
