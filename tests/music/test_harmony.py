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


@pytest.mark.parametrize(
    ("mode", "third", "spelled"),
    [
        (Mode.LYDIAN, "F# A C#", "D lydian"),
        (Mode.MIXOLYDIAN, "F# A C", "D mixolydian"),
        (Mode.DORIAN, "F A C", "D dorian"),
        (Mode.PHRYGIAN, "F A C", "D phrygian"),
        (Mode.HARMONIC_MINOR, "F A Db", "D harmonic minor"),
    ],
)
def test_modes_are_spelled_with_their_signature(mode: Mode, third: str, spelled: str) -> None:
    key = Key(2, mode)
    degrees = sorted(SCALES[mode])
    assert " ".join(key.spell((degrees[number] + 2) % 12) for number in (2, 4, 6)) == third
    assert str(key) == spelled


def test_the_third_tells_major_from_minor() -> None:
    assert {mode for mode in Mode if mode.is_major} == {Mode.MAJOR, Mode.LYDIAN, Mode.MIXOLYDIAN}
    assert {mode.family for mode in Mode} == {Mode.MAJOR, Mode.MINOR}


@pytest.mark.parametrize("mode", Mode)
def test_every_pitch_class_has_its_degree_in_every_mode(mode: Mode) -> None:
    home = [mode.at_home(pitch_class) for pitch_class in range(12)]
    assert set(home) <= SCALES[mode]
    assert all(home[pitch_class] == pitch_class for pitch_class in (0, 7))
    assert len(set(home)) == 7


def test_the_tonic_triad_belongs_to_its_scale() -> None:
    for mode in Mode:
        tonic = Chord(0, Quality.MAJOR if mode.is_major else Quality.MINOR)
        assert set(tonic.tones) <= SCALES[mode]


@pytest.mark.parametrize(
    ("mode", "chord", "own"),
    [
        (Mode.LYDIAN, Chord(5, Quality.MAJOR), Chord(2, Quality.MAJOR)),
        (Mode.MIXOLYDIAN, Chord(7, Quality.MAJOR), Chord(7, Quality.MINOR)),
        (Mode.DORIAN, Chord(5, Quality.MINOR), Chord(5, Quality.MAJOR)),
        (Mode.PHRYGIAN, Chord(7, Quality.MAJOR), Chord(10, Quality.MINOR)),
        (Mode.HARMONIC_MINOR, Chord(7, Quality.DOMINANT), Chord(7, Quality.DOMINANT)),
    ],
)
def test_a_mode_has_its_own_chord_for_each_degree(mode: Mode, chord: Chord, own: Chord) -> None:
    assert chord.within(mode) == own


@pytest.mark.parametrize("mode", Mode)
def test_every_chord_has_one_that_the_mode_holds(mode: Mode) -> None:
    chords = [Chord(root, quality) for root in range(12) for quality in Quality]
    assert all(SCALES[mode].issuperset(chord.within(mode).tones) for chord in chords)
