"""Data set to batches: parallel streams of pieces, cut into chunks. Knows no network."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

import numpy as np
import torch
from numpy.typing import NDArray

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, UNSCALED
from barwise.music.attributes import Attributes
from barwise_export import countdown
from barwise_export.dataset import Dataset
from barwise_export.model import Batch

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_SIMILARITY = CONDITION_NAMES.index("similarity")
_COUNTED = [CONDITION_NAMES.index(name) for name in countdown.COUNTED]
_COUNTED_SCALES = np.array([UNSCALED[name][1] for name in countdown.COUNTED], np.float32)
_TEMPO = CONDITION_NAMES.index("tempo")
_BLURRED = slice(len(countdown.COUNTED), len(fields(Attributes)))
_START = np.array([v.END, 0, 0, 0, 0])


@dataclass(frozen=True)
class Noise:
    """What is done to the labels so that the network does not lean on them alone."""

    reference_dropout: float = 0.0
    """Share of bars whose reference is hidden."""
    condition_dropout: float = 0.0
    """Share of bars of which nothing is told but their length: attributes, parts and the rest are hidden."""
    condition_noise: float = 0.0
    """Standard deviation added to the measured attributes, those that are counted down excepted."""
    tempo_noise: float = 0.0
    """Standard deviation of the tempo, as a share of it: a piece played somewhat faster or slower."""


@dataclass
class _Stream:
    """One piece being read: the row and bar to go on from."""

    piece: int = -1
    row: int = 0
    bar: int = 0


@dataclass
class Chunks:
    """Endless training chunks of `steps` rows from `streams` pieces side by side.

    Iterating gives (batch, fresh): fresh [streams] marks the streams that begin a piece, whose
    recurrent state must start at zero.
    """

    data: Dataset
    pieces: NDArray[np.int64]
    """Pieces to draw from."""
    chances: NDArray[np.float64]
    """Chance of each of them, adding up to 1."""
    streams: int
    steps: int
    random: np.random.Generator
    noise: Noise = field(default_factory=Noise)

    def __iter__(self) -> Iterator[tuple[Batch, torch.Tensor]]:
        streams = [_Stream() for _ in range(self.streams)]
        while True:
            fresh = [self._renew(stream) for stream in streams]
            chunks = [self._advance(stream) for stream in streams]
            yield collate(self.data, chunks, self.noise, self.random), torch.tensor(fresh)

    def _renew(self, stream: _Stream) -> bool:
        """Begin another piece where one is over: half of the time at its start, else anywhere."""
        if stream.piece >= 0 and stream.row < self._end_row(stream.piece):
            return False
        stream.piece = int(self.random.choice(self.pieces, p=self.chances))
        first, last = self.data.piece_first[stream.piece : stream.piece + 2]
        stream.bar = int(first if self.random.random() < 0.5 else self.random.integers(first, last))
        stream.row = int(self.data.bar_first[stream.bar])
        return True

    def _advance(self, stream: _Stream) -> tuple[int, int, int]:
        """The next (first row, last row + 1, piece) of a stream."""
        first = stream.row
        stream.row = min(first + self.steps, self._end_row(stream.piece))
        return first, stream.row, stream.piece

    def _end_row(self, piece: int) -> int:
        return int(self.data.bar_first[self.data.piece_first[piece + 1]])


def piece_chunks(data: Dataset, piece: int, steps: int) -> list[tuple[int, int, int]]:
    """A piece from its start in chunks of rows, for evaluation."""
    first, last = data.bar_first[data.piece_first[piece : piece + 2]].tolist()
    return [(row, min(row + steps, last), piece) for row in range(first, last, steps)]


def collate(data: Dataset, chunks: list[tuple[int, int, int]], noise: Noise, random: np.random.Generator) -> Batch:
    """Chunks (first row, last row + 1, piece) side by side, padded to the longest."""
    sequences = [_sequence(data, chunk, noise, random) for chunk in chunks]
    names = sequences[0].keys()
    fill = {"reference_bar": -1, "bar": -2, "bar_ticks": 1}
    return Batch(**{name: _stack([sequence[name] for sequence in sequences], fill.get(name, 0)) for name in names})


def _sequence(
    data: Dataset, chunk: tuple[int, int, int], noise: Noise, random: np.random.Generator
) -> dict[str, NDArray[np.generic]]:
    first, last, piece = chunk
    rows = data.events[first:last].astype(np.int64)
    bars = np.searchsorted(data.bar_first, np.arange(first, last), side="right") - 1
    before = np.concatenate([_before(data, first, piece)[None], rows[:-1]])
    own = np.arange(bars[0], bars[-1] + 1)
    condition, has_reference = _labels(data, own, noise, random)
    parts = data.parts[own]
    if noise.condition_dropout:
        is_hidden = random.random(len(own)) < noise.condition_dropout
        condition, parts = np.where(is_hidden[:, None], 0, condition), parts | is_hidden[:, None]
    reference, reference_bar = _references(data, own[has_reference], bars[0])
    weight = np.ones((len(rows), v.FIELDS), np.float32)
    weight[:, v.VELOCITY] = data.piece_has_velocity[piece]
    return {
        "previous": before,
        "target": rows,
        "condition": condition[bars - bars[0]],
        "parts": parts[bars - bars[0]],
        "bar_ticks": data.bar_ticks[bars].astype(np.int64),
        "counts": data.counts[first:last],
        "bar": (bars - bars[0]).astype(np.int64),
        "reference": reference,
        "reference_bar": reference_bar,
        "weight": weight,
    }


def _before(data: Dataset, first: int, piece: int) -> NDArray[np.int64]:
    starts = first == data.bar_first[data.piece_first[piece]]
    return _START if starts else data.events[first - 1].astype(np.int64)


def _labels(
    data: Dataset, bars: NDArray[np.int64], noise: Noise, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    condition = data.condition[bars].copy()
    condition[:, _COUNTED] = data.counted[bars] / _COUNTED_SCALES  # as the rows have it, to the last cell
    has_reference = (data.reference[bars] >= 0) & (random.random(len(bars)) >= noise.reference_dropout)
    condition[~has_reference, _HAS_REFERENCE] = 0
    condition[~has_reference, _SIMILARITY] = 0
    blur = random.normal(0, noise.condition_noise, condition[:, _BLURRED].shape)
    condition[:, _BLURRED] += blur.astype(np.float32)
    # log2 of the tempo over two octaves: a share s of the tempo is s / ln 2 / 2 there.
    condition[:, _TEMPO] += random.normal(0, noise.tempo_noise) / np.log(2) / 2
    return condition, has_reference


def _references(data: Dataset, bars: NDArray[np.int64], base: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the bars' references and, for each row, the bar (counted from base) that refers to it."""
    spans = [data.bar_first[bar : bar + 2] for bar in data.reference[bars]]
    if not spans:
        return _START[None].astype(np.int64), np.array([-1])
    rows = np.concatenate([data.events[first:last] for first, last in spans]).astype(np.int64)
    lengths = [last - first for first, last in spans]
    return rows, np.repeat(bars - base, lengths).astype(np.int64)


def _stack(arrays: list[NDArray[np.generic]], fill: int) -> torch.Tensor:
    longest = max(len(array) for array in arrays)
    out = np.full((len(arrays), longest, *arrays[0].shape[1:]), fill, arrays[0].dtype)
    for slot, array in zip(out, arrays, strict=True):
        slot[: len(array)] = array
    return torch.from_numpy(out)
