"""Reads the McGill Billboard chord annotations: songs as sections of bars of chords above a tonic.

Knows the files' notation (Burgoyne, Wild and Fujinaga 2011, after Harte) and nothing of modes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from barwise.errors import InputError
from barwise.music.harmony import Chord, Quality

SET = "billboard"
PATTERN = "billboard-2.0-salami_chords/*/salami_chords.txt"

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"#": 1, "b": -1}

_QUALITIES = (
    ("hdim", Quality.DIMINISHED),
    ("dim", Quality.DIMINISHED),
    ("aug", Quality.AUGMENTED),
    ("sus", Quality.SUSPENDED),
    ("minmaj", Quality.MINOR),
    ("min7", Quality.MINOR_SEVENTH),
    ("min9", Quality.MINOR_SEVENTH),
    ("min11", Quality.MINOR_SEVENTH),
    ("min13", Quality.MINOR_SEVENTH),
    ("min", Quality.MINOR),
    ("maj7", Quality.MAJOR_SEVENTH),
    ("maj9", Quality.MAJOR_SEVENTH),
    ("maj13", Quality.MAJOR_SEVENTH),
    ("maj", Quality.MAJOR),
    ("5", Quality.POWER),
    ("1", Quality.POWER),
    ("7", Quality.DOMINANT),
    ("9", Quality.DOMINANT),
    ("11", Quality.DOMINANT),
    ("13", Quality.DOMINANT),
)
"""Beginnings of the annotators' shorthands, the longest first, and what they are to the composer."""

_CHORD = re.compile(r"^([A-G][#b]*):([^/]*)")
_SECTION = re.compile(r"^([A-Z]'*), ")
_REPEATED = re.compile(r"\|[^|]* x(\d+)")


@dataclass(frozen=True, slots=True)
class ChordBar:
    """The chords of a bar, each with the share of the bar at which it begins."""

    chords: tuple[tuple[float, Chord | None], ...]
    """None where no chord is heard; roots count from the tonic."""


@dataclass(frozen=True, slots=True)
class Section:
    """A verse, a chorus or the like, in one key."""

    bars: tuple[ChordBar, ...]


@dataclass(frozen=True, slots=True)
class Song:
    """One annotated song."""

    name: str
    sections: tuple[Section, ...]


def read_billboard(corpus: Path) -> list[Song]:
    """The songs of the set, each recording once; raises InputError when there are none."""
    files = sorted((corpus / SET).glob(PATTERN))
    if not files:
        raise InputError(f"{corpus / SET} has no chord annotations ({PATTERN})")
    songs: dict[tuple[str, ...], Song] = {}
    for file in files:
        text = file.read_text(encoding="utf-8")
        # A single that charted twice is there twice.
        title = tuple(line for line in text.splitlines() if line.startswith(("# title", "# artist")))
        songs.setdefault(title, read_song(text, file.parent.name))
    return list(songs.values())


def read_song(text: str, name: str = "") -> Song:
    """A song from the text of its annotation."""
    tonic = 0
    sections: list[Section] = []
    bars: list[ChordBar] = []
    for line in text.splitlines():
        if line.startswith("# tonic:"):
            sections, bars = _closed(sections, bars), []
            tonic = _pitch_class(line.split(":")[1].strip())
        elif not line.startswith("#") and "\t" in line:
            told = line.split("\t", 1)[1]
            if _SECTION.match(told):
                sections, bars = _closed(sections, bars), []
            bars += _bars(told, tonic)
    return Song(name, tuple(_closed(sections, bars)))


def _closed(sections: list[Section], bars: list[ChordBar]) -> list[Section]:
    return [*sections, Section(tuple(bars))] if bars else sections


def _bars(told: str, tonic: int) -> list[ChordBar]:
    """The bars of a line, as often as it is to be played."""
    cells = told.split("|")[1:-1]
    if not cells:
        return []
    repeated = _REPEATED.search(told)
    return [ChordBar(tuple(_chords(cell.split(), tonic))) for cell in cells] * (int(repeated[1]) if repeated else 1)


def _chords(words: list[str], tonic: int) -> Iterator[tuple[float, Chord | None]]:
    """The chords among the words of a bar; a dot says the one before again."""
    words = [word for word in words if not word.startswith("(")]
    before: str | None = None
    for place, word in enumerate(words):
        if word not in {".", before}:
            yield place / len(words), _chord(word, tonic)
        before = before if word == "." else word


def _chord(word: str, tonic: int) -> Chord | None:
    found = _CHORD.match(word)
    if not found:
        return None
    root = (_pitch_class(found[1]) - tonic) % 12
    quality = next((known for start, known in _QUALITIES if found[2].startswith(start)), None)
    return Chord(root, quality) if quality else None


def _pitch_class(name: str) -> int:
    return (_LETTERS[name[0]] + sum(_SIGNS[sign] for sign in name[1:])) % 12
