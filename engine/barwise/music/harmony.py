"""Keys, modes, scales and chords as values. Knows no notes and no time."""

from dataclasses import dataclass
from enum import StrEnum

PITCH_CLASSES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARP_PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

_SHARP_MAJOR_TONICS = frozenset({0, 2, 4, 7, 9, 11})
"""C major and the major keys whose signatures have sharps."""


class Mode(StrEnum):
    """The two modes that the composer tells apart; both count from the tonic."""

    MAJOR = "major"
    MINOR = "minor"


SCALES: dict[Mode, frozenset[int]] = {
    Mode.MAJOR: frozenset({0, 2, 4, 5, 7, 9, 11}),
    # Natural minor with both sixths and sevenths of the harmonic and melodic forms.
    Mode.MINOR: frozenset({0, 2, 3, 5, 7, 8, 9, 10, 11}),
}
"""Semitones above the tonic that belong to a key of each mode."""


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class 0 to 11, C is 0) and a mode."""

    tonic: int = 0
    mode: Mode = Mode.MAJOR

    def __str__(self) -> str:
        return f"{self.spell(self.tonic)} {self.mode}"

    def spell(self, pitch_class: int) -> str:
        """The name of a pitch class (0 to 11) as this key's signature has it, such as 'F#' or 'Gb'."""
        relative_major = self.tonic if self.mode is Mode.MAJOR else (self.tonic + 3) % 12
        return (SHARP_PITCH_CLASSES if relative_major in _SHARP_MAJOR_TONICS else PITCH_CLASSES)[pitch_class]

    @property
    def shift(self) -> int:
        """Semitones from tonic C to this tonic by the shorter way, -6 to 5."""
        return (self.tonic + 6) % 12 - 6


class Quality(StrEnum):
    """Chord qualities that the composer knows."""

    MAJOR = "maj"
    MINOR = "min"
    DIMINISHED = "dim"
    AUGMENTED = "aug"
    SUSPENDED = "sus4"
    POWER = "5"
    DOMINANT = "7"
    MAJOR_SEVENTH = "maj7"
    MINOR_SEVENTH = "min7"


CHORD_TONES: dict[Quality, tuple[int, ...]] = {
    Quality.MAJOR: (0, 4, 7),
    Quality.MINOR: (0, 3, 7),
    Quality.DIMINISHED: (0, 3, 6),
    Quality.AUGMENTED: (0, 4, 8),
    Quality.SUSPENDED: (0, 5, 7),
    Quality.POWER: (0, 7),
    Quality.DOMINANT: (0, 4, 7, 10),
    Quality.MAJOR_SEVENTH: (0, 4, 7, 11),
    Quality.MINOR_SEVENTH: (0, 3, 7, 10),
}
"""Semitones above the root."""


@dataclass(frozen=True, slots=True, order=True)
class Chord:
    """A root, in semitones above the tonic of the key (0 to 11), and a quality."""

    root: int
    quality: Quality

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes above the tonic, root first."""
        return tuple((self.root + tone) % 12 for tone in CHORD_TONES[self.quality])

    def name(self, key: Key) -> str:
        """The chord's name when sounded in a key, such as 'Ebmin7'."""
        quality = "" if self.quality is Quality.MAJOR else self.quality.value
        return key.spell((self.root + key.tonic) % 12) + quality
