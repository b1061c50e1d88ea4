"""Drums beside real ones: microtiming and accents against held-out performances, fills at phrase ends.

The arranger plays, quantized and at one velocity, what held-out drummers played; when and how hard it
strikes is compared with when and how hard they did. Fills are counted in pieces of the composer and in
game music.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise.arranging.groove import touches
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Note, Part
from barwise_export.figures.goals import Goal
from barwise_export.groove import Feel, Performance

WRITTEN_VELOCITY = 80
WIDEST_MS = 80.0
BIN_MS = 2.5
FORMER_SPREAD_MS = 2.0
"""Standard deviation of the arranger's drums before the groove was learned."""

LEAST_OVERLAP = 0.85


@dataclass(frozen=True)
class MicrotimingFigures:
    """How held-out drummers and the arranger place the same strokes."""

    performances: int
    strokes: int
    lateness: float
    """Overlap area, 0 to 1, of how late strokes are."""
    steps: float
    """Overlap area of how much later a stroke is than the one before it."""
    former_lateness: float
    former_steps: float
    """The same for a drum machine with 2 ms of chance, which the arranger was before."""
    known_lateness: float
    known_steps: float
    """The same for the performances that were learned from: as near as drummers come to each other."""
    compound_lateness: float
    """Overlap area in the held-out performances in 6/8, NaN where there are none; no 6/8 was learned from."""
    accents: float
    """Mean rank correlation, within performance and family of drums, of accents and velocities played."""
    drift_ms: float
    """How much later the arranger's strokes lie with each minute of music: 0 where the grid stands still."""
    furthest_ms: float
    histograms: dict[str, list[float]]
    """Share of strokes for each BIN_MS from -WIDEST_MS on: 'drummers', 'arranger', 'before'."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def goals(self) -> Iterable[Goal]:
        """The drummer of issue 3."""
        return (
            Goal("overlap of microtiming with held-out drummers", self.lateness, at_least=LEAST_OVERLAP),
            Goal("drift of the grid", abs(self.drift_ms), at_most=1.0, unit="ms a minute"),
        )

    def markdown(self) -> str:
        """A table and a sentence."""
        return (
            f"{self.performances} held-out performances of gmd, {self.strokes:,} strokes; "
            "overlap area with the drummers:\n\n"
            "| | lateness | from stroke to stroke |\n|---|---|---|\n"
            f"| drummers that were learned from | {self.known_lateness:.2f} | {self.known_steps:.2f} |\n"
            f"| the arranger | {self.lateness:.2f} | {self.steps:.2f} |\n"
            f"| before: 2 ms of chance | {self.former_lateness:.2f} | {self.former_steps:.2f} |\n\n"
            f"In 6/8 {self.compound_lateness:.2f}. Accents follow the drummers' velocities with a rank correlation of "
            f"{self.accents:.2f}; no stroke is further than {self.furthest_ms:.0f} ms from its place, and over the "
            f"minutes strokes move {self.drift_ms:+.2f} ms a minute from the grid.\n"
        )

    def draw(self, folder: Path) -> None:
        """Histograms of lateness to groove.png."""
        import matplotlib.pyplot as plt

        middles = _EDGES[:-1] + BIN_MS / 2
        figure, axes = plt.subplots(figsize=(7, 3))
        for name, shares in self.histograms.items():
            axes.plot(middles, shares, label=name, drawstyle="steps-mid")
        axes.set(
            xlabel="later than written, ms", ylabel="share of strokes", ylim=(0, 3 * max(self.histograms["drummers"]))
        )
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(folder / "groove.png", dpi=120)
        plt.close(figure)


_EDGES = np.arange(-WIDEST_MS, WIDEST_MS + BIN_MS, BIN_MS)


@dataclass(frozen=True)
class _Played:
    late: NDArray[np.float64]
    weight: NDArray[np.float64]


def microtiming(known: Sequence[Performance], held_out: Sequence[Performance], seed: int = 0) -> MicrotimingFigures:
    """The figures for performances that were learned from and those that were not."""
    random = np.random.default_rng(seed)
    straight = [item for item in held_out if item.feel is Feel.STRAIGHT]
    simple = [item for item in straight if not item.metre.is_compound]
    compound = [item for item in straight if item.metre.is_compound]
    learned = [item for item in known if item.feel is Feel.STRAIGHT and not item.metre.is_compound]
    played = [play(item, random) for item in simple]
    real, made = _joined(item.late_ms for item in simple), _joined(item.late for item in played)
    former = [random.normal(0, FORMER_SPREAD_MS, len(item.tick)) for item in simple]
    real_steps, made_steps = _steps(simple, [item.late_ms for item in simple]), _steps(simple, [p.late for p in played])
    in_compound = _joined(item.late_ms for item in compound), _joined(play(item, random).late for item in compound)
    return MicrotimingFigures(
        performances=len(simple),
        strokes=len(real),
        lateness=overlap(real, made),
        steps=overlap(real_steps, made_steps),
        former_lateness=overlap(real, _joined(former)),
        former_steps=overlap(real_steps, _steps(simple, former)),
        known_lateness=overlap(real, _joined(item.late_ms for item in learned)),
        known_steps=overlap(real_steps, _steps(learned, [item.late_ms for item in learned])),
        compound_lateness=overlap(*in_compound) if compound else float("nan"),
        accents=_accents(simple, played),
        drift_ms=_drift(simple, played),
        furthest_ms=float(np.abs(made).max()),
        histograms={
            "drummers": _shares(real).tolist(),
            "arranger": _shares(made).tolist(),
            "before": _shares(_joined(former)).tolist(),
        },
    )


def play(performance: Performance, random: np.random.Generator) -> _Played:
    """How late, in milliseconds, and how hard the arranger strikes what a drummer played."""
    metre = performance.metre
    tempo = performance.tempo * metre.beat_ticks / TICKS_PER_QUARTER
    bars, positions = np.divmod(performance.tick, metre.bar_ticks)
    late = np.zeros(len(bars))
    weight = np.ones(len(bars))
    for bar in np.unique(bars):
        strokes = np.flatnonzero(bars == bar)
        notes = [
            Note(int(positions[stroke]), Part.DRUMS, int(performance.drum[stroke]), 6, WRITTEN_VELOCITY)
            for stroke in strokes
        ]
        for stroke, note, touch in zip(strokes, notes, touches(notes, metre, tempo, random), strict=True):
            late[stroke] = (touch.on - note.position) * 60_000 / tempo / TICKS_PER_QUARTER
            weight[stroke] = touch.weight
    return _Played(late, weight)


def overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The area that the histograms of two sets of milliseconds share, 0 to 1."""
    return float(np.minimum(_shares(first), _shares(second)).sum())


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.histogram(np.clip(values, -WIDEST_MS, WIDEST_MS), _EDGES)[0] / len(values)


def _joined(arrays: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    found = list(arrays)
    return np.concatenate(found) if found else np.zeros(0)


def _steps(pieces: Sequence[Performance], late: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """How much later each stroke is than the one before it, where they are up to a quarter apart."""
    steps = []
    for piece, values in zip(pieces, late, strict=True):
        apart = np.diff(piece.tick)
        steps.append(np.diff(values)[(apart > 0) & (apart <= TICKS_PER_QUARTER)])
    return _joined(steps)


def _accents(pieces: Sequence[Performance], played: Sequence[_Played]) -> float:
    found = []
    for piece, made in zip(pieces, played, strict=True):
        for family in np.unique(piece.family):
            own = piece.family == family
            if own.sum() >= 50 and np.ptp(made.weight[own]) > 0 and np.ptp(piece.velocity[own]) > 0:
                found.append(float(np.corrcoef(_ranks(made.weight[own]), _ranks(piece.velocity[own]))[0, 1]))
    return float(np.mean(found)) if found else 0.0


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])


def _drift(pieces: Sequence[Performance], played: Sequence[_Played]) -> float:
    """Slope of lateness over minutes of music, one line through all strokes."""
    minutes = _joined(piece.tick * 1.0 / piece.metre.beat_ticks / piece.tempo for piece in pieces)
    return float(np.polyfit(minutes, _joined(item.late for item in played), 1)[0])
