"""How much of a bar stands note for note in the music that the composer learned from.

Melody, counter, chords and bass are read as lines: the notes of one part in order of onset and pitch,
each as its interval and its time from the note before it, so that key, tempo, loudness and note
lengths do not matter. Drums are left out: a drummer's patterns are nobody's. The shipped index knows
every stretch of GRAM notes in the training music, as a Bloom filter: it never misses one and takes
about one strange stretch in twenty-five for a known one. Knows no files of music and no network.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise.errors import ModelError
from barwise.models import FOLDER
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import PITCHED_PARTS, Bar, Part

GRAM = 8
"""Notes of the shortest stretch that is looked for: with fewer, most of any music stands in any other."""

LONGEST_GAP = 8 * TICKS_PER_QUARTER
"""Ticks between two onsets beyond which all silences count as equal."""

INDEX_VERSION = 1
"""Of the way in which notes become bits: another version cannot be asked."""

LARGEST_INDEX_BYTES = 1_500_000

_INTERVALS = 256
_BITS_A_GRAM = 7
_PLACES = 5
"""Bits set by each stretch: the best number for seven bits a stretch; one strange stretch in 29 finds them all set."""

_LONGEST_HEAD = 4096

Symbols = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One part of a piece, note after note."""

    part: Part
    symbols: Symbols
    """What leads from each note to the next: [notes - 1]."""
    bars: NDArray[np.int64]
    """The bar in which each note begins: [notes]."""


@dataclass(frozen=True, slots=True)
class BarProvenance:
    """What is known of where the notes of one bar stood before."""

    bar: int
    """Number of the bar, from 0."""
    longest_run: int
    """Notes of the longest run that begins, passes or ends in this bar and that training music may
    hold; 0 when it is shorter than GRAM."""
    part: Part | None
    """The part that has it."""


def lines_of(bars: Sequence[Bar]) -> list[Line]:
    """The pitched parts of a piece as lines; parts of one note and none are left out."""
    starts = list(accumulate((bar.metre.bar_ticks for bar in bars), initial=0))
    lines = []
    for part in PITCHED_PARTS:
        notes = [
            (start + note.position, note.pitch, number)
            for number, (start, bar) in enumerate(zip(starts, bars, strict=False))
            for note in bar.of(part)
        ]
        if len(notes) > 1:
            onsets, pitches, numbers = np.array(sorted(notes), dtype=np.int64).T
            lines.append(Line(part, symbols_of(onsets, pitches), numbers))
    return lines


def symbols_of(onsets: NDArray[np.int64], pitches: NDArray[np.int64]) -> Symbols:
    """Interval and time between neighbors of one line, as one number each: [notes - 1].

    Onsets are ticks since the piece began; the notes are sorted by onset, then pitch.
    """
    gaps = np.minimum(np.diff(onsets), LONGEST_GAP)
    return np.asarray(gaps * _INTERVALS + np.diff(pitches) + _INTERVALS // 2)


def gram_hashes(symbols: Symbols) -> Hashes:
    """A number for each stretch of GRAM notes, the same on every machine: [notes - GRAM + 1]."""
    count = max(len(symbols) - GRAM + 2, 0)
    hashes = np.zeros(count, np.uint64)
    for place in range(GRAM - 1):
        hashes = _mixed(hashes + symbols[place : place + count].astype(np.uint64))
    return hashes


def _mixed(numbers: Hashes) -> Hashes:
    """Every bit spread over all bits: one step of SplitMix64 (Steele, Lea and Flood, 2014)."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(numbers ^ (numbers >> np.uint64(31)))


@dataclass(frozen=True, slots=True, eq=False)
class TrainingIndex:
    """Which stretches of GRAM notes the training music holds."""

    bits: NDArray[np.uint8]
    """Eight places of the filter in each: [bytes]."""
    grams: int
    """Different stretches that it was made of."""
    pieces: int
    """Pieces that they came from."""

    @staticmethod
    def of(grams: Hashes, pieces: int) -> "TrainingIndex":
        """An index of the stretches with these numbers."""
        different = np.unique(grams)
        size = min(len(different) * _BITS_A_GRAM // 8 + 1, LARGEST_INDEX_BYTES - _LONGEST_HEAD)
        is_set = np.zeros(size * 8, np.bool_)
        for places in _places(different, size * 8):
            is_set[places] = True
        return TrainingIndex(np.packbits(is_set), len(different), pieces)

    def has(self, grams: Hashes) -> NDArray[np.bool_]:
        """Whether the training music may hold each stretch; False is certain: [grams]."""
        found = np.ones(len(grams), np.bool_)
        for places in _places(grams, len(self.bits) * 8):
            found &= (self.bits[places >> 3] >> (7 - (places & 7)).astype(np.uint8)) & 1 == 1
        return found

    @property
    def false_positive_rate(self) -> float:
        """Chance that a stretch which the training music does not hold is taken for one that it does."""
        return float((np.unpackbits(self.bits).mean()) ** _PLACES)

    def save(self, path: Path) -> None:
        """Write the index as a file that `load` reads."""
        facts = {
            "version": INDEX_VERSION,
            "grams": self.grams,
            "pieces": self.pieces,
            "sha256": hashlib.sha256(self.bits.tobytes()).hexdigest(),
        }
        head = json.dumps(facts, sort_keys=True).encode() + b"\n"
        path.write_bytes(head + self.bits.tobytes())

    @staticmethod
    def load(path: Path | None = None) -> "TrainingIndex":
        """The shipped index, or that of a file; raises ModelError when it is missing or not whole."""
        path = path or index_path()
        if not path.is_file():
            raise ModelError(f"provenance index {path} does not exist; reinstall barwise")
        if path.stat().st_size > LARGEST_INDEX_BYTES:
            raise ModelError(
                f"provenance index {path} is larger than {LARGEST_INDEX_BYTES} bytes; it is not one of ours"
            )
        head, _, body = path.read_bytes().partition(b"\n")
        facts = _facts(head)
        if not body or facts.get("version") != INDEX_VERSION or facts.get("sha256") != hashlib.sha256(body).hexdigest():
            raise ModelError(f"provenance index {path} is damaged or of another version; reinstall barwise")
        return TrainingIndex(np.frombuffer(body, np.uint8), int(facts["grams"]), int(facts["pieces"]))


def index_path() -> Path:
    """Where the shipped index lies."""
    return FOLDER / "provenance.bin"


def trace(bars: Sequence[Bar], index: TrainingIndex) -> tuple[BarProvenance, ...]:
    """For each bar of a piece, the longest run of notes that the training music may hold.

    A run is as long as stretches of GRAM notes follow each other unbroken, so the true one is never
    longer; it may be shorter, where the stretches come from different places.
    """
    longest: list[tuple[int, Part | None]] = [(0, None)] * len(bars)
    for line in lines_of(bars):
        for first, last in _runs(index.has(gram_hashes(line.symbols))):
            notes = last - first + GRAM
            for bar in set(line.bars[first : first + notes].tolist()):
                longest[bar] = max(longest[bar], (notes, line.part), key=lambda found: found[0])
    return tuple(BarProvenance(number, *found) for number, found in enumerate(longest))


def _runs(hits: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last place of each unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], hits, [False]]).astype(np.int8)))
    yield from ((first, last - 1) for first, last in edges.reshape(-1, 2).tolist())


def _places(grams: Hashes, bits: int) -> Iterable[NDArray[np.int64]]:
    """The places of a filter that stand for each stretch: one array for each of _PLACES."""
    steps = _mixed(grams) | np.uint64(1)
    for number in range(_PLACES):
        yield ((grams + np.uint64(number) * steps) % np.uint64(bits)).astype(np.int64)


def _facts(head: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(head)
    except ValueError:  # neither text nor JSON
        return {}
    return facts if isinstance(facts, dict) else {}
