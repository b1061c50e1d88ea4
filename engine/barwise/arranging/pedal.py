"""The pedal of pianos, mallets and harps: down just after a chord is struck, up as the next one is.

Never held over a bar line, so that no transition can leave it down. Events in ticks; what it sounds
like is the synthesizer's.
"""

import math
from collections.abc import Iterator, Sequence

from barwise.music.intent import BarIntent
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Note, Part

DOWN, UP = 127, 0

AFTER_SECONDS = 0.06
"""So long after a chord the pedal goes down: what rang before has been damped by then."""

MOST_AROUSAL = 0.4
"""Excited players leave the pedal alone."""

SHORTEST_SECONDS = 0.25
"""A pedal that is held for less makes no difference but noise."""


def pedalling(part: Part, notes: Sequence[Note], bar: Bar, intent: BarIntent) -> Iterator[tuple[int, int]]:
    """Ticks, 0 to the bar's last, and values of controller 64 for what has a pedal; notes are its own.

    A melody is pedalled afresh with each beat: its steps must not run together. The last is up, a tick before the
    bar ends.
    """
    if intent.mood.arousal > MOST_AROUSAL:
        return
    tick_seconds = 60 / intent.condition.tempo / TICKS_PER_QUARTER
    after = max(math.ceil(AFTER_SECONDS / tick_seconds), 1)
    struck = {note.position for note in notes}
    changes = _changes(part, bar)
    for start, end in zip(changes, [*changes[1:], bar.metre.bar_ticks - 1], strict=True):
        if (end - start - after) * tick_seconds < SHORTEST_SECONDS or not any(start <= tick < end for tick in struck):
            continue
        yield start + after, DOWN
        yield end, UP


def _changes(part: Part, bar: Bar) -> list[int]:
    """Ticks at which the pedal is changed: with the harmony, and with each beat under a melody."""
    ends = bar.metre.bar_ticks
    beats = range(0, ends, bar.metre.beat_ticks) if part is Part.MELODY else range(1)
    return sorted({0, *beats, *(change.position for change in bar.harmony if change.position < ends)})
