"""Likelihood: held-out nats of the composer file, of a 5-gram with back-off, and of networks that lack something.

The composer file is asked bar by bar through its own graph: all rows of a held-out bar are forced,
and it says how likely it held each of them. It is told the bar's measured attributes and sees the
bar that this one answers; the 5-gram is told neither. Only pieces whose velocities were played are
asked: scores do not say them. The lesser networks are trained by `ablate`, at one budget for all.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tqdm import tqdm

from barwise.composing import vocabulary as v
from barwise.composing.contract import pitch_bias
from barwise_export.batches import Noise, collate
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset
from barwise_export.figures.excerpts import GAME_SOURCES
from barwise_export.figures.goals import Goal
from barwise_export.ngram import ngram_losses

MOST_NATS = 30.0
"""A row to which the graph leaves no chance at all counts as so many."""

GAME = "game music"
"""The game sets together, row by row."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one set, by network and 5-gram."""

    rows: int
    notes: int
    network: float
    """Nats a row: notes, chord changes and ends of bars."""
    ngram: float

    def a_note(self, nats_a_row: float) -> float:
        """Nats a note, what chord changes and ends of bars cost counted in."""
        return nats_a_row * self.rows / max(self.notes, 1)


@dataclass(frozen=True)
class Likelihood:
    """Everything that the report shows of likelihood."""

    losses: Mapping[str, Loss]
    """By set, and of the game sets together."""
    impossible: int
    """Rows to which the network left no chance."""
    ablations: Mapping[str, Any]
    """What `ablate` wrote; empty where it has not been run."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        losses = {name: asdict(loss) for name, loss in self.losses.items()}
        return {"losses": losses, "impossible": self.impossible, "ablations": self.ablations}

    def goals(self) -> Iterable[Goal]:
        """Below the 5-gram, and whole below each network that lacks something."""
        if GAME in self.losses:
            loss = self.losses[GAME]
            yield Goal(
                "held-out nats a note of game music, below the 5-gram's",
                loss.a_note(loss.network),
                at_most=loss.a_note(loss.ngram),
            )
        runs = {run["name"]: run for run in self.ablations.get("runs", ())}
        for run in runs.values():
            if run["against"] in runs:
                yield Goal(
                    f"nats a note: {runs[run['against']]['title']}, below: {run['title']}",
                    runs[run["against"]]["nats_a_note"],
                    at_most=run["nats_a_note"],
                )

    def markdown(self) -> str:
        """Network and 5-gram by set, and the lesser networks."""
        lines = [
            "| set | test rows | nats a row: network | 5-gram | nats a note: network | 5-gram |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {loss.rows:,} | {loss.network:.2f} | {loss.ngram:.2f} "
            f"| {loss.a_note(loss.network):.2f} | {loss.a_note(loss.ngram):.2f} |"
            for name, loss in self.losses.items()
        ]
        if self.impossible:
            lines += ["", f"{self.impossible} rows had no chance at all and count as {MOST_NATS:g} nats."]
        return "\n".join(lines) + "\n" + (f"\n{ablation_table(self.ablations)}" if self.ablations else "")


def likelihood(
    model: Path, data: Dataset, ablations: Path | None = None, most_bars: int | None = None, every: int = 1
) -> Likelihood:
    """Ask the composer and the 5-gram for the test pieces; at most so many bars of each set.

    The 5-gram counts every n-th training piece; all is what it is meant to count.
    """
    whole = data.piece_variant == 0
    asked = np.flatnonzero(whole & (data.piece_split == TEST) & data.piece_has_velocity)
    known, tuned = (np.flatnonzero(whole & (data.piece_split == split))[::every] for split in (TRAIN, VALID))
    losses: dict[str, Loss] = {}
    impossible = 0
    ngram = ngram_losses(data, known, tuned, asked).sum(1)
    places = np.cumsum([0, *(_rows_of(data, int(piece)) for piece in asked)])
    for number, source in enumerate(data.names.sources):
        mine = np.flatnonzero(data.piece_source[asked] == number)
        if not len(mine):
            continue
        bars = [bar for place in mine for bar in _bars(data, int(asked[place]), int(places[place]))][:most_bars]
        nats = _nats(model, data, bars)
        impossible += int((nats >= MOST_NATS).sum())
        rows = np.concatenate([np.arange(first, first + len(data.rows_of(bar))) for bar, _, first in bars])
        notes = sum(int((data.rows_of(bar)[:, v.PART] != v.HARMONY).sum()) for bar, _, _ in bars)
        losses[source.name] = Loss(len(nats), notes, float(nats.mean()), float(ngram[rows].mean()))
    game = [losses[name] for name in GAME_SOURCES if name in losses]
    found = json.loads(ablations.read_text()) if ablations else {}
    return Likelihood(losses | ({GAME: _together(game)} if game else {}), impossible, found)


def ablation_table(ablations: Mapping[str, Any]) -> str:
    """Networks of one size, one budget, on the same test pieces."""
    lines = [
        f"{ablations['budget']} Asked: the test pieces of {', '.join(ablations['sources'])}.",
        "",
        "| trained on | steps | nats a row | nats a note |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {run['title']} | {run['steps']} | {run['nats_a_row']:.2f} | {run['nats_a_note']:.2f} |"
        for run in ablations["runs"]
    ]
    return "\n".join(lines) + "\n"


def _rows_of(data: Dataset, piece: int) -> int:
    first, last = data.bar_first[data.piece_first[piece : piece + 2]]
    return int(last - first)


def _bars(data: Dataset, piece: int, place: int) -> list[tuple[int, int, int]]:
    """The bars of a piece as (bar, piece, its first row among those asked), which begin at a place."""
    first, last = data.piece_first[piece : piece + 2].tolist()
    return [(bar, piece, place + int(data.bar_first[bar] - data.bar_first[first])) for bar in range(first, last)]


def _nats(model: Path, data: Dataset, bars: list[tuple[int, int, int]]) -> NDArray[np.float64]:
    """Nats of each row of each bar, the network going on from bar to bar of a piece."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    begin = np.zeros((1, int(session.get_inputs()[0].shape[1])), np.float32)
    state, before, nats = begin, -1, []
    for bar, piece, _ in tqdm(bars, desc="likelihood", unit="bar", leave=False, disable=None):
        inputs = _inputs(data, bar, piece, state if piece == before else begin)
        rows, chances, state = session.run(["rows", "forced_log_probability", "next_state"], inputs)
        if len(rows[0]) < len(inputs["forced"]):
            raise AssertionError(f"bar {bar} was cut from {len(inputs['forced'])} rows to {len(rows[0])}")
        nats.append(-chances[0])
        before = piece
    return np.minimum(np.concatenate(nats).astype(np.float64), MOST_NATS)


def _inputs(data: Dataset, bar: int, piece: int, state: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """The contract's inputs for a bar of the data set, every row of it forced."""
    first, last = data.bar_first[bar : bar + 2].tolist()
    batch = collate(data, [(first, last, piece)], Noise(), np.random.default_rng(0))
    return {
        "state": state,
        "condition": batch.condition[0, 0].numpy(),
        "parts": batch.parts[0, 0].numpy(),
        "bar_ticks": batch.bar_ticks[0, 0].numpy(),
        "reference": batch.reference[0].numpy(),
        "forced": batch.target[0].numpy(),
        "pitch_bias": pitch_bias(()),
        "noise": np.zeros((1, v.MAX_ROWS), np.float32),
        "temperature": np.array(1, np.float32),
    }


def _together(losses: list[Loss]) -> Loss:
    """Several sets as one, row by row."""
    rows = [loss.rows for loss in losses]
    means = (float(np.average([getattr(loss, name) for loss in losses], weights=rows)) for name in ("network", "ngram"))
    return Loss(sum(rows), sum(loss.notes for loss in losses), *means)
