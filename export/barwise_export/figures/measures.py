"""What music is like, in numbers: each measure takes an excerpt and gives one value or several.

The measures of muspy are muspy's own; of the others each says whose definition it is. Knows no
model, and not which excerpts are real.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import muspy
import numpy as np
from numpy.typing import NDArray

from barwise.music.attributes import SUB_BEATS
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Part
from barwise_export.figures.excerpts import BAR, END, PART, PITCH, POSITION, START, Excerpt

Values = NDArray[np.float64]

LAGS = range(1, 17)
NEAR_EMPTY = 3
"""Most onsets of a bar that is nearly empty, drums included."""

GROOVE_RESOLUTION = 12
"""Steps a quarter for groove consistency: muspy's figure depends on it."""

NOTE_LENGTHS = (96, 48, 24, 12, 6, 72, 36, 18, 9, 32, 16, 8)
"""The note values of mgeval in ticks: whole to sixteenth, dotted half to dotted sixteenth, triplet half to eighth."""

LARGEST_INTERVAL = 12
CLASHES = (1, 13)
"""Minor second and minor ninth, in semitones."""


class Kind(StrEnum):
    """How a measure's values are compared."""

    VALUE = "value"
    """One number."""
    PROFILE = "profile"
    """Several numbers, each of them looked at."""
    HISTOGRAM = "histogram"
    """Shares; what is looked at is how much of it real music's mean histogram covers."""


@dataclass(frozen=True)
class Measure:
    """One measure; its values are NaN where the music has nothing to measure."""

    name: str
    meaning: str
    of: Callable[[Excerpt], Values]
    kind: Kind = Kind.VALUE
    labels: tuple[str, ...] = ()
    """A name for each value of a profile or a histogram."""


def pitch_class_entropy(excerpt: Excerpt) -> float:
    """Muspy: entropy of the pitch classes, in bits."""
    return float(muspy.pitch_class_entropy(as_muspy(excerpt)))


def scale_consistency(excerpt: Excerpt) -> float:
    """Muspy: share of notes in the major or minor scale that holds most of them."""
    return float(muspy.scale_consistency(as_muspy(excerpt)))


def groove_consistency(excerpt: Excerpt) -> float:
    """Muspy: 1 less the share of steps at which successive bars differ in having an onset."""
    music = as_muspy(excerpt, TICKS_PER_QUARTER // GROOVE_RESOLUTION)
    return float(muspy.groove_consistency(music, excerpt.bar_ticks * GROOVE_RESOLUTION // TICKS_PER_QUARTER))


def polyphony(excerpt: Excerpt) -> float:
    """Muspy: mean number of pitches that sound where any does."""
    return float(muspy.polyphony(as_muspy(excerpt)))


def as_muspy(excerpt: Excerpt, ticks_per_step: int = 1) -> muspy.Music:
    """An excerpt as muspy has music: a track for each part."""
    tracks = [
        muspy.Track(
            is_drum=part is Part.DRUMS,
            notes=[
                muspy.Note(start // ticks_per_step, pitch, max((end - start) // ticks_per_step, 1))
                for start, end, pitch in excerpt.notes[excerpt.notes[:, PART] == part][:, [START, END, PITCH]].tolist()
            ],
        )
        for part in Part
    ]
    return muspy.Music(resolution=TICKS_PER_QUARTER // ticks_per_step, tracks=tracks)


def histogram_entropy(excerpt: Excerpt, bars: int) -> float:
    """Mean entropy, in bits, of the pitch classes of so many successive bars that hold a note (Wu & Yang 2020)."""
    counts = np.zeros((len(excerpt.bars), 12))
    np.add.at(counts, (excerpt.pitched[:, BAR], excerpt.pitched[:, PITCH] % 12), 1)
    sums = np.lib.stride_tricks.sliding_window_view(counts, bars, axis=0).sum(-1)
    return _mean(_entropy(row) for row in sums if row.any())


def grooving_similarity(excerpt: Excerpt) -> float:
    """Mean over all pairs of bars of the share of sub-beats that agree in having an onset (Wu & Yang 2020)."""
    grid = _onset_grid(excerpt, excerpt.notes).astype(np.float64)
    differing = grid @ (1 - grid).T
    first, second = np.triu_indices(len(grid), 1)
    return 1 - float((differing + differing.T)[first, second].mean()) / SUB_BEATS


def rhythmic_intensity(excerpt: Excerpt) -> float:
    """Mean share of a bar's sub-beats with an onset of a pitched note (MuseMorphose)."""
    return float(_onset_grid(excerpt, excerpt.pitched).mean())


def _onset_grid(excerpt: Excerpt, notes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which sub-beats of which bars have an onset: [bars, SUB_BEATS]."""
    grid = np.zeros((len(excerpt.bars), SUB_BEATS), dtype=np.bool_)
    grid[notes[:, BAR], notes[:, POSITION] * SUB_BEATS // excerpt.bar_ticks] = True
    return grid


def self_similarity(excerpt: Excerpt) -> NDArray[np.float64]:
    """How alike any two bars are, 0 to 1: [bars, bars]; NaN where neither has a pitched note.

    Jaccard index of their onsets as (part, position, pitch class), drums left out.
    """
    notes = excerpt.pitched
    onsets = np.zeros((len(excerpt.bars), len(Part) + 1, excerpt.bar_ticks, 12), dtype=np.float32)
    onsets[notes[:, BAR], notes[:, PART], notes[:, POSITION], notes[:, PITCH] % 12] = 1
    flat = onsets.reshape(len(onsets), -1)
    flat = flat[:, flat.any(axis=0)]
    both = (flat @ flat.T).astype(np.float64)
    either = flat.sum(1)[:, None] + flat.sum(1)[None] - both
    return np.where(either > 0, both / np.maximum(either, 1), np.nan)


def lag_profile(excerpt: Excerpt) -> Values:
    """Mean self-similarity of the bars that are each of LAGS apart: [16]."""
    alike = self_similarity(excerpt)
    return np.array([_mean(value for value in np.diagonal(alike, lag) if not np.isnan(value)) for lag in LAGS])


def note_lengths(excerpt: Excerpt) -> Values:
    """Shares of the note values of NOTE_LENGTHS, each pitched note taken to the nearest: [12] (mgeval)."""
    lengths = np.log(np.maximum(excerpt.pitched[:, END] - excerpt.pitched[:, START], 1))
    nearest = np.abs(lengths[:, None] - np.log(NOTE_LENGTHS)).argmin(1)
    return _shares(nearest, len(NOTE_LENGTHS))


def intervals(excerpt: Excerpt) -> Values:
    """Shares of the melody's intervals, 0 to 11 semitones and an octave or more: [13]."""
    moves = [min(abs(after - before), LARGEST_INTERVAL) for before, after in pairwise(melody(excerpt))]
    return _shares(np.array(moves, dtype=np.int64), LARGEST_INTERVAL + 1)


def melody(excerpt: Excerpt) -> list[int]:
    """The melody's pitches in order, of notes that begin together the highest."""
    notes = excerpt.notes[excerpt.notes[:, PART] == Part.MELODY]
    return list(dict(sorted(notes[:, [START, PITCH]].tolist())).values())


def chord_tones(excerpt: Excerpt) -> float:
    """Of the melody's notes that sound on strong beats over a known chord, the share that belong to it."""
    return _mean(
        float(note.pitch % 12 in chord.tones)
        for bar in excerpt.bars
        for beat in strong_beats(bar)
        if (chord := bar.chord_at(beat))
        for note in bar.of(Part.MELODY)
        if note.position <= beat < note.end
    )


def clashes(excerpt: Excerpt) -> float:
    """Minor seconds and ninths between different pitched parts on strong beats, per strong beat."""
    beats = [n * excerpt.bar_ticks + beat for n, bar in enumerate(excerpt.bars) for beat in strong_beats(bar)]
    notes = excerpt.pitched
    return _mean(_clashes(notes[(notes[:, START] <= beat) & (beat < notes[:, END])]) for beat in beats)


def _clashes(sounding: NDArray[np.int64]) -> float:
    first, second = np.triu_indices(len(sounding), 1)
    is_clash = np.isin(np.abs(sounding[first, PITCH] - sounding[second, PITCH]), CLASHES)
    return float((is_clash & (sounding[first, PART] != sounding[second, PART])).sum())


def strong_beats(bar: Bar) -> tuple[int, ...]:
    """Ticks of the first beat and, in bars of two equal halves of two beats or more, of the middle."""
    ticks = bar.metre.bar_ticks
    return (0, ticks // 2) if bar.metre.beats % 2 == 0 and bar.metre.beats > 2 else (0,)


def empty_bars(excerpt: Excerpt) -> float:
    """Share of bars without an onset."""
    return float(np.mean([not bar.notes for bar in excerpt.bars]))


def near_empty_bars(excerpt: Excerpt) -> float:
    """Share of bars with one to NEAR_EMPTY onsets."""
    return float(np.mean([0 < len(bar.notes) <= NEAR_EMPTY for bar in excerpt.bars]))


def longest_repetition(excerpt: Excerpt) -> float:
    """Most successive bars that each have the very onsets of the bar so many before, however many those are.

    A bar played over and over counts as often as it returns.
    """
    seen: dict[frozenset[tuple[int, int, int]], int] = {}
    onsets = (frozenset((note.part, note.position, note.pitch) for note in bar.notes) for bar in excerpt.bars)
    numbers = np.array([seen.setdefault(bar, len(seen)) for bar in onsets])
    return float(max(_longest_run(numbers[lag:] == numbers[:-lag]) for lag in range(1, len(numbers))))


def _longest_run(flags: NDArray[np.bool_]) -> int:
    ends = np.flatnonzero(np.diff([0, *flags.astype(np.int8), 0]))
    return int((ends[1::2] - ends[::2]).max(initial=0))


def drum_stability(excerpt: Excerpt) -> float:
    """Mean Jaccard index of the drums' (position, drum) of successive bars that both have drums."""
    bars = [{(note.position, note.pitch) for note in bar.of(Part.DRUMS)} for bar in excerpt.bars]
    return _mean(len(now & then) / len(now | then) for then, now in pairwise(bars) if now and then)


def _shares(places: NDArray[np.int64], size: int) -> Values:
    counts = np.bincount(places, minlength=size)
    return counts / counts.sum() if counts.sum() else np.full(size, np.nan)


def _entropy(counts: Values) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return float(np.mean(found)) if found else float("nan")


def _one(of: Callable[[Excerpt], float]) -> Callable[[Excerpt], Values]:
    return lambda excerpt: np.array([of(excerpt)])


MEASURES = (
    Measure("pitch-class entropy", "bits, over the excerpt (muspy)", _one(pitch_class_entropy)),
    Measure("H1", "pitch-class entropy of a bar, bits", _one(lambda excerpt: histogram_entropy(excerpt, 1))),
    Measure("H4", "pitch-class entropy of four bars, bits", _one(lambda excerpt: histogram_entropy(excerpt, 4))),
    Measure("scale consistency", "share of notes in the best scale (muspy)", _one(scale_consistency)),
    Measure("groove consistency", "successive bars' onsets (muspy, 12 steps a quarter)", _one(groove_consistency)),
    Measure("grooving similarity", "all pairs of bars' onsets, 16 sub-beats", _one(grooving_similarity)),
    Measure("rhythmic intensity", "share of 16 sub-beats with an onset", _one(rhythmic_intensity)),
    Measure("polyphony", "pitches sounding together (muspy)", _one(polyphony)),
    Measure("chord tones", "of the melody on strong beats", _one(chord_tones)),
    Measure("clashes", "minor seconds and ninths between parts per strong beat", _one(clashes)),
    Measure("empty bars", "share", _one(empty_bars)),
    Measure("near-empty bars", f"share with 1 to {NEAR_EMPTY} onsets", _one(near_empty_bars)),
    Measure("longest exact repetition", "bars", _one(longest_repetition)),
    Measure("drum stability", "successive bars' drums", _one(drum_stability)),
    Measure(
        "note lengths",
        "note values",
        note_lengths,
        Kind.HISTOGRAM,
        ("1", "1/2", "1/4", "1/8", "1/16", "1/2.", "1/4.", "1/8.", "1/16.", "1/2 t", "1/4 t", "1/8 t"),
    ),
    Measure(
        "melodic intervals", "semitones", intervals, Kind.HISTOGRAM, (*map(str, range(LARGEST_INTERVAL)), "12 and more")
    ),
    Measure("self-similarity", "of bars so far apart", lag_profile, Kind.PROFILE, tuple(f"lag {lag}" for lag in LAGS)),
)
"""All that is compared."""
