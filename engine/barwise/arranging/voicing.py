"""Clear low registers: chord notes that lie too close above a low note are played an octave higher.

Knows sounding pitches of one bar only; the bass keeps its line, melodies keep theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from barwise.arranging.ranges import OCTAVE
from barwise.music.notes import Note, Part

LOW_LIMITS: Mapping[int, int] = {1: 52, 2: 51, 3: 48, 4: 47, 5: 45}
"""Semitones of an interval, and the lowest pitch above which it is heard as two notes rather than as mud:
the low interval limits of arrangers' handbooks, from the minor second on E3 to the fourth on A2."""

CLEAR_FROM = max(LOW_LIMITS.values())
"""From this pitch up every interval is clear."""

_ABOVE_MUD = CLEAR_FROM + max(LOW_LIMITS)
"""From this pitch up a note is clear of whatever lies below."""


def without_mud(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes of a bar, in their order, no chord note below the low limit over a note of chords or bass."""
    placed = list(notes)
    low = [number for number, note in enumerate(placed) if note.part in (Part.BASS, Part.CHORDS)]
    low.sort(key=lambda number: placed[number].pitch)
    under: list[Note] = []
    """Those below, over which an interval may be mud."""
    for number in low:
        note = placed[number]
        if note.part is Part.CHORDS and note.pitch < _ABOVE_MUD and any(_is_mud(lower, note) for lower in under):
            placed[number] = note = replace(note, pitch=note.pitch + OCTAVE)
        if note.pitch < CLEAR_FROM:
            under.append(note)
    return tuple(placed)


def _is_mud(lower: Note, upper: Note) -> bool:
    limit = LOW_LIMITS.get(upper.pitch - lower.pitch, 0)
    return lower.pitch < limit and lower.position < upper.end and upper.position < lower.end
