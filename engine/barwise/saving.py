"""A bar's beginning as bytes: what a session goes on from, with what it was made with.

From there the same music goes on, in another process or on another day. What a game keeps, and what
is refused, is said in saved_music.py.
"""

from dataclasses import dataclass

from barwise.performing.bar_lines import SessionState
from barwise.plain import pack, unpack
from barwise.saved_music import CHECKPOINT, Origin, SavedMusic, unpack_saved


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


def pack_bar(saved: SavedBar) -> bytes:
    """A bar's beginning as a few kilobytes."""
    return pack(saved, name=CHECKPOINT)


def unpack_music(data: bytes) -> tuple[SavedBar, SavedMusic]:
    """What `pack_music` was given; raises InputError for anything else, or for another version's."""
    music = unpack_saved(data)
    return unpack(SavedBar, music.checkpoint, name=CHECKPOINT), music
