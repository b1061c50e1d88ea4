"""What the two ends of a process link say to each other, and how it becomes frames. Knows no pipe.

A frame is JSON of the plain data of one message. Notes of bars travel as text within it, which a
game that does not ask for them never takes apart: that would cost it a share of a frame a bar.
"""

import base64
import json
from dataclasses import dataclass, replace
from functools import lru_cache

from barwise.commands import Command, JournalEntry
from barwise.errors import InputError
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, NoteReport, Told
from barwise.plain import from_plain, to_plain

Report = Told | BarReport | IntensityReport | Checkpoint | Fault | JournalEntry
"""Everything that a core tells of itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the music is at a moment: what lets a new host go on where an old one was."""

    frame: float
    at: float
    """In seconds of time.monotonic."""

    def frame_at(self, at: float, sample_rate: int) -> float:
        """The frame at another moment."""
        return self.frame + (at - self.at) * sample_rate


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the music begins: anew, or from a checkpoint with what was said since."""

    saved: bytes | None = None
    """None for the beginning of the music."""
    frame: int = 0
    """The output frame of the checkpoint."""
    sample: int = 0
    """Samples of music before the checkpoint."""
    journal: tuple[JournalEntry, ...] = ()
    """Commands that took effect since."""
    until: int | None = None
    """Samples of music at which to go on; None for where the place is by then, or the end of the journal."""
    place: Place | None = None
    """What the output frames are to be counted on from; None for the checkpoint's."""


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


@dataclass(frozen=True, slots=True)
class Call:
    """To the child: what the game says."""

    called_at: float
    """In seconds of time.monotonic."""
    command: Command


@dataclass(frozen=True, slots=True)
class Beat:
    """From the child, when there is news and a few times a second in any case: it lives."""

    at: float
    """The moment of what follows, in seconds of time.monotonic."""
    heard_frame: float
    is_aloud: bool
    underruns: int
    reports: tuple[Report, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    """Numbers of the bars among the reports, and their notes as text."""


@dataclass(frozen=True, slots=True)
class Failed:
    """From the child, last of all: it cannot play, and a new one could not either."""

    text: str


ToChild = Begin | Call
FromChild = Beat | Failed
Notes = tuple[NoteReport, ...]


def encode(message: ToChild | FromChild, kind: object) -> bytes:
    """A message of ToChild or FromChild as a frame; raises InputError for what cannot travel."""
    return json.dumps(to_plain(message, kind), default=_text_of_bytes, separators=(",", ":")).encode()


def decode(frame: bytes, kind: object) -> ToChild | FromChild:
    """The message of a frame; raises InputError for bytes that are none."""
    try:
        plain = json.loads(frame, object_hook=_bytes_of_text)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputError(f"a frame is not JSON: {error}") from None
    message: ToChild | FromChild = from_plain(kind, plain)
    return message


def beat_of(at: float, heard_frame: float, is_aloud: bool, underruns: int, reports: list[Report]) -> Beat:
    """A beat whose bars have their notes as text."""
    bars = [report for report in reports if isinstance(report, BarReport)]
    return Beat(
        at,
        heard_frame,
        is_aloud,
        underruns,
        tuple(replace(report, notes=()) if isinstance(report, BarReport) else report for report in reports),
        tuple((bar.status.bar, json.dumps(to_plain(bar.notes, Notes))) for bar in bars),
    )


@lru_cache(maxsize=8)
def notes_of(text: str) -> Notes:
    """The notes of a bar's text."""
    notes: Notes = from_plain(Notes, json.loads(text))
    return notes


def _text_of_bytes(data: object) -> dict[str, str]:
    if not isinstance(data, bytes):
        raise InputError(f"{type(data).__name__} cannot travel")
    return {"b": base64.b85encode(data).decode()}


def _bytes_of_text(entry: dict[str, str]) -> bytes:
    return base64.b85decode(entry["b"])
