"""What the two ends of a process link say to each other, and how what a game says becomes frames. Knows no pipe.

A frame to the child is JSON of the plain data of one message, bytes in it in base 64. What comes from there is for
news.py: it is read in a game's frame.
"""

import base64
import json
from dataclasses import dataclass, replace

from barwise.commands import Command, JournalEntry
from barwise.errors import InputError
from barwise.linking.folded_bars import FoldedBar
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, Told
from barwise.plain import from_plain, to_plain
from barwise.plain_bytes import Plain

Report = Told | BarReport | IntensityReport | Checkpoint | Fault | JournalEntry
"""Everything that a core tells of itself."""

News = Report | FoldedBar
"""The same as it comes from a process."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the music is at a moment: it goes on from there at the sample rate."""

    at: float
    """In seconds of time.monotonic."""
    frame: float
    """The output frame that is heard."""
    sample: float
    """Samples of music up to what is heard."""
    is_moving: bool = True
    """False while the music is paused: frames go on, samples do not."""

    def frame_at(self, at: float, sample_rate: int) -> float:
        """The output frame that is heard at a moment."""
        return self.frame + (at - self.at) * sample_rate

    def sample_at(self, at: float, sample_rate: int) -> float:
        """Samples of music up to what is heard at a moment."""
        return self.sample + (at - self.at) * sample_rate * self.is_moving

    def moved_to(self, at: float, sample_rate: int) -> "Position":
        """The same, told of another moment."""
        return replace(self, at=at, frame=self.frame_at(at, sample_rate), sample=self.sample_at(at, sample_rate))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the music begins: anew, or from a checkpoint with what was said since."""

    checkpoint: bytes | None = None
    """None for the beginning of the music."""
    journal: tuple[JournalEntry, ...] = ()
    """Commands that took effect since."""
    position: Position | None = None
    """Where to go on, and from which output frame to count; None for the beginning."""
    said: tuple[Command, ...] = ()
    """What holds of the sound, and calls that had not taken effect."""


@dataclass(frozen=True, slots=True)
class Call:
    """To the child: what the game says."""

    called_at: float
    """In seconds of time.monotonic."""
    command: Command


@dataclass(frozen=True, slots=True)
class Begin:
    """To the child, first of all: what to play, where and how."""

    parts: str
    """JSON of the parts, by name."""
    output: str | None
    sample_rate: int
    queue_seconds: float
    block_frames: int
    maker: str
    origin: Origin
    calls: tuple[Call, ...] = ()
    """What holds from the first sample on."""


@dataclass(frozen=True, slots=True)
class Beat:
    """From the child, when there is news and a few times a second in any case: it lives."""

    position: Position | None = None
    """None before the first sound."""
    is_aloud: bool = False
    underruns: int = 0
    process: int = 0
    """Its number in the system."""
    reports: tuple[News, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """From the child, last of all: it cannot play, and a new one could not either."""

    text: str


ToChild = Begin | Call
FromChild = Beat | Failed


def encode_call(message: ToChild) -> bytes:
    """A message to the child as a frame; raises InputError for what cannot travel."""
    return ENCODER.encode(to_plain(message, ToChild)).encode()


def decode_call(frame: bytes) -> ToChild:
    """The message of a frame to the child; raises InputError for bytes that are none."""
    try:
        plain: Plain = _DECODER.decode(frame.decode())
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputError(f"a frame is not JSON: {error}") from None
    message: ToChild = from_plain(ToChild, plain)
    return message


def _text_of_bytes(data: object) -> dict[str, str]:
    """What stands in JSON for bytes; raises InputError for all else that JSON does not know."""
    if not isinstance(data, bytes):
        raise InputError(f"{type(data).__name__} cannot travel")
    return {"b": base64.b64encode(data).decode()}


def bytes_of_text(entry: dict[str, str]) -> bytes:
    """The bytes for which it stands; raises KeyError, TypeError or ValueError for all else."""
    return base64.b64decode(entry["b"])


ENCODER = json.JSONEncoder(default=_text_of_bytes, separators=(",", ":"))
"""Of what travels."""

_DECODER = json.JSONDecoder(object_hook=bytes_of_text)
