"""Bars measured together are what each of them is alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.music.attributes import measure, measure_all
from barwise.music.columns import Columns
from barwise.music.harmony import Mode
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Note, Part
from barwise.music.tonality import tonalities, tonality
from tests.music.strategies import bars

SOME_BARS = st.lists(bars(), min_size=1, max_size=5)
"""Their metres differ; `alike` gives all the first one's."""


def alike(found: list[Bar]) -> list[Bar]:
    metre = found[0].metre
    return [
        replace(bar, metre=metre, notes=tuple(n for n in bar.notes if n.position < metre.bar_ticks)) for bar in found
    ]


@given(SOME_BARS.map(alike), st.sampled_from(Mode))
@settings(max_examples=60)
def test_a_bar_measures_the_same_alone_and_among_others(together: list[Bar], mode: Mode) -> None:
    notes = Columns.of(together)
    assert measure_all(notes, mode) == [measure(bar, mode) for bar in together]
    assert tonalities(notes, mode) == [tonality(bar, mode) for bar in together]


def test_each_note_knows_its_bar() -> None:
    low, high, kick = Note(0, Part.BASS, 36, 96, 80), Note(24, Part.MELODY, 72, 24, 90), Note(0, Part.DRUMS, 36, 6, 70)
    notes = Columns.of((Bar(notes=(low,)), Bar(), Bar(notes=(kick, high))))
    assert (notes.bars, notes.bar.tolist()) == (3, [0, 2, 2])
    assert (notes.pitched.pitch.tolist(), notes.pitched.end.tolist()) == ([36, 72], [96, 48])
    assert notes.count(notes.part, 6)[:, Part.DRUMS].tolist() == [0, 0, 1]


def test_bars_of_several_metres_are_refused() -> None:
    with pytest.raises(ValueError, match="metres"):
        Columns.of((Bar(), Bar(Metre(3, 4))))
