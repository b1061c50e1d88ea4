"""How lines move, counted on bars in sight."""

import pytest

pytest.importorskip("torch")

from barwise.music.harmony import Mode
from barwise.music.metre import COMMON_TIME
from barwise.music.notes import Bar, Note, Part
from barwise_export.figures.generated import GeneratedPiece
from barwise_export.figures.lines import line_figures, lines
from tests.export.tiny import FALLING, RISING, Piece, dataset


def line(part: Part, *pitches: int) -> Bar:
    return Bar(COMMON_TIME, (), tuple(Note(24 * n, part, pitch, 24, 80) for n, pitch in enumerate(pitches)))


def test_intervals_go_on_over_the_bar_line() -> None:
    figures = line_figures([[line(Part.MELODY, 60, 60, 62), line(Part.MELODY, 67, 79)]])
    assert figures.intervals == {
        "repeats": 0.25,
        "steps": 0.25,
        "thirds to fifths": 0.25,
        "sixths, sevenths": 0.0,
        "octaves or more": 0.25,
    }


def test_of_notes_that_begin_together_the_highest_is_the_melody() -> None:
    chord = Bar(COMMON_TIME, (), (Note(0, Part.MELODY, 60, 24, 80), Note(0, Part.MELODY, 72, 24, 80)))
    assert line_figures([[chord, line(Part.MELODY, 72)]]).intervals["repeats"] == 1.0


def test_the_bass_is_on_the_tonic_in_any_octave() -> None:
    assert line_figures([[line(Part.BASS, 36, 48, 43)]]).bass_on_tonic == pytest.approx(2 / 3)


def test_pieces_are_not_joined() -> None:
    figures = line_figures([[line(Part.MELODY, 60)], [line(Part.MELODY, 84)]])
    assert not any(figures.intervals.values())


def test_real_music_stands_above_each_state() -> None:
    bars = (line(Part.MELODY, 60, 62), line(Part.MELODY, 64))
    piece = GeneratedPiece(0, "calm", bars, (Mode.MAJOR,) * 2, (90.0,) * 2)
    table = lines([piece], dataset(Piece((RISING, FALLING)))).markdown().splitlines()
    assert [row.split(" | ")[0] for row in table[2:]] == ["| real: tiny", "| composed: calm"]
    assert table[3].split(" | ")[2] == "1.00"  # two steps up
