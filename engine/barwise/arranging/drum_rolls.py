"""What an orchestra's drums add as another state comes, and a drummer to a fill: rolls and flams.

A roll belongs to no layer: it is heard where the drums have not entered, for which it opens their expression,
as a stinger's strokes do. Where they do not enter with the next bar either, it rings out there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from barwise.arranging.channels import EXPRESSION
from barwise.arranging.dynamics import expression, layer_gain, stroke, velocity_share
from barwise.arranging.idioms import ORCHESTRA_KIT, drum_key
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.intent import BarIntent
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.notes import Part
from barwise.score.schema import Palette

ROLL_BEATS = 2
"""The last beats of a bar, at most."""

STROKE_SECONDS = 0.07
"""Between two strokes, about: two hands strike fourteen times a second."""

KETTLEDRUM, CYMBAL = 45, 49
"""Of a drum set; an orchestra has the dominant's kettledrum and a hanging cymbal in their place."""

_SWELLS = {KETTLEDRUM: (40, 104), CYMBAL: (22, 84)}
"""Velocities of the first and the last stroke of a roll."""

_WEAKER_HAND = 0.9

FLAM_SECONDS = 0.028
"""So long before its stroke the grace note of a flam is struck."""

FLAMMED = frozenset({38, 40, 41, 43, 45, 47, 48, 50})
"""Snares and toms."""

_FLAM_SHARE = 0.5
"""Velocity of the grace note against its stroke's."""

HARD = 80
"""Strokes of a fill from this velocity on are flams."""

_STROKE_TICKS = 2.0


def roll(palette: Palette, metre: Metre, intent: BarIntent, intensity: float) -> Iterator[ChannelEvent]:
    """A roll of kettledrum and cymbal that grows to the end of the last bar before another state.

    Only orchestra kits roll. The intensity (0 to 1) is that with which the bar begins.
    """
    kit = palette.instruments[Part.DRUMS].program
    if not intent.leads or kit != ORCHESTRA_KIT:
        return
    start = max(metre.bar_ticks - ROLL_BEATS * metre.beat_ticks, 0)
    ticks = metre.bar_ticks - start
    strokes = max(round(ticks / (STROKE_SECONDS * intent.condition.tempo / 60 * TICKS_PER_QUARTER)), 2)
    if layer_gain(palette.enters[Part.DRUMS], intensity) <= 0.0:
        present = replace(palette, enters={**palette.enters, Part.DRUMS: 0.0})
        heard = expression(Part.DRUMS, intensity, present, intent.mood.arousal)
        yield ChannelEvent(start, ChannelEventKind.CONTROL, DRUM_CHANNEL, EXPRESSION, heard, position=start)
    harder = velocity_share(intensity) * stroke(intent.mood.arousal)
    for drum, (first, last) in _SWELLS.items():
        key = drum_key(drum, kit, intent.key)
        for number in range(strokes):
            velocity = (first + (last - first) * number / (strokes - 1)) * harder
            tick = start + ticks * number / strokes
            yield from _stroke(tick, key, velocity * (_WEAKER_HAND if number % 2 else 1.0))


def flams(events: Iterable[ChannelEvent], palette: Palette, metre: Metre, intent: BarIntent) -> Iterator[ChannelEvent]:
    """Grace notes before the hard strokes of a fill's last beats, among the events of a bar; orchestras have none."""
    if not intent.fill or palette.instruments[Part.DRUMS].program == ORCHESTRA_KIT:
        return
    before = FLAM_SECONDS * intent.condition.tempo / 60 * TICKS_PER_QUARTER
    start = metre.bar_ticks - ROLL_BEATS * metre.beat_ticks
    for event in events:
        is_hard = event.kind is ChannelEventKind.NOTE_ON and event.number in FLAMMED and event.value >= HARD
        if event.part is Part.DRUMS and is_hard and event.position >= start and event.tick > before:
            grace = replace(event, tick=event.tick - before, value=round(event.value * _FLAM_SHARE))
            yield grace
            yield replace(grace, tick=event.tick - before / 2, kind=ChannelEventKind.NOTE_OFF, value=0)


def _stroke(tick: float, key: int, velocity: float) -> Iterator[ChannelEvent]:
    value = min(max(round(velocity), 1), 127)
    yield ChannelEvent(tick, ChannelEventKind.NOTE_ON, DRUM_CHANNEL, key, value, position=int(tick))
    yield ChannelEvent(tick + _STROKE_TICKS, ChannelEventKind.NOTE_OFF, DRUM_CHANNEL, key, position=int(tick))
