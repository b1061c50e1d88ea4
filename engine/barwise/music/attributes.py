"""What a bar is like, measured from its notes alone: no labels, no listeners, no model.

Training labels every bar of the corpus with these figures and the engine asks for them and
measures what it got, so both sides share this one file. They are proxies, never ratings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from barwise.music.harmony import SCALES, Mode
from barwise.music.notes import Bar, Note, Part

SUB_BEATS = 16
"""Equal slices of a bar over which rhythm and polyphony are counted, as MuseMorphose does."""

BRIGHT = {4: 2.0, 9: 1.0, 11: 1.0}
DARK = {3: 2.0, 8: 1.0, 10: 1.0, 1: 1.0, 6: 0.5}
"""Weight of pitch classes above the tonic for and against brightness."""

_NEUTRAL = 0.5


@dataclass(frozen=True, slots=True)
class Attributes:
    """Figures of one bar; drums count only where they are named."""

    rhythm: float
    """Rhythmic intensity: share of the 16 sub-beats with an onset, 0 to 1."""
    drum_rhythm: float
    """The same for the drums."""
    polyphony: float
    """Mean number of notes sounding per sub-beat, 0 and up; notes held over are not counted."""
    density: float
    """Onsets per quarter note, 0 and up."""
    loudness: float
    """Mean velocity of all parts over 127, 0 to 1."""
    register: float
    """Mean pitch, weighted by duration, in MIDI numbers with tonic C; 60 when empty."""
    brightness: float
    """Weight of the major third, sixth and seventh against the minor ones, 0 to 1; 0.5 when even."""
    consonance: float
    """Share of thirds and sixths among the intervals that sound together, 0 to 1; 0.5 when none do."""
    dissonance: float
    """Share of seconds, sevenths and tritones among those intervals, 0 to 1."""
    chromaticism: float
    """Share of sounding time spent on pitches outside the scale, 0 to 1."""

    def as_dict(self) -> dict[str, float]:
        """Name to value, in the order of the fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


ATTRIBUTE_RANGES: Mapping[str, tuple[float, float]] = {
    **{field.name: (0.0, 1.0) for field in fields(Attributes)},
    "polyphony": (0.0, 12.0),
    "density": (0.0, 16.0),
    "register": (36.0, 84.0),
}
"""What may be asked of a bar: nearly all of what game music has."""


def sub_beat(position: int, bar_ticks: int) -> int:
    """The sub-beat (0 to 15) that a tick of the bar falls in."""
    return min(position * SUB_BEATS // bar_ticks, SUB_BEATS - 1)


def measure(bar: Bar, mode: Mode) -> Attributes:
    """The attributes of a bar in a key of this mode whose tonic is C."""
    pitched = [note for note in bar.notes if note.part is not Part.DRUMS]
    drums = bar.of(Part.DRUMS)
    ticks = bar.metre.bar_ticks
    cells = sounding(pitched, ticks)
    weights = _pitch_class_weights(pitched, ticks)
    total = float(weights.sum())
    consonance, dissonance = _intervals(cells)
    outside = [pitch_class for pitch_class in range(12) if pitch_class not in SCALES[mode]]
    return Attributes(
        rhythm=_onset_share(pitched, ticks),
        drum_rhythm=_onset_share(drums, ticks),
        polyphony=float(cells.sum()) / SUB_BEATS,
        density=len(pitched) / bar.metre.quarters,
        loudness=float(np.mean([note.velocity for note in bar.notes])) / 127 if bar.notes else 0.0,
        register=_mean_pitch(pitched, ticks),
        brightness=_brightness(weights),
        consonance=consonance,
        dissonance=dissonance,
        chromaticism=float(weights[outside].sum()) / total if total else 0.0,
    )


def _onset_share(notes: Iterable[Note], ticks: int) -> float:
    return len({sub_beat(note.position, ticks) for note in notes}) / SUB_BEATS


def sounding(notes: Iterable[Note], ticks: int) -> NDArray[np.bool_]:
    """Which pitches sound in which sub-beats of the bar: [SUB_BEATS, 128]."""
    grid = np.zeros((SUB_BEATS, 128), dtype=np.bool_)
    for note in notes:
        first = sub_beat(note.position, ticks)
        last = sub_beat(max(min(note.end, ticks) - 1, note.position), ticks)
        grid[first : last + 1, note.pitch] = True
    return grid


def _pitch_class_weights(notes: Iterable[Note], ticks: int) -> NDArray[np.float64]:
    """Ticks within the bar for which each pitch class sounds: [12]."""
    weights = np.zeros(12)
    for note in notes:
        weights[note.pitch % 12] += min(note.end, ticks) - note.position
    return weights


def _mean_pitch(notes: list[Note], ticks: int) -> float:
    spans = [min(note.end, ticks) - note.position for note in notes]
    total = sum(spans)
    return sum(note.pitch * span for note, span in zip(notes, spans, strict=True)) / total if total else 60.0


def _brightness(weights: NDArray[np.float64]) -> float:
    bright = sum(weights[pitch_class] * weight for pitch_class, weight in BRIGHT.items())
    dark = sum(weights[pitch_class] * weight for pitch_class, weight in DARK.items())
    return float(bright / (bright + dark)) if bright + dark else _NEUTRAL


def _intervals(sounding: NDArray[np.bool_]) -> tuple[float, float]:
    """Shares of thirds and sixths, and of seconds, sevenths and tritones, over all sub-beats."""
    pitches = np.flatnonzero(sounding.any(axis=0))
    together = sounding[:, pitches].astype(np.float64)
    first, second = np.triu_indices(len(pitches), 1)
    distances = (pitches[second] - pitches[first]) % 12
    classes = np.minimum(distances, 12 - distances)
    counts = np.bincount(classes, weights=(together.T @ together)[first, second], minlength=7)
    pairs = counts[1:].sum()
    if not pairs:
        return _NEUTRAL, 0.0
    return float((counts[3] + counts[4]) / pairs), float((counts[1] + counts[2] + counts[6]) / pairs)
