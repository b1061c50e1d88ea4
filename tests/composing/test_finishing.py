"""What is asked for by name is met to the sub-beat, and nothing else is touched."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.composing.finishing import finished
from barwise.directing.mood_table import attributes_of
from barwise.music.attributes import measure
from barwise.music.harmony import Chord, Mode, Quality
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import Bar, ChordChange, Note, Part

MIDDLE = attributes_of(Mood())
PLAIN = Bar(
    harmony=(ChordChange(0, Chord(0, Quality.MAJOR)),),
    notes=(
        Note(0, Part.DRUMS, 36, 6, 90),
        Note(0, Part.BASS, 36, 48, 80),
        *(Note(0, Part.CHORDS, pitch, 96, 70) for pitch in (55, 60, 64)),
        Note(0, Part.MELODY, 72, 24, 90),
        Note(24, Part.MELODY, 74, 24, 90),
        Note(48, Part.MELODY, 76, 48, 90),
    ),
)
WALTZ = replace(
    PLAIN, metre=Metre(3, 4), notes=tuple(replace(note, duration=min(note.duration, 24)) for note in PLAIN.notes)
)


@given(st.sampled_from([PLAIN, WALTZ]), st.integers(1, 16), st.floats(1.5, 8))
def test_rhythm_and_polyphony_asked_for_are_what_sounds(bar: Bar, slots: int, polyphony: float) -> None:
    wanted = replace(MIDDLE, rhythm=slots / 16, polyphony=polyphony)
    got = measure(finished(bar, wanted, {"rhythm", "polyphony"}), Mode.MAJOR)
    assert got.rhythm == slots / 16
    assert got.polyphony == pytest.approx(polyphony, abs=1 / 16)


@given(st.integers(1, 16))
def test_an_onset_more_or_less_leaves_the_drums_and_the_chords(slots: int) -> None:
    bar = finished(PLAIN, replace(MIDDLE, rhythm=slots / 16), {"rhythm"})
    assert bar.of(Part.DRUMS) == PLAIN.of(Part.DRUMS)
    assert bar.harmony == PLAIN.harmony
    assert {note.pitch for note in bar.notes} <= {note.pitch for note in PLAIN.notes}


def test_weak_places_are_tied_over_and_the_first_beat_stays() -> None:
    bar = finished(PLAIN, replace(MIDDLE, rhythm=1 / 16), {"rhythm"})
    assert [(note.position, note.duration) for note in bar.of(Part.MELODY)] == [(0, 96)]


def test_fullness_is_changed_by_length_before_notes_come_or_go() -> None:
    thinner = finished(PLAIN, replace(MIDDLE, polyphony=3), {"polyphony"})
    assert [(note.part, note.position, note.pitch) for note in thinner.notes] == [
        (note.part, note.position, note.pitch) for note in PLAIN.notes
    ]


def test_what_is_not_asked_for_stays_as_it_was_written() -> None:
    assert finished(PLAIN, replace(MIDDLE, rhythm=1.0, polyphony=8.0), {"density"}) == PLAIN


def test_a_bar_of_drums_alone_stays() -> None:
    drums = Bar(notes=PLAIN.of(Part.DRUMS))
    assert finished(drums, MIDDLE, {"rhythm", "polyphony"}) == drums
