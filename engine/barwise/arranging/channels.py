"""Who plays on which channel, parts and layers, and the events that give each its instrument."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from barwise.arranging.color import NEUTRAL_BRIGHTNESS
from barwise.music.events import (
    DRUM_CHANNEL,
    LAYER_CHANNELS,
    PORT_CHANNELS,
    ChannelEvent,
    ChannelEventKind,
    is_layer,
)
from barwise.music.notes import PARTS, Part
from barwise.score.schema import Instrument, Layer, Line, Palette

CHANNELS = {Part.MELODY: 0, Part.COUNTER: 1, Part.CHORDS: 2, Part.BASS: 3, Part.DRUMS: DRUM_CHANNEL}

PAD_CHANNEL, *_OTHER_LAYERS = LAYER_CHANNELS

BANKS = 2
"""Banks of channels for all that has a pitch, so that new instruments begin while old ones fade; drums have one."""

_PART_BANK = 4
"""How far apart a part's channels are. Those of a layer are the same of another port, so that a file which is read
without ports has them together."""

VOLUME, PAN, EXPRESSION, SUSTAIN, BRIGHTNESS, REVERB, ALL_SOUND_OFF, ALL_NOTES_OFF = 7, 10, 11, 64, 74, 91, 120, 123
"""General MIDI's controllers."""


@dataclass(frozen=True, slots=True)
class Voice:
    """An instrument of a palette on its channel: a part, or a layer."""

    channel: int
    """In the first bank."""
    part: Part
    """The part, or the one that the layer follows."""
    instrument: Instrument
    enters: float
    """Intensity at which it enters, 0 to 1."""
    layer: Layer | None = None
    """None for a part."""


_FOLLOWED = {Line.PAD: Part.CHORDS, Line.HARMONY: Part.MELODY}


def voices(palette: Palette) -> tuple[Voice, ...]:
    """Everything that sounds in a palette, the parts first."""
    parts = [Voice(CHANNELS[part], part, palette.instruments[part], palette.enters[part]) for part in PARTS]
    free = iter(_OTHER_LAYERS)
    return (*parts, *(_layer_voice(layer, free) for layer in palette.layers))


def _layer_voice(layer: Layer, free: Iterator[int]) -> Voice:
    plays = layer.plays
    part = _FOLLOWED[plays] if isinstance(plays, Line) else plays
    channel = PAD_CHANNEL if plays is Line.PAD else next(free)
    return Voice(channel, part, layer.instrument, layer.enters, layer)


def pitched_channels(bank: int) -> frozenset[int]:
    """The channels of all pitched parts and layers in a bank."""
    first = [*(channel for channel in CHANNELS.values() if channel != DRUM_CHANNEL), *LAYER_CHANNELS]
    return frozenset(channel_in(channel, bank) for channel in first)


@cache
def is_pad(channel: int) -> bool:
    """Whether it is a pad's channel, in any bank."""
    return channel % PORT_CHANNELS == PAD_CHANNEL


def setup(palette: Palette) -> tuple[ChannelEvent, ...]:
    """What gives every channel its instrument of a palette; send it at its ticks, in this order.

    Notes that still sound are let go first: no instrument changes under a sounding note.
    """
    playing = voices(palette)
    silence = [_control(voice, number, 0) for voice in playing for number in (SUSTAIN, ALL_NOTES_OFF)]
    return (*silence, *(event for voice in playing for event in _instrument(voice)))


def _instrument(voice: Voice) -> Iterator[ChannelEvent]:
    instrument = voice.instrument
    yield ChannelEvent(0.0, ChannelEventKind.PROGRAM, voice.channel, instrument.program, part=voice.part)
    yield _control(voice, VOLUME, instrument.volume)
    yield _control(voice, PAN, instrument.pan)
    yield _control(voice, REVERB, instrument.reverb)
    yield _control(voice, BRIGHTNESS, NEUTRAL_BRIGHTNESS)


def _control(voice: Voice, number: int, value: int) -> ChannelEvent:
    return ChannelEvent(0.0, ChannelEventKind.CONTROL, voice.channel, number, value, voice.part)


@cache
def channel_in(channel: int, bank: int) -> int:
    """The channel in a bank of what has this one in the first."""
    if channel == DRUM_CHANNEL:
        return channel
    return channel + bank * (PORT_CHANNELS if is_layer(channel) else _PART_BANK)


def in_bank(event: ChannelEvent, bank: int) -> ChannelEvent:
    """The event of a part or layer, on its channel in a bank."""
    channel = channel_in(event.channel, bank)
    return event if channel == event.channel else event.on(channel)


def expression_event(voice: Voice, value: int, bank: int, tick: float = 0.0) -> ChannelEvent:
    """The expression (0 to 127) of a voice in a bank."""
    return control_event(voice, EXPRESSION, value, bank, tick)


def control_event(voice: Voice, number: int, value: int, bank: int, tick: float = 0.0) -> ChannelEvent:
    """A controller (0 to 127) of a voice in a bank."""
    channel = channel_in(voice.channel, bank)
    return ChannelEvent(tick, ChannelEventKind.CONTROL, channel, number, value, voice.part)


def let_go(playing: Iterable[Voice], bank: int) -> tuple[ChannelEvent, ...]:
    """What ends every note of the pitched voices in a bank that has faded away, and what still rings there.

    A tail that went on would be heard again as soon as the bank's next instruments set its expression.
    """
    pitched = [voice for voice in playing if voice.channel != DRUM_CHANNEL]
    ending = [_control(voice, number, 0) for number in (ALL_NOTES_OFF, ALL_SOUND_OFF) for voice in pitched]
    return tuple(in_bank(event, bank) for event in ending)
