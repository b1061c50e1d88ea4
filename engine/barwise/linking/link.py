"""What a player knows of where its music is made: the verbs of a link, and what it tells. Knows no process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from barwise.commands import Command
from barwise.linking.messages import News, Origin

ENDING = ".wav"
"""Of a recording."""


@dataclass(frozen=True)
class Plan:
    """What is to be played."""

    parts: Mapping[str, Any]
    """By the names of `barwise.building.Parts`: plain data."""
    output: str | None
    """None for the sound device, 'null', or a .wav file."""
    sample_rate: int

    def output_of(self, number: int) -> str | None:
        """For the process of a number, from 1: none writes over the recording of another."""
        if number == 1 or self.output is None or not self.output.endswith(ENDING):
            return self.output
        return f"{self.output.removesuffix(ENDING)}-{number}{ENDING}"


class Listener(Protocol):
    """Hears what a link has to tell; any thread may tell it."""

    def add(self, reports: Iterable[News]) -> None:
        """More happened."""

    def rewind(self, frame: float) -> None:
        """What is told next may lie before what was told last: what was not heard by this frame counts no more."""


class Link(Protocol):
    """Music that is made somewhere. No verb waits for it, and none raises."""

    @property
    def host(self) -> str:
        """Where the music is made: 'process' or 'thread'."""

    @property
    def is_running(self) -> bool:
        """Whether the music was started and not stopped."""

    @property
    def is_aloud(self) -> bool:
        """Whether a device takes it."""

    @property
    def underruns(self) -> int:
        """How often the device ran out of sound."""

    def start(self) -> None:
        """Begin, or go on where `stop` has ended; harmless while running."""

    def stop(self) -> None:
        """End the music at once; harmless when it is not running."""

    def send(self, command: Command) -> None:
        """Say something; before `start` it is kept until then."""

    def poll(self) -> None:
        """Hear what was told, as much as a frame of a game can bear: for a game that asks with every frame."""

    def hear_at_once(self) -> None:
        """From now on hear in a thread what is told, as soon as it is: for events that are posted."""

    def origin(self, at: float) -> Origin:
        """What another link needs to go on from what is heard at a moment of time.monotonic, as it was said to be."""

    def restore(self, origin: Origin) -> None:
        """Go on from elsewhere, now or at `start`."""

    def heard_frame(self, at: float) -> float:
        """The output frame that is heard at a moment of time.monotonic; below 0 before the first."""
