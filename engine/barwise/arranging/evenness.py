"""Evenness: a player accents, but does not leap between soft and loud from note to note.

The composer draws the velocity of each note for itself, and half of a bar may come out far over the other.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from barwise.music.notes import Note, Part

LARGEST_ACCENT = 14.0
"""No note of a pitched part is struck further from the part's level in the bar, in velocity."""

TOWARD_ASKED = 0.5
"""Share of the way from a part's mean to the bar's asked loudness at which its level lies."""

_FULL = 127


def evened(notes: Sequence[Note], loudness: float) -> tuple[Note, ...]:
    """The notes of a bar with accents in proportion, asked to have a loudness of 0 to 1; drums as they are."""
    velocities: dict[Part, list[int]] = defaultdict(list)
    for note in notes:
        velocities[note.part].append(note.velocity)
    means = {part: sum(found) / len(found) for part, found in velocities.items() if part is not Part.DRUMS}
    return tuple(_evened(note, means[note.part], loudness) if note.part in means else note for note in notes)


def _evened(note: Note, mean: float, loudness: float) -> Note:
    level = mean + TOWARD_ASKED * (loudness * _FULL - mean)
    velocity = level + LARGEST_ACCENT * math.tanh((note.velocity - mean) / LARGEST_ACCENT)
    return replace(note, velocity=min(max(round(velocity), 1), _FULL))
