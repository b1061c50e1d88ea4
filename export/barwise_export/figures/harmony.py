"""Chords beside real ones: how well the learned chain foresees held-out songs and games, and what is drawn from it.

Perplexity is per chord change: of how many equally likely chords the next one might as well be one.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from barwise.directing.mood_table import attributes_of
from barwise.directing.phrases import draw_progression
from barwise.music.chord_model import HALVES, SLOTS, ChordModel, Floats, Place
from barwise.music.harmony import Mode
from barwise.music.mood import Mood
from barwise.music.progressions import PROGRESSIONS
from barwise_export.dataset import Dataset
from barwise_export.figures.goals import Goal
from barwise_export.harmony_model import (
    ALPHABET,
    Line,
    Lines,
    chord_moods,
    chord_shares,
    learn,
    mood_targets,
    read_lines,
)

PHRASES = 200
"""Phrases drawn in each mode."""

FOLDS = 10
_INDEX = {numeral: number for number, numeral in enumerate(ALPHABET)}

Chances = Callable[[str, Mode, Place], Floats]


@dataclass(frozen=True, slots=True)
class PhraseFigures:
    """Means over phrases of eight bars."""

    phrases: int
    chords: float
    """Different chords in a phrase."""
    changes: float
    """Changes of chord in a phrase."""
    on_tonic: float
    """Share of phrases that begin on the tonic."""
    closed: float
    """Share of phrases whose last bar is on the tonic."""
    open_half: float
    """Share of phrases whose fourth bar ends off the tonic."""


@dataclass(frozen=True)
class HarmonyFigures:
    """Everything that the report shows of chords."""

    perplexity: Mapping[str, Mapping[str, float]]
    """Of each model, by set of held-out harmony."""
    changes: Mapping[str, int]
    """Held-out changes of chord by set."""
    valence: float
    """Rank correlation of the valence of held-out tagged progressions with what their chords foretell."""
    tension: float
    tagged: int
    phrases: Mapping[str, PhraseFigures]
    """Of real sets and of phrases drawn in each mode."""
    cadences: Mapping[str, Mapping[str, float]]
    """Of phrases drawn in each mode, the shares of the chords that lead into the last bar."""

    def as_dict(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)

    def goals(self) -> Iterable[Goal]:
        """The chain must know more than the table that was written by hand."""
        return [
            Goal(f"perplexity of chords in {name}", self.perplexity[LEARNED][name], at_most=by_hand)
            for name, by_hand in self.perplexity[BY_HAND].items()
        ]

    def markdown(self) -> str:
        """Three tables and a sentence."""
        sets = list(self.changes)
        lines = [
            f"| perplexity of a chord change | {' | '.join(f'{name} ({self.changes[name]:,})' for name in sets)} |",
            "|---|" + "---|" * len(sets),
        ]
        lines += [
            f"| {model} | {' | '.join(f'{found[name]:.1f}' for name in sets)} |"
            for model, found in self.perplexity.items()
        ]
        lines += [
            "",
            "| phrases of eight bars | number | chords | changes | begin on the tonic | fourth bar open "
            "| end on the tonic |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {one.phrases:,} | {one.chords:.1f} | {one.changes:.1f} | {one.on_tonic:.2f} | "
            f"{one.open_half:.2f} | {one.closed:.2f} |"
            for name, one in self.phrases.items()
        ]
        lines += ["", "| drawn in | the cadence comes from |", "|---|---|"]
        lines += [
            f"| {mode} | {', '.join(f'{numeral} {share:.0%}' for numeral, share in found.items())} |"
            for mode, found in self.cadences.items()
        ]
        return "\n".join(lines) + (
            f"\n\nOf {self.tagged} tagged progressions, each foretold from the others' chords, valence is ranked with "
            f"a correlation of {self.valence:.2f} and tension with {self.tension:.2f}.\n"
        )


UNIFORM, UNIGRAM, BY_HAND, LEARNED = (
    "any chord",
    "how often chords are",
    "the table written by hand",
    "the learned chain",
)


def harmony(corpus: Path, data: Dataset, seed: int = 0) -> HarmonyFigures:
    """The figures of the chain as it is learned from the corpus."""
    lines = read_lines(corpus, data)
    model = learn(lines.known, lines.tagged)
    held_out = {name: [line for line in lines.held_out if line.source == name] for name in ("game", "billboard")}
    valence, tension, tagged = _moods(lines)
    random = np.random.default_rng(seed)
    drawn = {mode: [_drawn(mode, random) for _ in range(PHRASES)] for mode in Mode}
    real = {f"real: {name}": _phrases([line for line in lines.known if line.source == name]) for name in held_out}
    return HarmonyFigures(
        perplexity={
            kind: {name: perplexity(found, chances) for name, found in held_out.items()}
            for kind, chances in _models(lines.known, model).items()
        },
        changes={name: sum(1 for line in found for _ in line.changes()) for name, found in held_out.items()},
        valence=valence,
        tension=tension,
        tagged=tagged,
        phrases={
            name: phrase_figures(found)
            for name, found in {**real, **{f"drawn: {mode}": found for mode, found in drawn.items()}}.items()
        },
        cadences={mode.value: _cadences(found) for mode, found in drawn.items()},
    )


def perplexity(lines: Iterable[Line], chances: Chances) -> float:
    """Of how many equally likely chords the next might be one; NaN without a change."""
    logs = [
        math.log(chances(before, line.mode, place)[_INDEX[after]])
        for line in lines
        for before, after, place in line.changes()
    ]
    return math.exp(-sum(logs) / len(logs)) if logs else float("nan")


def _models(known: Sequence[Line], model: ChordModel) -> dict[str, Chances]:
    often = np.full(len(ALPHABET), 0.5)
    for line in known:
        for _, after, _ in line.changes():
            often[_INDEX[after]] += 1
    by_hand = _by_hand()

    def others(values: Floats, before: str) -> Floats:
        kept = np.where(np.arange(len(values)) == _INDEX[before], 0.0, values)
        return np.asarray(kept / kept.sum())

    tables: dict[str, Callable[[Mode], Floats]] = {
        UNIFORM: lambda _: np.ones((len(ALPHABET), len(ALPHABET))),
        UNIGRAM: lambda _: np.tile(often, (len(ALPHABET), 1)),
        BY_HAND: lambda mode: by_hand[mode.family],
    }

    def of_table(table: Callable[[Mode], Floats]) -> Chances:
        return lambda before, mode, _: others(table(mode)[_INDEX[before]], before)

    return {name: of_table(table) for name, table in tables.items()} | {LEARNED: model.following}


_BACKGROUND = 5.0
"""Pseudo-count, shared by all chords, under the changes of the table written by hand; better than 0.1 to 2."""


def _by_hand() -> dict[Mode, Floats]:
    """Changes in the progressions of each family, going round: [from, to]."""
    tables = {}
    for family, progressions in PROGRESSIONS.items():
        counts = np.full((len(ALPHABET), len(ALPHABET)), _BACKGROUND / len(ALPHABET))
        for progression in progressions:
            numerals = progression.numerals.replace("|", " ").split()
            for before, after in pairwise([*numerals, numerals[0]]):
                counts[_INDEX[before], _INDEX[after]] += before != after
        tables[family] = counts
    return tables


def _moods(lines: Lines) -> tuple[float, float, int]:
    """Rank correlations of told and foretold moods over FOLDS folds, and how many progressions there are."""
    tagged = [one for one in lines.tagged if one.moods]
    fold = np.arange(len(tagged)) % FOLDS
    shares, told = np.stack([chord_shares(one) for one in tagged]), mood_targets(tagged)
    foretold = np.zeros_like(told)
    for number in range(FOLDS):
        valence, tension = chord_moods([one for one, other in zip(tagged, fold, strict=True) if other != number])
        foretold[fold == number] = shares[fold == number] @ np.stack([valence, tension], axis=1)
    return _spearman(told[:, 0], foretold[:, 0]), _spearman(told[:, 1], foretold[:, 1]), len(tagged)


def _spearman(first: Floats, second: Floats) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)


def _drawn(mode: Mode, random: np.random.Generator) -> tuple[str, ...]:
    """The numerals of a phrase drawn for a mood of the mode's family, two a bar."""
    mood = Mood(random.uniform(0, 1) if mode.is_major else random.uniform(-1, 0), 0.0, random.uniform(0, 0.5))
    wanted = attributes_of(mood)
    progression = draw_progression(mode, wanted.brightness, 0.0, random, mood)
    bars = [bar.split() for bar in progression.numerals.split("|")]
    return tuple(numeral for bar in bars for numeral in (bar[0], bar[-1]))


def _phrases(lines: Iterable[Line]) -> list[tuple[str, ...]]:
    """The whole phrases of some lines."""
    found = []
    for line in lines:
        if line.first_slot is not None:
            for start in range(-line.first_slot % SLOTS, len(line.halves) - SLOTS + 1, SLOTS):
                phrase = tuple(numeral for numeral in line.halves[start : start + SLOTS] if numeral)
                if len(phrase) == SLOTS:
                    found.append(phrase)
    return found


def phrase_figures(phrases: Sequence[Sequence[str]]) -> PhraseFigures:
    """The means of phrases as numerals, two a bar."""
    tonics = {"I", "i"}
    return PhraseFigures(
        phrases=len(phrases),
        chords=float(np.mean([len(set(phrase)) for phrase in phrases])),
        changes=float(np.mean([sum(a != b for a, b in pairwise(phrase)) for phrase in phrases])),
        on_tonic=float(np.mean([phrase[0] in tonics for phrase in phrases])),
        closed=float(np.mean([phrase[-1] in tonics for phrase in phrases])),
        open_half=float(np.mean([phrase[SLOTS // 2 - 1] not in tonics for phrase in phrases])),
    )


def _cadences(phrases: Sequence[Sequence[str]]) -> dict[str, float]:
    counts = Counter(phrase[SLOTS - HALVES - 1] for phrase in phrases)
    return {numeral: count / len(phrases) for numeral, count in counts.most_common()}
