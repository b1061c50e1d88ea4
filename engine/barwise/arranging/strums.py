"""Chords that are not struck as one: guitars strum them, keyboards and harps roll long ones in calm moods.

It moves onsets within a chord only; what the game is told of the notes is what this has made of them.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from barwise.arranging.articulation import PlayedNote
from barwise.arranging.families import ROLLED, STRUMMED
from barwise.music.intent import BarIntent
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.notes import Part

STRUM_SECONDS = (0.04, 0.01)
"""From the first string to the fourth and all that follow, at _SLOW and at _FAST tempos; fewer take less."""
_SLOW, _FAST = 60.0, 180.0
_STRINGS = 4

ROLL_SECONDS = 0.045
"""From one note of a rolled chord to the next."""
LONGEST_ROLL_SECONDS = 0.2

ROLLED_BELOW = -0.2
"""Arousal up to which long chords are rolled."""
LONG_CHORD_SECONDS = 1.2

_ROOM = 0.3
"""Share of the way to the part's next onset, and of the shortest note, that a spread may take."""


def spread(
    played: Sequence[PlayedNote], programs: Mapping[Part, int], metre: Metre, intent: BarIntent
) -> list[PlayedNote]:
    """The notes in the same order, those of strummed and rolled chords one after another; none begins earlier."""
    chords: dict[tuple[Part, int], list[int]] = defaultdict(list)
    for place, each in enumerate(played):
        chords[each.note.part, each.note.position].append(place)
    found = list(played)
    for (part, position), places in chords.items():
        program = programs.get(part)
        if len(places) < 2 or program is None or part is Part.DRUMS or program not in STRUMMED | ROLLED:
            continue
        chord = [played[place] for place in places]
        rising = sorted(places, key=lambda place: played[place].note.pitch)
        if program in STRUMMED:
            strings = min(len(places), _STRINGS)
            seconds = strum_seconds(intent.condition.tempo) * (strings - 1) / (_STRINGS - 1)
            order = rising[::-1] if _is_upstroke(position, metre) else rising
        else:
            seconds, order = _roll_seconds(chord, intent), rising
        following = min((p for (other, p) in chords if other is part and p > position), default=metre.bar_ticks)
        room = _ROOM * min(following - position, *(each.off - each.on for each in chord))
        ticks = min(seconds * intent.condition.tempo / 60 * TICKS_PER_QUARTER, max(room, 0.0))
        for number, place in enumerate(order):
            found[place] = replace(found[place], on=found[place].on + ticks * number / (len(order) - 1))
    return found


def strum_seconds(tempo: float) -> float:
    """From the first of four strings to the last, at a tempo in quarter notes a minute; equal ratios, equal ratios."""
    slow, fast = STRUM_SECONDS
    way = min(max(math.log(tempo / _SLOW) / math.log(_FAST / _SLOW), 0.0), 1.0)
    return slow * math.pow(fast / slow, way)


def _is_upstroke(position: int, metre: Metre) -> bool:
    """The hand goes down with the beat and up between beats."""
    return 2 * position // metre.beat_ticks % 2 == 1


def _roll_seconds(chord: Sequence[PlayedNote], intent: BarIntent) -> float:
    held = min(each.note.duration for each in chord) * 60 / intent.condition.tempo / TICKS_PER_QUARTER
    if intent.mood.arousal > ROLLED_BELOW or held < LONG_CHORD_SECONDS:
        return 0.0
    return min(ROLL_SECONDS * (len(chord) - 1), LONGEST_ROLL_SECONDS)
