"""Chord progressions of eight bars, by mode: what music theory knows of phrases. Values only."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from barwise.music.harmony import Chord, Mode, Quality

CHROMATIC = 0.04
"""From this attributes.chromaticism on, pitches outside the scale may be used."""

NUMERALS: Mapping[str, Chord] = {
    "I": Chord(0, Quality.MAJOR),
    "i": Chord(0, Quality.MINOR),
    "bII": Chord(1, Quality.MAJOR),
    "ii": Chord(2, Quality.MINOR),
    "iio": Chord(2, Quality.DIMINISHED),
    "II": Chord(2, Quality.MAJOR),
    "bIII": Chord(3, Quality.MAJOR),
    "iii": Chord(4, Quality.MINOR),
    "III": Chord(4, Quality.MAJOR),
    "IV": Chord(5, Quality.MAJOR),
    "iv": Chord(5, Quality.MINOR),
    "bv": Chord(6, Quality.MINOR),
    "Vs": Chord(7, Quality.SUSPENDED),
    "V": Chord(7, Quality.MAJOR),
    "v": Chord(7, Quality.MINOR),
    "bVI": Chord(8, Quality.MAJOR),
    "bvi": Chord(8, Quality.MINOR),
    "vi": Chord(9, Quality.MINOR),
    "bVII": Chord(10, Quality.MAJOR),
    "viio": Chord(11, Quality.DIMINISHED),
}
"""Chords by their degrees; lower case is minor, o diminished, s suspended, b a semitone lower."""


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

ENDING = ("iv V", "i"), ("IV V", "I")
"""The last two bars of a piece, in minor and in major."""
