"""Small kinds of values that tests of plain data carry."""

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    FAST = "fast"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Leaf:
    number: int
    share: float = 0.5


@dataclass(frozen=True)
class Tree:
    """Holds itself."""

    leaves: tuple[Leaf, ...] = ()
    branches: "tuple[Tree, ...]" = ()
    name: str | None = None
