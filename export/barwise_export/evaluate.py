"""Figures of a trained network: held-out likelihood against a 5-gram, and control through the engine."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from barwise.composing import vocabulary as v
from barwise.composing.composer import ComposedBar
from barwise.composing.onnx_composer import CANDIDATES, OnnxComposer
from barwise.directing.director import Director, Memory, Wish
from barwise.music.attributes import Attributes
from barwise.music.intent import BarIntent
from barwise.music.mood import Mood
from barwise.music.notes import Bar
from barwise.score.load import load_score
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset
from barwise_export.lines import line_figures, real_pieces
from barwise_export.model import BarNetwork
from barwise_export.ngram import ngram_losses
from barwise_export.training import held_out_losses, source_names

CONTROL_SEEDS = 8
CONTROL_BARS = 100
LINE_STATES = ("explore", "combat", "defeat")
LINE_SEEDS = 2
LINE_BARS = 24
WANTED = (
    "rhythm",
    "drum_rhythm",
    "polyphony",
    "density",
    "loudness",
    "register",
    "brightness",
    "consonance",
    "dissonance",
)
AXES = ("valence", "arousal", "tension")

Losses = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Evaluation:
    """Everything that the report shows."""

    network: Losses
    """Nats a row by source and field, on the test split."""
    ngram: Losses
    rows: Mapping[str, int]
    """Test rows by source."""
    control: Mapping[str, float]
    """Spearman's rho between an attribute as asked and as composed."""
    mood: Mapping[str, Mapping[str, float]]
    """Spearman's rho between each axis of the mood and each attribute of what was composed."""
    lines: Mapping[str, Mapping[str, float]]
    """How lines move, in real music by source and in composed music by state."""
    bar_ms: float
    """Mean milliseconds for one composed bar, all candidates, on one thread of this machine."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return dict(vars(self))


def evaluate(network: BarNetwork, model: Path, data: Dataset, folder: Path) -> Evaluation:
    """Compute all figures and write evaluation.json, evaluation.md and control.png."""
    pieces = np.flatnonzero((data.piece_split == TEST) & (data.piece_variant == 0))
    train = np.flatnonzero((data.piece_split == TRAIN) & (data.piece_variant == 0))
    valid = np.flatnonzero((data.piece_split == VALID) & (data.piece_variant == 0))
    losses = held_out_losses(network, data, TEST, rows=sys.maxsize)
    composer = OnnxComposer(model)
    began = time.perf_counter()
    moods, wanted, got = _controlled(composer)
    bar_ms = (time.perf_counter() - began) * 1000 / (CONTROL_SEEDS * CONTROL_BARS)
    result = Evaluation(
        network=losses,
        ngram=_by_source(data, pieces, ngram_losses(data, train, valid, pieces)),
        rows=_row_counts(data, pieces),
        control={name: spearman(wanted[name], got[name]) for name in WANTED},
        mood={axis: {name: spearman(moods[axis], got[name]) for name in WANTED} for axis in AXES},
        lines=_lines(composer, data),
        bar_ms=bar_ms,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(result.as_dict(), indent=1) + "\n")
    (folder / "evaluation.md").write_text(_markdown(result))
    _draw(wanted, got, folder / "control.png")
    return result


def spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Rank correlation, ties at their mean rank; 0 when one side is constant."""
    ranks = [_ranks(first), _ranks(second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1]) if min(np.ptp(rank) for rank in ranks) > 0 else 0.0


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places], dtype=np.float64)


def _row_counts(data: Dataset, pieces: NDArray[np.int64]) -> dict[str, int]:
    rows = np.diff(data.bar_first[data.piece_first])
    return {
        name: int(rows[pieces[data.piece_source[pieces] == number]].sum())
        for number, name in enumerate(source_names(data))
        if (data.piece_source[pieces] == number).any()
    }


def _by_source(data: Dataset, pieces: NDArray[np.int64], losses: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Mean nats a row of each field, velocities counted where they were played."""
    rows = np.diff(data.bar_first[data.piece_first])[pieces]
    losses = losses.copy()
    losses[:, v.VELOCITY] *= np.repeat(data.piece_has_velocity[pieces], rows)
    source = np.repeat(data.piece_source[pieces], rows)
    means = {
        name: losses[source == number].mean(0)
        for number, name in enumerate(source_names(data))
        if (source == number).any()
    }
    return {
        name: dict(zip(v.FIELD_NAMES, mean.tolist(), strict=True)) | {"all": float(mean.sum())}
        for name, mean in means.items()
    }


def _controlled(
    composer: OnnxComposer,
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Moods drawn anew every bar, what they asked for and what was composed."""
    score = load_score(None)
    director = Director(score)
    moods: list[Mood] = []
    wanted: list[Attributes] = []
    got: list[Attributes] = []
    for seed in tqdm(range(CONTROL_SEEDS), desc="control", unit="piece"):
        random = np.random.default_rng(seed)
        drawn = [Mood(*random.uniform((-1, -1, 0), 1).tolist()) for _ in range(CONTROL_BARS)]
        for intent, composed in _composed(composer, director, [Wish(score.initial, mood) for mood in drawn], random):
            moods.append(intent.mood)
            wanted.append(intent.condition.attributes)
            got.append(composed.achieved)
    return (
        {axis: np.array([getattr(mood, axis) for mood in moods]) for axis in AXES},
        {name: np.array([getattr(one, name) for one in wanted]) for name in WANTED},
        {name: np.array([getattr(one, name) for one in got]) for name in WANTED},
    )


def _composed(
    composer: OnnxComposer, director: Director, wishes: Iterable[Wish], random: np.random.Generator
) -> Iterator[tuple[BarIntent, ComposedBar]]:
    """A piece, a wish a bar."""
    state, memory, history = composer.initial_state(), Memory(), dict[int, Bar]()
    for wish in wishes:
        intent, memory = director.plan(wish, memory, random)
        reference = None if intent.reference is None else history.get(intent.reference)
        composed = composer.compose(intent, state, reference, random)
        state, history[intent.index] = composed.state, composed.bar
        yield intent, composed


def _lines(composer: OnnxComposer, data: Dataset) -> dict[str, dict[str, float]]:
    """The figures of lines.py, for the sources that have melodies and for states of the built-in score."""
    found = {f"real: {name}": line_figures(real_pieces(data, number)) for number, name in enumerate(source_names(data))}
    score = load_score(None)
    for state in LINE_STATES:
        wishes = [Wish(state, score.states[state].mood)] * LINE_BARS
        pieces = [
            [composed.bar for _, composed in _composed(composer, Director(score), wishes, np.random.default_rng(seed))]
            for seed in range(LINE_SEEDS)
        ]
        found[f"composed: {state}"] = line_figures(pieces)
    return {
        name: {**figures.intervals, "bass on the tonic": figures.bass_on_tonic}
        for name, figures in found.items()
        if any(figures.intervals.values())
    }


def _markdown(result: Evaluation) -> str:
    lines = [
        "| set | test rows | network, nats a row | 5-gram, nats a row | ratio |",
        "|---|---|---|---|---|",
    ]
    for source, losses in result.network.items():
        ngram = result.ngram[source]["all"]
        lines.append(
            f"| {source} | {result.rows[source]:,} | {losses['all']:.2f} | {ngram:.2f} | {losses['all'] / ngram:.2f} |"
        )
    lines += ["", "| field | network | 5-gram |", "|---|---|---|"]
    total = sum(result.rows.values())
    for name in v.FIELD_NAMES:
        means = [
            sum(result.rows[source] * losses[source][name] for source in losses) / total
            for losses in (result.network, result.ngram)
        ]
        lines.append(f"| {name} | {means[0]:.2f} | {means[1]:.2f} |")
    lines += ["", "| attribute | asked and composed | " + " | ".join(AXES) + " |", "|---|---|" + "---|" * len(AXES)]
    for name in WANTED:
        axes = " | ".join(f"{result.mood[axis][name]:+.2f}" for axis in AXES)
        lines.append(f"| {name} | {result.control[name]:.2f} | {axes} |")
    columns = list(next(iter(result.lines.values())))
    lines += ["", "| lines | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    lines += [
        f"| {name} | " + " | ".join(f"{row[c]:.2f}" for c in columns) + " |" for name, row in result.lines.items()
    ]
    lines += ["", f"One bar, the best of {CANDIDATES}: {result.bar_ms:.0f} ms on one thread of this machine."]
    return "\n".join(lines) + "\n"


def _draw(wanted: Mapping[str, NDArray[np.float64]], got: Mapping[str, NDArray[np.float64]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 10), layout="constrained")
    for axes, name in zip(figure.subplots(3, 3).flat, WANTED, strict=True):
        axes.scatter(wanted[name], got[name], s=4, alpha=0.3)
        axes.set_title(f"{name}, rho {spearman(wanted[name], got[name]):.2f}")
        axes.set_xlabel("asked")
        axes.set_ylabel("composed")
    figure.savefig(path, dpi=80)
