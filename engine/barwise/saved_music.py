"""What a game keeps of its music: a bar's beginning, what was said since, and how far it had been heard.

A save says what it was made with and is refused, by name, by anything else. What is in a bar's
beginning is the business of saving.py: without it this loads fast, and a game saves within a frame.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from barwise.commands import Command, JournalEntry
from barwise.errors import InputError
from barwise.music.mood import Mood
from barwise.plain import from_plain, pack, unpack
from barwise.plain_bytes import layout_in, unpack_plain
from barwise.score.schema import Score
from barwise.version import VERSION

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
class Asked:
    """What the game had asked for last: what it says next may give only some of it."""

    mood: Mood
    attributes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SavedMusic:
    """A piece of music at any moment."""

    checkpoint: bytes
    """A packed SavedBar."""
    journal: tuple[JournalEntry, ...]
    """Commands since then, with the samples before which they took effect."""
    sample: int
    """Samples of music up to the moment."""
    asked: Asked | None = None
    """None where nobody is to go on asking."""
    said: tuple[Command, ...] = ()
    """What holds of the sound, as a pause does, and calls that had not taken effect."""


def origin_of(score: Score, model: Path | None, sample_rate: int) -> Origin:
    """What music of a score and a composer's file (None: by rules) is made with."""
    composer = "rules" if model is None else hashlib.sha256(model.read_bytes()).hexdigest()[:16]
    named = f"{score.name} {hashlib.sha256(repr(score).encode()).hexdigest()[:16]}"
    return Origin(VERSION, composer, named, sample_rate)


def pack_music(
    checkpoint: bytes,
    journal: Iterable[JournalEntry],
    sample: int,
    asked: Asked | None = None,
    said: Iterable[Command] = (),
) -> bytes:
    """What a game saves; see SavedMusic."""
    return pack(SavedMusic(checkpoint, tuple(journal), sample, asked, tuple(said)), name=SAVED_MUSIC)


def unpack_saved(data: bytes) -> SavedMusic:
    """What `pack_music` was given, its checkpoint still packed; raises InputError for anything else."""
    return unpack(SavedMusic, data, name=SAVED_MUSIC)


def origin_in(checkpoint: bytes) -> Origin:
    """What a checkpoint was made with; raises InputError for other bytes."""
    plain = unpack_plain(checkpoint, CHECKPOINT, layout_in(checkpoint))
    if not isinstance(plain, list) or not plain:
        raise InputError(f"this {CHECKPOINT} is damaged: it is empty")
    return from_plain(Origin, plain[0])


def check_origin(saved: Origin, here: Origin) -> None:
    """Raise InputError, naming what differs, unless both are the same."""
    names = {"version": "version of Barwise", "model": "model", "score": "score", "sample_rate": "sample rate"}
    for field, name in names.items():
        theirs, ours = getattr(saved, field), getattr(here, field)
        if theirs != ours:
            raise InputError(f"the saved music was made with another {name} ({theirs}, here {ours}); it cannot go on")
