"""What the measures of closeness say of bars in sight."""

from collections.abc import Sequence

import numpy as np
import pytest

from barwise.music.harmony import Chord, Key, Mode, Quality
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise_export.figures import measures
from barwise_export.figures.excerpts import Excerpt


def bar(*notes: tuple[int, Part, int, int], metre: Metre = COMMON_TIME) -> Bar:
    """Notes as (position, part, pitch, duration) over C major."""
    chord = ChordChange(0, Chord(0, Quality.MAJOR))
    return Bar(metre, (chord,), tuple(sorted(Note(*note, 80) for note in notes)))


def line(*pitches: int, part: Part = Part.MELODY) -> Bar:
    return bar(*((24 * place, part, pitch, 24) for place, pitch in enumerate(pitches)))


def excerpt(*bars: Bar, tonics: Sequence[int] = ()) -> Excerpt:
    return Excerpt("", bars, tuple(Key(tonic, Mode.MAJOR) for tonic in tonics or [0] * len(bars)))


REST = bar()
UP, DOWN = line(60, 62, 64, 65), line(65, 64, 62, 60)


def test_entropies_count_pitch_classes_in_bits() -> None:
    music = excerpt(line(60, 72, 60, 72), line(60, 67, 60, 67))
    assert measures.histogram_entropy(music, 1) == 0.5
    assert measures.pitch_class_entropy(music) == pytest.approx(-0.75 * np.log2(0.75) - 0.25 * np.log2(0.25))


def test_pitches_count_as_they_sound_so_that_a_change_of_key_is_heard() -> None:
    stays, moves = excerpt(UP, UP), excerpt(UP, UP, tonics=(0, 6))
    assert measures.scale_consistency(stays) == 1
    assert measures.scale_consistency(moves) < 1
    assert measures.lag_profile(moves)[0] < measures.lag_profile(stays)[0] == 1


def test_drums_have_rhythm_and_no_pitch() -> None:
    drums = excerpt(bar((0, Part.DRUMS, 36, 6)), bar((0, Part.DRUMS, 38, 6)))
    assert measures.groove_consistency(drums) == measures.grooving_similarity(drums) == 1
    assert measures.rhythmic_intensity(drums) == 0
    assert np.isnan(measures.lag_profile(drums)).all()


def test_grooves_differ_by_the_steps_at_which_they_differ() -> None:
    music = excerpt(line(60), line(60, 60))
    assert measures.groove_consistency(music) == 1 - 1 / 48
    assert measures.grooving_similarity(music) == 1 - 1 / 16


def test_self_similarity_is_what_two_bars_share_of_what_either_has() -> None:
    music = excerpt(line(60, 62, 64), line(72, 62, 65), REST, REST)
    found = measures.self_similarity(music)
    assert found[0, 1] == pytest.approx(2 / 4)  # octaves apart is alike
    assert found[0, 2] == 0
    assert np.isnan(found[2, 3])


def test_the_profile_is_the_mean_over_bars_so_far_apart() -> None:
    profile = measures.lag_profile(excerpt(UP, DOWN, UP, DOWN))
    assert profile[:3].tolist() == [0, 1, 0]


def test_intervals_are_those_of_the_top_line_over_bar_lines() -> None:
    shares = measures.intervals(excerpt(bar((0, Part.MELODY, 48, 24), (0, Part.MELODY, 60, 24)), line(62, 76)))
    assert {place: share for place, share in enumerate(shares.tolist()) if share} == {2: 0.5, 12: 0.5}


def test_note_lengths_go_to_the_nearest_note_value() -> None:
    shares = measures.note_lengths(excerpt(bar((0, Part.BASS, 40, 96), (48, Part.MELODY, 60, 5))))
    assert shares[measures.NOTE_LENGTHS.index(6)] == shares[0] == 0.5


def test_chord_tones_are_asked_of_the_melody_that_sounds_on_strong_beats() -> None:
    held = bar((0, Part.MELODY, 62, 48), (24, Part.MELODY, 61, 6), (48, Part.MELODY, 64, 24), (72, Part.MELODY, 66, 24))
    assert measures.chord_tones(excerpt(held)) == 0.5


@pytest.mark.parametrize(
    ("other", "part", "found"),
    [(61, Part.CHORDS, 0.5), (73, Part.CHORDS, 0.5), (71, Part.CHORDS, 0), (61, Part.MELODY, 0)],
)
def test_clashes_are_minor_seconds_and_ninths_between_parts(other: int, part: Part, found: float) -> None:
    assert measures.clashes(excerpt(bar((0, Part.MELODY, 60, 24), (0, part, other, 24)))) == found


def test_a_note_held_over_the_bar_line_clashes_too() -> None:
    assert measures.clashes(excerpt(bar((72, Part.CHORDS, 61, 48)), line(60))) == 0.25


@pytest.mark.parametrize(("metre", "beats"), [((4, 4), (0, 48)), ((3, 4), (0,)), ((2, 4), (0,)), ((12, 8), (0, 72))])
def test_strong_beats_open_the_bar_and_its_second_half(metre: tuple[int, int], beats: tuple[int, ...]) -> None:
    assert measures.strong_beats(bar(metre=Metre(*metre))) == beats


def test_empty_and_nearly_empty_bars_are_told_apart() -> None:
    music = excerpt(REST, line(60), line(60, 60, 60, 60), line(60, 60, 60, 60))
    assert (measures.empty_bars(music), measures.near_empty_bars(music)) == (0.25, 0.25)


@pytest.mark.parametrize(
    ("bars", "found"),
    [((UP, DOWN, line(60), UP, DOWN), 2), ((UP, UP, UP, UP), 3), ((UP, DOWN), 0), ((UP, DOWN, UP, line(60)), 1)],
)
def test_the_longest_repetition_counts_the_bars_that_return(bars: tuple[Bar, ...], found: int) -> None:
    assert measures.longest_repetition(excerpt(*bars)) == found


def test_drums_are_stable_where_successive_bars_share_their_strokes() -> None:
    beat, fill = ((0, 36), (48, 38)), ((0, 36), (48, 38), (72, 45), (84, 41))
    bars = [bar(*((position, Part.DRUMS, drum, 6) for position, drum in strokes)) for strokes in (beat, beat, fill)]
    assert measures.drum_stability(excerpt(*bars)) == pytest.approx((1 + 0.5) / 2)
