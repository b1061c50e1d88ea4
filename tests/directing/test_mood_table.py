"""What a mood asks of a bar: which way each axis turns each attribute."""

from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given, settings

from barwise.directing.mood_table import asked_for, attributes_of, carried_by, mode_of
from barwise.music.harmony import DEGREES, Mode
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from tests.music.strategies import MOODS

STEPS = [step / 4 - 1 for step in range(9)]


@pytest.mark.parametrize(
    ("axis", "name", "direction"),
    [
        ("arousal", "rhythm", 1),
        ("arousal", "drum_rhythm", 1),
        ("arousal", "density", 1),
        ("arousal", "polyphony", 1),
        ("arousal", "loudness", 1),
        ("valence", "brightness", 1),
        ("valence", "register", 1),
        ("valence", "consonance", 1),
        ("tension", "dissonance", 1),
        ("tension", "chromaticism", 1),
    ],
)
def test_an_axis_turns_an_attribute_one_way(axis: str, name: str, direction: int) -> None:
    moods = [Mood(**{axis: abs(step) if axis == "tension" else step}) for step in STEPS]
    asked = sorted((getattr(mood, axis), getattr(attributes_of(mood), name)) for mood in moods)
    assert all(direction * (high - low) >= 0 for (_, low), (_, high) in pairwise(asked))
    assert direction * (asked[-1][1] - asked[0][1]) > 0


@given(MOODS)
def test_pleasant_is_of_the_major_family_and_unpleasant_of_the_minor(mood: Mood) -> None:
    assert mode_of(mood).is_major == (mood.valence >= 0)


@pytest.mark.parametrize(
    ("mood", "mode"),
    [
        (Mood(0.9, 0.5, 0.05), Mode.MAJOR),  # joy
        (Mood(0.6, -0.2, 0.5), Mode.LYDIAN),  # a wonder that is not understood
        (Mood(0.1, 0.6, 0.3), Mode.MIXOLYDIAN),
        (Mood(-0.2, -0.4, 0.3), Mode.DORIAN),
        (Mood(-0.5, -0.5, 0.2), Mode.MINOR),  # melancholy
        (Mood(-0.5, 0.9, 0.6), Mode.HARMONIC_MINOR),  # fury
        (Mood(-0.8, -0.3, 0.9), Mode.PHRYGIAN),  # dread
    ],
)
def test_a_mood_has_its_mode(mood: Mood, mode: Mode) -> None:
    assert mode_of(mood) is mode


@given(MOODS, MOODS)
def test_at_equal_tension_the_more_pleasant_mode_has_more_tones_upward_on_the_line_of_fifths(
    one: Mood, other: Mood
) -> None:
    darker, brighter = sorted((one, replace(other, tension=one.tension)), key=lambda mood: mood.valence)
    assert lift(mode_of(darker)) <= lift(mode_of(brighter))


def lift(mode: Mode) -> int:
    """Sum of the degrees' places on the line of fifths."""
    return sum((7 * degree + 5) % 12 - 5 for degree in DEGREES[mode])


@given(MOODS)
@settings(max_examples=30)
def test_every_mood_asks_for_what_a_bar_can_be(mood: Mood) -> None:
    asked = attributes_of(mood)
    shares = (asked.rhythm, asked.drum_rhythm, asked.loudness, asked.brightness, asked.chromaticism)
    assert all(0 <= share <= 1 for share in shares)
    assert asked.consonance + asked.dissonance <= 1
    assert 36 <= asked.register <= 84


def test_the_families_of_modes_do_not_meet() -> None:
    asked: dict[Mode, list[float]] = {Mode.MAJOR: [], Mode.MINOR: []}
    for valence, arousal in product(STEPS, STEPS):
        mood = Mood(valence, arousal)
        asked[mode_of(mood).family].append(attributes_of(mood).brightness)
    assert max(asked[Mode.MINOR]) < 0.5 < min(asked[Mode.MAJOR])


def test_what_is_asked_directly_stands_in_place_of_what_the_mood_asks() -> None:
    mood = Mood(0.2, -0.4, 0.6)
    asked = asked_for(mood, {"register": 70.0, "density": 3.0, "rhythm": 0.5})
    assert asked == replace(attributes_of(mood), register=70.0, density=3.0, rhythm=0.5)


def test_a_busier_or_fuller_bar_has_more_notes() -> None:
    densities = [
        asked_for(Mood(), {"rhythm": rhythm, "polyphony": polyphony}).density
        for rhythm, polyphony in [(0.2, 2.0), (0.8, 2.0), (0.8, 6.0)]
    ]
    assert densities == sorted(densities)
    assert densities[0] < 2
    assert densities[2] > 6


def test_a_thin_cycle_has_fewer_voices_and_notes_and_what_is_asked_directly_stands() -> None:
    full, thin = asked_for(Mood(), {}), asked_for(Mood(), {}, fullness=0.5)
    assert (thin.polyphony, thin.rhythm) == (full.polyphony / 2, full.rhythm)
    assert full.density / 2 < thin.density < full.density
    assert asked_for(Mood(), {"polyphony": 4.0}, fullness=0.5).polyphony == 4.0


def test_without_chords_a_bar_is_asked_for_a_voice_of_each_part_at_most() -> None:
    full = attributes_of(Mood(arousal=1.0))
    assert full.polyphony > 4.0
    rows = [
        ({Part.DRUMS, Part.BASS, Part.MELODY}, 2.0),
        ({Part.DRUMS, Part.BASS, Part.MELODY, Part.COUNTER}, 3.0),
        ({Part.DRUMS, Part.BASS, Part.CHORDS}, full.polyphony),
        (set(PARTS), full.polyphony),
    ]
    for parts, polyphony in rows:
        carried = carried_by(frozenset(parts), full)
        assert carried.polyphony == polyphony
        assert (carried.density < full.density) == (polyphony < full.polyphony), "fewer voices have fewer notes"
