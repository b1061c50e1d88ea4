"""Keeps what was read from slow files, so that a second run starts from arrays. No pickle."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from barwise_export.corpus.raw import RawPiece, Signature, Track

_VERSION = 1
"""Raised when a reader changes, so that what older readers kept is read again."""


def kept(read: Callable[[Path], RawPiece], path: Path, folder: Path | None) -> RawPiece:
    """What a reader makes of a file, from the folder when it was read before."""
    if folder is None:
        return read(path)
    place = folder / f"{_name(path)}.npz"
    if place.is_file():
        return load_raw(place)
    piece = read(path)
    folder.mkdir(parents=True, exist_ok=True)
    save_raw(piece, place)
    return piece


def _name(path: Path) -> str:
    return hashlib.sha256(path.read_bytes() + str(_VERSION).encode()).hexdigest()[:32]


def save_raw(piece: RawPiece, path: Path) -> None:
    """Write a piece; it appears under its name only when it is whole."""
    words = {
        "ticks_per_quarter": piece.ticks_per_quarter,
        "tracks": [[track.name, track.program, track.is_drum, track.volume] for track in piece.tracks],
        "signatures": [[s.tick, s.numerator, s.denominator] for s in piece.signatures],
        "tempos": piece.tempos,
        "bar_lines": piece.bar_lines,
    }
    arrays: dict[str, np.ndarray[Any, Any]] = {
        f"notes_{number}": track.notes for number, track in enumerate(piece.tracks)
    }
    arrays["words"] = np.array(json.dumps(words))
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    part.replace(path)


def load_raw(path: Path) -> RawPiece:
    """A piece that save_raw wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        words = json.loads(str(arrays["words"]))
        tracks = [
            Track(name, program, is_drum, arrays[f"notes_{number}"], volume)
            for number, (name, program, is_drum, volume) in enumerate(words["tracks"])
        ]
    return RawPiece(
        words["ticks_per_quarter"],
        tuple(tracks),
        tuple(Signature(*numbers) for numbers in words["signatures"]),
        tuple((tick, tempo) for tick, tempo in words["tempos"]),
        tuple(words["bar_lines"]),
    )
