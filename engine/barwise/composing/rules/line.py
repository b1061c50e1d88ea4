"""Pitches for a rhythm, sung: steps within a range, chord tones where they are noticed. Draws no rhythm."""

import math
from collections.abc import Sequence
from dataclasses import replace

from barwise.composing.rules.dice import Dice
from barwise.composing.rules.page import LOUDER, Page
from barwise.composing.rules.pitches import nearest, pitches_of
from barwise.composing.rules.rhythm import Event
from barwise.music.harmony import Chord
from barwise.music.intent import PHRASE_BARS
from barwise.music.notes import Note, Part

_STEPS = (-3, -2, -1, 0, 1, 2, 3)
_STEP_WEIGHTS = (0.04, 0.13, 0.3, 0.1, 0.27, 0.12, 0.04)

_ARCH = (0, 1, 2, 1, 2, 4, 3, 0)
"""Scale steps by which the melody rises over a phrase: the top comes late."""

_ARCH_DEPTH = 1
_BELOW_CENTER, _ABOVE_CENTER = -7, 11
"""Semitones from a line's middle at which its steps turn around."""


def line(page: Page, events: Sequence[Event], part: Part, die: Dice) -> list[Note]:
    """Pitches for a rhythm: mostly steps, chord tones where they are noticed."""
    beat = page.metre.beat_ticks
    notes: list[Note] = []
    pitch = _opening(page, part)
    for position, duration in events:
        chord = page.chord_at(position)
        step = _STEPS[die.pick(_STEP_WEIGHTS)] if notes else 0
        pitch = _stepped(page, part, pitch, step, page.ladder_at(position))
        if position % beat == 0 or duration >= beat or not notes:
            pitch = _settled(pitch, step, chord, notes[-1].pitch if notes else 0)
        notes.append(Note(position, part, pitch, duration, LOUDER[part]))
    if page.rests and notes:
        notes[-1] = replace(notes[-1], pitch=_resting(page, notes))
    return notes


def _opening(page: Page, part: Part) -> int:
    """Where a line begins: on a chord tone between where it was and where the phrase's arch lies."""
    arch = page.center(part) + _ARCH[page.phrase_bar] - _ARCH_DEPTH
    before = page.memory.melody if part is Part.MELODY else 0
    return nearest(pitches_of(page.chord_at(0).tones), (arch + before) / 2 if before else arch)


def _stepped(page: Page, part: Part, pitch: int, step: int, ladder: Sequence[int]) -> int:
    """The pitch some scale steps away; the step turns around at the edge of the part's range."""
    place = ladder.index(nearest(ladder, pitch))
    moved = ladder[min(max(place + step, 0), len(ladder) - 1)]
    offset = moved - page.center(part)
    if (offset < _BELOW_CENTER and step < 0) or (offset > _ABOVE_CENTER and step > 0):
        moved = ladder[min(max(place - step, 0), len(ladder) - 1)]
    return moved


def _settled(pitch: int, step: int, chord: Chord, before: int) -> int:
    """The chord tone nearest to a pitch; a step that would fall back on the note before goes on to the next tone."""
    tones = pitches_of(chord.tones)
    settled = nearest(tones, pitch + math.copysign(0.25, step))
    if step and settled == before and tones[0] < settled < tones[-1]:
        settled = tones[tones.index(settled) + (1 if step > 0 else -1)]
    return settled


def _resting(page: Page, notes: Sequence[Note]) -> int:
    """The last pitch of a line at rest: the chord's root where the phrase closes, any chord tone halfway."""
    tones = page.chord_at(notes[-1].position).tones
    closes = page.is_final or page.phrase_bar == PHRASE_BARS - 1
    before = notes[-2].pitch if len(notes) > 1 else page.memory.melody or notes[-1].pitch
    return nearest(pitches_of(tones[:1] if closes else tones), before)
