"""Brightness by tension and intensity, distance by mood."""

import pytest

from barwise.arranging.color import NEUTRAL_BRIGHTNESS, brightness, reverb_send
from barwise.music.mood import Mood

STEPS_AN_OCTAVE = 64 / 4
"""Of the house font's filters."""


def test_tension_and_intensity_brighten() -> None:
    assert brightness(0, 0.5) < brightness(0.5, 0.5) < brightness(1, 0.5)
    assert brightness(0.5, 0) < brightness(0.5, 0.5) < brightness(0.5, 1)


def test_the_usual_sounds_as_it_was_made() -> None:
    assert brightness(0.3, 0.7) == NEUTRAL_BRIGHTNESS


@pytest.mark.parametrize("tension", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("intensity", [0.0, 0.5, 1.0])
def test_filters_move_by_an_octave_and_a_half_at_most(tension: float, intensity: float) -> None:
    assert abs(brightness(tension, intensity) - NEUTRAL_BRIGHTNESS) / STEPS_AN_OCTAVE <= 1.5


def test_calm_sad_and_tense_music_is_farther_away_and_action_is_near() -> None:
    usual = reverb_send(50, Mood(0, 0, 0.3))
    assert usual == 50
    assert reverb_send(50, Mood(0, -1, 0.3)) > usual
    assert reverb_send(50, Mood(-1, 0, 0.3)) > usual
    assert reverb_send(50, Mood(0, 0, 1)) > usual
    assert reverb_send(50, Mood(0, 1, 0.3)) < usual


def test_what_a_palette_wants_dry_stays_dry_and_all_stay_in_range() -> None:
    corners = [Mood(valence, arousal, tension) for valence in (-1, 1) for arousal in (-1, 1) for tension in (0, 1)]
    assert {reverb_send(0, mood) for mood in corners} == {0}
    assert all(0 <= reverb_send(send, mood) <= 127 for send in (1, 64, 127) for mood in corners)
