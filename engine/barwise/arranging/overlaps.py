"""No pitch sounds twice at once in a channel, and neither bass notes nor pads ring into the next.

A second note-on of a pitch would share the first one's note-off; two low notes at once are mud.
Knows events only: what wrote them and when they are sent is for others.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from operator import attrgetter

from barwise.arranging.channels import is_pad
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part

GAP_TICKS = 0.25
"""Silence before a pitch is struck again: 5 ms at 120 quarters a minute."""

TOGETHER_TICKS = 2.0
"""Bass notes that begin within this are one stroke, such as octaves, and ring together."""

_ON, _OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF

_tick = attrgetter("tick")

_Span = tuple[ChannelEvent | None, ChannelEvent | None]
"""A note-on and its note-off; either may lie outside the events at hand."""


def in_order(events: Iterable[ChannelEvent]) -> tuple[ChannelEvent, ...]:
    """The events by tick; at one tick everything else comes before the note-ons."""
    ordered: list[ChannelEvent] = []
    ons: list[ChannelEvent] = []
    for event in events:
        (ons if event.kind is _ON else ordered).append(event)
    # Sorting keeps the order of what is equal, and by a number alone it is several times as fast as by pairs.
    ordered += ons
    ordered.sort(key=_tick)
    return tuple(ordered)


def without_overlaps(events: Iterable[ChannelEvent]) -> tuple[ChannelEvent, ...]:
    """The same events, with every note let go shortly before its pitch is struck again in its channel.

    Bass notes are let go, too, when the next one begins, and pads with their next chord.
    The ticks must share one start. A note-off without a note-on belongs to a note that already
    sounds: to join two bars, give the events of the first that are not yet sent, and those of the
    second. Of two notes that begin nearly together the later, or the louder at one tick, stays.
    """
    found: list[ChannelEvent] = []
    keys: dict[tuple[int, int], list[ChannelEvent]] = defaultdict(list)
    for event in in_order(events):
        if event.kind is _ON or event.kind is _OFF:
            keys[event.channel, event.number].append(event)
        else:
            found.append(event)
    for key in keys.values():
        found += key if _is_one_note(key) else _alternating(key)
    return in_order(_giving_way(found))


def _giving_way(events: Iterable[ChannelEvent]) -> list[ChannelEvent]:
    """The events with every note-off of the bass, and of a pad, no later than what begins there after its note-on."""
    found: list[ChannelEvent] = []
    lying: list[ChannelEvent] = []
    for event in events:
        (lying if event.part is Part.BASS or is_pad(event.channel) else found).append(event)
    groups: dict[object, list[ChannelEvent]] = defaultdict(list)
    for event in in_order(lying):
        groups[Part.BASS if event.part is Part.BASS else event.channel].append(event)
    for group in groups.values():
        found += _one_stroke_at_a_time(group)
    return found


def _one_stroke_at_a_time(events: Sequence[ChannelEvent]) -> Iterator[ChannelEvent]:
    ons = [event.tick for event in events if event.kind is _ON]
    began: dict[int, float] = {}
    for event in events:
        if event.kind is _OFF:
            after = bisect_right(ons, began.get(event.number, -math.inf) + TOGETHER_TICKS)
            yield _ended(event, ons[after]) if after < len(ons) else event
            continue
        if event.kind is _ON:
            began[event.number] = event.tick
        yield event


def _is_one_note(events: Sequence[ChannelEvent]) -> bool:
    """Whether all that one key has is a note that begins and ends."""
    if len(events) != 2:
        return False
    on, off = events
    return on.kind is _ON and off.kind is _OFF and on.part is off.part and on.position == off.position


def _alternating(events: list[ChannelEvent]) -> Iterator[ChannelEvent]:
    """The notes of one key, each ended before the next begins."""
    spans = _spans(events)
    following = [on.tick - GAP_TICKS for on, _ in spans[1:] if on] + [math.inf]
    for (on, off), latest in zip(spans, following, strict=True):
        if on and on.tick >= latest:
            continue
        if on is not None:
            yield on
            if off is None and latest < math.inf:
                yield on.ended(latest)
        if off is not None:
            yield _ended(off if on is None else _of(on, off), latest)


def _of(on: ChannelEvent, off: ChannelEvent) -> ChannelEvent:
    """A note-off that lets go what a note-on struck: of two notes of a key that overlap each has its own."""
    if on.part is off.part and on.position == off.position:
        return off
    return replace(off, part=on.part, position=on.position)


def _ended(off: ChannelEvent, latest: float) -> ChannelEvent:
    return off if off.tick <= latest else off.at(latest)


def _spans(events: list[ChannelEvent]) -> list[_Span]:
    """Note-ons and note-offs in pairs, first come first served; offs too many belong to earlier notes."""
    ons = [event for event in events if event.kind is _ON]
    ons.sort(key=attrgetter("tick", "value"))
    offs = [event for event in events if event.kind is _OFF]
    earlier = max(len(offs) - len(ons), 0)
    # Of several earlier note-offs the last one ends the note: the others would find it silent or cut it short.
    orphans: list[_Span] = [(None, off) for off in offs[:earlier][-1:]]
    return [*orphans, *zip_longest(ons, offs[earlier:])]
