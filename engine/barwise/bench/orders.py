"""What a simulated game is told to do, and what it answers: values that travel as JSON. Knows no game."""

from array import array
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Orders:
    """What the game is to do."""

    result: str
    """File for its answer."""
    recording: str = ""
    """File for the sound; empty for a game without music."""
    journal: str = ""
    """File for what took effect and when."""
    host: str = "auto"
    seed: int = 0
    stretches: tuple[tuple[bool, float], ...] = ()
    """Whether there is music, and for how many seconds; one of them, at most, with music."""
    probes_a_second: float = 1.0
    """Calls of set_intensity."""
    turns_a_second: float = 0.3
    """Calls that change what is composed: moods, states, stingers."""
    asks_a_second: float = 0.0
    """How often it asks for the notes to come, between frames."""
    states: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    stingers: tuple[str, ...] = ()


@dataclass
class Stretch:
    """What was taken of frames with music, or without."""

    has_music: bool
    # Bytes in a row: what the game notes is to be no part of the memory that music takes.
    work_ms: MutableSequence[float] = field(default_factory=lambda: array("d"))
    """Of each frame: its plain Python with the calls to the music, without what holds the lock."""
    waited_ms: MutableSequence[float] = field(default_factory=lambda: array("d"))
    """How much of each the game was ready to run and other programs had the processors; empty where none tells."""
    taken_ms: MutableSequence[float] = field(default_factory=lambda: array("d"))
    """Processor time in each that was not the game's: of its calls to the music, and of the process's other threads."""
    frames: int = 0
    seconds: float = 0.0
    others_seconds: float = 0.0
    """Processor time of the process's other threads."""
    calls_seconds: float = 0.0
    """Processor time of the game's own calls to the music."""


@dataclass(frozen=True)
class Announced:
    """A note that the game was told of before it sounded."""

    told_at: float
    heard_at: float
    """When it was said to be heard."""
    part: str
    """Its name, such as MELODY."""
    pitch: int


@dataclass
class Answer:
    """Everything that the game noted; times are time.monotonic() of this machine."""

    turns: int = 0
    """Of the loop that is a frame's work, here."""
    has_pygame: bool = False
    import_seconds: float = 0.0
    made_at: float = 0.0
    """Just before the player was made."""
    start_seconds: float = 0.0
    """How long making and starting it kept the game."""
    stretches: list[Stretch] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    """Each call that was made: verb, at (seconds), and whether a held lock followed at once."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """Each event that was told: its fields, and told_at."""
    announced: list[Announced] = field(default_factory=list)
    saved_bytes: list[int] = field(default_factory=list)
