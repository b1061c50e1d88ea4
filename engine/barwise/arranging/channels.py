"""Which channel plays which part, and the events that give it its instrument."""

from collections.abc import Iterator
from dataclasses import replace

from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.notes import PARTS, Part
from barwise.score.schema import Instrument, Palette

CHANNELS = {Part.MELODY: 0, Part.COUNTER: 1, Part.CHORDS: 2, Part.BASS: 3, Part.DRUMS: DRUM_CHANNEL}

BANKS = 2
"""Banks of channels for the pitched parts, so that new instruments begin while the old ones fade; drums have one."""

_BANK_CHANNELS = 4

PITCHED_CHANNELS = tuple(
    frozenset(channel + bank * _BANK_CHANNELS for channel in CHANNELS.values() if channel != DRUM_CHANNEL)
    for bank in range(BANKS)
)
"""The channels of each bank."""

VOLUME, PAN, EXPRESSION, REVERB, ALL_SOUND_OFF, ALL_NOTES_OFF = 7, 10, 11, 91, 120, 123
"""General MIDI's controllers."""


def setup(palette: Palette) -> tuple[ChannelEvent, ...]:
    """What gives every channel its instrument of a palette; send it at its ticks, in this order.

    Notes that still sound are let go first: no instrument changes under a sounding note.
    """
    silence = [_control(part, ALL_NOTES_OFF, 0) for part in PARTS]
    return (*silence, *(event for part in PARTS for event in _instrument(part, palette.instruments[part])))


def _instrument(part: Part, instrument: Instrument) -> Iterator[ChannelEvent]:
    yield ChannelEvent(0.0, ChannelEventKind.PROGRAM, CHANNELS[part], instrument.program, part=part)
    yield _control(part, VOLUME, instrument.volume)
    yield _control(part, PAN, instrument.pan)
    yield _control(part, REVERB, instrument.reverb)


def _control(part: Part, number: int, value: int) -> ChannelEvent:
    return ChannelEvent(0.0, ChannelEventKind.CONTROL, CHANNELS[part], number, value, part)


def in_bank(event: ChannelEvent, bank: int) -> ChannelEvent:
    """The event of a part, on its channel in a bank."""
    if event.channel == DRUM_CHANNEL or bank == 0:
        return event
    return replace(event, channel=event.channel + bank * _BANK_CHANNELS)


def expression_event(part: Part, value: int, bank: int, tick: float = 0.0) -> ChannelEvent:
    """The expression (0 to 127) of a part in a bank."""
    return in_bank(ChannelEvent(tick, ChannelEventKind.CONTROL, CHANNELS[part], EXPRESSION, value, part), bank)


def let_go(bank: int) -> tuple[ChannelEvent, ...]:
    """What ends every note of the pitched parts in a bank that has faded away, and what still rings there.

    A tail that went on would be heard again as soon as the bank's next instruments set its expression.
    """
    pitched = [part for part in PARTS if CHANNELS[part] != DRUM_CHANNEL]
    ending = [_control(part, number, 0) for number in (ALL_NOTES_OFF, ALL_SOUND_OFF) for part in pitched]
    return tuple(in_bank(event, bank) for event in ending)
