"""Bars to rows and back, and the tables that every writer of rows must keep to."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.composing import vocabulary as v
from barwise.errors import InputError
from barwise.music.columns import Columns
from barwise.music.harmony import Chord, Quality
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PERCUSSION, Bar, ChordChange, Note, Part
from tests.music.strategies import EXACT_BARS, bars

NO_CHORD = 106
"""The pitch field of 'no harmony': 84 pitches and 22 drums come before it."""


def test_a_bar_is_written_in_the_order_of_its_positions_and_parts() -> None:
    bar = Bar(
        harmony=(ChordChange(0, Chord(0, Quality.MAJOR)), ChordChange(48, None)),
        notes=(
            Note(0, Part.DRUMS, 36, 24, 100),
            Note(0, Part.MELODY, 72, 24, 96),
            Note(12, Part.BASS, 24, 7, 1),
        ),
    )
    assert v.encode(bar).tolist() == [
        [0, v.HARMONY, NO_CHORD + 1, 0, 0],
        [0, Part.DRUMS, 84, v.DRUM_DURATION, 13],  # the length of a drum is always the same
        [0, Part.MELODY, 72 - LOWEST_PITCH, v.DURATIONS.index(24), 13],
        [12, Part.BASS, 0, v.DURATIONS.index(6), 1],  # 7 ticks lie between 6 and 8: the shorter
        [48, v.HARMONY, NO_CHORD, 0, 0],
        [v.END, 0, 0, 0, 0],
    ]


def test_a_bar_without_harmony_says_so() -> None:
    assert v.encode(Bar()).tolist() == [[0, v.HARMONY, NO_CHORD, 0, 0], [v.END, 0, 0, 0, 0]]


@given(EXACT_BARS)
@settings(max_examples=30)
def test_what_the_vocabulary_can_say_comes_back_as_it_was(bar: Bar) -> None:
    decoded = v.decode(v.encode(bar), bar.metre)
    assert decoded.notes == bar.notes
    assert decoded.harmony == bar.harmony or decoded.harmony == (ChordChange(0, None), *bar.harmony)


@given(bars())
@settings(max_examples=30)
def test_what_was_rounded_once_stays_as_it_is(bar: Bar) -> None:
    rows = v.encode(bar)
    assert v.encode(v.decode(rows, bar.metre)).tolist() == rows.tolist()


@given(bars(), bars())
def test_columns_of_candidates_have_the_notes_of_their_bars(first: Bar, second: Bar) -> None:
    rows = [v.encode(bar)[:-1] for bar in (first, replace(second, metre=first.metre))]
    rows[1] = rows[1][rows[1][:, v.POSITION] < first.metre.bar_ticks]
    candidates = np.zeros((2, 1 + max(map(len, rows)), v.FIELDS), np.int64)
    candidates[:, :, v.POSITION] = v.END
    for number, one in enumerate(rows):
        candidates[number, : len(one)] = one
    got, bars_of = v.columns(candidates, first.metre), [v.decode(one, first.metre) for one in candidates]
    assert notes_of(got) == notes_of(Columns.of(bars_of))


def notes_of(columns: Columns) -> list[tuple[int, ...]]:
    named = (columns.bar, columns.position, columns.part, columns.pitch, columns.duration, columns.velocity)
    return sorted(zip(*(column.tolist() for column in named), strict=True))


@pytest.mark.parametrize("heard", [(drum, other) for drum, others in PERCUSSION.items() for other in (drum, *others)])
def test_a_drum_comes_back_as_the_one_it_stands_for(heard: tuple[int, int]) -> None:
    drum, other = heard
    rows = v.encode(Bar(notes=(Note(0, Part.DRUMS, other, 6, 100),)))
    assert [note.pitch for note in v.decode(rows, COMMON_TIME).notes] == [drum]


@pytest.mark.parametrize(("pitch", "written"), [(0, LOWEST_PITCH), (127, HIGHEST_PITCH)])
def test_pitches_beyond_the_range_stay_at_its_edge(pitch: int, written: int) -> None:
    rows = v.encode(Bar(notes=(Note(0, Part.BASS, pitch, 6, 100),)))
    assert v.decode(rows, COMMON_TIME).notes[0].pitch == written


@given(st.integers(1, 127))
@settings(max_examples=20)
def test_a_velocity_moves_by_half_a_step_at_most(velocity: int) -> None:
    assert abs(v.velocity_level(velocity) * v.VELOCITY_STEP - v.VELOCITY_STEP // 2 - velocity) <= v.VELOCITY_STEP // 2


@pytest.mark.parametrize(("ticks", "length"), [(1, 1), (7, 6), (14, 15), (95, 96), (100, 96), (10_000, 192)])
def test_a_length_becomes_the_nearest(ticks: int, length: int) -> None:
    assert v.DURATIONS[v.nearest_duration(ticks)] == length


def test_a_bar_too_full_loses_its_latest_notes() -> None:
    notes = tuple(Note(tick, Part.CHORDS, pitch, 6, 80) for tick in range(96) for pitch in (60, 64))
    rows = v.encode(Bar(notes=notes))
    assert len(rows) == v.MAX_ROWS
    assert rows[-1].tolist() == [v.END, 0, 0, 0, 0]
    assert v.decode(rows, COMMON_TIME).notes == tuple(v.decode(v.encode(Bar(notes=notes[:126])), COMMON_TIME).notes)


def test_what_follows_the_end_is_not_read() -> None:
    rows = np.array([[0, 0, NO_CHORD, 0, 0], [v.END, 0, 0, 0, 0], [7, 7, 7, 7, 7]])
    assert v.decode(rows, COMMON_TIME) == Bar(harmony=(ChordChange(0, None),))


def test_rows_without_an_end_are_read_to_their_last() -> None:
    assert v.decode(np.zeros((0, v.FIELDS), np.int64), COMMON_TIME) == Bar()


@pytest.mark.parametrize(
    "row",
    [
        (96, 5, 40, 9, 9),  # beyond the bar
        (-1, 5, 40, 9, 9),
        (0, 6, 40, 9, 9),  # no such part
        (0, 5, 90, 9, 9),  # a drum in the melody
        (0, 1, 40, v.DRUM_DURATION, 9),  # a pitch among the drums
        (0, 5, 300, 9, 9),
        (0, 5, -1, 9, 9),
        (0, 5, 40, 0, 9),  # a note of no length
        (0, 5, 40, 26, 9),
        (0, 5, 40, 9, 0),  # a note of no velocity
        (0, 5, 40, 9, 17),
        (0, 1, 84, 9, 9),  # a drum of another length
        (0, 0, NO_CHORD, 9, 0),  # a harmony with a length
    ],
)
def test_a_row_that_breaks_the_grammar_is_refused_by_its_figures(row: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=str(row).replace("(", r"\(").replace(")", r"\)")):
        v.decode(np.array([(0, 0, NO_CHORD, 0, 0), row]), COMMON_TIME)


def test_a_shorter_bar_refuses_later_positions() -> None:
    rows = v.encode(Bar(notes=(Note(80, Part.BASS, 36, 6, 80),)))
    with pytest.raises(InputError, match="3/4"):
        v.decode(rows, Metre(3, 4))


@pytest.mark.parametrize("part", [v.HARMONY, *Part])
def test_each_part_has_its_own_stretch_of_each_table(part: int) -> None:
    pitches = {v.HARMONY: range(106, 215), Part.DRUMS: range(84, 106)}.get(part, range(84))
    lengths = {v.HARMONY: range(1), Part.DRUMS: range(5, 6)}.get(part, range(1, 26))
    levels = range(1) if part == v.HARMONY else range(1, 17)
    assert np.flatnonzero(v.PITCH_OF_PART[part]).tolist() == list(pitches)
    assert np.flatnonzero(v.DURATION_OF_PART[part]).tolist() == list(lengths)
    assert np.flatnonzero(v.VELOCITY_OF_PART[part]).tolist() == list(levels)
    assert v.TOP_PITCH_OF_PART[part] == pitches[-1]


def test_fields_have_room_for_all_that_is_written() -> None:
    assert v.FIELD_SIZES == (145, 6, 215, 26, 17)


def test_another_vocabulary_is_a_decision() -> None:
    """Every composer file and data set is void when this changes: train and export again."""
    assert v.vocabulary_hash().startswith("ae832d39")
