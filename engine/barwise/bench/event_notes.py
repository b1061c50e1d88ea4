"""What a simulated game notes of events, in little memory: what it notes is to be no part of what music takes."""

import math
from array import array
from collections.abc import Iterator
from typing import Any

EVENT_FIELDS = ("kind", "seconds", "bar", "beat", "name", "heard_at", "told_at")
"""What is noted of each event; those in EVENT_WORDS by the number of the word."""

EVENT_WORDS = ("kind", "name")


class EventNotes:
    """What the game notes of events, as numbers in a row: as many dicts would take several times the memory."""

    def __init__(self) -> None:
        self._numbers = array("d")
        self._words: dict[str, int] = {}

    def add(self, event: Any, told_at: float) -> None:
        """Note an event that was told at a moment."""
        for name in EVENT_FIELDS[:-1]:
            value = getattr(event, name)
            if name in EVENT_WORDS:
                value = self._words.setdefault(str(value), len(self._words))
            self._numbers.append(math.nan if value is None else value)
        self._numbers.append(told_at)

    def has(self, kind: str) -> bool:
        """Whether there was an event of a kind."""
        return kind in self._words

    def as_dicts(self) -> list[dict[str, Any]]:
        """Each event, in order: its fields, and told_at."""
        words, step = list(self._words), len(EVENT_FIELDS)
        rows = (self._numbers[start : start + step] for start in range(0, len(self._numbers), step))
        return [dict(zip(EVENT_FIELDS, self._values(row, words), strict=True)) for row in rows]

    def _values(self, row: "array[float]", words: list[str]) -> Iterator[Any]:
        for name, number in zip(EVENT_FIELDS, row, strict=True):
            if name in EVENT_WORDS:
                yield words[int(number)]
            elif math.isnan(number):
                yield None
            else:
                yield int(number) if name in ("bar", "beat") else number
