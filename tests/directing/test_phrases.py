"""Phrases of chords: where they begin and close, what they may use, and what moods make of them."""

import numpy as np
import pytest

from barwise.directing.phrases import draw_progression, learned_harmony
from barwise.music.chord_model import SLOTS, ChordModel, Place, numeral_of
from barwise.music.harmony import SCALES, Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS
from barwise.music.mood import Mood
from barwise.music.progressions import APPROACHES, HALF_CLOSES, NUMERALS, OPENINGS, TONICS, Progression

BRIGHTNESS = {Mode.MAJOR: 0.9, Mode.LYDIAN: 0.9, Mode.MIXOLYDIAN: 0.7, Mode.DORIAN: 0.3}


def drawn(mode: Mode, count: int = 20, chromaticism: float = 0.0, mood: Mood | None = None) -> list[Progression]:
    brightness = BRIGHTNESS.get(mode, 0.1)
    return [
        draw_progression(mode, brightness, chromaticism, np.random.default_rng(seed), mood) for seed in range(count)
    ]


def bars(progression: Progression) -> list[list[str]]:
    return [bar.split() for bar in progression.numerals.split("|")]


@pytest.mark.parametrize("mode", Mode)
def test_phrases_begin_at_home_half_close_and_end_with_a_cadence_of_their_mode(mode: Mode) -> None:
    for progression in drawn(mode):
        first, *_, approach, close = bars(progression)
        assert len(bars(progression)) == PHRASE_BARS
        assert first[0] in OPENINGS[mode]
        assert bars(progression)[3][-1] in HALF_CLOSES[mode]
        assert approach[-1] in APPROACHES[mode]
        assert close == [TONICS[mode]]


@pytest.mark.parametrize("mode", Mode)
def test_chords_stay_in_the_mode_until_others_are_wanted(mode: Mode) -> None:
    for progression in drawn(mode):
        tones = {tone for bar in range(PHRASE_BARS) for chord in progression.chords(bar) for tone in chord.tones}
        assert tones <= SCALES[mode]
        assert not progression.is_chromatic
    assert any(progression.is_chromatic for progression in drawn(mode, chromaticism=0.06))


@pytest.mark.parametrize("pattern", ["abcdabcf", "abacabcf", "abababef", "aabaaaef", "aaaaaaef"])
@pytest.mark.parametrize("mode", [Mode.MAJOR, Mode.PHRYGIAN])
def test_bars_of_one_letter_have_one_harmony_and_the_phrase_still_closes(pattern: str, mode: Mode) -> None:
    for seed in range(10):
        phrase = draw_progression(mode, 0.5, 0.0, np.random.default_rng(seed), pattern=pattern)
        assert all(
            bar == bars(phrase)[pattern.index(letter)] for bar, letter in zip(bars(phrase), pattern, strict=True)
        )
        assert bars(phrase)[6][-1] in APPROACHES[mode]
        assert bars(phrase)[7] == [TONICS[mode]]


def test_phrases_differ_and_equal_generators_draw_equally() -> None:
    phrases = [progression.numerals for progression in drawn(Mode.MINOR, 30)]
    assert len(set(phrases)) > 20
    assert phrases == [progression.numerals for progression in drawn(Mode.MINOR, 30)]


def test_a_tense_and_dark_mood_leans_toward_chords_that_are_tagged_so() -> None:
    def tension(mood: Mood) -> float:
        model = learned_harmony()
        weights = dict(zip(model.numerals, model.tension, strict=True))
        phrases = drawn(Mode.MINOR, 40, 0.06, mood)
        return float(np.mean([weights[name] for phrase in phrases for bar in bars(phrase) for name in bar]))

    assert tension(Mood(-0.8, 0.0, 1.0)) > tension(Mood(-0.1, 0.0, 0.0)) + 0.03


def test_power_chords_take_the_third_of_the_mode_and_sevenths_are_left_out() -> None:
    power = Chord(0, Quality.POWER)
    assert (numeral_of(power, Mode.MINOR), numeral_of(power, Mode.LYDIAN)) == ("i", "I")
    assert numeral_of(Chord(7, Quality.DOMINANT), Mode.MAJOR) == "V"
    assert numeral_of(Chord(2, Quality.MINOR_SEVENTH), Mode.MAJOR) == "ii"


@pytest.mark.parametrize("mode", Mode)
def test_the_learned_chain_is_whole(mode: Mode) -> None:
    model = learned_harmony()
    assert set(model.numerals) == set(NUMERALS)
    assert len(model.changes) == SLOTS
    for place in Place:
        chances = model.following(TONICS[mode], mode, place)
        assert chances.sum() == pytest.approx(1)
        assert chances[model.numerals.index(TONICS[mode])] < 0.001


def test_the_chain_is_read_as_it_was_written() -> None:
    model = learned_harmony()
    again = ChordModel.from_json(model.as_json())
    for mode in Mode:
        assert np.abs(again.transitions[mode] - model.transitions[mode]).max() < 0.01


def test_real_music_moves_from_the_tonic_as_theory_says() -> None:
    model = learned_harmony()

    def likeliest(numeral: str, mode: Mode, count: int) -> set[str]:
        chances = model.following(numeral, mode, Place.ELSEWHERE)
        return {model.numerals[number] for number in np.argsort(-chances)[:count]}

    assert likeliest("I", Mode.MAJOR, 2) == {"IV", "V"}
    assert "bII" in likeliest("i", Mode.PHRYGIAN, 2)
    assert "IV" in likeliest("i", Mode.DORIAN, 2)
    assert "II" in likeliest("I", Mode.LYDIAN, 2)
