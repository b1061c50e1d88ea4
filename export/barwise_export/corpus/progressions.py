"""Reads chord progressions that are tagged with moods, and the moods' words as numbers."""

import re
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path

from barwise.errors import InputError
from barwise.music.harmony import DEGREES, Chord, Mode, Quality
from barwise.music.mood import Mood

SET = "progressions"
FILE = "progressions.tsv"

MOODS = {
    "Joyful": Mood(0.9, 0.5, 0.05),
    "Triumphant": Mood(0.8, 0.7, 0.2),
    "Excited": Mood(0.7, 0.8, 0.3),
    "Playful": Mood(0.7, 0.4, 0.1),
    "Hopeful": Mood(0.6, 0.1, 0.2),
    "Romantic": Mood(0.6, -0.1, 0.2),
    "Empowered": Mood(0.6, 0.6, 0.3),
    "Peaceful": Mood(0.6, -0.7, 0.0),
    "Relaxed": Mood(0.6, -0.6, 0.0),
    "Tender": Mood(0.5, -0.4, 0.1),
    "Spiritual": Mood(0.4, -0.3, 0.2),
    "Surprised": Mood(0.2, 0.6, 0.5),
    "Nostalgic": Mood(0.1, -0.3, 0.3),
    "Rebellious": Mood(-0.1, 0.7, 0.6),
    "Dramatic": Mood(-0.2, 0.6, 0.7),
    "Mysterious": Mood(-0.2, -0.2, 0.7),
    "Lonely": Mood(-0.6, -0.5, 0.4),
    "Sad": Mood(-0.7, -0.5, 0.3),
    "Dark": Mood(-0.7, -0.1, 0.8),
    "Fearful": Mood(-0.7, 0.6, 0.9),
    "Anguished": Mood(-0.8, 0.5, 0.8),
}
"""The tags as moods, placed by hand as neighbors of the built-in score's moods; 'New' and 'Cadence' say no mood."""

_NUMERAL = re.compile(r"^(b?)([ivIV]+)(.*)$")
_NUMBERS = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_SCALES = {"maj": Mode.MAJOR, "min": Mode.MINOR}
_TRIADS = {(4, 7): Quality.MAJOR, (3, 7): Quality.MINOR, (3, 6): Quality.DIMINISHED}


@dataclass(frozen=True, slots=True)
class TaggedProgression:
    """Chords in order, and what they were said to feel like."""

    scale: str
    """'maj', 'min' or 'modal'."""
    chords: tuple[Chord, ...]
    moods: tuple[Mood, ...]
    """None where no tag says a mood."""


def read_progressions(corpus: Path) -> list[TaggedProgression]:
    """The progressions whose degrees can all be read; raises InputError when the file is missing."""
    path = corpus / SET / FILE
    if not path.is_file():
        raise InputError(f"{path} does not exist")
    with path.open(encoding="utf-8", newline="") as table:
        found = [_progression(row["mode"], row["degrees"], row["moods"]) for row in DictReader(table, delimiter="\t")]
    return [progression for progression in found if progression]


def _progression(scale: str, degrees: str, words: str) -> TaggedProgression | None:
    chords = [chord_of(degree, scale) for degree in degrees.split()]
    if None in chords:
        return None
    return TaggedProgression(
        scale,
        tuple(chord for chord in chords if chord),
        tuple(MOODS[word] for word in (words or "").split() if word in MOODS),
    )


def chord_of(degree: str, scale: str) -> Chord | None:
    """The chord of a degree such as 'bVIM': plain degrees of 'maj' and 'min' have the scale's own triads."""
    found = _NUMERAL.match(degree)
    if not found or found[2].lower() not in _NUMBERS:
        return None
    number = _NUMBERS.index(found[2].lower())
    mode = _SCALES.get(scale, Mode.MAJOR)
    root = (DEGREES[mode][number] - bool(found[1])) % 12
    return Chord(root, _quality(found[2], found[3], number, _SCALES.get(scale)))


def _quality(letters: str, suffix: str, number: int, mode: Mode | None) -> Quality:
    if suffix.startswith("dim"):
        return Quality.DIMINISHED
    if suffix.startswith("sus"):
        return Quality.SUSPENDED
    if suffix.startswith("M"):
        return Quality.MAJOR
    if suffix.startswith("m"):
        return Quality.MINOR
    if mode:
        degrees = DEGREES[mode]
        third, fifth = ((degrees[(number + step) % 7] - degrees[number]) % 12 for step in (2, 4))
        return _TRIADS[third, fifth]
    return Quality.MAJOR if letters.isupper() else Quality.MINOR
