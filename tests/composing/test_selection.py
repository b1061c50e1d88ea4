"""Which of several candidate bars is played."""

from dataclasses import fields, replace

import numpy as np
import pytest

from barwise.composing.composer import ComposedBar
from barwise.composing.selection import MISSING_PART, WEIGHTS, best, clashes, cost, distance
from barwise.music.attributes import Attributes, measure
from barwise.music.harmony import Mode
from barwise.music.intent import Condition
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Note, Part
from barwise.music.tonality import tonality

MELODY, BASS = Note(0, Part.MELODY, 72, 96, 80), Note(0, Part.BASS, 48, 96, 80)
BOTH = Bar(notes=(BASS, MELODY))
WANTED = Condition(measure(BOTH, Mode.MAJOR), frozenset({Part.BASS, Part.MELODY}))


def candidate(bar: Bar) -> ComposedBar:
    return ComposedBar(bar, np.zeros(1, np.float32), measure(bar, Mode.MAJOR), "network")


def test_a_candidate_without_a_wanted_part_loses() -> None:
    alone, both = candidate(Bar(notes=(MELODY,))), candidate(BOTH)
    assert best([alone, both], WANTED) is both
    assert cost(alone, WANTED) - cost(both, WANTED) >= MISSING_PART


def test_a_part_that_nobody_wanted_costs_nothing_by_itself() -> None:
    assert cost(candidate(BOTH), replace(WANTED, parts=frozenset())) == cost(candidate(BOTH), WANTED)


def test_the_nearest_to_what_was_wanted_wins() -> None:
    dull = candidate(Bar(notes=(replace(BASS, velocity=20), replace(MELODY, velocity=20))))
    assert best([dull, candidate(BOTH)], WANTED).bar == BOTH


def test_of_equals_the_first_wins() -> None:
    first, second = candidate(BOTH), candidate(BOTH)
    assert best([first, second], WANTED) is first


def test_no_candidates_are_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        best([], WANTED)


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
    clash = replace(candidate(BOTH), bar=Bar(notes=(BASS, replace(MELODY, pitch=73))))
    assert cost(clash, WANTED) > cost(candidate(BOTH), WANTED)


def test_every_attribute_counts() -> None:
    assert set(WEIGHTS) == {field.name for field in fields(Attributes)}
    for name, weight in WEIGHTS.items():
        other = replace(WANTED.attributes, **{name: getattr(WANTED.attributes, name) + 1})
        assert distance(WANTED.attributes, other) == pytest.approx(weight)


def test_where_a_tonality_is_wanted_the_nearest_to_it_wins() -> None:
    major, minor = (
        candidate(Bar(notes=tuple(Note(0, Part.CHORDS, p, 96, 80) for p in (60, third, 67)))) for third in (64, 63)
    )
    wanted = replace(WANTED, attributes=major.achieved, parts=frozenset())
    assert best([minor, major], wanted, tonality(major.bar, Mode.MAJOR)) is major
    assert best([minor, major], wanted, tonality(minor.bar, Mode.MAJOR)) is minor
