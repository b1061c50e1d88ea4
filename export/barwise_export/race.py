"""How a row's fields are drawn: a race of exponential clocks among the choices, unlikely ones left out.

Choice i with chance p_i has a clock that rings after E_i / p_i, E_i exponential: the first to ring is i
with chance p_i. So the greatest p_i / E_i wins, one product and one maximum. The clocks are a table in the
graph; a row's noise says where in the table its clocks begin.
"""

import numpy as np
from numpy.typing import NDArray

from barwise.composing import vocabulary as v

CUT = 0.05
"""Choices whose chance is below this share of the chances' Euclidean norm are left out. The norm of n equal
chances is 1 / sqrt(n), so that some choice always stays while n is below 1 / CUT ** 2 = 400."""

WIDTHS = (v.FIELD_SIZES[v.POSITION], v.FIELD_SIZES[v.PART], v.FIELD_SIZES[v.PITCH], 2 * v.FIELD_SIZES[v.DURATION])
"""Clocks for each choice; duration and velocity race side by side, velocity filled up."""

BLOCK = 8
"""Clocks that lie together: a row's begin where a block begins, so that the graph copies blocks, not clocks."""

PLACES = 1 << 14
"""Blocks with which a row's clocks can begin."""

BLOCKS = -(-sum(WIDTHS) // BLOCK)
"""Blocks of a row."""

_SOONEST = 2.0**-14
"""No clock is sooner, so that the table fits half precision."""


def clocks() -> NDArray[np.float32]:
    """1 / E for every entry of the table, as half precision has it: [(PLACES + BLOCKS) * BLOCK]."""
    rings = np.random.default_rng(2026).exponential(size=(PLACES + BLOCKS) * BLOCK)
    return np.asarray((1 / np.maximum(rings, _SOONEST)).astype(np.float16).astype(np.float32))


def place(noise: NDArray[np.float32]) -> NDArray[np.int64]:
    """The entry where the clocks begin for uniform noise in [0, 1)."""
    return np.minimum((noise * np.float32(PLACES)).astype(np.int64), PLACES - 1) * BLOCK
