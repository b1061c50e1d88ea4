"""Keys and chords are what a listener would name."""

import pytest

from barwise.music.harmony import Chord, Key, Mode, Quality
from barwise.music.notes import Part
from barwise_export.corpus.chords import harmony
from barwise_export.corpus.downbeat import BAND, SCORE, downbeat, on_true_downbeats
from barwise_export.corpus.keys import key_regions, keys_of_bars
from barwise_export.corpus.voices import PartNotes
from tests.export.small_music import Event, drum_track, grid_bars, notes, piece, repeated, track

TRIADS = {"C": (60, 64, 67), "F": (60, 65, 69), "G": (59, 62, 67), "Am": (60, 64, 69), "Dm": (62, 65, 69)}


def chords_of(*names: str, each: float = 4.0) -> list[Event]:
    return [(number * each, each, pitch) for number, name in enumerate(names) for pitch in TRIADS[name]]


def parts_of(*names: str, each: float = 4.0, up: int = 0) -> PartNotes:
    return {Part.CHORDS: notes([(s, d, p + up) for s, d, p in chords_of(*names, each=each)])}


@pytest.mark.parametrize("up", [0, 2, 7])
def test_a_cadence_tells_the_key(up: int) -> None:
    keys = keys_of_bars(parts_of("C", "F", "G", "C", "Am", "Dm", "G", "C", up=up), grid_bars(8))
    assert set(keys) == {Key(up, Mode.MAJOR)}


def test_a_riff_is_in_the_key_of_its_pedal() -> None:
    riff = repeated([(0, 3, 40), (3, 1, 41), (0, 3, 47), (3, 1, 48)], 8)
    assert set(keys_of_bars({Part.BASS: notes(riff)}, grid_bars(8), riffs=True)) == {Key(4, Mode.MINOR)}


def test_the_key_changes_once_when_the_music_moves() -> None:
    home = chords_of("C", "F", "G", "C") * 1
    tune = repeated(home, 4, 16) + [(s + 64, d, p + 6) for s, d, p in repeated(home, 4, 16)]
    regions = key_regions(keys_of_bars({Part.CHORDS: notes(tune)}, grid_bars(32)))
    assert regions == [(0, Key(0, Mode.MAJOR)), (16, Key(6, Mode.MAJOR))]


def test_triads_are_named_from_the_tonic() -> None:
    found = harmony(parts_of("C", "F", "G", "Am"), grid_bars(4), [Key()] * 4)
    names = [[(change.position, str(change.chord and change.chord.name(Key()))) for change in bar] for bar in found]
    assert names == [[(0, "C")], [(0, "F")], [(0, "G")], [(0, "Amin")]]


def test_a_chord_may_change_at_the_half_bar() -> None:
    (bar,) = harmony(parts_of("C", "G", each=2), grid_bars(1), [Key()])
    assert [(change.position, change.chord) for change in bar] == [
        (0, Chord(0, Quality.MAJOR)),
        (48, Chord(7, Quality.MAJOR)),
    ]


def test_roots_count_from_the_tonic_of_the_key() -> None:
    (bar,) = harmony(parts_of("F"), grid_bars(1), [Key(5, Mode.MAJOR)])
    assert bar[0].chord == Chord(0, Quality.MAJOR)


def test_a_fifth_is_a_power_chord_and_one_pitch_class_is_none() -> None:
    (fifth,) = harmony({Part.CHORDS: notes([(0, 4, 40), (0, 4, 47)])}, grid_bars(1), [Key()])
    (alone,) = harmony({Part.BASS: notes([(0, 4, 40)])}, grid_bars(1), [Key()])
    assert fifth[0].chord == Chord(4, Quality.POWER)
    assert alone[0].chord is None


def test_silence_has_no_harmony() -> None:
    assert harmony({Part.DRUMS: notes([(0, 1, 36)])}, grid_bars(1), [Key()])[0][0].chord is None


def late(events: list[Event], quarters: float) -> list[Event]:
    return [(start + quarters, length, pitch) for start, length, pitch in events]


def test_bars_move_to_where_the_harmony_changes() -> None:
    backbeat = drum_track(late(repeated([(1, 1, 38), (3, 1, 38)], 16), 1))
    chords = track(late(chords_of(*["C", "F", "G", "Am"] * 4), 1))
    written = piece([chords, backbeat], 17)
    assert downbeat(written, BAND) == 24
    assert int(on_true_downbeats(written, BAND).tracks[0].notes[0, 0]) == 96


def test_bars_that_are_right_stay() -> None:
    written = piece([track(chords_of(*["C", "F", "G", "Am"] * 4))], 16)
    assert on_true_downbeats(written, BAND) is written
    assert on_true_downbeats(written, SCORE) is written


def test_a_pickup_of_an_eighth_is_found_in_a_score() -> None:
    written = piece([track(late(chords_of(*["C", "F", "G", "Am"] * 4), 0.5))], 17)
    assert downbeat(written, SCORE) == 12
