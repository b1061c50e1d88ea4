"""What a game can say, as values: checked by controls, carried to where the music is made, kept in journals.

They know no session: what each does is told here and done in performing.obeying and core.py. A journal has more
than games say: where the music was made too late to follow it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from barwise.music.mood import Mood
from barwise.music.theme import Theme


@dataclass(frozen=True, slots=True)
class SetMood:
    """Want a mood, at once or approached evenly over some bars or seconds, whichever is longer."""

    mood: Mood
    bars: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SetIntensity:
    """How much sounds, 0 to 1, at once or approached evenly over some seconds."""

    intensity: float
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SetTempo:
    """Want a tempo in quarter notes a minute; None leaves it to the score."""

    tempo: float | None


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """Ask figures of every bar, by name, in place of what the mood asks."""

    attributes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Enter:
    """Go to a state of the score; what is None is as the score's transition says."""

    state: str
    at: str | None = None
    """'now', 'beat', 'bar', 'phrase' or 'exit'."""
    fill: bool | None = None
    """Whether the drums lead over."""
    bridge: int | None = None
    """Bars that are composed between the states."""
    fade: float | None = None
    """Beats over which the old instruments fade."""


@dataclass(frozen=True, slots=True)
class CallTheme:
    """Have a theme stated and developed from a bar on, or from the next that is not settled."""

    theme: Theme
    bar: int = 0
    waits_for_phrase: bool = False


@dataclass(frozen=True, slots=True)
class PlayStinger:
    """A short figure over the music."""

    name: str
    at: str | None = None
    """'now', 'sixteenth', 'beat' or 'bar'; None as the score says."""
    strength: float = 1.0
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Arrive:
    """Enter a state on a cadence, so many seconds after this takes effect."""

    state: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelArrival:
    """Stay where the music is: what was to be arrived at is not."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop the clock of the music where it is."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on from where the music was paused."""


@dataclass(frozen=True, slots=True)
class SetVolume:
    """The level of all that sounds, 0 to 1, approached over some seconds."""

    volume: float
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Duck:
    """Lower the music by some decibels under speech, until it is ducked by 0 again."""

    decibels: float
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Skip:
    """Move the music on by some seconds without sound."""

    seconds: float


Command = (
    SetMood
    | SetIntensity
    | SetTempo
    | SetAttributes
    | Enter
    | CallTheme
    | PlayStinger
    | Arrive
    | CancelArrival
    | Pause
    | Resume
    | SetVolume
    | Duck
    | Skip
)
"""Everything that a game can say."""


@dataclass(frozen=True, slots=True)
class LateBar:
    """A bar began otherwise than it was wanted by then, because that was not composed yet, or its composer failed."""

    bar: int
    """Its number."""
    maker: str
    """The composer that wrote it, by the names of performing.bar_maker."""
    wish: bytes
    """What was wanted of it when it was composed: a packed directing.director.Wish."""


@dataclass(frozen=True, slots=True)
class LateRest:
    """The rest of a bar stayed as it was, as what was wanted of it was not composed yet; or its composer failed."""

    bar: int
    """Its number."""
    tick: int
    """From which it was to be another."""
    maker: str = ""
    """Who wrote it where the bar's own composer failed; empty: nobody in time."""


Journaled = Command | LateBar | LateRest
"""What the music follows from: what a game said, and, which no game says, where a composer was too slow or failed."""

OF_SOUND = (Pause, Resume, SetVolume, Duck)
"""Of the sound and not of the music: in no checkpoint and no journal, they hold until the next of their kind."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What took effect and the sample of music before which it did: replayed, it gives the same notes."""

    sample: int
    command: Journaled
    number: int = 0
    """How many there had been with this one."""
