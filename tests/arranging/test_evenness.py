"""Accents stay accents: no leap from soft to loud within a part, at the loudness that was asked for."""

import pytest
from hypothesis import given, settings

from barwise.arranging.evenness import LARGEST_ACCENT, evened
from barwise.music.notes import Bar, Note, Part
from tests.music.strategies import bars


def struck(part: Part, *velocities: int) -> list[Note]:
    return [Note(12 * number, part, 60, 12, velocity) for number, velocity in enumerate(velocities)]


@pytest.mark.parametrize(
    ("written", "loudness", "played"),
    [
        ((80, 80, 80), 80 / 127, [80, 80, 80]),
        ((84, 78, 78), 80 / 127, [84, 78, 78]),  # an accent stays nearly as it is
        ((124, 68, 68, 68), 82 / 127, [96, 71, 71, 71]),
        ((100, 100), 60 / 127, [80, 80]),  # half of the way to what was asked for
        ((127, 127), 1.0, [127, 127]),
    ],
)
def test_leaps_become_accents(written: tuple[int, ...], loudness: float, played: list[int]) -> None:
    assert [note.velocity for note in evened(struck(Part.BASS, *written), loudness)] == played


def test_a_drummer_keeps_ghost_notes() -> None:
    notes = struck(Part.DRUMS, 124, 20, 96)
    assert evened(notes, 0.5) == tuple(notes)


@given(bars())
@settings(max_examples=30)
def test_only_velocities_change_and_the_order_of_accents_stays(bar: Bar) -> None:
    got = evened(bar.notes, 0.6)
    assert [(note.position, note.part, note.pitch, note.duration) for note in got] == [
        (note.position, note.part, note.pitch, note.duration) for note in bar.notes
    ]
    for part in Part:
        pairs = sorted(
            (old.velocity, new.velocity) for old, new in zip(bar.notes, got, strict=True) if old.part is part
        )
        heard = [new for _, new in pairs]
        assert heard == sorted(heard)
        if part is not Part.DRUMS and heard:
            assert heard[-1] - heard[0] <= 2 * LARGEST_ACCENT + 1
