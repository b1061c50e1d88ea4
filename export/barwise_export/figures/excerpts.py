"""Stretches of music to be compared: cut from held-out pieces, or composed.

Both kinds are the same value, at the pitches that sound. Knows no measure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from barwise.composing import vocabulary as v
from barwise.music.harmony import Key, Mode
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Part
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset
from barwise_export.figures.generated import BARS, GeneratedPiece

GAME_SOURCES = ("freedoom", "simutrans", "blasphemer")

BAR, POSITION, START, END, PART, PITCH = range(6)
"""Columns of Excerpt.notes."""


@dataclass(frozen=True)
class Excerpt:
    """Bars of one length, with the key of each."""

    name: str
    bars: tuple[Bar, ...]
    keys: tuple[Key, ...]

    @property
    def bar_ticks(self) -> int:
        """Length of each bar."""
        return self.bars[0].metre.bar_ticks

    @cached_property
    def notes(self) -> NDArray[np.int64]:
        """Every note as (bar, position in it, start, end, part, pitch as it sounds): [notes, 6].

        Starts and ends are ticks from the beginning of the excerpt; ends are cut at its end.
        """
        ticks, last = self.bar_ticks, self.bar_ticks * len(self.bars)
        rows = [
            (
                number,
                note.position,
                number * ticks + note.position,
                min(number * ticks + note.end, last),
                note.part,
                note.pitch + (0 if note.part is Part.DRUMS else key.shift),
            )
            for number, (bar, key) in enumerate(zip(self.bars, self.keys, strict=True))
            for note in bar.notes
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, 6)

    @cached_property
    def pitched(self) -> NDArray[np.int64]:
        """The notes that are not drums: [notes, 6]."""
        return np.asarray(self.notes[self.notes[:, PART] != Part.DRUMS])


def held_out(data: Dataset, bars: int = BARS) -> list[Excerpt]:
    """The stretches of so many bars of one length, end to end, of the game pieces that nothing learned from."""
    return _excerpts(data, (VALID, TEST), bars)


def learned(data: Dataset, count: int, bars: int = BARS) -> list[Excerpt]:
    """So many such stretches, or all there are, from all over the game pieces of the training split."""
    found = _excerpts(data, (TRAIN,), bars)
    return [found[place * len(found) // count] for place in range(count)] if len(found) > count else found


def _excerpts(data: Dataset, splits: Sequence[int], bars: int) -> list[Excerpt]:
    game = [number for number, source in enumerate(data.names.sources) if source.name in GAME_SOURCES]
    chosen = np.isin(data.piece_split, splits) & (data.piece_variant == 0) & np.isin(data.piece_source, game)
    return [excerpt for piece in np.flatnonzero(chosen).tolist() for excerpt in _cut(data, piece, bars)]


def _cut(data: Dataset, piece: int, bars: int) -> Iterator[Excerpt]:
    """The stretches of a piece; what is left between them and changes of metre is dropped."""
    first, last = int(data.piece_first[piece]), int(data.piece_first[piece + 1])
    keys = _keys(data.names.keys[piece], last - first)
    for _, run in groupby(range(first, last), key=lambda bar: int(data.bar_ticks[bar])):
        numbers = list(run)
        for start in range(0, len(numbers) - bars + 1, bars):
            taken = numbers[start : start + bars]
            yield Excerpt(
                f"{data.names.pieces[piece]}, bar {taken[0] - first + 1}",
                tuple(_bar(data, bar) for bar in taken),
                tuple(keys[bar - first] for bar in taken),
            )


def _keys(changes: Sequence[tuple[int, int, str]], bars: int) -> list[Key]:
    """The key of every bar of a piece."""
    starts = [bar for bar, _, _ in changes]
    found = np.searchsorted(starts, np.arange(bars), side="right") - 1
    return [Key(changes[place][1], Mode(changes[place][2])) for place in found.tolist()]


def _bar(data: Dataset, bar: int) -> Bar:
    return v.decode(data.rows_of(bar).astype(np.int64), metre_of(int(data.bar_ticks[bar])))


def metre_of(bar_ticks: int) -> Metre:
    """A metre of so many ticks: quarters where they go in, else eighths or sixteenths."""
    for denominator in (4, 8, 16):
        unit = Metre(1, denominator).bar_ticks
        if bar_ticks % unit == 0:
            return Metre(bar_ticks // unit, denominator)
    raise ValueError(f"no metre has bars of {bar_ticks} ticks")


def generated(piece: GeneratedPiece) -> Excerpt:
    """A composed piece; it stays on one tonic, so that any will do."""
    return Excerpt(f"{piece.state}, seed {piece.seed}", piece.bars, tuple(Key(0, mode) for mode in piece.modes))
