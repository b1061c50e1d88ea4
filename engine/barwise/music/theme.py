"""A theme as a value: notes by scale degree, so that it can be sounded in any mode. Knows no bars around it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from barwise.errors import InputError
from barwise.music.harmony import DEGREES, PITCH_CLASSES, Key, Mode
from barwise.music.key_profiles import PROFILES
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, Note, Part

SMALLEST_NOTES, LARGEST_NOTES = 3, 64
"""Fewer notes are no melody that an ear could know again."""

LARGEST_BARS = 8
"""A phrase: what is longer cannot be stated in one."""

DEGREES_PER_OCTAVE = 7

CENTER = 73
"""About where melodies lie, in MIDI numbers with tonic C: a theme is put into the octave nearest to it."""

_MIDDLE_C = 60
_VELOCITY = 80
_DEGREE_OF_STRANGER = {1: 1, 3: 2, 6: 3, 8: 5, 10: 6, 4: 2, 9: 5, 11: 6, 2: 1, 5: 3, 7: 4, 0: 0}
"""Which degree, from 0, a pitch class outside the mode is a form of."""


@dataclass(frozen=True, slots=True, order=True)
class ThemeNote:
    """One note of a theme."""

    position: int
    """Onset in ticks from the theme's first bar line."""
    duration: int
    """Length in ticks, at least 1."""
    degree: int
    """Steps of the scale above the tonic at middle C: 7 is an octave above it, -1 a step below."""
    raised: int = 0
    """Semitones above the mode's own form of the degree; below when negative."""

    @property
    def end(self) -> int:
        """First tick, from the theme's first bar line, at which the note no longer sounds."""
        return self.position + self.duration


@dataclass(frozen=True, slots=True)
class Theme:
    """A melody to be known again: notes one after the other, in a mode and a metre."""

    name: str
    notes: tuple[ThemeNote, ...]
    mode: Mode = Mode.MAJOR
    metre: Metre = COMMON_TIME

    @property
    def ticks(self) -> int:
        """Ticks from the first bar line to the end of the last note."""
        return self.notes[-1].end

    @property
    def bars(self) -> int:
        """Bars that it fills, the last perhaps in part."""
        return -(-self.ticks // self.metre.bar_ticks)


def theme_of(name: str, notes: Iterable[tuple[int, int, int]], key: Key, metre: Metre = COMMON_TIME) -> Theme:
    """The theme of some (position, duration, pitch), in ticks and MIDI numbers as they sound in the key.

    Raises InputError for too few or too many notes, for notes together, and for pitches that no melody has.
    """
    ordered = sorted(notes)
    if not SMALLEST_NOTES <= len(ordered) <= LARGEST_NOTES:
        raise InputError(f"theme {name!r} has {len(ordered)} notes; allowed: {SMALLEST_NOTES} to {LARGEST_NOTES}")
    for (position, duration, pitch), after in pairwise([*ordered, (ordered[-1][0] + ordered[-1][1], 1, 60)]):
        if position < 0 or duration < 1 or position + duration > after[0]:
            raise InputError(f"theme {name!r}: notes must follow one another; two sound together at tick {after[0]}")
        if not LOWEST_PITCH <= pitch - key.shift <= HIGHEST_PITCH:
            raise InputError(
                f"theme {name!r}: pitch {pitch} is out of range; allowed: {LOWEST_PITCH} to {HIGHEST_PITCH}"
            )
    theme = Theme(name, tuple(_note(*note, key) for note in ordered), key.mode, metre)
    if theme.bars > LARGEST_BARS:
        raise InputError(f"theme {name!r} has {theme.bars} bars of {metre}; allowed: up to {LARGEST_BARS}")
    return theme


def _note(position: int, duration: int, pitch: int, key: Key) -> ThemeNote:
    octave, pitch_class = divmod(pitch - key.shift - _MIDDLE_C, 12)
    degrees = DEGREES[key.mode]
    degree = degrees.index(pitch_class) if pitch_class in degrees else _DEGREE_OF_STRANGER[pitch_class]
    return ThemeNote(position, duration, degree + octave * DEGREES_PER_OCTAVE, pitch_class - degrees[degree])


def sounded(theme: Theme, mode: Mode) -> tuple[Note, ...]:
    """The theme's notes in a mode, in the octave of melodies: positions from its first bar line, tonic C."""
    octave = _octave(theme)
    return tuple(
        Note(note.position, Part.MELODY, _in_range(_pitch(note, theme.mode, mode) + octave), note.duration, _VELOCITY)
        for note in theme.notes
    )


def _octave(theme: Theme) -> int:
    """Semitones to the octave nearest to CENTER: of the theme in its own mode, so that no change of mode moves it."""
    weight = sum(note.duration for note in theme.notes)
    total = sum(_pitch(note, theme.mode, theme.mode) * note.duration for note in theme.notes)
    return 12 * round((CENTER - total / weight) / 12)


def _pitch(note: ThemeNote, own: Mode, mode: Mode) -> int:
    octave, degree = divmod(note.degree, DEGREES_PER_OCTAVE)
    home = DEGREES[mode][degree]
    moved = home - DEGREES[own][degree]
    # What the mode has raised or lowered already is not done twice: the leading tone of a minor theme is
    # the seventh of the major mode.
    raised = 0 if moved * note.raised > 0 else note.raised
    return _MIDDLE_C + 12 * octave + home + raised


def _in_range(pitch: int) -> int:
    while pitch > HIGHEST_PITCH:
        pitch -= 12
    while pitch < LOWEST_PITCH:
        pitch += 12
    return pitch


def in_bar(notes: Sequence[Note], bar: int, metre: Metre) -> tuple[Note, ...]:
    """The notes that begin in a bar (from 0) of a line, with positions from that bar's line."""
    start = bar * metre.bar_ticks
    return tuple(
        replace(note, position=note.position - start)
        for note in notes
        if start <= note.position < start + metre.bar_ticks
    )


def likely_key(notes: Iterable[tuple[int, int, int]]) -> Key:
    """The major or minor key that some (position, duration, pitch) fit best.

    As Krumhansl (1990) finds keys: the one whose profile correlates best with how long each pitch class sounds.
    """
    weights = [0.0] * 12
    for _, duration, pitch in notes:
        weights[pitch % 12] += duration
    keys = [Key(tonic, mode) for mode in PROFILES for tonic in range(len(PITCH_CLASSES))]
    return max(keys, key=lambda key: _correlation(weights, key))


def _correlation(weights: Sequence[float], key: Key) -> float:
    """Pearson's correlation, but for the spread of the weights, which is the same for every key."""
    profile = PROFILES[key.mode]
    expected = sum(profile) / 12
    spread = sum((value - expected) ** 2 for value in profile)
    together = sum(weights[(key.tonic + step) % 12] * (value - expected) for step, value in enumerate(profile))
    return together / math.sqrt(spread)
