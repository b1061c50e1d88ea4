"""The controllers of a bar: swells, pedals and distance, as events of the channels of each part and layer.

What each controller should be is decided in swells.py, pedal.py and color.py.
"""

from collections.abc import Iterator, Mapping, Sequence

from barwise.arranging import swells
from barwise.arranging.articulation import PlayedNote
from barwise.arranging.channels import REVERB, SUSTAIN, VOLUME, Voice, voices
from barwise.arranging.color import reverb_send
from barwise.arranging.families import PEDALLED, SUSTAINED
from barwise.arranging.pedal import pedalling
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import Layer, Palette


def controls(
    palette: Palette, bar: Bar, intent: BarIntent, played: Sequence[PlayedNote], lines: Mapping[Layer, Sequence[Note]]
) -> Iterator[ChannelEvent]:
    """The controller events of a bar, none before tick 0 nor past its last; lines are what layers play of their own."""
    of_parts: dict[Part, list[Note]] = {part: [] for part in Part}
    for each in played:
        of_parts[each.note.part].append(each.note)
    for voice in voices(palette):
        notes = lines.get(voice.layer, ()) if voice.layer else ()
        yield from _of_voice(voice, notes or of_parts[voice.part], bar, intent)


def _of_voice(voice: Voice, notes: Sequence[Note], bar: Bar, intent: BarIntent) -> Iterator[ChannelEvent]:
    def control(tick: int, number: int, value: int) -> ChannelEvent:
        return ChannelEvent(float(tick), ChannelEventKind.CONTROL, voice.channel, number, value, voice.part, tick)

    instrument = voice.instrument
    yield control(0, REVERB, reverb_send(instrument.reverb, intent.mood))
    if voice.part is Part.DRUMS:
        return
    if instrument.program in SUSTAINED:
        sent = None
        curve, beat_ticks = swells.curve(voice.part, notes, bar.metre, intent), bar.metre.beat_ticks
        for place, value in enumerate(swells.channel_volumes(instrument.volume, curve)):
            tick = place * swells.GRID_TICKS
            # On the beat it is sent again: a bar that is composed anew goes on from a beat of another.
            if value != sent or tick % beat_ticks == 0:
                sent = value
                yield control(tick, VOLUME, value)
    if instrument.program in PEDALLED:
        for tick, value in pedalling(voice.part, notes, bar, intent):
            yield control(tick, SUSTAIN, value)
