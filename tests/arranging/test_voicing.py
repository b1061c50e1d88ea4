"""Low chords: what would be mud moves up an octave, all else stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.arranging.voicing import LOW_LIMITS, without_mud
from barwise.music.notes import Note, Part


def chord(*pitches: int, part: Part = Part.CHORDS, position: int = 0) -> list[Note]:
    return [Note(position, part, pitch, 48, 80) for pitch in pitches]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((40, 43, 47), (40, 55, 47)),  # E minor in the bass register: the third goes up, the fifth stays
        ((36, 48, 52, 55), (36, 48, 52, 55)),  # an open bass under a triad in its place
        ((60, 61), (60, 61)),  # close and high
        ((48, 51), (48, 51)),  # a minor third on C3 is just clear
        ((47, 50), (47, 62)),
    ],
)
def test_close_intervals_are_opened_below_their_limits(before: tuple[int, ...], after: tuple[int, ...]) -> None:
    assert tuple(note.pitch for note in without_mud(chord(*before))) == after


def test_the_bass_counts_and_keeps_its_line() -> None:
    bass, third = without_mud([*chord(40, part=Part.BASS), *chord(43)])
    assert (bass.pitch, third.pitch) == (40, 55)
    above = without_mud([*chord(43, part=Part.BASS), *chord(40)])
    assert [note.pitch for note in above] == [43, 40]


def test_notes_that_do_not_sound_together_may_lie_close() -> None:
    notes = [*chord(40), *chord(43, position=48)]
    assert without_mud(notes) == tuple(notes)


@given(
    st.lists(
        st.builds(
            Note, st.integers(0, 90), st.sampled_from(list(Part)), st.integers(30, 80), st.integers(1, 60), st.just(80)
        )
    )
)
def test_only_chords_move_and_only_up_an_octave(notes: list[Note]) -> None:
    for before, after in zip(notes, without_mud(notes), strict=True):
        assert after.pitch - before.pitch in ((0, 12) if before.part is Part.CHORDS else (0,))


@given(st.sets(st.integers(30, 55), min_size=2, max_size=4))
def test_no_chord_note_is_left_close_over_the_bass(pitches: set[int]) -> None:
    low, *chords = sorted(pitches)
    notes = without_mud([*chord(low, part=Part.BASS), *chord(*chords)])
    assert all(low >= LOW_LIMITS.get(note.pitch - low, 0) for note in notes[1:])
