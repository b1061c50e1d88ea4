"""Chords by their numerals, and what music theory knows of phrases of eight bars. Values only."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from barwise.music.harmony import Chord, Mode, Quality

CHROMATIC = 0.04
"""From this attributes.chromaticism on, pitches outside the scale may be used."""

_DEGREES = ("I", "bII", "II", "bIII", "III", "IV", "bV", "V", "bVI", "VI", "bVII", "VII")

NUMERALS: Mapping[str, Chord] = {
    **{degree: Chord(root, Quality.MAJOR) for root, degree in enumerate(_DEGREES)},
    **{degree.lower(): Chord(root, Quality.MINOR) for root, degree in enumerate(_DEGREES)},
    **{f"{degree.lower()}o": Chord(root, Quality.DIMINISHED) for root, degree in enumerate(_DEGREES)},
    **{f"{degree}s": Chord(root, Quality.SUSPENDED) for root, degree in enumerate(_DEGREES)},
}
"""Chords by their degrees: lower case is minor, o diminished, s suspended; b before it is a semitone lower."""


@dataclass(frozen=True, slots=True)
class Progression:
    """Eight bars of numerals: half a cadence in the fourth, a whole one in the last two."""

    numerals: str
    brightness: float
    """Where on attributes.brightness it belongs, 0 to 1."""
    is_chromatic: bool = False

    def chords(self, place: int) -> tuple[Chord, ...]:
        """The chords of a bar of the phrase, 0 to 7, in equal shares of the bar."""
        return tuple(NUMERALS[numeral] for numeral in self.numerals.split("|")[place].split())

    def fitness(self, brightness: float, chromaticism: float) -> float:
        """How well it suits what is wanted, above 0 where it may be drawn at all."""
        if self.is_chromatic and chromaticism < CHROMATIC:
            return 0.0
        bright = math.exp(-(((self.brightness - brightness) / 0.15) ** 2)) + 1e-3
        return bright * (1 + 12 * chromaticism * self.is_chromatic)


# Written by hand: for a composer that is given no chords, and what the learned chain is measured against.
PROGRESSIONS: Mapping[Mode, tuple[Progression, ...]] = {
    Mode.MAJOR: (
        Progression("I | vi | IV | V | I | vi | ii V | I", 1.0),
        Progression("I | V | vi | IV | I | V | IV V | I", 1.0),
        Progression("I | IV | I | V | I | IV | ii V | I", 1.0),
        Progression("vi | IV | I | V | vi | IV | IV V | I", 0.9),
        Progression("I | iii | IV | V | vi | iii | IV V | I", 0.9),
        Progression("I | ii | vi | V | IV | I | ii V | I", 0.95),
        Progression("I | IV | ii | V | iii | vi | ii V | I", 1.0),
        Progression("I | bVII | IV | V | I | bVI | bVII | I", 0.7, is_chromatic=True),
        Progression("I | II | IV | I | I | II | iv V | I", 0.75, is_chromatic=True),
        Progression("I | bIII | IV | V | bVI | bVII | IV V | I", 0.6, is_chromatic=True),
        Progression("I | III | IV | iv | I | vi | II V | I", 0.75, is_chromatic=True),
    ),
    Mode.MINOR: (
        Progression("i | bVI | bIII | bVII | i | bVI | iv V | i", 0.2),
        Progression("i | iv | bVII | bIII | bVI | iv | V | i", 0.2),
        Progression("i | bVII | bVI | V | i | bVII | bVI V | i", 0.15),
        Progression("i | v | bVI | iv | i | v | iv V | i", 0.1),
        Progression("i | IV | i | bVII | i | IV | IV V | i", 0.35),
        Progression("i | i | bVI | V | i | iv | iio V | i", 0.15),
        Progression("i | bvi | i | V | i | bvi | iio V | i", 0.1),
        Progression("i | viio | i | iv | bVI | iv | iio V | i", 0.15),
        Progression("i | bII | i | V | bVI | bII | V | i", 0.05, is_chromatic=True),
        Progression("i | bv | i | bII | i | bv | bII V | i", 0.05, is_chromatic=True),
        Progression("i | bVI | IV | II | i | bIII | II V | i", 0.3, is_chromatic=True),
    ),
}

TONICS: Mapping[Mode, str] = {mode: "I" if mode.is_major else "i" for mode in Mode}
"""The chord on which a mode's phrases end."""

OPENINGS: Mapping[Mode, Mapping[str, float]] = {
    Mode.MAJOR: {"I": 1.0, "vi": 0.3},
    Mode.MINOR: {"i": 1.0, "bVI": 0.2, "bIII": 0.1},
    Mode.DORIAN: {"i": 1.0},
    Mode.PHRYGIAN: {"i": 1.0, "bVI": 0.1},
    Mode.LYDIAN: {"I": 1.0, "vi": 0.1},
    Mode.MIXOLYDIAN: {"I": 1.0},
    Mode.HARMONIC_MINOR: {"i": 1.0, "bVI": 0.15},
}
"""Chords on which phrases begin, the tonic or what stands for it, with weights."""

HALF_CLOSES: Mapping[Mode, Mapping[str, float]] = {
    Mode.MAJOR: {"V": 1.0, "Vs": 0.5, "IV": 0.3},
    Mode.MINOR: {"V": 1.0, "v": 0.6, "bVII": 0.6, "iv": 0.3},
    Mode.DORIAN: {"IV": 1.0, "bVII": 0.8, "v": 0.8},
    Mode.PHRYGIAN: {"bII": 1.0, "bvii": 0.8, "iv": 0.3},
    Mode.LYDIAN: {"II": 1.0, "V": 1.0},
    Mode.MIXOLYDIAN: {"bVII": 1.0, "v": 0.6, "IV": 0.6},
    Mode.HARMONIC_MINOR: {"V": 1.0, "viio": 0.3, "iv": 0.3},
}
"""Chords on which the fourth bar rests, open: the dominant, or what a mode without one has in its place."""

APPROACHES: Mapping[Mode, Mapping[str, float]] = {
    Mode.MAJOR: {"V": 1.0, "viio": 0.5, "Vs": 0.3, "IV": 0.25, "iv": 0.5, "bVII": 0.4},
    Mode.MINOR: {"V": 1.0, "viio": 0.5, "v": 0.4, "bVII": 0.5, "iv": 0.3, "bII": 0.5},
    Mode.DORIAN: {"IV": 1.0, "bVII": 1.0, "v": 0.6, "V": 0.5},
    Mode.PHRYGIAN: {"bII": 1.0, "bvii": 1.0, "iv": 0.2},
    Mode.LYDIAN: {"II": 1.0, "V": 0.25, "vii": 0.5},
    Mode.MIXOLYDIAN: {"bVII": 1.0, "v": 0.8, "IV": 0.4, "V": 0.3},
    Mode.HARMONIC_MINOR: {"V": 1.0, "viio": 1.0, "iv": 0.15},
}
"""Chords before the closing tonic: authentic, plagal and modal cadences, with weights.

Those outside the scale (iv and bVII in major, bII in minor) come only where such chords are wanted.
"""

ENDING = ("iv V", "i"), ("IV V", "I")
"""The last two bars of a piece, in minor and in major."""
