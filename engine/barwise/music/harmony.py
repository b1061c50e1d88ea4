"""Keys, modes, scales and chords as values. Knows no notes and no time."""

from dataclasses import dataclass
from enum import StrEnum

PITCH_CLASSES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARP_PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

_SHARP_MAJOR_TONICS = frozenset({0, 2, 4, 7, 9, 11})
"""C major and the major keys whose signatures have sharps."""


class Mode(StrEnum):
    """The church modes that music is written in, and the harmonic minor; all count from the tonic."""

    MAJOR = "major"
    """Ionian."""
    MINOR = "minor"
    """Aeolian, with the raised sixth and seventh that melodies and cadences lend it."""
    DORIAN = "dorian"
    PHRYGIAN = "phrygian"
    LYDIAN = "lydian"
    MIXOLYDIAN = "mixolydian"
    HARMONIC_MINOR = "harmonic minor"

    @property
    def is_major(self) -> bool:
        """Whether the third above the tonic is major."""
        return DEGREES[self][2] == 4

    @property
    def family(self) -> "Mode":
        """MAJOR or MINOR, by the third: the two that corpora are labeled with."""
        return Mode.MAJOR if self.is_major else Mode.MINOR

    def at_home(self, pitch_class: int) -> int:
        """The mode's own form of the degree that a pitch class (0 to 11 above the tonic) is a form of."""
        return DEGREES[self][_DEGREE_OF_PITCH_CLASS[pitch_class]]


DEGREES: dict[Mode, tuple[int, ...]] = {
    Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11),
    Mode.MINOR: (0, 2, 3, 5, 7, 8, 10),
    Mode.DORIAN: (0, 2, 3, 5, 7, 9, 10),
    Mode.PHRYGIAN: (0, 1, 3, 5, 7, 8, 10),
    Mode.LYDIAN: (0, 2, 4, 6, 7, 9, 11),
    Mode.MIXOLYDIAN: (0, 2, 4, 5, 7, 9, 10),
    Mode.HARMONIC_MINOR: (0, 2, 3, 5, 7, 8, 11),
}
"""The seven degrees of each mode, in semitones above the tonic."""

_DEGREE_OF_PITCH_CLASS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
"""Which degree, from 0, each semitone above the tonic is a form of; the tritone is a raised fourth."""

SCALES: dict[Mode, frozenset[int]] = {
    **{mode: frozenset(degrees) for mode, degrees in DEGREES.items()},
    # Natural minor with both sixths and sevenths of the harmonic and melodic forms.
    Mode.MINOR: frozenset({0, 2, 3, 5, 7, 8, 9, 10, 11}),
}
"""Semitones above the tonic that belong to a key of each mode."""

_TO_RELATIVE_MAJOR = {
    Mode.MAJOR: 0,
    Mode.MINOR: 3,
    Mode.DORIAN: 10,
    Mode.PHRYGIAN: 8,
    Mode.LYDIAN: 7,
    Mode.MIXOLYDIAN: 5,
    Mode.HARMONIC_MINOR: 3,
}
"""Semitones up from the tonic to the tonic of the major key with the same signature."""


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class 0 to 11, C is 0) and a mode."""

    tonic: int = 0
    mode: Mode = Mode.MAJOR

    def __str__(self) -> str:
        return f"{self.spell(self.tonic)} {self.mode}"

    def spell(self, pitch_class: int) -> str:
        """The name of a pitch class (0 to 11) as this key's signature has it, such as 'F#' or 'Gb'."""
        relative_major = (self.tonic + _TO_RELATIVE_MAJOR[self.mode]) % 12
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

    def within(self, mode: Mode) -> "Chord":
        """The chord where all its tones belong to the mode, else the mode's own plain triad in its stead.

        That is the triad on the same degree; one that is diminished or augmented there gives way to one
        with two tones of it, a third below in modes of the major family (the fourth degree of Lydian to
        the second) and a third above in the others (the fifth degree of Phrygian to the seventh).
        """
        if SCALES[mode].issuperset(self.tones):
            return self
        degree = _DEGREE_OF_PITCH_CLASS[self.root]
        thirds = range(0, -14, -2) if mode.is_major else range(0, 14, 2)
        triads = (_triad(mode, degree + third) for third in thirds)
        return next(triad for triad in triads if triad.quality in {Quality.MAJOR, Quality.MINOR})

    def name(self, key: Key) -> str:
        """The chord's name when sounded in a key, such as 'Ebmin7'."""
        quality = "" if self.quality is Quality.MAJOR else self.quality.value
        return key.spell((self.root + key.tonic) % 12) + quality


_TRIADS = {CHORD_TONES[quality]: quality for quality in Quality if len(CHORD_TONES[quality]) == 3}


def _triad(mode: Mode, degree: int) -> Chord:
    """The triad on a degree of a mode, counted from 0."""
    root, third, fifth = (DEGREES[mode][(degree + step) % 7] for step in (0, 2, 4))
    return Chord(root, _TRIADS[0, (third - root) % 12, (fifth - root) % 12])
