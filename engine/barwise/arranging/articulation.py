"""How long and how loud each note is played: what a player adds to the page beside the groove."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from barwise.arranging.families import BLOWN, SLURRED, SUSTAINED
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

_EXCITED_ACCENTS = 2.0
"""The power to which accents are raised at arousal 1; from 0 down they are as they are."""

_CONTOUR = 0.008
"""Share of the velocity by which a melody grows for each semitone above its mean in the bar."""
_LARGEST_CONTOUR = 0.06

_LEADING_BEATS = 2
_LEADING = 1.15
"""Velocities of what is struck or plucked as another state begins, after a crescendo of so many beats."""

_SINGING = (Part.MELODY, Part.COUNTER)
"""Parts that breathe whatever plays them; all others do where they are blown."""
_BREATH_SECONDS = 0.25
"""Silence of what breathes before each half of a phrase, at most half of its last note."""

_SLUR_SECONDS = 0.012
"""So long into the next note of a line is a note held that is bound to it."""
_SLURRED_BELOW = 0.3
"""Arousal up to which lines are bound."""
_REPEATED_GATE = 0.85
"""Share of its length for which a note sounds at most before one of the same pitch."""
_STACCATO_TICKS = 12
_STACCATO_GATE = 0.65
"""Notes of an eighth and less are shortened to this share of what they would be, at arousal 1."""

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
    programs: Mapping[Part, int],
) -> list[PlayedNote]:
    """The notes of a bar as players would play them, touched as groove.py says; equal generators play equally.

    The programs are those of the parts, of which some bind notes and some breathe.
    """
    draws = random.standard_normal(len(notes)).tolist()
    center = _center(notes)
    following = _following(notes, touches)
    played = []
    for place, (note, touch, loud) in enumerate(zip(notes, touches, draws, strict=True)):
        program = programs.get(note.part)
        velocity = note.velocity * _shape(note, touch, metre, intent, program)
        velocity = velocity * _contour(note, center) + loud * _VELOCITY_SPREAD
        off = _off(note, touch, following.get(place), metre, intent, program)
        played.append(PlayedNote(note, touch.on, off, min(max(round(velocity), 1), 127)))
    return played


def _shape(note: Note, touch: Touch, metre: Metre, intent: BarIntent, program: int | None) -> float:
    if note.part is Part.DRUMS:
        accent = touch.weight
    else:
        accent = _ACCENTS[_weakness(note.position, metre)] ** _accents(intent.mood.arousal)
    led = _led(note.position, metre) if intent.leads and not _swells(note, program) else 1.0
    return _SWELL[intent.condition.phrase_bar % PHRASE_BARS] * accent * led


def _swells(note: Note, program: int | None) -> bool:
    """Whether its channel's volume makes the crescendo into another state."""
    return note.part is not Part.DRUMS and program in SUSTAINED


def _led(position: int, metre: Metre) -> float:
    """Share of a stroke's velocity in the last bar before another state."""
    start = metre.bar_ticks - _LEADING_BEATS * metre.beat_ticks
    return 1 + (_LEADING - 1) * max(position - start, 0) / (metre.bar_ticks - start)


def _accents(arousal: float) -> float:
    return 1 + (_EXCITED_ACCENTS - 1) * max(arousal, 0.0)


def _center(notes: Sequence[Note]) -> float:
    """The mean pitch of the melody."""
    pitches = [note.pitch for note in notes if note.part is Part.MELODY]
    return sum(pitches) / len(pitches) if pitches else 0.0


def _contour(note: Note, center: float) -> float:
    if note.part is not Part.MELODY:
        return 1.0
    return 1 + min(max((note.pitch - center) * _CONTOUR, -_LARGEST_CONTOUR), _LARGEST_CONTOUR)


def _following(notes: Sequence[Note], touches: Sequence[Touch]) -> dict[int, tuple[Note, Touch]]:
    """By place, the note that follows each one in a line: both are alone in their part where they begin."""
    strokes: dict[Part, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, note in enumerate(notes):
        if note.part is not Part.DRUMS:
            strokes[note.part][note.position].append(place)
    found = {}
    for of_part in strokes.values():
        for here, after in pairwise(of_part[position] for position in sorted(of_part)):
            if len(here) == len(after) == 1:
                found[here[0]] = notes[after[0]], touches[after[0]]
    return found


def _weakness(position: int, metre: Metre) -> int:
    """0 on the first beat, 1 on other beats, 2 between beats."""
    return (position > 0) + (position % metre.beat_ticks > 0)


def _off(
    note: Note,
    touch: Touch,
    following: tuple[Note, Touch] | None,
    metre: Metre,
    intent: BarIntent,
    program: int | None,
) -> float:
    calm, excited = _GATES[note.part]
    arousal = intent.mood.arousal
    gate = calm + (excited - calm) * (arousal + 1) / 2
    ticks_per_second = intent.condition.tempo / 60 * TICKS_PER_QUARTER
    if note.part is not Part.DRUMS and note.duration <= _STACCATO_TICKS:
        gate *= 1 - (1 - _STACCATO_GATE) * max(arousal, 0.0)
    end = touch.end - note.duration * (1 - gate)
    if following is not None and note.end == following[0].position:
        after, stroke = following
        if note.pitch == after.pitch:
            end = min(end, touch.on + _REPEATED_GATE * (stroke.on - touch.on))
        elif program in SLURRED and arousal < _SLURRED_BELOW:
            end = stroke.on + _SLUR_SECONDS * ticks_per_second
    breathes = note.part in _SINGING or (note.part is not Part.DRUMS and program in BLOWN)
    # A crescendo into another state goes over the bar line.
    if breathes and not intent.leads and (intent.condition.phrase_bar + 1) % (PHRASE_BARS // 2) == 0:
        end = min(end, _last_sound(note, metre, intent.condition.tempo))
    return max(end, touch.on + _SHORTEST_TICKS)


def _last_sound(note: Note, metre: Metre, tempo: float) -> float:
    """The tick by which a note ends that is followed by a breath at the bar line."""
    breath = _BREATH_SECONDS * tempo / 60 * TICKS_PER_QUARTER
    left = min(note.duration, metre.bar_ticks - note.position)
    return max(metre.bar_ticks - breath, note.position + left / 2)
