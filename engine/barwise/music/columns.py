"""The notes of some bars as columns of numbers, so that many bars are measured in one pass. Measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from barwise.music.metre import Metre
from barwise.music.notes import Bar, Part

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Notes of bars that share a metre: every column is [notes], in no particular order."""

    metre: Metre
    bars: int
    """How many bars there are; some may have no notes."""
    bar: Ints
    """The number of each note's bar, from 0."""
    position: Ints
    part: Ints
    pitch: Ints
    duration: Ints
    velocity: Ints

    @classmethod
    def of(cls, bars: Sequence[Bar]) -> Self:
        """The notes of at least one bar; raises ValueError where the bars do not share a metre."""
        metre = bars[0].metre
        if any(bar.metre != metre for bar in bars):
            raise ValueError("bars of several metres cannot share their columns")
        rows = [
            (number, note.position, note.part.value, note.pitch, note.duration, note.velocity)
            for number, bar in enumerate(bars)
            for note in bar.notes
        ]
        return cls(metre, len(bars), *np.array(rows, dtype=np.int64).reshape(-1, 6).T)

    @property
    def end(self) -> Ints:
        """First tick, from the start of its bar, at which each note no longer sounds."""
        return self.position + self.duration

    @property
    def pitched(self) -> Self:
        """The notes of all parts but the drums."""
        return self.where(self.part != Part.DRUMS)

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """Some of the notes, of the same bars."""
        columns = (self.bar, self.position, self.part, self.pitch, self.duration, self.velocity)
        return type(self)(self.metre, self.bars, *(column[chosen] for column in columns))

    def count(self, number: Ints, numbers: int) -> Ints:
        """Notes of each bar by a number below `numbers` that each note has: [bars, numbers]."""
        found = np.bincount(self.bar * numbers + number, minlength=self.bars * numbers)
        return np.asarray(found.reshape(self.bars, numbers))
