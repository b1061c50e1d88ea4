"""What a host needs of an engine core: the seam between hosting and music."""

import importlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:  # whoever makes a core loads what it takes
    from barwise.commands import Journaled
    from barwise.linking.messages import Report
    from barwise.playing.outputs import Block


class Playable(Protocol):
    """The music behind a host."""

    heard_now: Callable[[], float]
    """Set by the host: the output frame that is heard now, as the core counts."""

    @property
    def has_sound(self) -> bool:
        """Whether what it renders can be heard."""

    @property
    def frames(self) -> int:
        """Output frames rendered so far; they go on while the music is paused."""

    @property
    def sample(self) -> int:
        """Samples of music so far; they stand still while it is paused."""

    @property
    def wants_work(self) -> bool:
        """Whether `work` has something to do."""

    def call(self, command: "Journaled", called_at: float | None = None) -> None:
        """Do what a game says, at the start of the next block; any thread may."""

    def get_ready(self) -> None:
        """Do what must be there before the first sound."""

    def render(self, frames: int) -> "Block":
        """The next frames of sound."""

    def advance(self, frames: int) -> None:
        """The same without making sound."""

    def frames_left_in_bar(self) -> int:
        """Frames from here to the end of the bar; one that is due begins."""

    def work(self) -> bool:
        """Prepare one thing, such as a bar to come; False when there is nothing to prepare."""

    def run_long_work_within(self, context: Callable[[], AbstractContextManager[None]]) -> None:
        """Have what takes long, and holds no lock of Python's, run within a context."""

    def reports(self) -> "list[Report]":
        """What happened since the last call, in order."""

    def close(self) -> None:
        """Free what it holds."""


Parts = Mapping[str, Any]
"""What a piece of music is made of, by the names of `barwise.parts.Parts`."""

Maker = Callable[[Parts, bytes | None], Playable]
"""Makes a core of parts, from its beginning or from saved music."""


def maker_named(name: str) -> Maker:
    """The maker at 'module:name'."""
    module, _, function = name.partition(":")
    return cast("Maker", getattr(importlib.import_module(module), function))


def loaded_maker(name: str, parts: Parts) -> Maker:
    """The same, with what it needs for these parts in memory, as far as its module's `loaded` loads that.

    A maker that has loaded something makes one core with it: copies of a process each have their own.
    """
    maker = maker_named(name)
    loaded = getattr(importlib.import_module(name.partition(":")[0]), "loaded", None)
    return cast("Maker", loaded(parts)) if loaded else maker
