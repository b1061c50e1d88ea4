"""Which of several candidate bars is played."""

from dataclasses import fields, replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from barwise.composing.selection import MISSING_PART, WEIGHTS, best, clashes, costs, distance
from barwise.music.attributes import Attributes, measure, measure_all
from barwise.music.columns import Columns
from barwise.music.harmony import Mode
from barwise.music.intent import Condition
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import PITCHED_PARTS, Bar, Note, Part
from barwise.music.tonality import Tonality, tonality
from tests.music.strategies import bars

MELODY, BASS = Note(0, Part.MELODY, 72, 96, 80), Note(0, Part.BASS, 48, 96, 80)
BOTH = Bar(notes=(BASS, MELODY))
WANTED = Condition(measure(BOTH, Mode.MAJOR), frozenset({Part.BASS, Part.MELODY}))


def cost(bar: Bar, wanted: Condition = WANTED) -> float:
    return costs(Columns.of((bar,)), [measure(bar, Mode.MAJOR)], wanted)[0]


def chosen(bars: list[Bar], wanted: Condition = WANTED, tonality: Tonality | None = None) -> Bar:
    notes = Columns.of(bars)
    return bars[best(notes, measure_all(notes, Mode.MAJOR), wanted, tonality)]


def test_a_candidate_without_a_wanted_part_loses() -> None:
    alone = Bar(notes=(MELODY,))
    assert chosen([alone, BOTH]) is BOTH
    assert cost(alone) - cost(BOTH) >= MISSING_PART


def test_a_melody_that_hardly_sounds_is_half_missing() -> None:
    def sung(ticks: int) -> float:
        bar = Bar(notes=(BASS, replace(MELODY, duration=ticks)))
        return costs(Columns.of((bar,)), [WANTED.attributes], WANTED)[0]  # as if all else were as wanted

    assert [sung(ticks) for ticks in (96, 24, 12)] == [0, 0, MISSING_PART / 2]


def test_a_part_that_nobody_wanted_costs_nothing_by_itself() -> None:
    assert cost(BOTH, replace(WANTED, parts=frozenset())) == cost(BOTH)


def test_the_nearest_to_what_was_wanted_wins() -> None:
    dull = Bar(notes=(replace(BASS, velocity=20), replace(MELODY, velocity=20)))
    assert chosen([dull, BOTH]) is BOTH


def test_of_equals_the_first_wins() -> None:
    first, second = BOTH, replace(BOTH)
    assert chosen([first, second]) is first


def test_no_candidates_are_refused() -> None:
    nobody = np.zeros(0, np.int64)
    with pytest.raises(ValueError, match="empty"):
        best(Columns(COMMON_TIME, 0, *[nobody] * 6), [], WANTED)


@given(bars(max_notes=24))
@settings(max_examples=60)
def test_clashes_are_those_of_every_pair_of_notes_on_every_beat(bar: Bar) -> None:
    beats = range(0, bar.metre.bar_ticks, bar.metre.beat_ticks)
    pairs = [
        (beat, low, high)
        for beat in beats
        for low, high in combinations(bar.of(*PITCHED_PARTS), 2)
        if low.part is not high.part and all(note.position <= beat < note.end for note in (low, high))
    ]
    assert clashes(bar) == sum(abs(low.pitch - high.pitch) in (1, 13, 25) for _, low, high in pairs) / len(beats)


@pytest.mark.parametrize(
    ("notes", "metre", "per_beat"),
    [
        ((BASS, MELODY), Metre(4, 4), 0),
        ((BASS, replace(MELODY, pitch=49)), Metre(4, 4), 1),  # a minor second, four beats long
        ((BASS, replace(MELODY, pitch=61)), Metre(4, 4), 1),  # a minor ninth
        ((BASS, replace(MELODY, pitch=73)), Metre(4, 4), 1),
        ((BASS, replace(MELODY, pitch=59)), Metre(4, 4), 0),  # a major seventh is colour
        ((BASS, replace(MELODY, pitch=49, duration=24)), Metre(4, 4), 1 / 4),
        ((BASS, replace(MELODY, pitch=49, position=6, duration=12)), Metre(4, 4), 0),  # between the beats
        ((BASS, replace(BASS, pitch=49)), Metre(4, 4), 0),  # within one part
        ((BASS, replace(MELODY, part=Part.DRUMS, pitch=49)), Metre(4, 4), 0),
        ((BASS, replace(MELODY, pitch=49, duration=36)), Metre(6, 8), 1 / 2),
        ((BASS, replace(MELODY, pitch=49), Note(0, Part.CHORDS, 50, 96, 80)), Metre(4, 4), 2),
    ],
)
def test_clashes_are_minor_seconds_between_parts_on_the_beats(
    notes: tuple[Note, ...], metre: Metre, per_beat: float
) -> None:
    assert clashes(Bar(metre, notes=notes)) == pytest.approx(per_beat)


def test_a_clash_loses_against_a_clean_bar() -> None:
    clash = Columns.of((Bar(notes=(BASS, replace(MELODY, pitch=73))),))
    assert costs(clash, [measure(BOTH, Mode.MAJOR)], WANTED)[0] > cost(BOTH)


def test_every_attribute_counts() -> None:
    assert set(WEIGHTS) == {field.name for field in fields(Attributes)}
    for name, weight in WEIGHTS.items():
        other = replace(WANTED.attributes, **{name: getattr(WANTED.attributes, name) + 1})
        assert distance(WANTED.attributes, other) == pytest.approx(weight)


def test_where_a_tonality_is_wanted_the_nearest_to_it_wins() -> None:
    major, minor = (Bar(notes=tuple(Note(0, Part.CHORDS, p, 96, 80) for p in (60, third, 67))) for third in (64, 63))
    wanted = replace(WANTED, attributes=measure(major, Mode.MAJOR), parts=frozenset())
    assert chosen([minor, major], wanted, tonality(major, Mode.MAJOR)) is major
    assert chosen([minor, major], wanted, tonality(minor, Mode.MAJOR)) is minor
