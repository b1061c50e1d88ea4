"""How alike two bars are."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from barwise.music.notes import Bar, Note, Part
from barwise.music.similarity import similarity
from tests.music.strategies import bars

DO, RE, MI, FA = (Note(24 * n, Part.MELODY, pitch, 24, 80) for n, pitch in enumerate((60, 62, 64, 65)))
BAR = Bar(notes=(DO, RE, MI, FA))


@pytest.mark.parametrize(
    ("other", "value"),
    [
        (BAR, 1.0),
        (Bar(notes=(DO, RE)), 2 * 2 / (4 + 2)),
        (Bar(notes=(DO, RE, replace(MI, pitch=63), replace(FA, position=73))), 2 * 2 / (4 + 4)),
        (Bar(notes=(replace(DO, duration=3, velocity=9), RE, MI, FA)), 1.0),  # onsets alone count
        (Bar(notes=tuple(replace(note, part=Part.BASS) for note in BAR.notes)), 0.0),
        (Bar(), 0.0),
    ],
)
def test_likeness_is_the_share_of_common_onsets(other: Bar, value: float) -> None:
    assert similarity(BAR, other) == pytest.approx(value)


@given(bars(), bars())
@settings(max_examples=30)
def test_likeness_is_mutual_within_0_and_1_and_whole_with_itself(first: Bar, second: Bar) -> None:
    assert similarity(first, second) == similarity(second, first)
    assert 0 <= similarity(first, second) <= 1
    assert similarity(first, first) == 1
