"""The sizes of the shipped network, from the page that lies beside it: what a peer of its shape is made of."""

import json
from dataclasses import dataclass

from barwise.composing.contract import CONDITION_SIZE
from barwise.composing.vocabulary import FIELD_SIZES
from barwise.models import FOLDER

PAGE = "composer.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of the layers; the weights themselves are not needed to tell how long a row takes."""

    embedding: int
    hidden: int
    attention: int
    attention_heads: int
    head: int
    condition: int = CONDITION_SIZE
    fields: tuple[int, ...] = tuple(FIELD_SIZES)

    @property
    def known(self) -> tuple[tuple[int, int], ...]:
        """Of each field but the last two, its size and how much of the heads after it knows of it."""
        return tuple((self.fields[n], self.head * (len(self.fields) - 1 - n)) for n in range(len(self.fields) - 2))


def shipped_shape() -> Shape:
    """The shape of the shipped composer."""
    page = json.loads((FOLDER / PAGE).read_text(encoding="utf-8"))
    sizes = page["model"]
    return Shape(sizes["embedding"], sizes["hidden"], sizes["attention"], sizes["attention_heads"], sizes["head"])
