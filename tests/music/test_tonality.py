"""What a bar's tonality is, on chords that can be checked by hand."""

import numpy as np
import pytest

from barwise.music.harmony import Mode
from barwise.music.notes import Bar, Note, Part
from barwise.music.tonality import Tonality, chord_mode, chroma, mode_fit, spelled, tonality


def chord(*pitches: int) -> Bar:
    """A chord through a whole bar."""
    return Bar(notes=tuple(Note(0, Part.CHORDS, pitch, 96, 80) for pitch in pitches))


C, C_MINOR, F_SHARP, D_FLAT, G = (
    chord(60, 64, 67),
    chord(60, 63, 67),
    chord(66, 70, 73),
    chord(61, 65, 68),
    chord(67, 71, 74),
)


def test_a_major_chord_fits_the_major_key_and_a_minor_one_the_minor() -> None:
    assert tonality(C, Mode.MAJOR).mode > 0.2
    assert tonality(C_MINOR, Mode.MAJOR).mode < -0.2


def test_the_mode_of_a_key_profile_is_its_own() -> None:
    even = np.ones(12)
    assert mode_fit(even) == 0
    assert mode_fit(np.array([2, 0, 1, 0, 2, 1, 0, 2, 0, 1, 0, 1.0])) > 0


@pytest.mark.parametrize(
    ("bar", "fifths"), [(C, 4), (C_MINOR, 4), (chord(60, 67), 1), (chord(60, 66), 6), (chord(60, 72), 0)]
)
def test_the_diameter_of_a_chord_follows_its_width_in_fifths(bar: Bar, fifths: int) -> None:
    rise = np.sqrt(2 / 15) * (np.pi / 2) ** 2
    apart = np.sqrt(2 - 2 * np.cos(fifths * np.pi / 2) + (rise * fifths) ** 2)
    assert tonality(bar, Mode.MAJOR).diameter == pytest.approx(apart / (12 * rise))


def test_strain_grows_with_the_distance_from_the_key() -> None:
    strains = [tonality(bar, Mode.MAJOR).strain for bar in (C, G, D_FLAT, F_SHARP)]
    assert strains == sorted(strains)
    assert tonality(C_MINOR, Mode.MINOR).strain < tonality(C_MINOR, Mode.MAJOR).strain


def test_silence_and_drums_are_without_tonality() -> None:
    drums = Bar(notes=(Note(0, Part.DRUMS, 36, 6, 90),))
    assert tonality(Bar(), Mode.MAJOR) == tonality(drums, Mode.MINOR) == Tonality(0.0, 0.0, 0.0, 0.0)


def test_accidentals_are_spelled_by_the_notes_around_them() -> None:
    in_c, in_e = np.zeros(12, int), np.zeros(12, int)
    in_c[[0, 5, 7, 8]] = 3, 2, 2, 1  # C F G and an A flat
    in_e[[4, 8, 11, 9]] = 3, 1, 3, 2  # E G sharp B and A
    assert spelled(in_c)[8] == -4
    assert spelled(in_e)[8] == 8


def test_chords_are_major_or_minor_by_what_sounds_together() -> None:
    first = tuple(Note(0, Part.CHORDS, pitch, 48, 80) for pitch in (57, 60, 64))  # A minor, then F major
    second = tuple(Note(48, Part.CHORDS, pitch, 48, 80) for pitch in (53, 57, 60))
    modes = [chord_mode(bar) for bar in (C, F_SHARP, C_MINOR, Bar(notes=(*first, *second)), chord(60, 72), Bar())]
    assert modes == [1, 1, -1, 0, 0, 0]


def test_the_chroma_counts_what_sounds_within_the_bar() -> None:
    notes = (Note(0, Part.BASS, 36, 48, 80), Note(72, Part.MELODY, 72, 96, 80), Note(0, Part.DRUMS, 38, 6, 80))
    assert chroma(Bar(notes=notes)).tolist() == [72, *[0] * 11]
    assert chroma(Bar()).tolist() == [0] * 12
