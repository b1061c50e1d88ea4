"""Calibrating: composed lines move by the intervals by which those of game music move.

The network learned the moves of its corpus. What is heard of them has passed a temperature below 1, a leaning
toward the chord, the choice among candidates and the last strokes, and all of those favor notes that repeat over
fifths. The network's table of moves takes that back: what the engine composes with it is counted, and each
interval's logit moves by the logarithm of what it lacks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from barwise.composing.vocabulary import PITCHED_VALUES
from barwise.music.notes import Bar, Part
from barwise_export.dataset import Dataset
from barwise_export.exporting import export_composer
from barwise_export.figures.excerpts import learned
from barwise_export.figures.generated import compose_piece, state_of
from barwise_export.figures.lines import line_of
from barwise_export.model import BarNetwork

LINES = (Part.MELODY, Part.COUNTER)

WIDEST = 13
"""Semitones; wider moves count as these."""

PIECES = 84
ROUNDS = 3
EXCERPTS = 400
"""Stretches of training music that are counted."""

FIRST_SEED = 10_000
"""Far from the seeds that `evaluate` composes with; each round has others."""

STEP = 0.8
"""Share of what a logit lacks by which it moves."""

PRIOR = 0.004
"""Added to every share: what is heard ten times in a thousand is not told from what is heard seven."""

LARGEST = 1.5
"""No logit moves further, all rounds together."""

Shares = NDArray[np.float64]
"""Of the moves of each of LINES, by semitones from 0 to WIDEST: [lines, WIDEST + 1]."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a network's lines did."""

    shares: Shares
    distance: float
    """Share of the moves that would have to be others for the lines to move as real ones do, mean over the lines."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was counted, and the table that came nearest."""

    real: Shares
    rounds: tuple[Round, ...]
    """The first is of the network as it came."""
    best: int

    def markdown(self) -> str:
        """A table of the moves: real, before, and with the table that is kept."""
        columns = [("real", self.real), ("before", self.rounds[0].shares), ("kept", self.rounds[self.best].shares)]
        head = [
            f"| moves, semitones | {' | '.join(str(one) for one in range(WIDEST))} | {WIDEST} and more |",
            "|---|" + "---|" * (WIDEST + 1),
        ]
        body = [
            f"| {part.name.lower()}, {name} | {' | '.join(f'{share:.3f}' for share in found[number])} |"
            for number, part in enumerate(LINES)
            for name, found in columns
        ]
        told = ", ".join(f"{one.distance:.3f}" for one in self.rounds)
        return "\n".join([*head, *body, "", f"Distance from real lines, round by round: {told}; kept: {self.best}."])


def calibrate(network: BarNetwork, data: Dataset, pieces: int = PIECES, rounds: int = ROUNDS) -> Calibration:
    """Move the network's table of moves until its lines move as game music does; the nearest table stays in it."""
    real = shares(excerpt.bars for excerpt in learned(data, EXCERPTS))
    first = network.interval.detach().clone()
    tables, found = [first], [_round(network, data, real, pieces, 0)]
    for number in range(1, rounds + 1):
        table = moved(tables[-1], real, found[-1].shares, first)
        _put(network, table)
        tables.append(table)
        found.append(_round(network, data, real, pieces, number))
    best = min(range(len(found)), key=lambda number: found[number].distance)
    _put(network, tables[best])
    return Calibration(real, tuple(found), best)


def shares(pieces: Iterable[Sequence[Bar]]) -> Shares:
    """How often lines move by how much within their bars; of notes that begin together the highest counts."""
    counts = np.zeros((len(LINES), WIDEST + 1))
    for bars in pieces:
        for bar in bars:
            for number, part in enumerate(LINES):
                for before, after in pairwise(line_of(bar, part)):
                    counts[number, min(abs(after - before), WIDEST)] += 1
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def moved(table: torch.Tensor, real: Shares, made: Shares, first: torch.Tensor) -> torch.Tensor:
    """A table of moves [parts, moves] after a step from what is made toward what is real, never far from the first."""
    lacking = STEP * np.log((real + PRIOR) / (made + PRIOR))
    semitones = np.minimum(np.abs(np.arange(table.shape[1]) - (PITCHED_VALUES - 1)), WIDEST)
    table = table.clone()
    for line, part in enumerate(LINES):
        table[part] += torch.from_numpy(lacking[line, semitones]).to(table)
    return first + (table - first).clamp(-LARGEST, LARGEST)


def _round(network: BarNetwork, data: Dataset, real: Shares, pieces: int, number: int) -> Round:
    with TemporaryDirectory() as folder:
        model = Path(folder) / "composer.onnx"
        export_composer(network, data, model)
        seeds = range(FIRST_SEED + number * pieces, FIRST_SEED + (number + 1) * pieces)
        played = tqdm(seeds, desc=f"round {number}", unit="piece", leave=False, disable=None)
        made = shares([compose_piece(model, seed, state_of(seed)).bars for seed in played])
    return Round(made, float(np.abs(real - made).sum(axis=1).mean() / 2))


def _put(network: BarNetwork, table: torch.Tensor) -> None:
    with torch.no_grad():
        network.interval.copy_(table)
