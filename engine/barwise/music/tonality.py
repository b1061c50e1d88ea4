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

from barwise.music.attributes import SoundingTicks
from barwise.music.columns import Columns, Ints
from barwise.music.harmony import Mode
from barwise.music.key_profiles import PROFILES
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar

Floats = NDArray[np.float64]

WINDOW_TICKS = TICKS_PER_QUARTER
"""Length of the window around each onset whose notes make a cloud: partitura's beat."""

_RISE = np.sqrt(2 / 15) * (np.pi / 2) ** 2
"""Rise of the spiral with each fifth, in radii, as partitura has it."""

_WEIGHTS = np.array((0.516, 0.315, 0.168))
"""Weights of root, fifth and third in a chord, and of I, V and IV in a key (Chew's thesis)."""

_BORROWED = 0.75
"""Shares of V against v, and of iv against IV, in a minor key."""

_LETTERS = 7
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
    return tonalities(Columns.of((bar,)), mode)[0]


def tonalities(notes: Columns, mode: Mode) -> list[Tonality]:
    """The figures of each bar, as `tonality` has them."""
    sounds = SoundingTicks(notes)
    figures = (_mode_fits(sounds.ticks()), _chord_modes(sounds.classes), *_tensions(notes.pitched, mode))
    return [Tonality(*of_bar) for of_bar in np.stack(figures, axis=1).tolist()]


def mode_fit(durations: Floats) -> float:
    """Correlation of how long each pitch class above the tonic sounds with major, less that with minor."""
    return float(_mode_fits(durations[None])[0])


def _mode_fits(durations: Floats) -> Floats:
    """The same for each bar: [bars, 12] to [bars]."""
    centered = durations - durations.mean(axis=1, keepdims=True)
    # Sums along rows, no products of matrices: a bar's figure must not depend on how many bars there are.
    fits = (centered[:, None] * _CENTERED_PROFILES).sum(axis=2)
    lengths = np.sqrt((centered * centered).sum(axis=1))
    is_even = np.ptp(durations, axis=1) == 0
    return np.where(is_even, 0.0, (fits[:, 0] - fits[:, 1]) / np.where(is_even, 1.0, lengths))


def chord_mode(bar: Bar) -> float:
    """Share of the sub-beats whose notes are most like a major triad, less that of a minor one: -1 to 1.

    Sub-beats with fewer than two pitch classes tell nothing; 0 where none tells anything.
    """
    return float(_chord_modes(SoundingTicks(Columns.of((bar,))).classes)[0])


def _chord_modes(classes: Floats) -> Floats:
    """The same for each bar, of how many pitches of each class sound: [bars, SUB_BEATS, 12] to [bars]."""
    is_heard = classes > 0
    fits = is_heard @ _TRIADS.T
    signs = np.sign(fits[..., :12].max(axis=2) - fits[..., 12:].max(axis=2))
    tells = is_heard.sum(axis=2) > 1
    return np.asarray((signs * tells).sum(axis=1) / np.maximum(tells.sum(axis=1), 1))


def spelled(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How each pitch class above the tonic is spelled, in fifths from the tonic, where so many notes of each sound.

    Each note votes for the letter that a pitch class would have, were the note the tonic; the tonic itself has a
    vote (Meredith 2006, ps13). [..., 12] to [..., 12].
    """
    votes = ((counts + _TONIC_VOTE) @ _LETTER_OF).reshape(*counts.shape, _LETTERS)
    return np.asarray(_FIFTHS[np.arange(12), votes.argmax(axis=-1)])


def chroma(bar: Bar) -> Floats:
    """Ticks within the bar for which each pitch class above the tonic sounds: [12]."""
    return np.asarray(SoundingTicks(Columns.of((bar,))).ticks()[0])


def _tensions(pitched: Columns, mode: Mode) -> tuple[Floats, Floats]:
    """Mean cloud diameter and tensile strain over each bar's onsets: [bars] each, 0 where nothing sounds."""
    classes = pitched.pitch % 12
    fifths = spelled(pitched.count(classes, 12))  # [bars, 12]
    of_bar, spans = _windows(pitched)
    diameters = _diameters(fifths[pitched.bar, classes], spans)
    weights = np.maximum(spans, 0) @ np.eye(12)[classes]  # [onsets, 12]
    strains = _strains(weights, fifths[of_bar], mode)
    times = np.maximum(np.bincount(of_bar, minlength=pitched.bars), 1)
    diameter, strain = (
        np.bincount(of_bar, weights=figures, minlength=pitched.bars) / times for figures in (diameters, strains)
    )
    return diameter, strain


def _windows(pitched: Columns) -> tuple[Ints, Floats]:
    """The bars of all onsets, and ticks for which each note sounds in the window around each: [onsets, notes].

    Below 0 where a note does not sound there. Bars are laid one after the other, too far apart to share a window.
    """
    apart = int(pitched.end.max(initial=0)) + 2 * WINDOW_TICKS
    starts = pitched.bar * apart + pitched.position
    ends = starts + pitched.duration
    onsets = np.array(sorted(set(starts.tolist())), dtype=np.int64)  # np.unique loads masked arrays, which takes 20 ms
    low, high = onsets[:, None] - WINDOW_TICKS // 2, onsets[:, None] + WINDOW_TICKS // 2
    sounds = ((starts >= low) & (ends <= high)) | ((ends >= high) & (starts <= high))
    return onsets // apart, np.where(sounds, np.minimum(ends, high) - np.maximum(starts, low), -1.0)


def _diameters(fifths: Ints, spans: Floats) -> Floats:
    """Cloud diameter of each window; the line of fifths and the spiral agree on which notes are furthest apart."""
    sounds = spans >= 0
    highest = np.where(sounds, fifths, -99).max(axis=1, initial=-99)
    lowest = np.where(sounds, fifths, 99).min(axis=1, initial=99)
    return np.asarray(_DISTANCES[np.minimum(highest - lowest, len(_DISTANCES) - 1)])


def _strains(weights: Floats, fifths: Ints, mode: Mode) -> Floats:
    """Tensile strain of windows in which pitch classes sound for so long and are spelled so, both [onsets, 12]."""
    sums = (weights[..., None] * _places(fifths)).sum(axis=1)
    centers = sums / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.linalg.norm(centers - KEY_CENTERS[mode.family], axis=1) / _SCALE)


def _places(fifths: NDArray[np.int64]) -> Floats:
    """Where notes lie on the spiral: [..., 3]."""
    angles = fifths * np.pi / 2
    return np.stack([np.sin(angles), np.cos(angles), _RISE * fifths], axis=-1)


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
    """Whether a pitch class has a letter in a key [tonic, class * letter]; fifths up to that [class, letter]."""
    place = {(7 * fifth % 12, 4 * fifth % _LETTERS): fifth for fifth in sorted(range(-20, 21), key=abs, reverse=True)}
    fifths = np.array([[place.get((pitch, letter), 0) for letter in range(_LETTERS)] for pitch in range(12)])
    pitches, tonics = np.arange(12)[:, None], np.arange(12)
    letters = (_LETTERS_ABOVE[(pitches - tonics) % 12] - _LETTERS_ABOVE[-tonics % 12]) % _LETTERS
    has_letter = letters[:, None, :] == np.arange(_LETTERS)[:, None]  # [class, letter, tonic]
    return has_letter.reshape(-1, 12).T.astype(np.float64), fifths


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
