"""How far two sets of pieces overlap in a measure. Knows values only.

After Yang and Lerch, "On the evaluation of generative models in music", 2020, and its toolbox mgeval.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist, pdist
from scipy.stats import gaussian_kde

GRID = 1000
"""Points at which the densities are compared."""


def overlap_area(real: NDArray[np.float64], made: NDArray[np.float64]) -> float | None:
    """The area, 0 to 1, under both densities of distances: among the real pieces, and from made to real ones.

    Values are [pieces, values of the measure]; distances are Euclidean, densities Gaussian kernel
    estimates, and the area is taken over the range of both, as in mgeval: what a kernel spreads below
    the least distance is lost, so that even two halves of one set stay under 1. Needs three real
    pieces; no made piece overlaps nothing. None where most real pieces have the same value, such as no empty bar:
    there is no density.
    """
    within, across = pdist(real), cdist(real, made).ravel()
    if not np.median(within):
        return None
    if not len(across) or not np.ptp(across):
        return 0.0
    grid = np.linspace(min(within.min(), across.min()), max(within.max(), across.max()), GRID)
    lower = np.minimum(gaussian_kde(within)(grid), gaussian_kde(across)(grid))
    return float(np.trapezoid(lower, grid))
