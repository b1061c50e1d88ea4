"""What was played: the bars as wanted and composed, and every event as it was sent."""

from dataclasses import dataclass

from barwise.music.attributes import Attributes
from barwise.music.events import ChannelEvent
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar


@dataclass(frozen=True, slots=True)
class PlayedBar:
    """One bar of a performance."""

    start_tick: int
    """Ticks since the music began."""
    intent: BarIntent
    intensity: float
    """The intensity in force as the bar began, 0 to 1."""
    bar: Bar
    achieved: Attributes
    """What the composed bar measures, beside what intent.condition.attributes wanted."""
    composer: str
    """Who wrote it: 'network' or 'rules'."""


@dataclass(frozen=True, slots=True)
class SentEvent:
    """A channel event as it went to the synthesizer."""

    tick: float
    """Ticks since the music began."""
    event: ChannelEvent


@dataclass(frozen=True, slots=True)
class Performance:
    """A stretch of music, complete: nothing else is needed to write it to a file."""

    bars: tuple[PlayedBar, ...]
    events: tuple[SentEvent, ...]
