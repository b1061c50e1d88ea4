"""How long and how loud each note is played, and how exactly: what a player adds to the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barwise.music.intent import PHRASE_BARS, BarIntent
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.notes import Note, Part

_GATES: Mapping[Part, tuple[float, float]] = {
    Part.MELODY: (0.99, 0.86),
    Part.COUNTER: (0.99, 0.9),
    Part.CHORDS: (1.0, 0.92),
    Part.BASS: (0.97, 0.8),
    Part.DRUMS: (1.0, 1.0),
}
"""Share of its written length for which a note sounds, at arousal -1 and at arousal 1: legato to detached."""

_SWELL = (0.97, 0.98, 1.0, 0.99, 1.0, 1.03, 1.05, 0.98)
"""Velocities over the bars of a phrase: a swell to the bar before the cadence."""

_ACCENTS = (1.05, 1.01, 0.97)
"""Velocities on the first beat, on other beats and between beats."""

_LOOSENESS_MS: Mapping[Part, float] = {
    Part.MELODY: 5.0,
    Part.COUNTER: 5.0,
    Part.CHORDS: 4.0,
    Part.BASS: 3.0,
    Part.DRUMS: 2.0,
}
"""Standard deviation of the onsets: below what is heard as a mistake, above what is heard as a machine."""

_LOOSE_TICKS = 0.45
"""No onset moves further: two onsets of one part never change places."""

_VELOCITY_SPREAD = 2.5
_SHORTEST_TICKS = 0.5


@dataclass(frozen=True, slots=True)
class PlayedNote:
    """A note as a player plays it, not yet transposed."""

    note: Note
    on: float
    """Ticks from the start of the bar, 0 and up."""
    off: float
    velocity: int


def play(notes: Sequence[Note], metre: Metre, intent: BarIntent, random: np.random.Generator) -> list[PlayedNote]:
    """The notes of a bar as players would play them; equal generators play equally."""
    draws = random.standard_normal((len(notes), 2))
    ticks_per_ms = intent.condition.tempo * TICKS_PER_QUARTER / 60_000
    together: dict[tuple[Part, int], float] = {}
    played = []
    for note, (late, loud) in zip(notes, draws.tolist(), strict=True):
        # Notes of a chord move together: a spread of single notes sounds like a stumble.
        moved = together.setdefault((note.part, note.position), late * _LOOSENESS_MS[note.part] * ticks_per_ms)
        on = max(note.position + min(max(moved, -_LOOSE_TICKS), _LOOSE_TICKS), 0.0)
        velocity = note.velocity * _shape(note, metre, intent) + loud * _VELOCITY_SPREAD
        played.append(PlayedNote(note, on, _off(note, on, intent), min(max(round(velocity), 1), 127)))
    return played


def _shape(note: Note, metre: Metre, intent: BarIntent) -> float:
    return _SWELL[intent.condition.phrase_bar % PHRASE_BARS] * _ACCENTS[_weakness(note.position, metre)]


def _weakness(position: int, metre: Metre) -> int:
    """0 on the first beat, 1 on other beats, 2 between beats."""
    return (position > 0) + (position % metre.beat_ticks > 0)


def _off(note: Note, on: float, intent: BarIntent) -> float:
    calm, excited = _GATES[note.part]
    gate = calm + (excited - calm) * (intent.mood.arousal + 1) / 2
    return max(note.position + note.duration * gate, on + _SHORTEST_TICKS)
