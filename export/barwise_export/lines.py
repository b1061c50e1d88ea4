"""How lines move: intervals of the melody and places of the bass, in real bars and in composed ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from barwise.composing import vocabulary as v
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Part
from barwise_export.dataset import Dataset

KINDS = (
    ("repeats", 0, 0),
    ("steps", 1, 2),
    ("thirds to fifths", 3, 7),
    ("sixths, sevenths", 8, 11),
    ("octaves or more", 12, 127),
)
"""Kinds of melodic interval: name, fewest and most semitones."""

LONGEST = Metre(6, 4)
"""Holds any bar: lines do not ask for the metre."""


@dataclass(frozen=True)
class LineFigures:
    """Shares, 0 to 1."""

    intervals: dict[str, float]
    """Of the melody's intervals, by kind; of notes that begin together the highest counts."""
    bass_on_tonic: float
    """Of the bass's onsets, those on the key's tonic."""


def line_figures(pieces: Iterable[Sequence[Bar]]) -> LineFigures:
    """The figures of pieces whose tonic is C; zeros when they have no melody or no bass."""
    intervals: list[int] = []
    bass: list[int] = []
    for bars in pieces:
        intervals += [abs(after - before) for before, after in pairwise(_melody(bars))]
        bass += [note.pitch % 12 for bar in bars for note in bar.of(Part.BASS)]
    moves = np.array(intervals)
    return LineFigures(
        {name: _share((moves >= low) & (moves <= high)) for name, low, high in KINDS},
        _share(np.array(bass) == 0),
    )


def real_pieces(data: Dataset, source: int) -> Iterable[list[Bar]]:
    """The whole pieces of a source, as bars."""
    for piece in np.flatnonzero((data.piece_source == source) & (data.piece_variant == 0)):
        bars = range(int(data.piece_first[piece]), int(data.piece_first[piece + 1]))
        yield [v.decode(data.rows_of(bar).astype(np.int64), LONGEST) for bar in bars]


def _melody(bars: Sequence[Bar]) -> list[int]:
    highest = [
        {note.position: note.pitch for note in bar.of(Part.MELODY)}  # sorted: the highest comes last
        for bar in bars
    ]
    return [pitch for bar in highest for pitch in bar.values()]


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0
