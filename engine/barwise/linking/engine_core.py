"""The engine's own core, for whoever hosts one: it is loaded where it is made, and nowhere else."""

from barwise.core import Core
from barwise.linking.playable import Parts, Playable
from barwise.parts import Parts as CheckedParts


def make_core(parts: Parts, saved: bytes | None) -> Playable:
    """A core of parts by name; raises InputError for a file, or for saved music, that is wrong."""
    return Core(CheckedParts(**parts), saved)
