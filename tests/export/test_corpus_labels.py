"""Every bar is labelled from its notes, and answers the bar it resembles most."""

import pytest

from barwise.music.harmony import Key
from barwise.music.intent import Style
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import Bar, Note, Part
from barwise.music.similarity import similarity
from barwise_export.corpus.bars import KeyedBar, folded, to_bars
from barwise_export.corpus.labels import label, likeness, onsets_of, reference_of
from barwise_export.corpus.variants import variants
from tests.export.small_music import grid_bars, notes


def bar(*pitches: int, position: int = 0, metre: Metre = COMMON_TIME) -> Bar:
    return Bar(metre, (), tuple(Note(position, Part.MELODY, pitch, 24, 80) for pitch in sorted(pitches)))


def keyed(*bars: Bar) -> list[KeyedBar]:
    return [KeyedBar(found, Key(), 120.0) for found in bars]


def references(*bars: Bar) -> list[tuple[int, float | None]]:
    onsets = [onsets_of(found) for found in bars]
    return [reference_of(onsets, number) for number in range(len(bars))]


def test_the_fast_likeness_is_the_similarity() -> None:
    first, second = bar(60, 64, 67), bar(60, 65)
    assert likeness(onsets_of(first), onsets_of(second)) == similarity(first, second)


def test_a_bar_answers_the_most_similar_one_before_it() -> None:
    assert references(bar(60, 64), bar(70), bar(60)) == [(-1, None), (0, 0.0), (0, pytest.approx(2 / 3))]


def test_of_equally_similar_bars_the_one_a_phrase_back_is_answered() -> None:
    assert references(*[bar(60)] * 10)[9] == (5, 1.0)
    assert references(*[bar(60)] * 3)[2] == (0, 1.0)


def test_a_bar_like_no_other_answers_the_one_four_back() -> None:
    assert references(*[bar(pitch) for pitch in range(60, 66)])[5] == (1, 0.0)


def test_phrases_count_from_the_first_full_bar() -> None:
    pickup = bar(60, metre=Metre(1, 4))
    late = bar(60, position=72)
    for first in (pickup, late):
        labels = label(keyed(first, *[bar(62)] * 8), Style.GAME, has_velocity=True)
        assert [found.condition.phrase_bar for found in labels] == [7, 0, 1, 2, 3, 4, 5, 6, 7]


def test_the_last_two_bars_are_the_ending() -> None:
    labels = label(keyed(*[bar(60)] * 4), Style.GAME, has_velocity=True)
    assert [found.condition.is_ending for found in labels] == [False, False, True, True]


def test_without_velocities_the_loudness_is_a_fixed_guess() -> None:
    assert label(keyed(bar(60)), Style.CHAMBER, has_velocity=False)[0].condition.attributes.loudness == 0.6


def test_long_silences_are_shortened_and_the_ends_trimmed() -> None:
    parts = {Part.MELODY: notes([(4, 1, 60), (24, 1, 60), (36, 1, 60)])}
    score = to_bars(parts, grid_bars(12), [Key()] * 12)
    assert [len(found.bar.notes) for found in score.bars] == [1, 0, 1, 0, 0, 1]
    assert score.silence == 6


def test_pitches_are_stored_in_tonic_c_and_folded_into_range() -> None:
    score = to_bars({Part.MELODY: notes([(0, 1, 62)])}, grid_bars(1), [Key(2)])
    assert score.bars[0].bar.notes[0].pitch == 60
    assert (folded(20), folded(110), folded(60)) == (32, 98, 60)


def test_an_onset_past_the_end_of_an_overfull_last_bar_is_left_out() -> None:
    score = to_bars({Part.MELODY: notes([(0, 1, 60), (5, 1, 62)])}, grid_bars(1), [Key()])
    assert [note.pitch for note in score.bars[0].bar.notes] == [60]


FULL = {part: notes([(0, 1, 36 + 10 * part)]) for part in Part}


def test_variants_are_thinner_different_and_the_same_every_time() -> None:
    first, second = (frozenset(found) for found in variants("freedoom/d_map01", FULL))
    assert first != second
    assert all(found < set(FULL) and found - {Part.DRUMS} for found in (first, second))
    assert [list(found) for found in variants("freedoom/d_map01", FULL)] == [sorted(first), sorted(second)]


def test_a_piece_of_two_parts_has_no_variants() -> None:
    assert variants("a", {part: FULL[part] for part in (Part.BASS, Part.DRUMS)}) == []
