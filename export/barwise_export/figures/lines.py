"""How lines move: intervals of the melody and places of the bass, in real bars and in composed ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from barwise.composing import vocabulary as v
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Part
from barwise_export.dataset import Dataset
from barwise_export.figures.generated import GeneratedPiece
from barwise_export.figures.goals import Goal

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


@dataclass(frozen=True)
class Lines:
    """Everything that the report shows of lines."""

    figures: Mapping[str, LineFigures]
    """By set of real music, and by state of the score."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {name: self._row(found) for name, found in self.figures.items()}

    def goals(self) -> Iterable[Goal]:
        """None: `closeness` has them; these tables are for the eye."""
        return ()

    def markdown(self) -> str:
        """Real music above what is composed."""
        columns = [*(name for name, _, _ in KINDS), "bass on the tonic"]
        head = [f"| lines | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
        rows = {name: self._row(found) for name, found in self.figures.items()}
        body = [
            f"| {name} | " + " | ".join(f"{row[column]:.2f}" for column in columns) + " |" for name, row in rows.items()
        ]
        return "\n".join([*head, *body]) + "\n"

    @staticmethod
    def _row(found: LineFigures) -> dict[str, float]:
        return {**found.intervals, "bass on the tonic": found.bass_on_tonic}


def lines(pieces: Sequence[GeneratedPiece], data: Dataset) -> Lines:
    """The figures of the sets that have melodies, and of composed pieces by their state."""
    by_state: dict[str, list[Sequence[Bar]]] = defaultdict(list)
    for piece in pieces:
        by_state[piece.state].append(piece.bars)
    real = {f"real: {source.name}": line_figures(real_pieces(data, n)) for n, source in enumerate(data.names.sources)}
    composed = {f"composed: {state}": line_figures(found) for state, found in by_state.items()}
    return Lines({name: found for name, found in (real | composed).items() if any(found.intervals.values())})


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


def line_of(bar: Bar, part: Part) -> list[int]:
    """The pitches of a part, one after the other; of notes that begin together the highest."""
    highest = {note.position: note.pitch for note in bar.of(part)}  # sorted: the highest comes last
    return list(highest.values())


def _melody(bars: Sequence[Bar]) -> list[int]:
    return [pitch for bar in bars for pitch in line_of(bar, Part.MELODY)]


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0
