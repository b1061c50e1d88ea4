"""A bar's beginning as bytes: what a session goes on from, with what it was made with.

From there the same music goes on, in another process or on another day. What a game keeps, and what
is refused, is said in saved_music.py.
"""

from dataclasses import dataclass

from barwise.errors import InputError
from barwise.music.reports import Checkpoint, Fault
from barwise.performing.bar_lines import SessionState
from barwise.plain import pack, unpack
from barwise.saved_music import CHECKPOINT, Origin, SavedMusic, unpack_saved

CHECKPOINT_BARS = 2
"""A checkpoint takes 4 to 7 ms, and each bar that lies after it 30 where music goes on from there."""

ANY_TEMPO_STEP = 1e6
"""As good as infinity, which a save cannot hold."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the music follows the game, and the seed it is drawn from: they go along with a save."""

    seed: int
    seek: float
    tempo_step: float
    """At most ANY_TEMPO_STEP."""


@dataclass(frozen=True)
class SavedBar:
    """Where a bar began."""

    origin: Origin
    pace: Pace
    state: SessionState


class Checkpoints:
    """The bars of one piece of music that are kept for whoever is to go on from there."""

    def __init__(self, origin: Origin, pace: Pace) -> None:
        self._origin, self._pace = origin, pace
        self._seen: SessionState | None = None

    def is_new(self, began: SessionState | None) -> bool:
        """Whether a bar has begun since `take`."""
        return began is not self._seen

    def take(self, began: SessionState | None, shift: int) -> Checkpoint | Fault | None:
        """What is to be told of the bar that began, if it is new and one that is kept; shift is frames less samples."""
        if began is None or not self.is_new(began):
            return None
        is_first, self._seen = self._seen is None, began
        if not is_first and began.begun.before.memory.bar % CHECKPOINT_BARS:
            return None
        try:
            return Checkpoint(began.sample + shift, began.sample, began.commands, self.pack(began))
        except InputError as error:
            return Fault(f"this bar cannot be saved ({error}); the one before can")

    def pack(self, began: SessionState) -> bytes:
        """A bar's beginning as a few kilobytes; raises InputError for what cannot be saved."""
        return pack(SavedBar(self._origin, self._pace, began), name=CHECKPOINT)


def unpack_music(data: bytes) -> tuple[SavedBar, SavedMusic]:
    """What `pack_music` was given; raises InputError for anything else, or for another version's."""
    music = unpack_saved(data)
    return unpack(SavedBar, music.checkpoint, name=CHECKPOINT), music
