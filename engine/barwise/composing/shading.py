"""A last touch of color: one inner voice of a chosen bar moves to where the bar sounds more as its mood wants it.

Among a handful of candidates none may have both the chord and the open or sweet intervals that are wanted.
An arranger would not write another bar then, but move a voice of the chord: a third in place of a doubled
fifth, a suspension in place of a third. Melody, bass, rhythm and the chord that is named stay; a voice moves
wherever it sounds on its chord, so that figures stay figures. No new rub is made and no mud, and no voice
rises over the melody. Pure; draws nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from barwise.composing.selection import WEIGHTS, tonal_distance
from barwise.music.attributes import Attributes, measure_all
from barwise.music.columns import Columns
from barwise.music.harmony import SCALES, Mode
from barwise.music.intent import Condition
from barwise.music.notes import Bar, Note, Part
from barwise.music.tonality import Tonality, tonalities

REACH = {Part.CHORDS: 5, Part.COUNTER: 2}
"""Semitones that a voice of each part may move by: one of the chords to the next tone, a line by a step."""

WORTH = 1.0
"""Cost, as candidates have it, that a move must spare at least."""

FOREIGN = 1.7
"""What a tone of the mode that is not one of the chord must spare beyond that, times the consonance that is wanted:
the sweeter a bar is to be, the more its voices keep to the chord."""

RIGHT = 0.04
"""A bar this near to the consonance that is wanted stays as it is."""

HEARD = 4
"""Moves of which all is measured: those that do most for consonance."""

VOICES = range(45, 89)
"""Pitches that a voice may move to."""

CLOSE_BELOW, MUD = 55, 2
"""Below this pitch no voice comes as close to another as that."""

LOW_BASS, OVER_LOW_BASS, OVER_BASS = 48, 7, 3
"""A voice keeps a fifth above a low bass, a third above another."""

RUBS = frozenset({0, 1, 13, 25})
"""Semitones at which two notes are heard as one, or as a mistake."""


@dataclass(frozen=True, slots=True)
class Move:
    """A voice, as the numbers of its notes within the bar, and where it goes."""

    notes: tuple[int, ...]
    pitch: int
    is_foreign: bool
    """Whether the new pitch is no tone of the chord."""


def shaded(bar: Bar, achieved: Attributes, condition: Condition, wanted: Tonality) -> Bar:
    """The bar after the one move that brings it nearest to what is wanted; itself where none is worth it.

    `achieved` is what the bar measures.
    """
    aim = condition.attributes.consonance
    found = list(moves(bar, condition.mode)) if abs(achieved.consonance - aim) > RIGHT else []
    if not found:
        return bar
    off = [WEIGHTS["consonance"] * abs(one.consonance - aim) for one in measure_all(_after(bar, found), condition.mode)]
    prices = [WORTH + FOREIGN * aim * move.is_foreign for move in found]
    likely = sorted(range(len(found)), key=lambda number: off[number + 1] + prices[number])[:HEARD]
    tones = tonalities(_after(bar, [found[number] for number in likely]), condition.mode)
    before, *costs = (tonal_distance(wanted, one) for one in tones)
    costs = [cost + off[number + 1] + prices[number] for number, cost in zip(likely, costs, strict=True)]
    best = costs.index(min(costs))
    return _moved(bar, found[likely[best]]) if costs[best] < before + off[0] else bar


def moves(bar: Bar, mode: Mode) -> Iterator[Move]:
    """What the inner voices of a bar may do, each by itself."""
    pitched = [note for note in bar.notes if note.part is not Part.DRUMS]
    highest = max((note.pitch for note in pitched), default=0)
    for numbers in _voices(bar):
        voice = [bar.notes[number] for number in numbers]
        first, chord = voice[0], bar.chord_at(voice[0].position)
        if first.pitch == highest:  # it is what is heard as the melody
            continue
        tones = frozenset(chord.tones if chord else ())
        beside = {
            (other.part, other.pitch)
            for other in pitched
            if (other.part, other.pitch) != (first.part, first.pitch) and any(_meet(other, note) for note in voice)
        }
        reach = REACH[first.part]
        for pitch in range(max(first.pitch - reach, VOICES.start), min(first.pitch + reach + 1, VOICES.stop)):
            is_legal = pitch % 12 in tones or pitch % 12 in SCALES[mode]
            if is_legal and all(_fits(pitch, first.pitch, *other) for other in beside) and pitch != first.pitch:
                yield Move(numbers, pitch, pitch % 12 not in tones)


def _voices(bar: Bar) -> list[tuple[int, ...]]:
    """Numbers of the notes that one part has at one pitch on one chord."""
    found: dict[tuple[Part, int, int], list[int]] = {}
    for number, note in enumerate(bar.notes):
        if note.part in REACH:
            changes = sum(change.position <= note.position for change in bar.harmony)
            found.setdefault((note.part, note.pitch, changes), []).append(number)
    return [tuple(numbers) for numbers in found.values()]


def _meet(one: Note, other: Note) -> bool:
    return one.position < other.end and other.position < one.end


def _fits(pitch: int, before: int, part: Part, other: int) -> bool:
    """Whether a voice may move to a pitch beside another part's note."""
    distance = abs(pitch - other)
    if distance in RUBS or (distance <= MUD and min(pitch, other) < CLOSE_BELOW):
        return False
    if part is Part.BASS:
        return pitch - other >= (OVER_LOW_BASS if other < LOW_BASS else OVER_BASS)
    return part is not Part.MELODY or pitch < other or before > other


def _after(bar: Bar, found: list[Move]) -> Columns:
    """The notes of the bar itself, then of the bar after each move."""
    times, notes = 1 + len(found), Columns.of((bar,))
    pitches = np.tile(notes.pitch, (times, 1))
    for number, move in enumerate(found, 1):
        pitches[number, list(move.notes)] = move.pitch
    rest = (notes.position, notes.part, notes.duration, notes.velocity)
    position, part, duration, velocity = (np.tile(column, times) for column in rest)
    bars = np.repeat(np.arange(times, dtype=np.int64), len(notes.pitch))
    return Columns(bar.metre, times, bars, position, part, pitches.ravel(), duration, velocity)


def _moved(bar: Bar, move: Move) -> Bar:
    notes = list(bar.notes)
    for number in move.notes:
        notes[number] = replace(notes[number], pitch=move.pitch)
    return replace(bar, notes=tuple(sorted(notes)))
