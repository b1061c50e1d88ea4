"""Reads compressed MusicXML scores with partitura. Written once, a repeat is read once; grace notes are left out."""

import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise_export.corpus.raw import (
    MAX_FILE_BYTES,
    CorpusError,
    Notes,
    RawPiece,
    Signature,
    Track,
    check_bounds,
    sorted_notes,
)
from barwise_export.quiet_partitura import load_partitura

TICKS_PER_QUARTER = 5040
"""Divides by 16, 9, 5 and 7, so that every usual tuplet falls on a tick."""

MAX_UNPACKED_BYTES = 64_000_000
_VELOCITY = 80
"""What stands in for the velocity that a score does not have."""


def read_musicxml(path: Path) -> RawPiece:
    """The music of an .mxl file, one track per staff; raises CorpusError when it cannot be used."""
    _check_archive(path)
    library = load_partitura()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parts = library.load_musicxml(str(path)).parts
    except Exception as error:  # partitura lets whatever its parser meets pass through.
        raise CorpusError("not a readable MusicXML file") from error
    if not parts:
        raise CorpusError("no parts")
    return check_bounds(_piece(library.score, parts))


def _check_archive(path: Path) -> None:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise CorpusError("file too large")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise CorpusError("not a readable MusicXML file") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise CorpusError("file too large")


def _piece(score: Any, parts: list[Any]) -> RawPiece:
    first = parts[0]
    clock = _Clock(first)
    return RawPiece(
        ticks_per_quarter=TICKS_PER_QUARTER,
        tracks=tuple(track for part in parts for track in _staves(score, part)),
        signatures=tuple(
            Signature(clock.tick(found), int(found.beats), int(found.beat_type))
            for found in first.iter_all(score.TimeSignature)
        ),
        tempos=tuple((clock.tick(found), float(found.bpm)) for found in first.iter_all(score.Tempo) if found.bpm),
        bar_lines=tuple(clock.tick(found) for found in first.iter_all(score.Measure)),
    )


class _Clock:
    """A part's own divisions to ticks; partitura builds its map anew at every look, so it is kept here."""

    def __init__(self, part: Any) -> None:
        self._quarters = part.quarter_map

    def ticks(self, times: list[int]) -> NDArray[np.int64]:
        """Ticks of some times in the part's divisions."""
        quarters = np.atleast_1d(self._quarters(np.array(times, dtype=float)))
        return np.round(quarters * TICKS_PER_QUARTER).astype(np.int64)

    def tick(self, found: Any) -> int:
        """The tick at which an element starts."""
        return int(self.ticks([found.start.t])[0])


def _staves(score: Any, part: Any) -> list[Track]:
    """The notes of each staff of a part, ties joined."""
    found = [note for note in part.notes_tied if not isinstance(note, score.GraceNote) and note.duration_tied]
    clock = _Clock(part)
    starts = clock.ticks([note.start.t for note in found])
    ends = clock.ticks([note.start.t + note.duration_tied for note in found])
    pitches = [note.midi_pitch for note in found]
    columns = np.stack([starts, ends - starts, pitches, np.full(len(found), _VELOCITY)], axis=1).astype(np.int64)
    staves = np.array([note.staff or 1 for note in found])
    name = " ".join(str(part.part_name or part.id).split())
    return [Track(name, 0, False, _sounding(columns[staves == staff])) for staff in sorted(set(staves.tolist()))]


def _sounding(notes: Notes) -> Notes:
    return sorted_notes(notes[notes[:, 1] > 0])
