"""Volume, ducking and pauses: each on its own way, and their product is what is heard."""

from barwise.performing.levels import PAUSE_SECONDS, Levels

RATE = 1000
FADE = round(PAUSE_SECONDS * RATE)


def test_volume_and_duck_multiply() -> None:
    levels = Levels(RATE)
    levels.set_volume(0.5, 0.1, 0)
    levels.duck(20.0, 0.1, 0)
    assert levels.at(100) == 0.5 * 0.1


def test_a_level_that_turns_goes_on_from_where_it_is() -> None:
    levels = Levels(RATE)
    levels.set_volume(0.0, 1.0, 0)
    levels.set_volume(1.0, 1.0, 500)
    assert levels.at(500) == 0.5
    assert levels.at(1000) == 0.75


def test_music_stands_still_once_it_has_faded_into_a_pause_and_no_longer() -> None:
    levels = Levels(RATE)
    levels.pause(True, 0)
    assert not levels.stands_still(FADE - 1)
    assert levels.stands_still(FADE)
    levels.pause(True, FADE)  # twice is harmless
    assert levels.stands_still(FADE)
    levels.pause(False, FADE)
    assert not levels.stands_still(FADE)


def test_blocks_are_cut_where_a_level_arrives() -> None:
    levels = Levels(RATE)
    levels.set_volume(0.5, 0.1, 0)
    levels.pause(True, 0)
    assert levels.even_until(0, 512) == FADE
    assert levels.even_until(FADE, 512) == 100
    assert levels.even_until(100, 512) == 512
