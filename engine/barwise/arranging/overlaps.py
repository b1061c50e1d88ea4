"""No pitch sounds twice at once in a channel, and neither bass notes nor pads ring into the next.

A second note-on of a pitch would share the first one's note-off; two low notes at once are mud.
Knows events only: what wrote them and when they are sent is for others.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from barwise.arranging.channels import is_pad
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part

GAP_TICKS = 0.25
"""Silence before a pitch is struck again: 5 ms at 120 quarters a minute."""

TOGETHER_TICKS = 2.0
"""Bass notes that begin within this are one stroke, such as octaves, and ring together."""

_Span = tuple[ChannelEvent | None, ChannelEvent | None]
"""A note-on and its note-off; either may lie outside the events at hand."""


def in_order(events: Iterable[ChannelEvent]) -> tuple[ChannelEvent, ...]:
    """The events by tick; at one tick everything else comes before the note-ons."""
    return tuple(sorted(events, key=lambda event: (event.tick, event.kind is ChannelEventKind.NOTE_ON)))


def without_overlaps(events: Sequence[ChannelEvent]) -> tuple[ChannelEvent, ...]:
    """The same events, with every note let go shortly before its pitch is struck again in its channel.

    Bass notes are let go, too, when the next one begins, and pads with their next chord.
    The ticks must share one start. A note-off without a note-on belongs to a note that already
    sounds: to join two bars, give the events of the first that are not yet sent, and those of the
    second. Of two notes that begin nearly together the later, or the louder at one tick, stays.
    """
    others: list[ChannelEvent] = []
    keys: dict[tuple[int, int], list[ChannelEvent]] = defaultdict(list)
    for event in in_order(events):
        is_note = event.kind in (ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF)
        (keys[event.channel, event.number] if is_note else others).append(event)
    return in_order(_giving_way([*others, *(event for key in keys.values() for event in _alternating(key))]))


def _giving_way(events: Sequence[ChannelEvent]) -> Iterator[ChannelEvent]:
    """The events with every note-off of the bass, and of a pad, no later than what begins there after its note-on."""
    groups: dict[object, list[ChannelEvent]] = defaultdict(list)
    for event in in_order(events):
        whose = Part.BASS if event.part is Part.BASS else event.channel if is_pad(event.channel) else None
        groups[whose].append(event)
    yield from groups.pop(None, [])
    for group in groups.values():
        yield from _one_stroke_at_a_time(group)


def _one_stroke_at_a_time(events: Sequence[ChannelEvent]) -> Iterator[ChannelEvent]:
    ons = [event.tick for event in events if event.kind is ChannelEventKind.NOTE_ON]
    began: dict[int, float] = {}
    for event in events:
        if event.kind is ChannelEventKind.NOTE_ON:
            began[event.number] = event.tick
        after = began.get(event.number, -math.inf) + TOGETHER_TICKS
        latest = next((tick for tick in ons if tick > after), math.inf)
        yield _ended(event, latest) if event.kind is ChannelEventKind.NOTE_OFF else event


def _alternating(events: list[ChannelEvent]) -> Iterator[ChannelEvent]:
    """The notes of one key, each ended before the next begins."""
    spans = _spans(events)
    following = [on.tick - GAP_TICKS for on, _ in spans[1:] if on] + [math.inf]
    for (on, off), latest in zip(spans, following, strict=True):
        if on and on.tick >= latest:
            continue
        yield from (event for event in (on, _by(latest, on, off)) if event)


def _by(latest: float, on: ChannelEvent | None, off: ChannelEvent | None) -> ChannelEvent | None:
    """The note-off of a note that must have ended at a tick."""
    if off is None and on is not None and latest < math.inf:
        return replace(on, tick=latest, kind=ChannelEventKind.NOTE_OFF, value=0)
    if off is None:
        return None
    if on is not None and (on.part, on.position) != (off.part, off.position):
        # Of two notes of a key that overlap each has to be let go as what struck it.
        off = replace(off, part=on.part, position=on.position)
    return _ended(off, latest)


def _ended(off: ChannelEvent, latest: float) -> ChannelEvent:
    return off if off.tick <= latest else replace(off, tick=latest)


def _spans(events: list[ChannelEvent]) -> list[_Span]:
    """Note-ons and note-offs in pairs, first come first served; offs too many belong to earlier notes."""
    ons = [event for event in events if event.kind is ChannelEventKind.NOTE_ON]
    ons.sort(key=lambda event: (event.tick, event.value))
    offs = [event for event in events if event.kind is ChannelEventKind.NOTE_OFF]
    earlier = max(len(offs) - len(ons), 0)
    # Of several earlier note-offs the last one ends the note: the others would find it silent or cut it short.
    orphans: list[_Span] = [(None, off) for off in offs[:earlier][-1:]]
    return [*orphans, *zip_longest(ons, offs[earlier:])]
