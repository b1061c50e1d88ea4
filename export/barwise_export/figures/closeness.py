"""How close composed music is to held-out game music: every measure beside its real spread.

Knows excerpts and measures; composes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barwise.errors import InputError
from barwise_export.dataset import Dataset
from barwise_export.figures.excerpts import Excerpt, generated, held_out, learned
from barwise_export.figures.generated import GeneratedPiece
from barwise_export.figures.goals import REACHED, Goal
from barwise_export.figures.measures import LAGS, MEASURES, Kind, Measure, self_similarity
from barwise_export.figures.overlap import overlap_area

BAND = (10, 90)
"""Percentiles of the held-out excerpts between which a figure is to lie: their middle 80 %."""

OVERLAP_GOAL = 0.85
FEWEST_HELD_OUT = 3
MATRICES = 4
"""Excerpts of each kind in the picture of self-similarity."""


Values = dict[str, NDArray[np.float64]]
"""By measure: [excerpts, values of the measure], NaN where an excerpt has nothing to measure."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside real music's."""

    name: str
    meaning: str
    made: float
    """Mean over the composed pieces that have it; NaN when none has."""
    low: float
    """The held-out excerpts' tenth percentile."""
    middle: float
    """Their median."""
    high: float
    """Their ninetieth percentile."""
    share_inside: float
    """Share of the composed pieces between low and high; of the held-out excerpts it is 0.8 or more."""

    @property
    def is_inside(self) -> bool:
        """Whether the composed pieces' mean lies within the held-out excerpts' middle 80 %."""
        return self.low <= self.made <= self.high


@dataclass(frozen=True)
class Closeness:
    """Everything that the report shows of closeness."""

    lines: tuple[Line, ...]
    overlap: dict[str, float]
    """Overlap area by measure, 0 to 1, for the measures that have one."""
    learned_overlap: dict[str, float]
    """The same of excerpts of training music: about the most that can be had."""
    histograms: dict[str, dict[str, tuple[float, float]]]
    """Of each histogram and each of its labels the mean share: of held-out excerpts, and of composed pieces."""
    excerpts: int
    """Held-out excerpts compared with."""
    pieces: int
    """Composed pieces."""
    real_matrices: tuple[NDArray[np.float64], ...]
    """Self-similarity of a few held-out excerpts: [bars, bars] each."""
    made_matrices: tuple[NDArray[np.float64], ...]
    names: tuple[tuple[str, ...], tuple[str, ...]]
    """What the matrices show: real, composed."""

    @property
    def mean_overlap(self) -> float:
        """The mean of the measures' overlap areas, each measure counted once."""
        return float(np.mean(list(self.overlap.values())))

    @property
    def mean_learned_overlap(self) -> float:
        """The same of training music."""
        return float(np.mean(list(self.learned_overlap.values())))

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON; the matrices are in the picture."""
        return {
            "lines": [{**asdict(line), "is_inside": line.is_inside} for line in self.lines],
            "overlap": self.overlap,
            "mean_overlap": self.mean_overlap,
            "learned_overlap": self.learned_overlap,
            "mean_learned_overlap": self.mean_learned_overlap,
            "histograms": {
                name: {label: {"real": real, "composed": made} for label, (real, made) in found.items()}
                for name, found in self.histograms.items()
            },
            "excerpts": self.excerpts,
            "pieces": self.pieces,
        }

    def goals(self) -> Iterable[Goal]:
        """Every figure within the band, and the mean overlap."""
        inside = sum(line.is_inside for line in self.lines)
        yield Goal(f"of {len(self.lines)} figures, within the middle 80 % of real ones", inside, len(self.lines))
        yield Goal("overlap area, mean over the measures", self.mean_overlap, OVERLAP_GOAL)

    def markdown(self) -> str:
        """A table of the figures and one of the histograms."""
        lines = [
            f"{self.pieces} composed pieces beside {self.excerpts} held-out excerpts of game music. The last column "
            "is of training music beside the same excerpts.",
            "",
            "| figure | composed | real, median | real, middle 80 % | inside | pieces inside | overlap | of training |",
            "|---|---|---|---|---|---|---|---|",
            *[
                f"| {line.name}: {line.meaning} | {_shown(line.made)} | {_shown(line.middle)}"
                f" | {_shown(line.low)} to {_shown(line.high)} | {REACHED[line.is_inside]} | {line.share_inside:.0%}"
                f" | {_at_first(self.overlap, line.name)} | {_at_first(self.learned_overlap, line.name)} |"
                for line in self.lines
            ],
            f"| all | | | | {sum(line.is_inside for line in self.lines)} of {len(self.lines)} | "
            f"| {self.mean_overlap:.2f} | {self.mean_learned_overlap:.2f} |",
        ]
        for name, found in self.histograms.items():
            lines += [
                "",
                f"| {name} | {' | '.join(found)} |",
                "|---|" + "---|" * len(found),
                *[
                    f"| {who} | {' | '.join(f'{shares[place]:.2f}' for shares in found.values())} |"
                    for place, who in enumerate(("real", "composed"))
                ],
            ]
        return "\n".join(lines) + "\n"

    def draw(self, folder: Path) -> list[Path]:
        """Pictures: the profile of self-similarity over the lags, and a few matrices of self-similarity."""
        return [self._draw_profile(folder / "self_similarity.png"), self._draw_matrices(folder / "matrices.png")]

    def _draw_profile(self, path: Path) -> Path:
        from matplotlib.figure import Figure

        lines = [line for line in self.lines if line.name.startswith("self-similarity")]
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot()
        low, high = [line.low for line in lines], [line.high for line in lines]
        axes.fill_between(LAGS, low, high, alpha=0.25, label="real, middle 80 %")
        axes.plot(LAGS, [line.middle for line in lines], label="real, median")
        axes.plot(LAGS, [line.made for line in lines], "o-", label="composed, mean")
        axes.set_xlabel("bars apart")
        axes.set_ylabel("self-similarity")
        axes.set_xticks(list(LAGS))
        axes.legend()
        figure.savefig(path, dpi=80)
        return path

    def _draw_matrices(self, path: Path) -> Path:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(3 * MATRICES, 6.5), layout="constrained")
        grid = figure.subplots(2, MATRICES, squeeze=False)
        for row, matrices, names in zip(grid, (self.real_matrices, self.made_matrices), self.names, strict=True):
            for axes, matrix, name in zip(row, matrices, names, strict=False):
                axes.imshow(matrix, vmin=0, vmax=1, cmap="magma", origin="lower")
                axes.set_title(name.rsplit("/", 1)[-1], fontsize=9)
        figure.savefig(path, dpi=80)
        return path


def closeness(pieces: Sequence[GeneratedPiece], data: Dataset) -> Closeness:
    """Composed pieces, all of one length, beside the held-out game pieces of a data set.

    Raises InputError when the data set holds too few stretches of the pieces' length.
    """
    bars = len(pieces[0].bars)
    return compare([generated(piece) for piece in pieces], held_out(data, bars), learned(data, len(pieces), bars))


def compare(made: Sequence[Excerpt], real: Sequence[Excerpt], known: Sequence[Excerpt]) -> Closeness:
    """Composed excerpts beside held-out ones, and training music too; raises InputError when there is too little."""
    if len(real) < FEWEST_HELD_OUT or not known:
        raise InputError(
            f"the data set has {len(real)} held-out excerpts of game music and {len(known)} to learn from; "
            f"closeness needs {FEWEST_HELD_OUT} and 1"
        )
    real_values, made_values = _values(real), _values(made)
    measures = [measure for measure in MEASURES if len(_known(real_values[measure.name])) >= FEWEST_HELD_OUT]
    shown = [_spread(excerpts, MATRICES) for excerpts in (real, made)]
    return Closeness(
        lines=tuple(
            line
            for measure in measures
            for line in _lines(measure, real_values[measure.name], made_values[measure.name])
        ),
        overlap=_overlaps(measures, real_values, made_values),
        learned_overlap=_overlaps(measures, real_values, _values(known)),
        histograms={
            measure.name: _shares(measure, real_values[measure.name], made_values[measure.name])
            for measure in measures
            if measure.kind is Kind.HISTOGRAM
        },
        excerpts=len(real),
        pieces=len(made),
        real_matrices=tuple(self_similarity(excerpt) for excerpt in shown[0]),
        made_matrices=tuple(self_similarity(excerpt) for excerpt in shown[1]),
        names=(tuple(excerpt.name for excerpt in shown[0]), tuple(excerpt.name for excerpt in shown[1])),
    )


def _values(excerpts: Sequence[Excerpt]) -> Values:
    return {measure.name: np.stack([measure.of(excerpt) for excerpt in excerpts]) for measure in MEASURES}


def _overlaps(measures: Iterable[Measure], real: Values, made: Values) -> dict[str, float]:
    areas = {one.name: overlap_area(_known(real[one.name]), _known(made[one.name])) for one in measures}
    return {name: area for name, area in areas.items() if area is not None}


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The excerpts in which all of a measure could be measured."""
    return values[~np.isnan(values).any(axis=1)]


def _lines(measure: Measure, real: NDArray[np.float64], made: NDArray[np.float64]) -> list[Line]:
    if measure.kind is Kind.HISTOGRAM:
        real, made = covered(_known(real), _known(made))
        return [_line(measure.name, f"{measure.meaning}: how much real music's mean covers", real, made)]
    if measure.kind is Kind.PROFILE:
        return [
            _line(f"{measure.name}, {label}", measure.meaning, real[:, place], made[:, place])
            for place, label in enumerate(measure.labels)
        ]
    return [_line(measure.name, measure.meaning, real[:, 0], made[:, 0])]


def _line(name: str, meaning: str, real: NDArray[np.float64], made: NDArray[np.float64]) -> Line:
    low, middle, high = np.nanpercentile(real, (BAND[0], 50, BAND[1])).tolist()
    known = made[~np.isnan(made)]
    if not len(known):
        return Line(name, meaning, float("nan"), low, middle, high, 0.0)
    inside = (low <= known) & (known <= high)
    return Line(name, meaning, float(known.mean()), low, middle, high, float(inside.mean()))


def covered(real: NDArray[np.float64], made: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of each histogram that the real ones' mean covers, 0 to 1; a real one is left out of its own mean."""
    others = (real.sum(0) - real) / (len(real) - 1)
    return np.minimum(real, others).sum(1), np.minimum(made, real.mean(0)).sum(1)


def _shares(measure: Measure, real: NDArray[np.float64], made: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    """The mean share of each label: of real music, of composed music; 0 where there is nothing to measure."""
    means = [
        known.mean(0).tolist() if len(known) else [0.0] * len(measure.labels) for known in map(_known, (real, made))
    ]
    return dict(zip(measure.labels, zip(*means, strict=True), strict=True))


def _spread(excerpts: Sequence[Excerpt], count: int) -> list[Excerpt]:
    """So many excerpts from all over."""
    return [excerpts[place * len(excerpts) // count] for place in range(min(count, len(excerpts)))]


def _shown(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _at_first(overlap: Mapping[str, float], name: str) -> str:
    """The overlap area of a measure, at the first of its lines only."""
    measure, _, label = name.partition(", ")
    return f"{overlap[measure]:.2f}" if measure in overlap and label in ("", f"lag {LAGS[0]}") else ""
