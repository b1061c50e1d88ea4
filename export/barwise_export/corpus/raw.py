"""Music as read from a file, before any decision about it: tracks, signatures and tempos in file ticks."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Notes = NDArray[np.int64]
"""[notes, 4] with the columns START, DURATION, PITCH and VELOCITY, sorted by start and pitch."""

START, DURATION, PITCH, VELOCITY = range(4)

MAX_FILE_BYTES = 4_000_000
MAX_NOTES = 200_000
MAX_QUARTERS = 20_000
"""Bounds of what is read: the largest file of the corpus has a fifth of each."""


class CorpusError(ValueError):
    """A file of the corpus cannot be used; the message is the reason that the report counts."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A time signature from a file tick on, as written: it may be nonsense."""

    tick: int
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Track:
    """The notes of one instrument."""

    name: str
    program: int
    """General MIDI program, 0 to 127."""
    is_drum: bool
    notes: Notes
    volume: float = 1.0
    """Channel volume, 0 to 1; it weighs how salient the track is and leaves velocities alone."""


@dataclass(frozen=True, slots=True)
class RawPiece:
    """One file: times are in its own ticks."""

    ticks_per_quarter: int
    tracks: tuple[Track, ...]
    signatures: tuple[Signature, ...] = ()
    tempos: tuple[tuple[int, float], ...] = ()
    """(tick, quarters a minute), sorted."""
    bar_lines: tuple[int, ...] = field(default=())
    """Ticks at which bars start, where the file says so; else they follow from the signatures."""

    @property
    def note_count(self) -> int:
        """Notes of all tracks."""
        return sum(len(track.notes) for track in self.tracks)


def sorted_notes(columns: NDArray[np.int64]) -> Notes:
    """The notes in order of start, then pitch."""
    return columns[np.lexsort((columns[:, PITCH], columns[:, START]))]


def check_bounds(piece: RawPiece) -> RawPiece:
    """The piece itself; raises CorpusError when it is empty or absurdly large."""
    if not piece.note_count:
        raise CorpusError("no notes")
    if piece.note_count > MAX_NOTES:
        raise CorpusError("too many notes")
    last = max(int(track.notes[:, :2].sum(axis=1).max()) for track in piece.tracks if len(track.notes))
    if last > MAX_QUARTERS * piece.ticks_per_quarter:
        raise CorpusError("too long")
    return piece
