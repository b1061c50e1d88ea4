"""What goes to a synthesizer and what the game hears of: plain values with their times."""

from dataclasses import dataclass
from enum import StrEnum

from barwise.music.notes import Part

DRUM_CHANNEL = 9
"""General MIDI's channel 10, counted from 0."""

PORT_CHANNELS = 16
"""Channels of a MIDI port; those from here on are on a second one."""

LAYER_CHANNELS = (12, 13, 14, 15)
"""Channels on which layers follow the parts, on both ports."""


def is_layer(channel: int) -> bool:
    """Whether it is a layer's channel, of either port."""
    return channel % PORT_CHANNELS in LAYER_CHANNELS


class ChannelEventKind(StrEnum):
    """The channel messages that the engine sends."""

    NOTE_ON = "note_on"
    NOTE_OFF = "note_off"
    CONTROL = "control"
    PROGRAM = "program"
    BEND = "bend"


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """One channel message and when it is due."""

    tick: float
    """Ticks (24 a quarter) from the start of the bar that made it; it may lie past that bar's end."""
    kind: ChannelEventKind
    channel: int
    """0 to 31; DRUM_CHANNEL for drums."""
    number: int
    """Pitch, controller, program, or bend (0 to 16383, 8192 is none)."""
    value: int = 0
    """Velocity or controller value, 0 to 127."""
    part: Part | None = None
    """The part that the event belongs to."""
    position: int = -1
    """Where the note that it begins or ends is written, or a bar's controller belongs, in ticks from the start of the
    bar, or of the stinger, that made it; -1 for what belongs to none."""
    enters: float = 0.0
    """The intensity from which on it is there, for a note-on that belongs to a part."""

    # A bar has hundreds of events, and dataclasses.replace takes several times as long as this.

    def at(self, tick: float) -> "ChannelEvent":
        """The same at another tick."""
        return ChannelEvent(
            tick, self.kind, self.channel, self.number, self.value, self.part, self.position, self.enters
        )

    def on(self, channel: int) -> "ChannelEvent":
        """The same on another channel."""
        return ChannelEvent(
            self.tick, self.kind, channel, self.number, self.value, self.part, self.position, self.enters
        )

    def struck(self, velocity: int) -> "ChannelEvent":
        """The same note-on, at another velocity."""
        return ChannelEvent(
            self.tick, self.kind, self.channel, self.number, velocity, self.part, self.position, self.enters
        )

    def ended(self, tick: float) -> "ChannelEvent":
        """The note-off of a note-on, at a tick."""
        off = ChannelEventKind.NOTE_OFF
        return ChannelEvent(tick, off, self.channel, self.number, 0, self.part, self.position, self.enters)


class MusicEventKind(StrEnum):
    """What a game can be told."""

    BEAT = "beat"
    BAR = "bar"
    PHRASE = "phrase"
    CHORD = "chord"
    CADENCE = "cadence"
    STATE = "state"
    STINGER = "stinger"
    THEME = "theme"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class MusicEvent:
    """Something that happened in the music, for the game."""

    kind: MusicEventKind
    seconds: float
    """When it is heard, in seconds of music since the start."""
    bar: int
    """Number of the bar, from 0."""
    beat: int = 0
    """Number of the felt beat in the bar, from 0."""
    name: str = ""
    """The name of the chord, state, stinger or kind of cadence, a theme's with its form ('hero statement'), or a
    warning's text."""
    heard_at: float | None = None
    """When it is heard, in seconds of time.monotonic(), the latency of the output counted; None offline."""
