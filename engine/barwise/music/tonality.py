"""How far what sounds is from its key, and how major or minor it is: measured from notes alone.

Tension follows the ribbons of Herremans and Chew (Tension ribbons, TENOR 2016) on Chew's spiral array,
with the constants and the windows of partitura 1.9, so that a director can aim at what
`partitura.musicanalysis.estimate_tonaltension` will find. Mode follows the key profiles of Albrecht and
Shanahan (2013). Knows no mood.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barwise.music.attributes import sounding
from barwise.music.harmony import Mode
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Note, Part

Floats = NDArray[np.float64]

PROFILES: Mapping[Mode, tuple[float, ...]] = {
    Mode.MAJOR: (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    Mode.MINOR: (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""How often each pitch class above the tonic sounds, in major and in minor."""

WINDOW_TICKS = TICKS_PER_QUARTER
"""Length of the window around each onset whose notes make a cloud: partitura's beat."""

_RISE = np.sqrt(2 / 15) * (np.pi / 2) ** 2
"""Rise of the spiral with each fifth, in radii, as partitura has it."""

_WEIGHTS = np.array((0.516, 0.315, 0.168))
"""Weights of root, fifth and third in a chord, and of I, V and IV in a key (Chew's thesis)."""

_BORROWED = 0.75
"""Shares of V against v, and of iv against IV, in a minor key."""

_LETTERS_ABOVE = np.array((0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6))
"""Letters from a tonic up to each pitch class above it, as Meredith's ps13 spells them."""


@dataclass(frozen=True, slots=True)
class Tonality:
    """Figures of one bar; 0 for tension and mode where nothing sounds."""

    mode: float
    """Fit to the major key on the tonic less fit to the minor one: about -1 to 1."""
    chords: float
    """Share of the sub-beats whose notes are most like a major triad, less that of a minor one: -1 to 1."""
    diameter: float
    """Cloud diameter: greatest distance between two notes of a window, mean over the bar's onsets."""
    strain: float
    """Tensile strain: distance from what sounds in a window to the key, mean over the bar's onsets."""


def tonality(bar: Bar, mode: Mode) -> Tonality:
    """The figures of a bar in a key of this mode's family whose tonic is C."""
    notes = [note for note in bar.notes if note.part is not Part.DRUMS]
    if not notes:
        return Tonality(0.0, 0.0, 0.0, 0.0)
    classes = np.array([note.pitch % 12 for note in notes])
    fifths = spelled(np.bincount(classes, minlength=12))[classes]
    spans = _windows(notes)
    return Tonality(mode_fit(chroma(bar)), chord_mode(bar), _diameter(fifths, spans), _strain(fifths, spans, mode))


def mode_fit(durations: Floats) -> float:
    """Correlation of how long each pitch class above the tonic sounds with major, less that with minor."""
    if np.ptp(durations) == 0:
        return 0.0
    centered = durations - durations.mean()
    return float((_CENTERED_PROFILES @ centered) @ (1.0, -1.0) / np.linalg.norm(centered))


def chord_mode(bar: Bar) -> float:
    """Share of the sub-beats whose notes are most like a major triad, less that of a minor one: -1 to 1.

    Sub-beats with fewer than two pitch classes tell nothing; 0 where none tells anything.
    """
    cells = sounding([note for note in bar.notes if note.part is not Part.DRUMS], bar.metre.bar_ticks)
    classes = np.stack([cells[:, pitch_class::12].any(axis=1) for pitch_class in range(12)], axis=1)
    fits = classes[classes.sum(axis=1) > 1] @ _TRIADS.T
    if not len(fits):
        return 0.0
    major, minor = fits[:, :12].max(axis=1), fits[:, 12:].max(axis=1)
    return float(np.sign(major - minor).mean())


def spelled(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How each pitch class above the tonic is spelled, in fifths from the tonic, where so many notes of each sound.

    Each note votes for the letter that a pitch class would have, were the note the tonic; the tonic itself has a
    vote (Meredith 2006, ps13). Returns [12].
    """
    votes = counts + _TONIC_VOTE
    return np.asarray(_FIFTHS[np.arange(12), (_LETTER_OF @ votes).argmax(axis=1)])


def chroma(bar: Bar) -> Floats:
    """Ticks within the bar for which each pitch class above the tonic sounds: [12]."""
    ticks = bar.metre.bar_ticks
    notes = [note for note in bar.notes if note.part is not Part.DRUMS]
    found = np.zeros(12)
    for note in notes:
        found[note.pitch % 12] += min(note.end, ticks) - note.position
    return found


def _windows(notes: list[Note]) -> Floats:
    """Ticks for which each note sounds in the window around each onset; below 0 where it does not: [onsets, notes]."""
    starts, ends = np.array([(note.position, note.end) for note in notes], dtype=np.float64).T
    onsets = np.unique(starts)[:, None]
    low, high = onsets - WINDOW_TICKS / 2, onsets + WINDOW_TICKS / 2
    sounds = ((starts >= low) & (ends <= high)) | ((ends >= high) & (starts <= high))
    return np.where(sounds, np.minimum(ends, high) - np.maximum(starts, low), -1.0)


def _diameter(fifths: NDArray[np.int64], spans: Floats) -> float:
    """The line of fifths and the spiral agree on which notes are furthest apart."""
    sounds = spans >= 0
    highest = np.where(sounds, fifths, -99).max(axis=1)
    lowest = np.where(sounds, fifths, 99).min(axis=1)
    return float(_DISTANCES[np.minimum(highest - lowest, len(_DISTANCES) - 1)].mean())


def _strain(fifths: NDArray[np.int64], spans: Floats, mode: Mode) -> float:
    weights = np.maximum(spans, 0)
    centers = weights @ _places(fifths) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return float(np.linalg.norm(centers - KEY_CENTERS[mode.family], axis=1).mean() / _SCALE)


def _places(fifths: NDArray[np.int64]) -> Floats:
    """Where notes lie on the spiral: [notes, 3]."""
    angles = fifths * np.pi / 2
    return np.stack([np.sin(angles), np.cos(angles), _RISE * fifths], axis=1)


def _major(root: int) -> Floats:
    return np.asarray(_WEIGHTS / _WEIGHTS.sum() @ _places(np.array((root, root + 1, root + 4))))


def _minor(root: int) -> Floats:
    return np.asarray(_WEIGHTS / _WEIGHTS.sum() @ _places(np.array((root, root + 1, root - 3))))


def _mixed(first: Floats, second: Floats) -> Floats:
    return _BORROWED * first + (1 - _BORROWED) * second


KEY_CENTERS: Mapping[Mode, Floats] = {
    Mode.MAJOR: _WEIGHTS / _WEIGHTS.sum() @ np.stack([_major(0), _major(1), _major(-1)]),
    Mode.MINOR: _WEIGHTS
    / _WEIGHTS.sum()
    @ np.stack([_minor(0), _mixed(_major(1), _minor(1)), _mixed(_minor(-1), _major(-1))]),
}
"""Where the key on the tonic lies on the spiral: [3]."""

_SCALE = float(np.linalg.norm(_places(np.array((0,))) - _places(np.array((12,)))))
"""The distance from C to B sharp is 1."""

_DISTANCES = np.linalg.norm(_places(np.arange(31)) - _places(np.array((0,))), axis=1) / _SCALE
"""Distance of two notes so many fifths apart."""

_TONIC_VOTE = np.eye(12)[0]


def _letter_tables() -> tuple[Floats, NDArray[np.int64]]:
    """Whether a pitch class has a letter in a key [class, letter, tonic]; fifths up to that [class, letter]."""
    place = {(7 * fifth % 12, 4 * fifth % 7): fifth for fifth in sorted(range(-20, 21), key=abs, reverse=True)}
    fifths = np.array([[place.get((pitch, letter), 0) for letter in range(7)] for pitch in range(12)])
    pitches, tonics = np.arange(12)[:, None], np.arange(12)
    letters = (_LETTERS_ABOVE[(pitches - tonics) % 12] - _LETTERS_ABOVE[-tonics % 12]) % 7
    return (letters[:, None, :] == np.arange(7)[:, None]).astype(np.float64), fifths


_LETTER_OF, _FIFTHS = _letter_tables()

_TRIADS = np.array(
    [
        [1.0 if (pitch_class - root) % 12 in triad else -0.5 for pitch_class in range(12)]
        for triad in ((0, 4, 7), (0, 3, 7))
        for root in range(12)
    ]
)
"""What each pitch class says for a triad: the major ones, then the minor ones: [24, 12]."""

_CENTERED_PROFILES = np.stack(
    [
        (profile - profile.mean()) / np.linalg.norm(profile - profile.mean())
        for profile in map(np.array, PROFILES.values())
    ]
)
