"""How long and how loud each note is played: what a player adds to the page beside the groove."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barwise.arranging.groove import Touch
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
"""Velocities of pitched parts on the first beat, on other beats and between beats; drums have the groove's."""

_BREATHING = (Part.MELODY, Part.COUNTER)
_BREATH_SECONDS = 0.25
"""Silence of the parts that sing before each half of a phrase, at most half of their last note."""

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


def play(
    notes: Sequence[Note],
    touches: Sequence[Touch],
    metre: Metre,
    intent: BarIntent,
    random: np.random.Generator,
) -> list[PlayedNote]:
    """The notes of a bar as players would play them, touched as groove.py says; equal generators play equally."""
    draws = random.standard_normal(len(notes)).tolist()
    played = []
    for note, touch, loud in zip(notes, touches, draws, strict=True):
        velocity = note.velocity * _shape(note, touch, metre, intent) + loud * _VELOCITY_SPREAD
        played.append(PlayedNote(note, touch.on, _off(note, touch, metre, intent), min(max(round(velocity), 1), 127)))
    return played


def _shape(note: Note, touch: Touch, metre: Metre, intent: BarIntent) -> float:
    accent = touch.weight if note.part is Part.DRUMS else _ACCENTS[_weakness(note.position, metre)]
    return _SWELL[intent.condition.phrase_bar % PHRASE_BARS] * accent


def _weakness(position: int, metre: Metre) -> int:
    """0 on the first beat, 1 on other beats, 2 between beats."""
    return (position > 0) + (position % metre.beat_ticks > 0)


def _off(note: Note, touch: Touch, metre: Metre, intent: BarIntent) -> float:
    calm, excited = _GATES[note.part]
    gate = calm + (excited - calm) * (intent.mood.arousal + 1) / 2
    end = touch.end - note.duration * (1 - gate)
    if note.part in _BREATHING and (intent.condition.phrase_bar + 1) % (PHRASE_BARS // 2) == 0:
        end = min(end, _last_sound(note, metre, intent.condition.tempo))
    return max(end, touch.on + _SHORTEST_TICKS)


def _last_sound(note: Note, metre: Metre, tempo: float) -> float:
    """The tick by which a note ends that is followed by a breath at the bar line."""
    breath = _BREATH_SECONDS * tempo / 60 * TICKS_PER_QUARTER
    left = min(note.duration, metre.bar_ticks - note.position)
    return max(metre.bar_ticks - breath, note.position + left / 2)
