"""Which of several candidate bars to play: the one nearest to what was wanted, and clean."""

from collections.abc import Sequence

import numpy as np

from barwise.music.attributes import Attributes
from barwise.music.columns import Columns
from barwise.music.intent import Condition
from barwise.music.notes import Bar, Part
from barwise.music.tonality import Tonality, tonalities

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

SINGING = 0.25
"""Share of the bar for which a melody sounds that is wholly there: a few short notes are none."""

CLASH = 0.5


def best(notes: Columns, achieved: Sequence[Attributes], condition: Condition, wanted: Tonality | None = None) -> int:
    """The number of the bar of least cost; the first of equals. Raises ValueError when there is none."""
    found = costs(notes, achieved, condition, wanted)
    return found.index(min(found))


def costs(
    notes: Columns, achieved: Sequence[Attributes], condition: Condition, wanted: Tonality | None = None
) -> list[float]:
    """How far each bar is from what was wanted, 0 and up; its tonality counts where one is wanted.

    `achieved` is what the bars measure.
    """
    ignored = frozenset() if wanted is None else SUPERSEDED
    tones = tonalities(notes, condition.mode) if wanted else [None] * notes.bars
    by_bar = zip(achieved, _missing(notes, condition.parts), _clashes(notes), tones, strict=True)
    return [
        distance(condition.attributes, got, ignored)
        + MISSING_PART * missing
        + CLASH * clashing
        + (tonal_distance(wanted, tone) if wanted and tone else 0.0)
        for got, missing, clashing, tone in by_bar
    ]


def tonal_distance(wanted: Tonality, achieved: Tonality) -> float:
    """Weighted sum of the tonalities' differences."""
    differences = (
        weight * abs(getattr(wanted, name) - getattr(achieved, name)) for name, weight in TONAL_WEIGHTS.items()
    )
    return float(sum(differences))


def distance(wanted: Attributes, achieved: Attributes, ignored: frozenset[str] = frozenset()) -> float:
    """Weighted sum of the attributes' differences, but for some."""
    counted = ((name, weight) for name, weight in WEIGHTS.items() if name not in ignored)
    return float(sum(weight * abs(getattr(wanted, name) - getattr(achieved, name)) for name, weight in counted))


def clashes(bar: Bar) -> float:
    """Minor seconds and ninths between different pitched parts on the beats, per beat."""
    return _clashes(Columns.of((bar,)))[0]


def _missing(notes: Columns, parts: frozenset[Part]) -> list[float]:
    """How many of some parts each bar lacks; a melody that hardly sounds is lacking in part."""
    has = notes.count(notes.part, 1 + len(Part)) > 0
    lacking = len(parts) - has[:, list(parts)].sum(axis=1)
    if Part.MELODY in parts:
        sung = np.where(notes.part == Part.MELODY, notes.duration, 0) / (SINGING * notes.metre.bar_ticks)
        thin = 1 - np.minimum(np.bincount(notes.bar, weights=sung, minlength=notes.bars), 1)
        lacking = lacking + np.where(has[:, Part.MELODY], thin, 0)
    return [float(number) for number in lacking.tolist()]


def _clashes(notes: Columns) -> list[float]:
    """The clashes of each bar, per beat."""
    pitched, metre = notes.pitched, notes.metre
    beats = len(range(0, metre.bar_ticks, metre.beat_ticks))
    apart = np.abs(pitched.pitch[:, None] - pitched.pitch)
    is_near = _IS_CLASH[np.minimum(apart, len(_IS_CLASH) - 1)]
    together = (pitched.bar[:, None] == pitched.bar) & (pitched.part[:, None] < pitched.part)
    one, other = np.nonzero(is_near & together)
    # The number of beats before a tick is that tick's over a beat's length, rounded up.
    first = -(-np.maximum(pitched.position[one], pitched.position[other]) // metre.beat_ticks)
    last = np.minimum(-(-np.minimum(pitched.end[one], pitched.end[other]) // metre.beat_ticks), beats)
    found = np.bincount(pitched.bar[one], weights=np.maximum(last - first, 0), minlength=notes.bars)
    return [number / beats for number in found.tolist()]


_IS_CLASH = np.isin(np.arange(27), (1, 13, 25))
"""Whether pitches so many semitones apart clash; those farther apart do not."""
