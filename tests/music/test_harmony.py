"""Chords and keys: their names, their tones and the way to a tonic."""

import pytest

from barwise.music.harmony import SCALES, Chord, Key, Mode, Quality


@pytest.mark.parametrize(
    ("chord", "key", "name"),
    [
        (Chord(0, Quality.MAJOR), Key(0), "C"),
        (Chord(0, Quality.MINOR), Key(2, Mode.MINOR), "Dmin"),
        (Chord(7, Quality.DOMINANT), Key(2), "A7"),
        (Chord(5, Quality.MINOR_SEVENTH), Key(10), "Ebmin7"),
        (Chord(5, Quality.POWER), Key(9), "D5"),
        (Chord(7, Quality.DIMINISHED), Key(3), "Bbdim"),
    ],
)
def test_a_chord_is_named_as_it_sounds(chord: Chord, key: Key, name: str) -> None:
    assert chord.name(key) == name


@pytest.mark.parametrize(
    ("chord", "tones"),
    [
        (Chord(0, Quality.MAJOR), (0, 4, 7)),
        (Chord(9, Quality.MINOR), (9, 0, 4)),
        (Chord(7, Quality.DOMINANT), (7, 11, 2, 5)),
        (Chord(5, Quality.POWER), (5, 0)),
    ],
)
def test_tones_count_from_the_tonic_root_first(chord: Chord, tones: tuple[int, ...]) -> None:
    assert chord.tones == tones


@pytest.mark.parametrize("tonic", range(12))
def test_a_key_shifts_to_its_tonic_by_the_shorter_way(tonic: int) -> None:
    shift = Key(tonic).shift
    assert shift % 12 == tonic
    assert -6 <= shift <= 5


def test_keys_are_named() -> None:
    assert [str(Key(2)), str(Key(10, Mode.MINOR))] == ["D major", "Bb minor"]


def test_the_tonic_triad_belongs_to_its_scale() -> None:
    assert set(Chord(0, Quality.MAJOR).tones) <= SCALES[Mode.MAJOR]
    assert set(Chord(0, Quality.MINOR).tones) <= SCALES[Mode.MINOR]
