"""What is wanted of the next bar: the value that the director hands to composer and arranger."""

from dataclasses import dataclass, field
from enum import StrEnum

from barwise.music.attributes import Attributes
from barwise.music.development import Development
from barwise.music.harmony import Chord, Key, Mode
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Note, Part
from barwise.music.phrase import PHRASE_BARS as PHRASE_BARS  # noqa: PLC0414  most look for it here
from barwise.music.tonality import Tonality

AUTHENTIC, HALF = "authentic", "half"
"""Cadences."""


class Style(StrEnum):
    """The kinds of music that the composer has learned from."""

    GAME = "game"
    CHAMBER = "chamber"
    SONG = "song"
    PIANO = "piano"
    KIT = "kit"


@dataclass(frozen=True, slots=True)
class Condition:
    """What the network is told of a bar; the same figures label the bars of the corpus."""

    attributes: Attributes
    parts: frozenset[Part] = frozenset(PARTS)
    """The parts that may play; the grammar forbids the others."""
    mode: Mode = Mode.MAJOR
    metre: Metre = COMMON_TIME
    tempo: float = 120.0
    """Quarter notes a minute."""
    style: Style = Style.GAME
    phrase_bar: int = 0
    """Place in the phrase, 0 to PHRASE_BARS - 1."""
    is_ending: bool = False
    """Whether this is one of the last two bars of a piece."""
    similarity: float | None = None
    """Wanted likeness to the reference bar, 0 to 1; None when there is no reference."""


@dataclass(frozen=True, slots=True)
class ThemeBar:
    """What the melody of a bar has to be: a bar of a theme, in the bar's mode and on its chord."""

    name: str
    development: Development
    bar: int
    """Number of the bar within this appearance of the theme, from 0."""
    notes: tuple[Note, ...]
    """The whole melody of the bar, with tonic C; none where it only rests or holds on."""


@dataclass(frozen=True, slots=True)
class BarIntent:
    """Everything the engine wants of one bar."""

    index: int
    """Number of the bar since the music began."""
    key: Key
    condition: Condition
    mood: Mood = field(default_factory=Mood)
    """The mood of this bar, after smoothing."""
    state: str = ""
    """Name of the score's state."""
    palette: str = ""
    """Name of the score's palette that the state has in this mood; empty: the state's usual one."""
    exact: frozenset[str] = frozenset()
    """Names of attributes that were asked for directly, to be met as nearly as the bar's notes allow."""
    reference: int | None = None
    """Number of the bar that this one should answer."""
    harmony: tuple[Chord, ...] = ()
    """Chords that the bar is to have, in equal shares; none leaves them to the composer."""
    holds: bool = False
    """Whether the last of them is to stay to the end of the bar: a dominant that must not resolve early."""
    leaning: tuple[float, ...] = ()
    """Log-weights added to the chances of the 12 pitch classes above the tonic in all pitched parts;
    empty leaves them as they are."""
    tonality: Tonality | None = None
    """How major and how far from the key the bar is to be; None where it does not matter."""
    temperature: float = 1.0
    """Spread of the composer's choices: below 1 safer, above 1 wilder."""
    theme: ThemeBar | None = None
    """A theme that the melody has; None leaves the melody to the composer."""
    fill: bool = False
    """Whether the drums, where they play, end the bar in a fill for certain; else that is left to the composer."""
    leads: bool = False
    """Whether another state begins with the next bar, as far as is known: the last of a bridge, or one with a fill."""
    cadence: str = ""
    """AUTHENTIC on a bar where a dominant resolves to the tonic, HALF where half a phrase rests on a dominant."""
    glide_ticks: float = 0.0
    """Ticks from the bar's beginning over which the tempo goes from the bar before's to this one's, which may be
    past its end; 0: it begins in its tempo."""
