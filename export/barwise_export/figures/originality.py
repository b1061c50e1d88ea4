"""Originality: the longest run of notes that a piece shares with any piece of the training music.

Lines are read as `render --provenance` reads them (barwise.composing.provenance): per pitched part,
intervals and times between onsets, so that a copy in another key, tempo, loudness or length of notes
is a copy; drums apart. Any line of a piece is sought in every line of the training music, whatever its
part. Runs here are exact, by a suffix array of all lines. Repeated notes and scales count like all
others, on both sides: composed pieces, and held-out game pieces, whose families are not in training.
A second figure counts varied notes, so that eight bars of one bass note do not hide a copied melody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barwise.composing import vocabulary as v
from barwise.composing.provenance import GRAM, Hashes, Line, TrainingIndex, gram_hashes, lines_of, symbols_of, trace
from barwise.music.notes import PITCHED_PARTS
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset
from barwise_export.figures.generated import BARS, GeneratedPiece
from barwise_export.figures.goals import Goal

GAME_SOURCES = ("freedoom", "simutrans", "blasphemer")
PERCENTILE = 95
WORST = 8
"""Rows of the tables of worst cases."""

FIELDS = {"notes": "notes", "varied": "varied notes"}
"""How long a run is, by the field of SharedRun, in words."""

_LEVELS = 9
"""Runs of up to 2 ** _LEVELS - 1 intervals are told apart."""

Piece = Sequence[Line]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run of notes of one piece that stands in the training music."""

    piece: str
    part: str
    bar: int
    """Where it begins in the piece, counted from 1."""
    notes: int
    varied: int
    """Its notes with every pair of steps (interval and time) counted once: eight bars of one note have 3."""
    source: str
    """A training piece that holds it, with the set; another part of it may."""
    source_bar: int
    """Where it begins there, counted from 1."""


@dataclass(frozen=True, slots=True)
class Side:
    """What many pieces share with the training music."""

    longest: tuple[SharedRun, ...]
    """Of each piece, the run of the most notes."""
    most_varied: tuple[SharedRun, ...]
    """Of each piece, the run of the most varied notes."""
    parts: Mapping[str, float]
    """95th percentile of the notes of each part's longest run."""

    def percentile(self, field: str, percent: float = PERCENTILE) -> float:
        """Of the longest runs' notes, or the most varied runs' varied notes; no number where there is no piece."""
        runs = self.as_numbers(field)
        return float(np.percentile(runs, percent)) if runs else float("nan")

    def as_numbers(self, field: str) -> list[int]:
        """Notes, or varied notes, of each piece."""
        return [int(getattr(run, field)) for run in (self.longest if field == "notes" else self.most_varied)]

    def percentiles(self, field: str) -> dict[str, float]:
        """The distribution in four numbers."""
        return {f"{percent} %": self.percentile(field, percent) for percent in (5, 50, PERCENTILE, 100)}

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "percentiles": {field: self.percentiles(field) for field in FIELDS},
            "parts": dict(self.parts),
            "runs": {field: self.as_numbers(field) for field in FIELDS},
            "worst": {field: [asdict(run) for run in self.worst(field)] for field in FIELDS},
        }

    def worst(self, field: str) -> list[SharedRun]:
        """The longest first."""
        runs = self.longest if field == "notes" else self.most_varied
        return sorted(runs, key=lambda run: -int(getattr(run, field)))[:WORST]


@dataclass(frozen=True)
class Originality:
    """What composed pieces share with the training music, beside what held-out game pieces do."""

    generated: Side
    held_out: Side
    """Held-out game pieces cut to the length of the generated ones: a longer piece has more chances."""
    held_out_whole: Side
    """The same pieces uncut."""
    told: tuple[int, ...]
    """Of each generated piece, the longest run that `render --provenance` tells of: never less than the true one."""
    false_positive_rate: float
    """Measured share of strange stretches that its index takes for known ones."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        sides = {name: side.as_dict() for name, side in self._sides().items()}
        return {**sides, "told": list(self.told), "false_positive_rate": self.false_positive_rate}

    def goals(self) -> Iterable[Goal]:
        """The generated pieces' 95th percentiles are no more than those of held-out pieces of their length."""
        for field, words in FIELDS.items():
            figure, limit = self.generated.percentile(field), self.held_out.percentile(field)
            yield Goal(f"longest run shared with training, 95th percentile, {words}", figure, at_most=limit)

    def markdown(self) -> str:
        """The distributions, the parts, and the worst cases."""
        sides = self._sides()
        rows = [
            [
                f"{name}: {words}",
                str(len(side.longest)),
                *(f"{value:.0f}" for value in side.percentiles(field).values()),
            ]
            for field, words in FIELDS.items()
            for name, side in sides.items()
        ]
        parts = [
            [name, *(f"{side.parts.get(part.name.lower(), 0):.0f}" for part in PITCHED_PARTS)]
            for name, side in sides.items()
        ]
        tables = [
            _table(["longest run shared with training", "pieces", "5 %", "50 %", "95 %", "most"], rows),
            _table(["95th percentile by part, notes", *(part.name.lower() for part in PITCHED_PARTS)], parts),
            *(_worst_table(name, field, sides[name]) for name in ("generated", "held out") for field in FIELDS),
        ]
        return "\n".join([*tables, self._told()])

    def _told(self) -> str:
        told, true = (
            np.percentile(runs or [0], (50, PERCENTILE)) for runs in (self.told, self.generated.as_numbers("notes"))
        )
        return (
            f"`render --provenance` tells of {told[0]:.0f} notes (median) and {told[1]:.0f} ({PERCENTILE} %) for the "
            f"generated pieces, where the true longest runs have {true[0]:.0f} and {true[1]:.0f}; its index takes "
            f"{self.false_positive_rate:.1%} of strange stretches of {GRAM} notes for known ones.\n"
        )

    def draw(self, folder: Path) -> None:
        """Write originality.png: how many pieces share runs of at least so many notes."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(11, 4), layout="constrained")
        both = figure.subplots(1, 2, sharey=True)
        for axes, (field, words) in zip(both, FIELDS.items(), strict=True):
            for name, side in self._sides().items():
                runs = np.sort(side.as_numbers(field))
                axes.step(runs, np.arange(len(runs), 0, -1) / max(len(runs), 1), label=f"{name} ({len(runs)})")
            axes.axhline(1 - PERCENTILE / 100, color="#bbbbbb", linewidth=0.8)
            axes.set_xlabel(f"{words} of the longest run shared with training")
            axes.set_xscale("log")
        both[0].set_ylabel("share of pieces with at least that")
        both[0].legend(frameon=False)
        figure.savefig(folder / "originality.png", dpi=80)

    def _sides(self) -> dict[str, Side]:
        return {"generated": self.generated, "held out": self.held_out, "held out, whole": self.held_out_whole}


def originality(pieces: Sequence[GeneratedPiece], data: Dataset) -> Originality:
    """Compare composed pieces, and the held-out game pieces of a data set, with its training pieces."""
    held_out = [int(number) for number in held_out_pieces(data)]
    sides = [
        [(f"seed {piece.seed}, {piece.state}", lines_of(piece.bars)) for piece in pieces],
        [named for number in held_out for named in _windows(data, number)],
        [(data.names.pieces[number], piece_lines(data, number)) for number in held_out],
    ]
    found = iter(_shared_runs([named for side in sides for named in side], data))
    generated, cut, whole = (_side([next(found) for _ in side]) for side in sides)
    index = training_index(data)
    told = tuple(max((bar.longest_run for bar in trace(piece.bars, index)), default=0) for piece in pieces)
    return Originality(generated, cut, whole, told, measured_false_positives(index, data))


def training_pieces(data: Dataset) -> Ints:
    """Numbers of the whole pieces that were trained on."""
    return np.flatnonzero((data.piece_split == TRAIN) & (data.piece_variant == 0))


def held_out_pieces(data: Dataset) -> Ints:
    """Numbers of the whole game pieces that were not trained on."""
    sources = [number for number, source in enumerate(data.names.sources) if source.name in GAME_SOURCES]
    is_held_out = np.isin(data.piece_split, (VALID, TEST)) & (data.piece_variant == 0)
    return np.flatnonzero(is_held_out & np.isin(data.piece_source, sources))


def piece_lines(data: Dataset, piece: int, first: int = 0, last: int | None = None) -> list[Line]:
    """The lines of a piece of the data set, or of its bars from first up to last, as lines_of gives them."""
    begin = int(data.piece_first[piece]) + first
    end = int(data.piece_first[piece + 1]) if last is None else int(data.piece_first[piece]) + last
    rows = data.events[data.bar_first[begin] : data.bar_first[end]].astype(np.int64)
    bar = np.repeat(np.arange(end - begin), np.diff(data.bar_first[begin : end + 1]))
    starts = np.concatenate([[0], np.cumsum(data.bar_ticks[begin:end].astype(np.int64))])
    onset = starts[bar] + rows[:, v.POSITION]
    lines = []
    for part in PITCHED_PARTS:
        chosen = np.flatnonzero((rows[:, v.PART] == part) & (rows[:, v.POSITION] != v.END))
        chosen = chosen[np.lexsort((rows[chosen, v.PITCH], onset[chosen]))]
        if len(chosen) > 1:
            lines.append(Line(part, symbols_of(onset[chosen], rows[chosen, v.PITCH]), bar[chosen]))
    return lines


def training_index(data: Dataset) -> TrainingIndex:
    """The index that the engine carries for `render --provenance`."""
    pieces = training_pieces(data)
    return TrainingIndex.of(_grams(data, pieces), len(pieces))


def measured_false_positives(index: TrainingIndex, data: Dataset) -> float:
    """Share of the stretches of held-out game music, known not to be in training, that the index takes for known."""
    strange = np.setdiff1d(_grams(data, held_out_pieces(data)), _grams(data, training_pieces(data)))
    return float(index.has(strange).mean()) if len(strange) else 0.0


def _grams(data: Dataset, pieces: Ints) -> Hashes:
    grams = [gram_hashes(line.symbols) for piece in pieces for line in piece_lines(data, int(piece))]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *grams]))


def _windows(data: Dataset, piece: int) -> Iterator[tuple[str, list[Line]]]:
    """A piece cut into stretches of BARS bars, the rest left out; a shorter piece is one stretch."""
    bars = int(data.piece_first[piece + 1] - data.piece_first[piece])
    for first in range(0, max(bars - BARS, 0) + 1, BARS):
        name = f"{data.names.pieces[piece]}, from bar {first + 1}"
        yield name, piece_lines(data, piece, first, min(first + BARS, bars))


@dataclass(frozen=True, slots=True)
class _PieceRuns:
    """The longest and the most varied run of each line of a piece; no run for a piece without lines."""

    longest: tuple[SharedRun, ...]
    most_varied: tuple[SharedRun, ...]


def _shared_runs(pieces: Sequence[tuple[str, Sequence[Line]]], data: Dataset) -> list[_PieceRuns]:
    """What each named piece shares with some training line, line by line."""
    known = [(int(number), line) for number in training_pieces(data) for line in piece_lines(data, int(number))]
    asked = [line for _, lines in pieces for line in lines]
    text = _Text([line for _, line in known] + asked)
    match, place = text.longest_matches(known=len(known))

    def run(name: str, line: Line, begin: int, best: int) -> SharedRun:
        number = int(np.searchsorted(text.first, place[best], side="right")) - 1
        piece, source = known[number]
        return SharedRun(
            piece=name,
            part=line.part.name.lower(),
            bar=int(line.bars[best - begin]) + 1,
            notes=int(match[best]) + 1,
            varied=text.varied(best, int(match[best])),
            source=f"{data.names.sources[data.piece_source[piece]].name}: {data.names.pieces[piece]}",
            source_bar=int(source.bars[place[best] - text.first[number]]) + 1,
        )

    answers, number = [], len(known)
    for name, lines in pieces:
        begins = text.first[number : number + len(lines)].tolist()
        number += len(lines)
        found = [
            (
                run(name, line, begin, begin + int(match[begin : begin + len(line.symbols)].argmax())),
                run(name, line, begin, text.most_varied(begin, match[begin : begin + len(line.symbols)])),
            )
            for line, begin in zip(lines, begins, strict=True)
        ]
        answers.append(_PieceRuns(tuple(longest for longest, _ in found), tuple(varied for _, varied in found)))
    return answers


def _side(pieces: Sequence[_PieceRuns]) -> Side:
    """A piece without lines shares nothing, and has no place among the others."""
    pieces = [piece for piece in pieces if piece.longest]
    parts = {
        part.name.lower(): [r.notes for piece in pieces for r in piece.longest if r.part == part.name.lower()]
        for part in PITCHED_PARTS
    }
    return Side(
        tuple(max(piece.longest, key=lambda run: run.notes) for piece in pieces),
        tuple(max(piece.most_varied, key=lambda run: run.varied) for piece in pieces),
        {part: float(np.percentile(notes, PERCENTILE)) for part, notes in parts.items() if notes},
    )


class _Text:
    """All lines one after the other, with the order of all their suffixes (Manber and Myers, 1993)."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.first = np.concatenate([[0], np.cumsum([len(line.symbols) + 1 for line in lines])])
        """Place of the first symbol of each line, and the length of the text: [lines + 1]."""
        # Each line closes with a sign of its own, so that no run leaves its line.
        signs = [np.append(line.symbols, -1 - number) for number, line in enumerate(lines)]
        self._ranks = [_ranks(np.concatenate(signs))]
        """At each level k, equal numbers where the next 2 ** k symbols are equal; larger ones sort later."""
        for level in range(_LEVELS):
            before = self._ranks[-1].astype(np.int64)
            self._ranks.append(_ranks(before * len(before) + before[self._after(np.arange(len(before)), 1 << level)]))

    def longest_matches(self, known: int) -> tuple[Ints, Ints]:
        """For each place after the known lines: the symbols it shares with a place in them, and that place."""
        last = self._ranks[-1]
        order = np.argsort(last, kind="stable")
        is_known = order < self.first[known]
        spots = np.arange(len(order))
        below = np.maximum.accumulate(np.where(is_known, spots, -1))
        above = np.minimum.accumulate(np.where(is_known, spots, len(order))[::-1])[::-1]
        match, place = np.zeros(len(order), np.int64), np.zeros(len(order), np.int64)
        asked = spots[~is_known]
        for neighbors in (below, above):
            within = asked[(neighbors[asked] >= 0) & (neighbors[asked] < len(order))]
            here, there = order[within], order[neighbors[within]]
            shared = self._shared(here, there)
            better = shared > match[here]
            match[here[better]], place[here[better]] = shared[better], there[better]
        return match, place

    def varied(self, place: int, match: int) -> int:
        """Notes of the run of so many symbols at a place, with equal pairs of symbols counted once."""
        return len(set(self._ranks[1][place : place + match - 1].tolist())) + min(match, 1) + 1

    def most_varied(self, begin: int, match: Ints) -> int:
        """Of the runs at the places from begin on, the place of the most varied."""
        most, best = 0, begin
        for step in np.argsort(-match, kind="stable").tolist():
            if match[step] + 1 <= most:
                break
            varied = self.varied(begin + step, int(match[step]))
            if varied > most:
                most, best = varied, begin + step
        return best

    def _shared(self, first: Ints, second: Ints) -> Ints:
        """How many symbols are the same from two places on."""
        shared = np.zeros(len(first), np.int64)
        for level in reversed(range(_LEVELS)):
            ranks = self._ranks[level]
            is_equal = ranks[self._after(first, shared)] == ranks[self._after(second, shared)]
            shared += is_equal << level
        return shared

    def _after(self, places: Ints, steps: Ints | int) -> Ints:
        return np.asarray(np.minimum(places + steps, self.first[-1] - 1))


def _ranks(values: Ints) -> NDArray[np.int32]:
    """The place of each value among the different values."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values), np.int32)
    ranks[order] = np.cumsum(np.concatenate([[0], np.diff(values[order]) != 0]))
    return ranks


def _worst_table(name: str, field: str, side: Side) -> str:
    return _table(
        [f"{name}: the most {FIELDS[field]}", "notes", "varied", "part", "from bar", "stands in", "from bar"],
        [
            [run.piece, str(run.notes), str(run.varied), run.part, str(run.bar), run.source, str(run.source_bar)]
            for run in side.worst(field)
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
