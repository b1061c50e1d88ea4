"""Which of several candidate bars to play: the one nearest to what was wanted, likely and clean."""

from collections.abc import Sequence

from barwise.composing.composer import ComposedBar
from barwise.music.attributes import Attributes
from barwise.music.intent import Condition
from barwise.music.notes import PITCHED_PARTS, Bar, Part

WEIGHTS = {
    "rhythm": 2.0,
    "drum_rhythm": 1.0,
    "polyphony": 0.15,
    "density": 0.12,
    "loudness": 0.5,
    "register": 0.03,
    "brightness": 1.0,
    "consonance": 0.4,
    "dissonance": 0.6,
    "chromaticism": 1.0,
}
"""Cost of being one unit of an attribute away from what was wanted."""

MISSING_PART = 2.0
CLASH = 0.25
UNLIKELY = 0.08


def best(candidates: Sequence[ComposedBar], condition: Condition) -> ComposedBar:
    """The candidate of least cost; the first of equals. Raises ValueError when there is none."""
    return min(candidates, key=lambda candidate: cost(candidate, condition))


def cost(candidate: ComposedBar, condition: Condition) -> float:
    """How far a bar is from what was wanted, 0 and up."""
    missing = len(condition.parts - candidate.bar.parts)
    return (
        distance(condition.attributes, candidate.achieved)
        + MISSING_PART * missing
        + CLASH * clashes(candidate.bar)
        - UNLIKELY * candidate.log_probability
    )


def distance(wanted: Attributes, achieved: Attributes) -> float:
    """Weighted sum of the attributes' differences."""
    got = achieved.as_dict()
    return sum(WEIGHTS[name] * abs(value - got[name]) for name, value in wanted.as_dict().items())


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
