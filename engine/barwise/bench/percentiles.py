"""Many takes of one thing as the few numbers that tell of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

DEALS, OFTEN = 200, 90.0
"""How often takes are dealt out at random, and in how many of a hundred deals they lie no farther apart."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles; each is a number that was taken, or lies between two of them."""

    count: int
    p50: float
    p99: float
    p999: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread | None":
        """None where nothing was taken."""
        if not values:
            return None
        p50, p99, p999 = np.percentile(np.asarray(values, np.float64), [50, 99, 99.9])
        return cls(len(values), float(p50), float(p99), float(p999), float(max(values)))


def plain(values: Sequence[float]) -> dict[str, float] | None:
    """The spread of values as plain data; None where nothing was taken."""
    spread = Spread.of(values)
    return None if spread is None else asdict(spread)


def percentile(values: Sequence[float], which: str) -> float | None:
    """One of the percentiles of Spread, by its name; None where nothing was taken."""
    spread = Spread.of(values)
    return None if spread is None else float(getattr(spread, which))


def chance_p999(some: Sequence[float], others: Sequence[float]) -> float | None:
    """How far apart the 99.9th percentiles of two lots are by chance: nine times in ten no farther than this.

    All takes are dealt out anew, as many to each lot as it had, as in a permutation test; None where one has none.
    """
    if not some or not others:
        return None
    takes, random = np.asarray([*some, *others], np.float64), np.random.default_rng(0)
    apart = []
    for _ in range(DEALS):
        random.shuffle(takes)
        one, other = (np.percentile(lot, 99.9) for lot in (takes[: len(some)], takes[len(some) :]))
        apart.append(abs(one - other))
    return float(np.percentile(apart, OFTEN))


def rms(values: Sequence[float]) -> float | None:
    """Root of the mean square; None where nothing was taken."""
    return float(np.sqrt(np.mean(np.square(np.asarray(values, np.float64))))) if values else None
