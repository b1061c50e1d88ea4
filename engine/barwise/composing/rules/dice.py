"""Seeded chance. Knows no music but which subjects throw dice of their own."""

import math
from collections.abc import Sequence
from random import Random

HARMONY_DIE, TEXTURE_DIE, DRUM_DIE, COUNTER_DIE, MOTIF_DIE = range(5)
"""Subjects whose dice fall the same all through a phrase."""


class Dice:
    """Seeded choices; one die for each subject, so that subjects do not disturb each other."""

    def __init__(self, *seed: int) -> None:
        # A private stream, seeded from the caller's generator; numpy takes ten times as long to make one.
        self._random = Random("/".join(map(str, seed)))

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def pick(self, weights: Sequence[float]) -> int:
        """An index, as likely as its weight."""
        rest = self.share() * math.fsum(weights)
        for index, weight in enumerate(weights):
            rest -= weight
            if rest < 0:
                return index
        return len(weights) - 1
