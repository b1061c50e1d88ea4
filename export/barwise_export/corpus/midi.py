"""Reads Standard MIDI files with symusic. Knows nothing of bars, roles or keys."""

from pathlib import Path
from typing import Any

import numpy as np
import symusic

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

_VOLUME = 7


def read_midi(path: Path) -> RawPiece:
    """The music of a MIDI file; raises CorpusError with the reason when it cannot be used."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise CorpusError("file too large")
    try:
        score: Any = symusic.Score(str(path))
    except Exception as error:  # symusic raises bare RuntimeError and ValueError for broken files.
        raise CorpusError("not a readable MIDI file") from error
    if score.tpq < 1:
        raise CorpusError("no ticks per quarter")
    return check_bounds(
        RawPiece(
            ticks_per_quarter=score.tpq,
            tracks=tuple(_track(track) for track in score.tracks if len(track.notes)),
            signatures=tuple(Signature(s.time, s.numerator, s.denominator) for s in score.time_signatures),
            tempos=tuple((tempo.time, tempo.qpm) for tempo in score.tempos),
        )
    )


def _track(track: Any) -> Track:
    volumes = [control.value for control in track.controls if control.number == _VOLUME]
    return Track(
        name=track.name,
        program=track.program,
        is_drum=track.is_drum,
        notes=_notes(track),
        volume=max(volumes) / 127 if volumes else 100 / 127,
    )


def _notes(track: Any) -> Notes:
    columns = track.notes.numpy()
    names = ("time", "duration", "pitch", "velocity")
    return sorted_notes(np.stack([columns[name].astype(np.int64) for name in names], axis=1))
