"""A saved piece of music: a bar's beginning, what was said since, and how far it had been heard.

From there the same music goes on, in another process or on another day. A save says what it was made with
and is refused, by name, by anything else.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from barwise.commands import JournalEntry
from barwise.errors import InputError
from barwise.plain import pack, unpack
from barwise.score.schema import Score
from barwise.session import SessionState

CHECKPOINT, SAVED_MUSIC = "checkpoint", "saved music"


@dataclass(frozen=True, slots=True)
class Origin:
    """What music was made with: with anything else it would go on as other music."""

    version: str
    """Of Barwise."""
    model: str
    """Hash of the composer's file; 'rules' where there is none."""
    score: str
    """Name and hash of the score."""
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How the music follows the game, and the seed it is drawn from: they go along with a save."""

    seed: int
    seek: float
    tempo_step: float


@dataclass(frozen=True)
class SavedBar:
    """Where a bar began."""

    origin: Origin
    pace: Pace
    state: SessionState


@dataclass(frozen=True, slots=True)
class SavedMusic:
    """A piece of music at any moment."""

    checkpoint: bytes
    """A packed SavedBar."""
    journal: tuple[JournalEntry, ...]
    """Commands since then, with the samples before which they took effect."""
    sample: int
    """Samples of music up to the moment."""


def origin_of(score: Score, model: Path | None, sample_rate: int) -> Origin:
    """What music of a score and a composer's file (None: by rules) is made with."""
    composer = "rules" if model is None else hashlib.sha256(model.read_bytes()).hexdigest()[:16]
    named = f"{score.name} {hashlib.sha256(repr(score).encode()).hexdigest()[:16]}"
    return Origin(_version(), composer, named, sample_rate)


def pack_bar(saved: SavedBar) -> bytes:
    """A bar's beginning as a few kilobytes."""
    return pack(saved, name=CHECKPOINT)


def pack_music(checkpoint: bytes, journal: Iterable[JournalEntry], sample: int) -> bytes:
    """What a game saves: a checkpoint, what was said since, and how far the music had come."""
    return pack(SavedMusic(checkpoint, tuple(journal), sample), name=SAVED_MUSIC)


def unpack_music(data: bytes) -> tuple[SavedBar, SavedMusic]:
    """What `pack_music` was given; raises InputError for anything else, or for another version's."""
    music = unpack(SavedMusic, data, name=SAVED_MUSIC)
    return unpack(SavedBar, music.checkpoint, name=CHECKPOINT), music


def check_origin(saved: Origin, here: Origin) -> None:
    """Raise InputError, naming what differs, unless both are the same."""
    names = {"version": "version of Barwise", "model": "model", "score": "score", "sample_rate": "sample rate"}
    for field, name in names.items():
        theirs, ours = getattr(saved, field), getattr(here, field)
        if theirs != ours:
            raise InputError(f"the saved music was made with another {name} ({theirs}, here {ours}); it cannot go on")


def _version() -> str:
    try:
        return metadata.version("barwise")
    except metadata.PackageNotFoundError:
        return "unknown"
