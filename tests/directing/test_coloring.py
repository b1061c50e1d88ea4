"""What a mood makes of planned chords and of pitch classes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.directing.coloring import CLOSE, STEADY, UNRESOLVED, aimed_at, colored, leaning_of, measured
from barwise.directing.mood_table import mode_of
from barwise.music.harmony import SCALES, Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS
from barwise.music.mood import Mood
from tests.music.strategies import MOODS

TONIC, SUBDOMINANT, DOMINANT = Chord(0, Quality.MAJOR), Chord(5, Quality.MAJOR), Chord(7, Quality.MAJOR)
GLAD, WILD, DARK = Mood(0.8, 0.0, 0.0), Mood(0.8, 0.0, 1.0), Mood(-0.8, 0.0, 0.5)
PLANNED = st.builds(Chord, st.integers(0, 11), st.sampled_from([Quality.MAJOR, Quality.MINOR]))


@given(MOODS, PLANNED, st.integers(CLOSE, PHRASE_BARS - 1))
def test_a_phrase_closes_as_planned_unless_it_is_tense(mood: Mood, chord: Chord, place: int) -> None:
    if mood.tension < UNRESOLVED:
        assert colored((chord,), mood, mode_of(mood), place, GLAD) == (chord,)


def test_a_calm_mood_leaves_the_tonic_in_its_place() -> None:
    assert colored((TONIC,), GLAD, Mode.MAJOR, 0, WILD) == (TONIC,)


@pytest.mark.parametrize("planned", [TONIC, SUBDOMINANT, DOMINANT])
def test_a_tense_mood_takes_a_chord_further_from_the_key(planned: Chord) -> None:
    calm, tense = (colored((planned,), mood, mode_of(mood), 2, DARK)[0] for mood in (GLAD, WILD))
    assert measured(tense, Mode.MAJOR)[0].strain > measured(calm, Mode.MAJOR)[0].strain + 0.1


@given(MOODS, PLANNED)
def test_without_tension_nothing_outside_the_mode_is_leaned_to(mood: Mood, chord: Chord) -> None:
    resolved = replace(mood, tension=0.0)
    mode = mode_of(resolved)
    weights = leaning_of(chord, resolved, mode, turned_from(resolved))
    assert len(weights) == 12
    assert all(weights[tone] < -1 for tone in range(12) if tone not in {*SCALES[mode], *chord.tones})


def test_valence_leans_to_the_third_of_its_family() -> None:
    bright, dark = (leaning_of(Chord(7, Quality.POWER), Mood(valence), Mode.MAJOR, Mood()) for valence in (0.9, -0.9))
    assert bright[4] - bright[3] > dark[4] - dark[3]


def test_tension_widens_what_may_sound() -> None:
    calm, tense = (leaning_of(TONIC, mood, Mode.MAJOR, DARK) for mood in (GLAD, WILD))
    assert sum(weight > -2 for weight in calm) < sum(weight > -2 for weight in tense)


@given(MOODS, MOODS)
def test_each_axis_aims_at_its_own_measure(one: Mood, other: Mood) -> None:
    first, second = aimed_at(one), aimed_at(other)
    assert (first.mode - second.mode) * (one.valence - other.valence) >= 0
    assert (first.strain - second.strain) * (one.tension - other.tension) >= 0
    assert (first.diameter - second.diameter) * (one.tension - other.tension) >= 0


@given(MOODS, PLANNED, st.integers(0, PHRASE_BARS - 1))
def test_a_steady_mood_leaves_every_other_bar_as_planned(mood: Mood, chord: Chord, place: int) -> None:
    if mood.tension < UNRESOLVED or place % 2 == 0:
        assert colored((chord,), mood, mode_of(mood), place, mood) == (chord,)


def test_a_steady_dread_goes_away_and_comes_back() -> None:
    dread, tonic = Mood(-0.8, -0.3, 0.9), Chord(0, Quality.MINOR)
    phrase = [colored((tonic,), dread, Mode.PHRYGIAN, place, dread)[0] for place in range(PHRASE_BARS)]
    assert phrase[::2] == [tonic] * 4
    assert tonic not in phrase[1::2]


@given(MOODS, PLANNED)
def test_a_steady_mood_leans_less_than_a_turn(mood: Mood, chord: Chord) -> None:
    mode = mode_of(mood)
    turn, steady = (leaning_of(chord, mood, mode, before) for before in (turned_from(mood), mood))
    assert steady == pytest.approx([STEADY * weight for weight in turn])


def turned_from(mood: Mood) -> Mood:
    """A mood from which this one is a turn."""
    return replace(mood, valence=mood.valence - 1 if mood.valence > 0 else mood.valence + 1)
