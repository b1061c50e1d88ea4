"""A theme in a composed bar: the composer writes what goes with it, and the melody is the theme's.

Invents nothing: notes that would hide the theme or rub against it give way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from barwise.music.attributes import Attributes
from barwise.music.intent import BarIntent, ThemeBar
from barwise.music.metre import Metre
from barwise.music.notes import LOWEST_PITCH, Bar, Note, Part

_LOUDER = 10
"""Velocity of the theme over the bar's wanted mean: a leitmotif is to be heard."""

_STRONGER = 4
"""What a note on a beat has more."""

_BELOW = frozenset({Part.COUNTER, Part.CHORDS})
"""Parts that go no higher than the theme."""

_LOWEST_YIELDING = 48
"""What lies above the theme goes down by octaves, no further than this: lower it would be mud."""

_RUBS = frozenset({1, 13, 25})
"""Semitones between two notes that are heard as a mistake."""

_NEAREST = (-1, 1, -2, 2, -3, 3, -4, 4)


def accompanying(intent: BarIntent) -> BarIntent:
    """What is asked of a composer beside the theme: no melody, and less by what the theme brings."""
    if intent.theme is None:
        return intent
    condition = intent.condition
    attributes = _without(condition.attributes, within_bar(intent), condition.metre)
    return replace(intent, condition=replace(condition, attributes=attributes, parts=condition.parts - {Part.MELODY}))


def _without(attributes: Attributes, notes: Sequence[Note], metre: Metre) -> Attributes:
    held = sum(note.duration for note in notes) / metre.bar_ticks
    return replace(
        attributes,
        polyphony=max(attributes.polyphony - held, 1.0),
        density=max(attributes.density - len(notes) / metre.quarters, 1.0),
    )


def with_theme(bar: Bar, intent: BarIntent) -> Bar:
    """The bar with the intent's theme as its melody; the bar itself where the intent has none."""
    if intent.theme is None:
        return bar
    theme = _played(intent.theme, intent)
    others = [note for note in bar.notes if note.part is not Part.MELODY]
    unique = {(note.part, note.position, note.pitch): note for note in _yielding(bar, others, theme)}
    return replace(bar, notes=tuple(sorted([*unique.values(), *theme])))


def within_bar(intent: BarIntent) -> tuple[Note, ...]:
    """The theme's notes of a bar as far as they sound in it; none where the intent has no theme."""
    ticks = intent.condition.metre.bar_ticks
    notes = intent.theme.notes if intent.theme else ()
    return tuple(replace(note, duration=min(note.end, ticks) - note.position) for note in notes)


def _played(theme: ThemeBar, intent: BarIntent) -> list[Note]:
    mean = intent.condition.attributes.loudness * 127 + _LOUDER
    beat = intent.condition.metre.beat_ticks
    return [
        replace(note, velocity=min(max(round(mean + _STRONGER * (note.position % beat == 0)), 1), 127))
        for note in theme.notes
    ]


def _yielding(bar: Bar, others: Sequence[Note], theme: Sequence[Note]) -> Iterator[Note]:
    """The accompaniment, below the theme and beside it."""
    for note in others:
        if note.part is Part.DRUMS:
            yield note
        else:
            placed = _below(note, theme) if note.part in _BELOW else note
            if found := _apart(placed, theme, bar):
                yield found


def _below(note: Note, theme: Sequence[Note]) -> Note:
    top = next((sung.pitch for sung in theme if sung.position <= note.position < sung.end), 127)
    pitch = note.pitch
    while pitch >= top and pitch - 12 >= _LOWEST_YIELDING:
        pitch -= 12
    return replace(note, pitch=pitch)


def _apart(note: Note, theme: Sequence[Note], bar: Bar) -> Note | None:
    """The note where it rubs against nothing; else it is cut short, moved to the nearest chord tone, or left out.

    A bass stays where it is when there is no such tone: without it the harmony would be gone.
    """
    rub = _first_rub(note, theme, bar.metre)
    if rub is None:
        return note
    if rub - note.position >= bar.metre.beat_ticks // 2:
        return replace(note, duration=rub - note.position)
    chord = bar.chord_at(note.position)
    for step in _NEAREST:
        moved = replace(note, pitch=note.pitch + step)
        is_tone = chord is not None and moved.pitch >= LOWEST_PITCH and moved.pitch % 12 in chord.tones
        if is_tone and _first_rub(moved, theme, bar.metre) is None:
            return moved
    return note if note.part is Part.BASS else None


def _first_rub(note: Note, theme: Sequence[Note], metre: Metre) -> int | None:
    """The first tick at which a note rubs against one of the theme's, on a beat or struck with it.

    None where there is no such tick: what passes between the beats, passes.
    """
    rubs = [
        max(sung.position, note.position)
        for sung in theme
        if abs(sung.pitch - note.pitch) in _RUBS
        and sung.position < note.end
        and note.position < sung.end
        and (sung.position % metre.beat_ticks == 0 or sung.position == note.position)
    ]
    return min(rubs, default=None)
