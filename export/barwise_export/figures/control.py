"""Control: what a game asks of every bar beside what is heard of it, with wanted values drawn anew each bar.

Everything goes through the engine as a game has it: `Controls` says what is wanted during the bar
before, the session directs, composes, chooses and arranges; nothing is bypassed. Only two settings
differ from those of a game, and both have a name in the API: `seek` is 1 and `tempo_step` is
infinite, so that each bar is asked for what was drawn for it and nothing of the bar before. What the
game's own smoothing leaves of it is told beside. Intensity is 1: all parts sound.

Two measurements. *Attributes*: rhythm and polyphony by MuseMorphose's definitions, independent of each
other, each from one of eight classes that hold equally many bars of game music, with the mood left at
its middle. *Moods*: valence, arousal and tension uniform and independent. A figure is Spearman's rho
over all bars of all seeds; leakage is the size of rho with what was not asked for.
"""

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr
from tqdm import tqdm

from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.onnx_composer import CANDIDATES, OnnxComposer
from barwise.composing.rule_composer import RuleComposer
from barwise.composing.vocabulary import Rows
from barwise.controls import Controls, DirectControls
from barwise.music.attributes import measure
from barwise.music.events import ChannelEventKind, is_layer
from barwise.music.intent import BarIntent
from barwise.music.mood import MOOD_RANGES, Mood
from barwise.music.notes import Bar
from barwise.music.performance import Performance
from barwise.music.tonality import chord_mode, chroma, mode_fit
from barwise.performing.session import Session
from barwise.score.load import load_score
from barwise.score.schema import LARGEST_TEMPO_STEP, MoodChange
from barwise_export.figures.goals import Goal
from barwise_export.figures.tension import tonal_tension

Floats = NDArray[np.float64]

BARS, SEEDS = 200, 100

STREAM = 4711
"""Of random numbers, for what is asked: not that on which the engine's weights were chosen."""

CLASSES: Mapping[str, tuple[float, ...]] = {
    "rhythm": (0.1875, 0.3125, 0.375, 0.5, 0.5, 0.625, 0.75, 1.0, 1.0),
    "polyphony": (1.0, 1.75, 2.625, 3.375, 4.0, 4.5625, 5.125, 6.0, 8.0),
}
"""Bounds of MuseMorphose's eight classes, each with an eighth of 12,256 bars of game music; a value is drawn
uniformly within a class drawn uniformly. The outermost bounds are the 5th and the 95th percentile."""

AXES: Mapping[str, tuple[str, ...]] = {
    "valence": ("mode", "chords", "consonance"),
    "arousal": ("onsets", "loudness", "tempo"),
    "tension": ("diameter", "strain"),
}
"""What each axis of the mood is to move."""

NARROW = "mode and consonance"
"""Valence again, without the mode of the single chords."""

MEASURES: Mapping[str, str] = {
    "mode": "fit to the major less fit to the minor key profile, on the tonic, of all that sounds",
    "chords": "share of the sub-beats whose notes are most like a major triad, less that of a minor one",
    "consonance": "share of thirds and sixths among the intervals that sound together",
    "onsets": "notes begun per quarter note, drums too, as sent to the synthesizer",
    "loudness": "mean velocity of these notes: how hard they are struck; the level of all moods is within 3 LU",
    "tempo": "quarter notes a minute",
    "diameter": "partitura's cloud diameter, mean over the bar's onsets",
    "strain": "partitura's tensile strain against the bar's own tonic and mode",
}
ATTRIBUTE_GOALS = {"rhythm": (0.97, 0.02), "polyphony": (0.95, 0.02)}
"""Spearman's rho at least, leakage at most."""
MOOD_GOALS = {"valence": 0.85, "arousal": 0.95, "tension": 0.8}
LARGEST_CROSS_EFFECT = 0.15

GAME_SEEK = 0.75
"""As building.SEEK; the tempo step of a game is the director's own."""


@dataclass(frozen=True)
class Variant:
    """How much of the engine helps the network to do what it is asked."""

    name: str
    candidates: int = CANDIDATES
    has_leaning: bool = True
    has_harmony: bool = True


SHIPPED = Variant(f"+ the best of {CANDIDATES}: as shipped")
VARIANTS = (
    Variant("the network told what is wanted", 1, has_leaning=False, has_harmony=False),
    Variant("+ a harmony planned", 1, has_leaning=False),
    Variant("+ a leaning of the pitch classes", 1),
    SHIPPED,
)
"""Each adds to the one before."""

Steer = Callable[[Controls, int], None]
"""Asks for what bar number n is to be."""


def together(axis: str) -> str:
    """The name of the mean rank of an axis's measures."""
    return f"{axis} together"


@dataclass(frozen=True)
class ControlFigures:
    """Rank correlations of what was asked with what was heard."""

    attributes: Mapping[str, Mapping[str, float]]
    """By attribute asked, then by attribute heard."""
    moods: Mapping[str, Mapping[str, float]]
    """By axis, then by measure; an axis's measures `together`, too."""
    smoothed: Mapping[str, float]
    """By axis, its own measures together, under the smoothing that a game has by default."""
    bars: int
    seeds: int
    asked: Mapping[str, Floats] = field(repr=False)
    """Every wanted value, by attribute and axis."""
    heard: Mapping[str, Floats] = field(repr=False)
    """What each became, by attribute and measure."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "attributes": {name: dict(row) for name, row in self.attributes.items()},
            "moods": {name: dict(row) for name, row in self.moods.items()},
            "smoothed": dict(self.smoothed),
            "bars": self.bars,
            "seeds": self.seeds,
        }

    def goals(self) -> Iterable[Goal]:
        """What each knob must move, and what it must not."""
        for name, (least, most) in ATTRIBUTE_GOALS.items():
            leaked = max(abs(rho) for heard, rho in self.attributes[name].items() if heard != name)
            yield Goal(f"{name}, Spearman", self.attributes[name][name], at_least=least)
            yield Goal(f"{name}, leakage", leaked, at_most=most)
        for axis, least in MOOD_GOALS.items():
            yield Goal(f"{axis}, Spearman", self.moods[axis][together(axis)], at_least=least)
        yield Goal(f"valence by {NARROW}, Spearman", self.moods["valence"][NARROW], at_least=MOOD_GOALS["valence"])
        yield Goal("an axis on another's measure, at most", self.largest_cross_effect, at_most=LARGEST_CROSS_EFFECT)

    @property
    def largest_cross_effect(self) -> float:
        """The largest |rho| of an axis with a measure of another, or with these together."""
        return max(
            abs(rho)
            for axis, row in self.moods.items()
            for name, rho in row.items()
            if name not in (*AXES[axis], together(axis)) and (name, axis) != (NARROW, "valence")
        )

    def markdown(self) -> str:
        """Tables for the report."""
        lines = _table("asked", list(self.attributes), {name: row.values() for name, row in self.attributes.items()})
        rows = {name: [self.moods[axis][name] for axis in AXES] for own in AXES for name in (*AXES[own], together(own))}
        rows[NARROW] = [self.moods[axis][NARROW] for axis in AXES]
        lines += ["", *_table("heard", list(AXES), rows), ""]
        smooth = ", ".join(f"{axis} {rho:.3f}" for axis, rho in self.smoothed.items())
        lines += [f"{self.bars} bars times {self.seeds} seeds. Under a game's own smoothing of moods: {smooth}.", ""]
        lines += [f"* {name}: {text}" for name, text in MEASURES.items()]
        return "\n".join(lines) + "\n"

    def draw(self, folder: Path) -> list[Path]:
        """Scatters of what was asked and heard, and the matrix of leakage; the files written."""
        from matplotlib.figure import Figure

        folder.mkdir(parents=True, exist_ok=True)
        scatters = Figure(figsize=(15, 11), layout="constrained")
        pairs = [(name, name, self.attributes) for name in self.attributes]
        pairs += [(axis, name, self.moods) for axis, names in AXES.items() for name in (*names, together(axis))]
        places = scatters.subplots(-(-len(pairs) // 4), 4).flat
        for spare in places[len(pairs) :]:
            spare.set_visible(False)
        for place, (asked, heard, table) in zip(places, pairs, strict=False):
            place.scatter(self.asked[asked], self.heard[heard], s=3, alpha=0.15, linewidths=0)
            place.set(title=f"{heard}: rho {table[asked][heard]:.3f}", xlabel=f"{asked} asked", ylabel="heard")
        matrix = Figure(figsize=(9, 4), layout="constrained")
        place, rows = matrix.subplots(), list(self.moods.values())
        values = np.array([list(row.values()) for row in rows])
        place.imshow(values, vmin=-1, vmax=1, cmap="RdBu_r", aspect="auto")
        place.set_xticks(range(len(rows[0])), list(rows[0]), rotation=30, ha="right")
        place.set_yticks(range(len(rows)), list(self.moods))
        for (row, column), rho in np.ndenumerate(values):
            place.text(
                column, row, f"{rho:.2f}", ha="center", va="center", color="white" if abs(rho) > 0.6 else "black"
            )
        files = [folder / "control.png", folder / "leakage.png"]
        for figure, file in zip((scatters, matrix), files, strict=True):
            figure.savefig(file, dpi=80)
        return files


def measure_control(
    model: Path | None = None,
    bars: int = BARS,
    seeds: int = SEEDS,
    variant: Variant = SHIPPED,
    keep: Path | None = None,
) -> ControlFigures:
    """The figures of a composer file; None is the shipped one.

    What each seed gave lies in the folder `keep`, which must be of this composer alone: an interrupted
    measurement goes on from there, and several processes may share the seeds.
    """
    composer = _Partial(OnnxComposer(model, variant.candidates), variant)
    random = [np.random.default_rng([seed, STREAM]) for seed in range(seeds)]
    attributes = [drawn_attributes(one, bars) for one in random]
    moods = [drawn_moods(one, bars) for one in random]
    kept = [None if keep is None else keep / f"{bars}-{name}" for name in ("attributes", "moods", "smoothed")]
    by_attributes = _heard(composer, [_asking(one) for one in attributes], bars, keep=kept[0])
    by_moods = _heard(composer, [_feeling(one) for one in moods], bars, keep=kept[1])
    some = max(seeds // 10, 1)
    by_smoothed = _heard(
        composer, [_feeling(one) for one in moods[:some]], bars, GAME_SEEK, LARGEST_TEMPO_STEP, keep=kept[2]
    )
    asked = {name: np.concatenate([one[name] for one in attributes]) for name in CLASSES}
    wanted = {axis: np.array([getattr(mood, axis) for one in moods for mood in one]) for axis in AXES}
    heard = _with_ranks(by_moods)
    return ControlFigures(
        attributes={name: {other: rho(asked[name], by_attributes[other]) for other in CLASSES} for name in CLASSES},
        moods={axis: {name: rho(wanted[axis], values) for name, values in heard.items()} for axis in AXES},
        smoothed={axis: rho(wanted[axis][: some * bars], _with_ranks(by_smoothed)[together(axis)]) for axis in AXES},
        bars=bars,
        seeds=seeds,
        asked={**asked, **wanted},
        heard={**{name: by_attributes[name] for name in CLASSES}, **heard},
    )


@dataclass(frozen=True)
class Ablation:
    """The share that each help brings."""

    figures: Mapping[str, ControlFigures]
    """By the variant's name."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {name: one.as_dict() for name, one in self.figures.items()}

    def goals(self) -> Iterable[Goal]:
        """None of its own: they are those of the engine with all its help."""
        return ()

    def markdown(self) -> str:
        """One line for each variant."""
        columns = [f"{name}{what}" for name in CLASSES for what in ("", " leaks")] + [*AXES, "largest cross-effect"]
        rows = {name: [goal.figure for goal in one.goals()] for name, one in self.figures.items()}
        return "\n".join(_table("variant", columns, rows)) + "\n"


def ablation(model: Path | None = None, bars: int = BARS, seeds: int = 8) -> Ablation:
    """The figures with ever more of the engine's help."""
    return Ablation({variant.name: measure_control(model, bars, seeds, variant) for variant in VARIANTS})


def rho(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation, ties at their mean rank; 0 where one side is constant."""
    return float(spearmanr(first, second).statistic) if np.ptp(first) > 0 and np.ptp(second) > 0 else 0.0


def drawn_attributes(random: np.random.Generator, bars: int) -> dict[str, Floats]:
    """Wanted values of each attribute, independent of each other: [bars] each."""
    return {name: _from_classes(bounds, random, bars) for name, bounds in CLASSES.items()}


def _from_classes(bounds: tuple[float, ...], random: np.random.Generator, bars: int) -> Floats:
    chosen = random.integers(len(bounds) - 1, size=bars)
    low, high = np.array(bounds)[chosen], np.array(bounds)[chosen + 1]
    return np.asarray(random.uniform(low, high))


def drawn_moods(random: np.random.Generator, bars: int) -> list[Mood]:
    """Moods uniform over all there are."""
    low, high = np.array([MOOD_RANGES[axis] for axis in AXES]).T
    return [Mood(**dict(zip(AXES, row, strict=True))) for row in random.uniform(low, high, (bars, len(AXES))).tolist()]


def _asking(wanted: Mapping[str, Floats]) -> Steer:
    def steer(controls: Controls, bar: int) -> None:
        controls.set_mood(Mood(0.0, 0.0, 0.0))
        controls.set_attributes(**{name: float(values[bar]) for name, values in wanted.items()})

    return steer


def _feeling(wanted: Sequence[Mood]) -> Steer:
    return lambda controls, bar: controls.set_mood(wanted[bar])


class _Partial:
    """A composer that is told less."""

    def __init__(self, composer: OnnxComposer, variant: Variant) -> None:
        self._composer, self._variant = composer, variant

    def initial_state(self) -> State:
        """The composer's own."""
        return self._composer.initial_state()

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        """The composer's bar, without the help that the variant lacks."""
        leaning = intent.leaning if self._variant.has_leaning else ()
        harmony = intent.harmony if self._variant.has_harmony else ()
        told = replace(intent, leaning=leaning, harmony=harmony)
        return self._composer.compose(told, state, reference, random, forced)


def _heard(
    composer: Composer,
    steers: Sequence[Steer],
    bars: int,
    seek: float = 1.0,
    step: float = math.inf,
    keep: Path | None = None,
) -> dict[str, Floats]:
    """Every measure of every bar, seed after seed; what is kept is read."""
    found: dict[int, dict[str, Floats]] = {}
    first = 0 if keep is None else os.getpid() % len(steers)  # processes that share the seeds begin apart
    order = [*range(first, len(steers)), *range(first)]
    for seed in tqdm(order, desc="control", unit="seed", leave=False, disable=None):
        path = None if keep is None else keep / f"{seed:03}.npz"
        if path and path.is_file():
            found[seed] = dict(np.load(path))
            continue
        found[seed] = _heard_of_seed(composer, steers[seed], bars, seek, step, seed)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(f".{os.getpid()}.npz")
            np.savez(beside, allow_pickle=False, **found[seed])
            beside.replace(path)
    return {name: np.concatenate([found[seed][name] for seed in sorted(found)]) for name in found[first]}


def _heard_of_seed(
    composer: Composer, steer: Steer, bars: int, seek: float, step: float, seed: int
) -> dict[str, Floats]:
    """Every measure of every bar of one session."""
    # What is asked for during a bar is asked of the next one, not of the rest of this.
    score = replace(load_score(None), mood_changes=MoodChange.BAR)
    session = Session(score, composer, RuleComposer(), seed=seed, seek=seek, tempo_step=step, is_recording=True)
    controls = DirectControls(score, session.call)
    controls.set_intensity(1.0)
    steer(controls, 0)
    for bar in range(bars):
        session.advance(session.frames_left_in_bar() // 2)
        steer(controls, min(bar + 1, bars - 1))
        session.advance(session.frames_left_in_bar())
    return heard_of(session.performance())


def heard_of(performance: Performance) -> dict[str, Floats]:
    """Every measure and attribute of every bar: [bars] each."""
    played = performance.bars
    attributes = [measure(one.bar, one.intent.condition.mode) for one in played]
    tension = tonal_tension([one.bar for one in played], [one.intent.condition.mode for one in played])
    onsets, loudness = _strokes(performance)
    return {
        "rhythm": np.array([one.rhythm for one in attributes]),
        "polyphony": np.array([one.polyphony for one in attributes]),
        "mode": np.array([mode_fit(chroma(one.bar)) for one in played]),
        "chords": np.array([chord_mode(one.bar) for one in played]),
        "consonance": np.array([one.consonance for one in attributes]),
        "onsets": onsets / np.array([one.bar.metre.quarters for one in played]),
        "loudness": loudness,
        "tempo": np.array([one.intent.condition.tempo for one in played]),
        "diameter": tension[:, 0],
        "strain": tension[:, 1],
    }


def _strokes(performance: Performance) -> tuple[Floats, Floats]:
    """How many notes of the parts begin in each bar, and their mean velocity: [bars] each; layers double them."""
    starts = np.array([one.start_tick for one in performance.bars])
    struck = [
        sent
        for sent in performance.events
        if sent.event.kind is ChannelEventKind.NOTE_ON and not is_layer(sent.event.channel)
    ]
    bars = np.searchsorted(starts, [sent.tick for sent in struck], side="right") - 1
    counts = np.bincount(bars, minlength=len(starts)).astype(np.float64)
    velocities = np.bincount(bars, weights=[sent.event.value for sent in struck], minlength=len(starts))
    return counts, velocities / np.maximum(counts, 1)


def _with_ranks(heard: Mapping[str, Floats]) -> dict[str, Floats]:
    """The measures of the moods, and those of each axis together."""
    found: dict[str, Floats] = {}
    for axis, names in AXES.items():
        found |= {name: heard[name] for name in names} | {together(axis): _mean_rank(heard, names)}
    return found | {NARROW: _mean_rank(heard, ("mode", "consonance"))}


def _mean_rank(heard: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    return np.asarray(np.mean([rankdata(heard[name]) for name in names], axis=0), dtype=np.float64)


def _table(corner: str, columns: Sequence[str], rows: Mapping[str, Iterable[float]]) -> list[str]:
    """Lines of a Markdown table of correlations."""
    lines = [f"| {corner} | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    return lines + [f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |" for name, row in rows.items()]
