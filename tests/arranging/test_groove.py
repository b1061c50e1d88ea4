"""How a drummer's groove touches notes: about the beat, never out of order, accented, swung when asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.arranging.groove import LARGEST_MS, Swing, Touch, learned_groove, touches
from barwise.music.groove import BEAT_KINDS, Family, place_of, slots_per_beat
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import Bar, Note, Part
from tests.music.strategies import bars

HATS = tuple(Note(at, Part.DRUMS, 42, 6, 80) for at in range(0, 96, 12))
LIVELY = tuple(Note(at, Part.DRUMS, 42, 6, 120 if at % 24 else 30) for at in range(0, 96, 12))
TRIPLETS = tuple(Note(at, Part.DRUMS, 42, 6, 80) for at in range(0, 96, 8))


def touched(
    notes: tuple[Note, ...], seed: int = 0, tempo: float = 120.0, metre: Metre = COMMON_TIME, swing: Swing | None = None
) -> list[Touch]:
    return touches(notes, metre, tempo, np.random.default_rng(seed), swing or Swing())


def mean_onsets(notes: tuple[Note, ...], swing: Swing | None = None) -> list[float]:
    onsets = [[touch.on for touch in touched(notes, seed, swing=swing)] for seed in range(200)]
    return [float(mean) for mean in np.mean(onsets, axis=0)]


@given(bars(), st.integers(0, 99), st.floats(30, 300), st.floats(0, 1), st.booleans())
@settings(max_examples=80)
def test_onsets_stay_in_the_bar_in_order_and_near_what_is_written(
    bar: Bar, seed: int, tempo: float, amount: float, sixteenths: bool
) -> None:
    found = touched(bar.notes, seed, tempo, bar.metre, Swing(amount, sixteenths))
    straight = touched(bar.notes, seed, tempo, bar.metre)
    assert all(touch.on >= 0 and touch.end >= touch.on for touch in found)
    for note, touch in zip(bar.notes, straight, strict=True):
        assert abs(touch.on - note.position) * 60_000 / tempo / 24 <= LARGEST_MS + 1e-6
    for part in bar.parts:
        onsets = {note.position: touch.on for note, touch in zip(bar.notes, found, strict=True) if note.part is part}
        in_order = [onsets[position] for position in sorted(onsets)]
        assert in_order == sorted(set(in_order))


def test_notes_of_a_chord_are_struck_as_one() -> None:
    chord = tuple(Note(24, Part.CHORDS, pitch, 24, 80) for pitch in (60, 64, 67))
    assert len({touch.on for touch in touched(chord)}) == 1


def test_a_straight_drummer_plays_about_the_beat_and_no_two_bars_alike() -> None:
    assert mean_onsets(HATS)[2:] == pytest.approx([note.position for note in HATS][2:], abs=0.5)
    assert touched(HATS, seed=1) != touched(HATS, seed=2)
    assert touched(HATS, seed=1) == touched(HATS, seed=1)


def test_swung_eighths_come_late_and_beats_do_not() -> None:
    swung, straight = mean_onsets(HATS, Swing(1.0)), mean_onsets(HATS)
    late = np.subtract(swung, straight)
    assert late[1::2] == pytest.approx((learned_groove().eighths.at(120) - 0.5) * 24, abs=0.2)
    assert late[::2] == pytest.approx(0, abs=0.2)


def test_half_the_swing_is_half_as_late() -> None:
    whole, half, none = (mean_onsets(HATS, Swing(amount))[3] for amount in (1.0, 0.5, 0.0))
    assert half - none == pytest.approx((whole - none) / 2, abs=0.1)


def test_triplets_and_compound_metres_do_not_swing() -> None:
    assert touched(TRIPLETS, swing=Swing(1.0)) == touched(TRIPLETS)
    six_eight = Metre(6, 8)
    notes = tuple(Note(at, Part.DRUMS, 42, 6, 80) for at in range(0, 72, 12))
    assert touched(notes, metre=six_eight, swing=Swing(1.0)) == touched(notes, metre=six_eight)


def test_a_swung_note_is_held_to_where_the_next_one_comes() -> None:
    line = (Note(0, Part.MELODY, 72, 12, 80), Note(12, Part.MELODY, 74, 12, 80))
    first, second = touched(line, swing=Swing(1.0))
    assert first.end > 13
    assert second.end == 24


def test_even_strokes_get_accents_and_lively_ones_keep_theirs() -> None:
    even = [touch.weight for touch in touched(tuple(Note(at, Part.DRUMS, 42, 6, 80) for at in range(0, 96, 6)))]
    assert even[0] > 1.02
    assert even[1] < 0.8
    assert {touch.weight for touch in touched(LIVELY)} == {1.0}


def test_the_table_has_a_hand_for_every_place_of_every_metre() -> None:
    for metre in (Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(7, 8), Metre(1, 16)):
        places = {place_of(tick, metre) for tick in range(metre.bar_ticks)}
        for family in Family:
            hand = learned_groove().hand(family, metre)
            assert len(hand.late_ms) == len(hand.accents) == BEAT_KINDS * slots_per_beat(metre)
            assert max(places) < len(hand.late_ms)
