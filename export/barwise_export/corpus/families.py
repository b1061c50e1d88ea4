"""Which pieces belong together, and which of the three splits each family goes to."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

HELD_OUT_SHARE = 0.06
"""Share of a source's bars wanted in each of the valid and test splits."""
_OVERSHOOT = 1.6
"""How much more than the wanted bars a split may get."""
SHARED_BARS = 4
"""Distinct full bars in common from which two pieces are of one family."""


class Families:
    """Names joined into families (union-find); a family is called by its least name."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name of a name's family."""
        while (parent := self._parent.setdefault(name, name)) != name:
            name = parent
        return name

    def join(self, first: str, second: str) -> None:
        """Make one family of two."""
        low, high = sorted((self.root(first), self.root(second)))
        self._parent[high] = low


def linked_families(pieces: Sequence[tuple[str, frozenset[int]]]) -> Families:
    """Families of (family name, hashes of its full bars), those that share SHARED_BARS or more joined."""
    owners: dict[int, set[str]] = defaultdict(set)
    for name, bars in pieces:
        for bar in bars:
            owners[bar].add(name)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for names in owners.values():
        for first in names:
            for second in names:
                if first < second:
                    shared[first, second] += 1
    families = Families()
    for (first, second), count in shared.items():
        if count >= SHARED_BARS:
            families.join(first, second)
    return families


def split_of_families(bars: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    """Split number (0 train, 1 valid, 2 test) by family of one source, from the bars of each family.

    Families already placed by an earlier source keep their split. The rest go by the hash of their
    names, so that a new piece changes little.
    """
    total = sum(bars.values())
    splits = {name: taken[name] for name in bars if name in taken}
    wanted = HELD_OUT_SHARE * total
    for split in (1, 2):
        filled = sum(bars[name] for name, where in splits.items() if where == split)
        for name in _by_hash(set(bars) - set(splits)):
            if filled < wanted and filled + bars[name] <= _OVERSHOOT * wanted:
                splits[name] = split
                filled += bars[name]
    return {name: splits.get(name, 0) for name in bars}


def _by_hash(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
