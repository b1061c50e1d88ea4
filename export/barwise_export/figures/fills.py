"""Whether drums mark the form: fills and crashes by the place in the phrase, real and composed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES
from barwise.music.intent import PHRASE_BARS
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Part
from barwise_export.dataset import Dataset
from barwise_export.figures.generated import GeneratedPiece
from barwise_export.figures.goals import Goal

REAL_SETS = ("freedoom", "simutrans", "gmd")
COMPOSED = "composed"

_FEWEST_STROKES = 4
_MORE_STROKES = 2
_BODIES = frozenset({38, 39, 41, 45, 48})
"""Snare, clap and toms."""
_CRASH = 49


@dataclass(frozen=True, slots=True)
class FillFigures:
    """Shares of bars, by their place in the phrase: PHRASE_BARS of each."""

    phrases: int
    fills: tuple[float, ...]
    """Bars with at least two more strokes on snare and toms in their second half than their phrase's median."""
    crashes: tuple[float, ...]
    """Bars with a crash."""


@dataclass(frozen=True)
class Fills:
    """Everything that the report shows of the drummer's form."""

    figures: Mapping[str, FillFigures]
    """By set of real music, and composed."""

    def as_dict(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)

    def goals(self) -> Iterable[Goal]:
        """As many phrases end in a fill as in game music, but for a third more or less."""
        real = [self.figures[name].fills[-1] for name in REAL_SETS[:2] if name in self.figures]
        if not real or COMPOSED not in self.figures:
            return []
        low, high = min(real) * 2 / 3, max(real) * 4 / 3
        return [Goal("phrases that end in a fill", self.figures[COMPOSED].fills[-1], at_least=low, at_most=high)]

    def markdown(self) -> str:
        """A table of fills and one of crashes."""
        places = [str(place + 1) for place in range(PHRASE_BARS)]
        lines = [f"| fills in bar | phrases | {' | '.join(places)} |", "|---|---|" + "---|" * PHRASE_BARS]
        lines += [_row(name, one.phrases, one.fills) for name, one in self.figures.items()]
        lines += ["", f"| crashes in bar | phrases | {' | '.join(places)} |", "|---|---|" + "---|" * PHRASE_BARS]
        lines += [_row(name, one.phrases, one.crashes) for name, one in self.figures.items()]
        return "\n".join(lines) + "\n"

    def draw(self, folder: Path) -> None:
        """Shares of fills by place to fills.png."""
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(figsize=(6, 3))
        for name, one in self.figures.items():
            axes.plot(range(1, PHRASE_BARS + 1), one.fills, marker="o", label=name)
        axes.set(xlabel="bar of the phrase", ylabel="share with a fill", ylim=(0, None))
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(folder / "fills.png", dpi=120)
        plt.close(figure)


def _row(name: str, phrases: int, shares: Sequence[float]) -> str:
    return f"| {name} | {phrases:,} | " + " | ".join(f"{share:.2f}" for share in shares) + " |"


def fills(pieces: Sequence[GeneratedPiece], data: Dataset) -> Fills:
    """The figures of real sets and of composed pieces."""
    names = [source.name for source in data.names.sources]
    found = {name: fill_figures(_real_phrases(data, names.index(name))) for name in REAL_SETS if name in names}
    composed = [
        piece.bars[start : start + PHRASE_BARS]
        for piece in pieces
        for start in range(0, len(piece.bars) - PHRASE_BARS + 1, PHRASE_BARS)
    ]
    return Fills({**found, COMPOSED: fill_figures(composed)})


def fill_figures(phrases: Iterable[Sequence[Bar]]) -> FillFigures:
    """The figures of phrases of PHRASE_BARS bars; those with a bar of hardly any drums are left out."""
    filled, crashed = [], []
    for phrase in phrases:
        if min(len(bar.of(Part.DRUMS)) for bar in phrase) >= _FEWEST_STROKES:
            bodies = [_late_bodies(bar) for bar in phrase]
            usual = median(bodies)
            filled.append([count >= usual + _MORE_STROKES for count in bodies])
            crashed.append([any(note.pitch == _CRASH for note in bar.of(Part.DRUMS)) for bar in phrase])
    if not filled:
        return FillFigures(0, (float("nan"),) * PHRASE_BARS, (float("nan"),) * PHRASE_BARS)
    return FillFigures(len(filled), _shares(filled), _shares(crashed))


def _late_bodies(bar: Bar) -> int:
    return sum(note.pitch in _BODIES and note.position * 2 >= bar.metre.bar_ticks for note in bar.of(Part.DRUMS))


def _shares(rows: Sequence[Sequence[bool]]) -> tuple[float, ...]:
    return tuple(np.mean(rows, axis=0).tolist())


def _real_phrases(data: Dataset, source: int) -> Iterable[list[Bar]]:
    """Every whole phrase of a source's pieces."""
    first_place = CONDITION_NAMES.index("phrase_0")
    for piece in np.flatnonzero((data.piece_source == source) & (data.piece_variant == 0)):
        bars = range(int(data.piece_first[piece]), int(data.piece_first[piece + 1]))
        for start in bars[: 1 - PHRASE_BARS]:
            if data.condition[start, first_place]:
                yield [_decoded(data, bar) for bar in range(start, start + PHRASE_BARS)]


def _decoded(data: Dataset, bar: int) -> Bar:
    """The drums of a bar."""
    rows = data.rows_of(bar).astype(np.int64)
    ticks = int(data.bar_ticks[bar])
    metre = Metre(ticks // 6, 16) if ticks % 6 == 0 else Metre(6, 4)
    return v.decode(rows[rows[:, v.PART] == Part.DRUMS], metre)
