"""Parts hold no doubles, no overlaps and no more voices than they may."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from barwise_export.corpus.raw import DURATION, PITCH, START, Notes
from barwise_export.corpus.voices import bottom_line, drums, few_voices, lowest_line, top_line, unique, without_overlaps
from tests.export.small_music import Event, notes

EVENTS = st.lists(
    st.tuples(st.integers(0, 32), st.integers(1, 12), st.integers(40, 52)).map(
        lambda event: (event[0] / 4, event[1] / 4, event[2])
    ),
    max_size=40,
)


def most_at_once(found: Notes) -> int:
    times = {time for start, duration, _, _ in found.tolist() for time in (start, start + duration - 1)}
    return max((sum(s <= time < s + d for s, d, _, _ in found.tolist()) for time in times), default=0)


@given(EVENTS)
def test_notes_of_one_pitch_never_overlap(events: list[Event]) -> None:
    found = without_overlaps(unique(notes(events)))
    for pitch in np.unique(found[:, PITCH]):
        line = found[found[:, PITCH] == pitch]
        assert (line[:-1, START] + line[:-1, DURATION] <= line[1:, START]).all()
    assert (found[:, DURATION] >= 1).all()


@given(EVENTS, st.integers(1, 6), st.booleans())
def test_no_more_voices_sound_than_allowed(events: list[Event], most: int, is_line: bool) -> None:
    assert most_at_once(few_voices(notes(events), most, is_line)) <= most


@given(EVENTS)
def test_a_line_is_one_voice(events: list[Event]) -> None:
    for line in (lowest_line, top_line, bottom_line):
        assert most_at_once(line(notes(events))) <= 1


def test_the_top_line_leaves_out_notes_under_a_held_one() -> None:
    held_above = [(0, 4, 72), (1, 1, 60), (2, 1, 62), (4, 1, 65)]
    assert top_line(notes(held_above))[:, PITCH].tolist() == [72, 65]


def test_a_full_chord_gives_up_doubled_pitch_classes_first() -> None:
    chord = [(0, 4, pitch) for pitch in (36, 48, 60, 64, 67)]
    assert few_voices(notes(chord), 3, is_line=False)[:, PITCH].tolist() == [60, 64, 67]


def test_drums_become_the_sounds_that_stand_for_them_and_odd_ones_are_counted() -> None:
    hits, unknown = drums(notes([(0, 1, 35), (1, 1, 22), (2, 1, 26), (3, 1, 27)]))
    assert hits[:, PITCH].tolist() == [36, 42, 46]
    assert unknown == 1
