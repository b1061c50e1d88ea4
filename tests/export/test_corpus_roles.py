"""The bass is the bass and the melody the melody; doublings go."""

from barwise.music.notes import Part
from barwise_export.corpus.ensembles import keyboard, quartet, song
from barwise_export.corpus.raw import PITCH, START
from barwise_export.corpus.roles import band
from barwise_export.corpus.voices import PartNotes
from tests.export.small_music import Event, drum_track, piece, repeated, track

BASS = repeated([(beat / 2, 0.5, 36) for beat in range(8)], 8)
PAD = repeated([(0, 4, 60), (0, 4, 64), (0, 4, 67)], 8)
TUNE = repeated([(0, 1, 72), (1, 0.5, 74), (1.5, 0.5, 76), (2, 2, 79)], 8)
LOW_LINE = repeated([(0, 2, 64), (2, 1, 62), (3, 1, 60)], 8)
POWER = repeated([(beat / 2, 0.5, pitch) for beat in range(8) for pitch in (40, 47)], 8)


def up(events: list[Event], semitones: int) -> list[Event]:
    return [(start, length, pitch + semitones) for start, length, pitch in events]


def pitches(parts: PartNotes, part: Part) -> set[int]:
    return set(parts[part][:, PITCH].tolist())


def test_each_track_of_a_band_finds_its_part() -> None:
    tracks = [track(PAD, 48), track(TUNE, 80), track(BASS, 34), track(LOW_LINE, 71), drum_track([(0, 1, 36)])]
    parts = band(piece(tracks, 8)).parts
    assert pitches(parts, Part.BASS) == {36}
    assert pitches(parts, Part.MELODY) == {72, 74, 76, 79}
    assert pitches(parts, Part.COUNTER) == {60, 62, 64}
    assert pitches(parts, Part.CHORDS) == {60, 64, 67}
    assert pitches(parts, Part.DRUMS) == {36}


def test_a_track_that_doubles_the_melody_an_octave_lower_is_dropped_and_counted() -> None:
    roles = band(piece([track(TUNE, 80), track(up(TUNE, -12), 73), track(BASS, 34)], 8))
    assert not len(roles.parts[Part.COUNTER])
    assert roles.doubled == len(TUNE)


def test_an_echo_is_dropped_and_counted() -> None:
    late = [(start + 0.25, length, pitch) for start, length, pitch in TUNE]
    roles = band(piece([track(TUNE, 80), track(late, 80, velocity=40)], 9))
    assert roles.doubled == len(TUNE)


def test_power_chords_are_chords_even_when_the_bass_plays_their_roots() -> None:
    roots = [event for event in POWER if event[2] == 40]
    parts = band(piece([track(POWER, 30), track(up(roots, -12), 33)], 8)).parts
    assert pitches(parts, Part.CHORDS) == {40, 47}
    assert pitches(parts, Part.BASS) == {28}


def test_the_melody_stays_with_its_track_while_another_is_only_as_good() -> None:
    first = [event for event in TUNE if event[0] < 32]
    rival = [(start, length, pitch + 1) for start, length, pitch in up(TUNE, 2) if start >= 16]
    melody = band(piece([track(first, 80), track(rival, 80)], 8)).parts[Part.MELODY]
    assert set(melody[melody[:, START] >= 16 * 24][:, PITCH].tolist()) == {72, 74, 76, 79}


def test_effects_are_no_part() -> None:
    roles = band(piece([track(TUNE, 80), track(TUNE, 127)], 8))
    assert roles.surplus == len(TUNE)


def test_a_lively_piano_gives_its_top_line_as_the_melody() -> None:
    chords = repeated([(beat, 1, pitch) for beat in range(4) for pitch in (57, 60)], 8)
    top = repeated([(0, 1, 69), (1, 1, 71), (2, 1, 72), (3, 1, 74)], 8)
    parts = band(piece([track(chords + top, 0), track(BASS, 33)], 8)).parts
    assert pitches(parts, Part.MELODY) == {69, 71, 72, 74}
    assert pitches(parts, Part.CHORDS) == {57, 60}


def test_a_quartet_sits_in_order() -> None:
    players = [track(up(TUNE, lower), name=name) for name, lower in (("v1", 0), ("v2", -5), ("va", -12), ("vc", -24))]
    parts = quartet(piece(players, 8)).parts
    assert [int(parts[part][:, PITCH].max()) for part in (Part.MELODY, Part.COUNTER, Part.CHORDS, Part.BASS)] == [
        79,
        74,
        67,
        55,
    ]


def test_a_song_gives_the_piano_the_melody_where_nobody_sings() -> None:
    voice = [event for event in TUNE if event[0] >= 16]
    right = up(TUNE, 5)
    parts = song(piece([track(voice, name="Voice"), track(right, name="Piano"), track(BASS, name="Piano")], 8)).parts
    melody = parts[Part.MELODY]
    assert set(melody[melody[:, START] < 16 * 24][:, PITCH].tolist()) == {77, 79, 81, 84}
    assert set(melody[melody[:, START] >= 16 * 24][:, PITCH].tolist()) == {72, 74, 76, 79}
    assert pitches(parts, Part.BASS) == {36}


def test_a_keyboard_piece_has_its_outer_lines_apart() -> None:
    parts = keyboard(piece([track(PAD + TUNE), track(BASS)], 8)).parts
    assert pitches(parts, Part.MELODY) == {72, 74, 76, 79}
    assert pitches(parts, Part.BASS) == {36}
    assert pitches(parts, Part.CHORDS) == {60, 64, 67}
