"""Which of several candidate bars to play: the one nearest to what was wanted, and clean."""

from collections.abc import Sequence

from barwise.composing.composer import ComposedBar
from barwise.music.attributes import Attributes
from barwise.music.intent import Condition
from barwise.music.notes import PITCHED_PARTS, Bar, Part
from barwise.music.tonality import Tonality, tonality

WEIGHTS = {
    "rhythm": 6.0,
    "drum_rhythm": 1.0,
    "polyphony": 0.5,
    "density": 0.3,
    "loudness": 0.5,
    "register": 0.03,
    "brightness": 1.0,
    "consonance": 12.0,
    "dissonance": 0.6,
    "chromaticism": 1.0,
}
"""Cost of being one unit of an attribute away from what was wanted."""

TONAL_WEIGHTS = {"mode": 12.0, "chords": 1.5, "diameter": 20.0, "strain": 42.0}
"""The same for a bar's tonality."""

SUPERSEDED = frozenset({"brightness", "dissonance", "chromaticism"})
"""Attributes that do not count where a tonality is wanted: it tells the same more exactly."""

MISSING_PART = 4.0
CLASH = 0.5


def best(candidates: Sequence[ComposedBar], condition: Condition, wanted: Tonality | None = None) -> ComposedBar:
    """The candidate of least cost; the first of equals. Raises ValueError when there is none."""
    return min(candidates, key=lambda candidate: cost(candidate, condition, wanted))


def cost(candidate: ComposedBar, condition: Condition, wanted: Tonality | None = None) -> float:
    """How far a bar is from what was wanted, 0 and up; its tonality counts where one is wanted."""
    missing = len(condition.parts - candidate.bar.parts)
    return (
        distance(condition.attributes, candidate.achieved, frozenset() if wanted is None else SUPERSEDED)
        + MISSING_PART * missing
        + CLASH * clashes(candidate.bar)
        + (tonal_distance(wanted, tonality(candidate.bar, condition.mode)) if wanted else 0.0)
    )


def tonal_distance(wanted: Tonality, achieved: Tonality) -> float:
    """Weighted sum of the tonalities' differences."""
    differences = (
        weight * abs(getattr(wanted, name) - getattr(achieved, name)) for name, weight in TONAL_WEIGHTS.items()
    )
    return float(sum(differences))


def distance(wanted: Attributes, achieved: Attributes, ignored: frozenset[str] = frozenset()) -> float:
    """Weighted sum of the attributes' differences, but for some."""
    got = achieved.as_dict()
    counted = (name for name in WEIGHTS if name not in ignored)
    return float(sum(WEIGHTS[name] * abs(getattr(wanted, name) - got[name]) for name in counted))


def clashes(bar: Bar) -> float:
    """Minor seconds and ninths between different pitched parts on the beats, per beat."""
    beats = range(0, bar.metre.bar_ticks, bar.metre.beat_ticks)
    return sum(_clashes_at(bar, tick) for tick in beats) / len(beats)


def _clashes_at(bar: Bar, tick: int) -> int:
    sounding = [note for note in bar.notes if note.part in PITCHED_PARTS and note.position <= tick < note.end]
    return sum(
        _is_clash(low.pitch, high.pitch, low.part, high.part)
        for number, low in enumerate(sounding)
        for high in sounding[number + 1 :]
    )


def _is_clash(low: int, high: int, low_part: Part, high_part: Part) -> bool:
    return low_part is not high_part and abs(low - high) in (1, 13, 25)
