"""What a bar is like, measured from its notes alone: no labels, no listeners, no model.

Training labels every bar of the corpus with these figures and the engine asks for them and
measures what it got, so both sides share this one file. They are proxies, never ratings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from barwise.music.columns import Columns
from barwise.music.harmony import SCALES, Mode
from barwise.music.notes import Bar, Note, Part

SUB_BEATS = 16
"""Equal slices of a bar over which rhythm and polyphony are counted, as MuseMorphose does."""

BRIGHT = {4: 2.0, 9: 1.0, 11: 1.0}
DARK = {3: 2.0, 8: 1.0, 10: 1.0, 1: 1.0, 6: 0.5}
"""Weight of pitch classes above the tonic for and against brightness."""

_SOFT = (3, 4, 8, 9)
_HARSH = (1, 2, 6, 10, 11)
"""Semitones between two pitch classes: thirds and sixths; seconds, tritones and sevenths."""

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


def sub_beat(position: int, bar_ticks: int) -> int:
    """The sub-beat (0 to 15) that a tick of the bar falls in."""
    return min(position * SUB_BEATS // bar_ticks, SUB_BEATS - 1)


def measure(bar: Bar, mode: Mode) -> Attributes:
    """The attributes of a bar in a key of this mode whose tonic is C.

    Plain numbers, one note after the other: arrays of a single bar cost more than they save, and each
    operation on them offers Python's lock to whatever other thread wants it.
    """
    length, table = bar.metre.bar_ticks, _PITCHES[mode]
    struck = beaten = velocity = pitches = 0
    ticks = pitch = bright = dark = outside = 0.0
    sounding: dict[int, int] = {}
    for note in bar.notes:
        first = sub_beat(note.position, length)
        velocity += note.velocity
        if note.part is Part.DRUMS:
            beaten |= 1 << first
            continue
        end = min(note.end, length)
        last = sub_beat(max(end - 1, note.position), length)
        struck |= 1 << first
        pitches += 1
        sounding[note.pitch] = sounding.get(note.pitch, 0) | (2 << last) - (1 << first)
        within = end - note.position
        is_bright, is_dark, is_outside = table[note.pitch]
        ticks += within
        pitch += within * note.pitch
        bright += within * is_bright
        dark += within * is_dark
        outside += within * is_outside
    pairs, soft, sharp = _pairs(list(sounding.items()))
    return Attributes(
        rhythm=struck.bit_count() / SUB_BEATS,
        drum_rhythm=beaten.bit_count() / SUB_BEATS,
        polyphony=sum(slots.bit_count() for slots in sounding.values()) / SUB_BEATS,
        density=pitches / bar.metre.quarters,
        loudness=velocity / len(bar.notes) / 127 if bar.notes else 0.0,
        register=pitch / ticks if ticks else 60.0,
        brightness=bright / (bright + dark) if bright + dark else _NEUTRAL,
        consonance=soft / pairs if pairs else _NEUTRAL,
        dissonance=sharp / pairs if pairs else 0.0,
        chromaticism=outside / ticks if ticks else 0.0,
    )


def _pairs(sounding: Sequence[tuple[int, int]]) -> tuple[int, int, int]:
    """What `_intervals` counts, of one bar, from pitches and their sub-beats as bits."""
    found = [0] * 12
    for number, (low, slots) in enumerate(sounding):
        for high, others in sounding[:number]:
            found[(high - low) % 12] += (slots & others).bit_count()
    soft, sharp = (sum(found[steps] for steps in kind) for kind in (_SOFT, _HARSH))
    return sum(found[1:]), soft, sharp


def measure_all(notes: Columns, mode: Mode) -> list[Attributes]:
    """The attributes of each bar, as `measure` has them, of many bars in one pass."""
    sounds = SoundingTicks(notes)
    figures = zip(
        sounds.onsets().tolist(),
        (sounds.totals(_OF_PITCH[mode])).tolist(),
        _intervals(sounds.classes).tolist(),
        sounds.classes.sum(axis=(1, 2)).tolist(),
        strict=True,
    )
    return [
        Attributes(
            rhythm=onsets / SUB_BEATS,
            drum_rhythm=strokes / SUB_BEATS,
            polyphony=cells / SUB_BEATS,
            density=pitches / notes.metre.quarters,
            loudness=velocity / heard / 127 if heard else 0.0,
            register=pitch / ticks if ticks else 60.0,
            brightness=bright / (bright + dark) if bright + dark else _NEUTRAL,
            consonance=soft / pairs if pairs else _NEUTRAL,
            dissonance=sharp / pairs if pairs else 0.0,
            chromaticism=outside / ticks if ticks else 0.0,
        )
        for (onsets, strokes), totals, (pairs, soft, sharp), cells in figures
        for ticks, pitch, bright, dark, outside, pitches, velocity, heard in (totals,)
    ]


class SoundingTicks:
    """Where the notes of some bars sound: in sub-beats and in ticks."""

    def __init__(self, notes: Columns) -> None:
        ticks = notes.metre.bar_ticks
        self._notes, self._is_drum = notes, notes.part == Part.DRUMS
        end = np.minimum(notes.end, ticks)
        self._within = end - notes.position
        self._key = np.where(self._is_drum, _DRUM, notes.pitch)
        last_tick = np.maximum(end - 1, notes.position)
        self._first, last = np.minimum(np.stack([notes.position, last_tick]) * SUB_BEATS // ticks, SUB_BEATS - 1)
        note, slot = np.nonzero((self._first[:, None] <= _SLOTS) & (last[:, None] >= _SLOTS))
        grid = np.zeros((notes.bars, SUB_BEATS, _DRUM + 12), dtype=np.bool_)
        grid[notes.bar[note], slot, self._key[note]] = True
        by_octave = grid.reshape(notes.bars, SUB_BEATS, -1, 12)[:, :, :-1]
        self.classes: NDArray[np.float64] = by_octave.sum(axis=2, dtype=np.float64)
        """How many pitches of each pitch class sound in each sub-beat: [bars, SUB_BEATS, 12]."""

    def onsets(self) -> NDArray[np.int64]:
        """Sub-beats with an onset of pitched parts, and of drums: [bars, 2]."""
        struck = np.zeros((self._notes.bars, 2, SUB_BEATS), dtype=np.bool_)
        struck[self._notes.bar, self._is_drum.view(np.int8), self._first] = True
        return np.asarray(struck.sum(axis=2), dtype=np.int64)

    def ticks(self) -> NDArray[np.float64]:
        """Ticks within the bar for which each pitch class sounds: [bars, 12]."""
        index = self._notes.bar * 13 + _CLASS_OR_DRUM[self._key]
        found = np.bincount(index, weights=self._within, minlength=self._notes.bars * 13)
        return np.asarray(found.reshape(-1, 13)[:, :12], dtype=np.float64)

    def totals(self, of_pitch: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of ticks times what a table has for each pitch; pitched notes, velocities, notes: [bars, table + 3].

        of_pitch [144, table] ends with an octave for drums.
        """
        notes = self._notes
        is_in = notes.bar == np.arange(notes.bars)[:, None]
        by_tick = of_pitch[self._key] * self._within[:, None]
        by_note = np.stack([~self._is_drum, notes.velocity, np.ones(len(notes.bar))], axis=1)
        return np.asarray(is_in.astype(np.float64) @ np.concatenate([by_tick, by_note], axis=1))


def _intervals(classes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pairs of pitch classes that sound together over all sub-beats; thirds and sixths; harsh ones: [bars, 3].

    Harsh are seconds, sevenths and tritones; an octave is no interval.
    """
    together = classes.transpose(0, 2, 1) @ classes
    return np.asarray(together.reshape(-1, 144) @ _OF_INTERVALS)


def sounding(notes: Iterable[Note], ticks: int) -> NDArray[np.bool_]:
    """Which pitches sound in which sub-beats of the bar: [SUB_BEATS, 128]."""
    grid = np.zeros((SUB_BEATS, 128), dtype=np.bool_)
    for note in notes:
        first = sub_beat(note.position, ticks)
        last = sub_beat(max(min(note.end, ticks) - 1, note.position), ticks)
        grid[first : last + 1, note.pitch] = True
    return grid


_SLOTS = np.arange(SUB_BEATS)
_DRUM = 132
"""Stands for every drum: an octave of its own above the MIDI numbers, which fill eleven."""

_CLASS_OR_DRUM = np.array([*(pitch % 12 for pitch in range(_DRUM)), *[12] * 12])


def _of_intervals() -> NDArray[np.float64]:
    """What two pitch classes, the lower first, add to all intervals, to thirds and sixths, to harsh ones: [144, 3]."""
    low, high = np.mgrid[:12, :12]
    steps = (high - low) % 12
    table = np.stack([steps > 0, np.isin(steps, _SOFT), np.isin(steps, _HARSH)], axis=2)
    return np.asarray((table & (low < high)[..., None]).reshape(144, 3), dtype=np.float64)


def _of_pitch(mode: Mode) -> NDArray[np.float64]:
    """Of each pitch: 1, the pitch, brightness, darkness, whether it is outside the scale; drums have 0: [144, 5]."""
    of_class = [(BRIGHT.get(one, 0.0), DARK.get(one, 0.0), float(one not in SCALES[mode])) for one in range(12)]
    return np.array([*((1.0, float(pitch), *of_class[pitch % 12]) for pitch in range(_DRUM)), *[(0.0,) * 5] * 12])


_OF_INTERVALS = _of_intervals()
_OF_PITCH = {mode: _of_pitch(mode) for mode in Mode}
_PITCHES = {mode: [tuple(row) for row in table[:_DRUM, 2:].tolist()] for mode, table in _OF_PITCH.items()}
"""Of each pitch: brightness, darkness, whether it is outside the scale."""
