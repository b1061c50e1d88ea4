"""Figures of fills: found where they are, and only there."""

from dataclasses import replace

import pytest

from barwise.music.notes import Bar, Note, Part
from barwise_export.figures.fills import fill_figures

BEAT = Bar(notes=tuple(Note(at, Part.DRUMS, 38 if at % 48 else 36, 6, 90) for at in range(0, 96, 24)))
FILL = replace(BEAT, notes=tuple(sorted([*BEAT.notes, *(Note(at, Part.DRUMS, 45, 6, 90) for at in (78, 84, 90))])))
CRASH = replace(BEAT, notes=tuple(sorted([*BEAT.notes, Note(0, Part.DRUMS, 49, 6, 90)])))


def test_fills_and_crashes_are_counted_at_their_place() -> None:
    figures = fill_figures([[CRASH, *[BEAT] * 6, FILL], [BEAT] * 8])
    assert figures.phrases == 2
    assert figures.fills == pytest.approx([0, 0, 0, 0, 0, 0, 0, 0.5])
    assert figures.crashes == pytest.approx([0.5, 0, 0, 0, 0, 0, 0, 0])


def test_a_busy_drummer_who_always_plays_so_does_not_fill() -> None:
    assert fill_figures([[FILL] * 8]).fills == pytest.approx([0] * 8)


def test_phrases_without_drums_are_left_out() -> None:
    assert fill_figures([[Bar()] * 8]).phrases == 0
