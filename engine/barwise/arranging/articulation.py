"""How long and how loud each note is played: what a player adds to the page beside the groove."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from barwise.arranging.families import BLOWN, SLOW, SLURRED, SUSTAINED
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
_LIFT_SECONDS = 0.075
"""Silence at most between notes that are detached: a hand is lifted in the same time after a long one. Shares alone
would stop whole bands for a sixth of a second before bar lines."""
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
    manner, following = _Manner(notes, metre, intent), _following(notes, touches)
    played = []
    for place, draw in enumerate(random.standard_normal(len(notes)).tolist()):
        note, touch = notes[place], touches[place]
        program = programs.get(note.part)
        velocity = manner.velocity(note, touch.weight, program) + draw * _VELOCITY_SPREAD
        off = manner.off(note, touch, following.get(place), program)
        played.append(PlayedNote(note, touch.on, off, min(max(round(velocity), 1), 127)))
    return played


class _Manner:
    """What players do to each note of a bar; what it shares with the others is reckoned once."""

    def __init__(self, notes: Sequence[Note], metre: Metre, intent: BarIntent) -> None:
        arousal, phrase_bar, tempo = intent.mood.arousal, intent.condition.phrase_bar, intent.condition.tempo
        excited = max(arousal, 0.0)
        power = 1 + (_EXCITED_ACCENTS - 1) * excited
        self._swell = _SWELL[phrase_bar % PHRASE_BARS]
        self._accents = [self._swell * accent**power for accent in _ACCENTS]
        """On the first beat, on other beats, between beats."""
        self._gates = {part: calm + (loose - calm) * (arousal + 1) / 2 for part, (calm, loose) in _GATES.items()}
        self._staccato = 1 - (1 - _STACCATO_GATE) * excited
        self._center = _center(notes)
        self._slur = _SLUR_SECONDS * (tempo / 60 * TICKS_PER_QUARTER) if arousal < _SLURRED_BELOW else None
        """So many ticks into the next note a bound one is held; None where none is bound."""
        self._leads = intent.leads
        # A crescendo into another state goes over the bar line.
        self._breathes = not intent.leads and (phrase_bar + 1) % (PHRASE_BARS // 2) == 0
        self._breath = _BREATH_SECONDS * tempo / 60 * TICKS_PER_QUARTER
        self._lift = _LIFT_SECONDS * tempo / 60 * TICKS_PER_QUARTER
        self._bar_ticks, self._beat_ticks = metre.bar_ticks, metre.beat_ticks

    def velocity(self, note: Note, weight: float, program: int | None) -> float:
        """How hard a note is struck; the weight is the groove's."""
        if note.part is Part.DRUMS:
            shape = self._swell * weight
        else:
            shape = self._accents[(note.position > 0) + (note.position % self._beat_ticks > 0)]
        # What swells has its crescendo into another state in its channel's volume.
        if self._leads and (note.part is Part.DRUMS or program not in SUSTAINED):
            shape *= self._led(note.position)
        velocity = note.velocity * shape
        if note.part is not Part.MELODY:
            return velocity
        higher = (note.pitch - self._center) * _CONTOUR
        return velocity * (1 + min(max(higher, -_LARGEST_CONTOUR), _LARGEST_CONTOUR))

    def _led(self, position: int) -> float:
        """Share of a stroke's velocity in the last bar before another state."""
        start = self._bar_ticks - _LEADING_BEATS * self._beat_ticks
        return 1 + (_LEADING - 1) * max(position - start, 0) / (self._bar_ticks - start)

    def off(self, note: Note, touch: Touch, following: tuple[Note, Touch] | None, program: int | None) -> float:
        """The tick at which a note ends, with the note that follows it in its line."""
        is_drum, is_slow = note.part is Part.DRUMS, program in SLOW
        # What is detached would end before it is there.
        gate = 1.0 if is_slow else self._gates[note.part]
        if note.duration <= _STACCATO_TICKS and not (is_drum or is_slow):
            gate *= self._staccato
        silence = note.duration * (1 - gate)
        end = touch.end - (min(silence, self._lift) if note.duration > _STACCATO_TICKS else silence)
        if following is not None and note.end == following[0].position:
            after, stroke = following
            if note.pitch == after.pitch:
                end = min(end, stroke.on - min((1 - _REPEATED_GATE) * (stroke.on - touch.on), self._lift))
            elif self._slur is not None and program in SLURRED:
                end = stroke.on + self._slur
        if self._breathes and not is_drum and (note.part in _SINGING or program in BLOWN):
            end = min(end, self._last_sound(note))
        return max(end, touch.on + _SHORTEST_TICKS)

    def _last_sound(self, note: Note) -> float:
        """The tick by which a note ends that is followed by a breath at the bar line."""
        left = min(note.duration, self._bar_ticks - note.position)
        return max(self._bar_ticks - self._breath, note.position + left / 2)


def _center(notes: Sequence[Note]) -> float:
    """The mean pitch of the melody."""
    pitches = [note.pitch for note in notes if note.part is Part.MELODY]
    return sum(pitches) / len(pitches) if pitches else 0.0


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
