"""What was played: the bars as wanted and composed, and every event as it was sent."""

from dataclasses import dataclass

from barwise.music.attributes import Attributes
from barwise.music.events import ChannelEvent
from barwise.music.glide import TempoChange, TempoCurve
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
    tempo: float | None = None
    """Quarter notes a minute as it began; None: what intent.condition asks for."""
    tempo_to: float | None = None
    """Where the tempo glided from the bar's beginning; None: nowhere."""
    glide_ticks: float = 0.0
    """How long that glide went, which may be past the bar's end."""
    changes: tuple[TempoChange, ...] = ()
    """Later changes of tempo within the bar, by tick."""
    ticks: int = 0
    """How long the bar lasted, which is less than its metre says when it was cut; 0 becomes the metre's."""

    def __post_init__(self) -> None:
        if self.ticks == 0:
            object.__setattr__(self, "ticks", self.bar.metre.bar_ticks)

    @property
    def end_tick(self) -> int:
        """Where the next bar begins, in ticks since the music began."""
        return self.start_tick + self.ticks

    @property
    def curve(self) -> TempoCurve:
        """Its tempo over its ticks; times are seconds from the bar."""
        begun = self.intent.condition.tempo if self.tempo is None else self.tempo
        if self.tempo_to is None:
            return TempoCurve(begun, self.changes)
        return TempoCurve(begun, (TempoChange(0, self.tempo_to, self.glide_ticks), *self.changes))


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
