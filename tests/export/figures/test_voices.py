"""Figures of bass and voices, on bars that can be checked by eye."""

import pytest

from barwise.music.harmony import Chord, Quality
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise_export.figures.voices import voice_figures

TONIC, DOMINANT = Chord(0, Quality.MAJOR), Chord(7, Quality.MAJOR)


def bar(chord: Chord, bass: int, *chords: int) -> Bar:
    notes = [Note(0, Part.BASS, bass, 48, 80), Note(48, Part.BASS, bass, 48, 80)]
    return Bar(
        harmony=(ChordChange(0, chord),),
        notes=tuple(sorted([*notes, *(Note(0, Part.CHORDS, pitch, 96, 80) for pitch in chords)])),
    )


def test_a_bass_on_roots_carries_the_harmony_and_close_voices_move_little() -> None:
    figures = voice_figures([[bar(TONIC, 36, 60, 64, 67), bar(DOMINANT, 43, 59, 62, 67)]])
    assert figures.bass_on_root == figures.bass_on_chord == figures.bass_takes_up == 1
    assert figures.voices_move == pytest.approx(1)
    assert figures.mud == figures.crossing == 0
    assert figures.ranges["bass"] == (36, 43)


def test_thirds_in_the_bass_are_chord_tones_and_no_roots() -> None:
    figures = voice_figures([[bar(TONIC, 40, 60, 64, 67)]])
    assert (figures.bass_on_root, figures.bass_on_chord) == (0, 1)


def test_low_close_chords_are_mud_and_a_high_bass_crosses() -> None:
    figures = voice_figures([[bar(TONIC, 48, 40, 43, 47)]])
    assert figures.mud == figures.crossing == 1
