"""The second line, in three ways of going with the melody. Knows no part but these two."""

from collections.abc import Iterable, Sequence

from barwise.composing.rules.dice import COUNTER_DIE
from barwise.composing.rules.line import line
from barwise.composing.rules.page import LOUDER, Page
from barwise.composing.rules.pitches import OCTAVE, nearest, pitches_of
from barwise.composing.rules.rhythm import spans_between
from barwise.music.notes import HIGHEST_PITCH, Note, Part


def write_counter(page: Page, melody: Sequence[Note]) -> list[Note]:
    """A second line: long notes below the melody, thirds and sixths with it, or answers in its gaps."""
    if page.is_final:
        return _held_counter(page, melody)
    is_busy = page.onsets_per_quarter > 1
    weights = (1.0, 1.0, 0.8) if is_busy else (1.0, 0.2, 0.1)
    way = (_held_counter, _parallel_counter, _answering_counter)[page.die(COUNTER_DIE).pick(weights)]
    return way(page, melody) or _held_counter(page, melody)


def _held_counter(page: Page, melody: Sequence[Note]) -> list[Note]:
    """A long note a chord: the tone that moves least, below the melody and not the same."""
    before = page.center(Part.COUNTER)
    notes = []
    for position, duration in spans_between(page.changes, page.metre.bar_ticks):
        above = [note.pitch for note in melody if position <= note.position < position + duration]
        choices = pitches_of(page.chord_at(position).tones)
        below = [
            it
            for it in choices
            if it <= min(above, default=HIGHEST_PITCH) - 3 and it % OCTAVE not in _classes(above[:1])
        ]
        pitch = nearest(below or choices, before)
        before = (pitch + page.center(Part.COUNTER)) / 2
        notes.append(Note(position, Part.COUNTER, pitch, duration, LOUDER[Part.COUNTER]))
    return notes


def _classes(pitches: Iterable[int]) -> set[int]:
    return {pitch % OCTAVE for pitch in pitches}


def _parallel_counter(page: Page, melody: Sequence[Note]) -> list[Note]:
    """A third under the melody's weightier notes, or a sixth where only that is of the chord."""
    beat = page.metre.beat_ticks
    led = [note for note in melody if note.position % beat == 0 or note.duration >= beat // 2]
    spans = spans_between((note.position for note in led), page.metre.bar_ticks)
    return [
        Note(note.position, Part.COUNTER, _below(page, note), length, LOUDER[Part.COUNTER])
        for note, (_, length) in zip(led, spans, strict=True)
    ]


def _below(page: Page, note: Note) -> int:
    ladder = page.ladder_at(note.position)
    place = ladder.index(nearest(ladder, note.pitch))
    third, sixth = ladder[max(place - 2, 0)], ladder[max(place - 5, 0)]
    tones = page.chord_at(note.position).tones
    return sixth if third % OCTAVE not in tones and sixth % OCTAVE in tones else third


def _answering_counter(page: Page, melody: Sequence[Note]) -> list[Note]:
    """A run of notes under every long note of the melody."""
    beat = page.metre.beat_ticks
    division = beat // 3 if page.metre.is_compound else beat // 2
    starts = [range(note.position + beat, note.end, division) for note in melody if note.duration >= 2 * beat]
    events = [(at, division) for run in starts for at in run]
    return line(page, events, Part.COUNTER, page.die(COUNTER_DIE, page.phrase_bar))
