"""Themes in other metres: known again, and with as little change as may be."""

import pytest

from barwise.music.melodic_similarity import melodic_similarity
from barwise.music.metre import Metre
from barwise.music.theme import Theme
from barwise.music.theme_metre import KEPT, in_metre, tones
from barwise.score.load import load_score
from tests.music.themes import small_theme

HALVES = small_theme((0, 48, 60), (48, 24, 64), (72, 24, 67), (96, 48, 65), (144, 24, 64), (168, 24, 62), (192, 96, 60))
QUARTERS = small_theme(*((24 * at, 24, pitch) for at, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 62))))


def rhythm(theme: Theme, metre: Metre) -> list[tuple[int, int]]:
    return [(note.position, note.duration) for note in in_metre(theme, metre).notes]


def test_a_theme_in_its_own_metre_is_left_alone() -> None:
    assert in_metre(HALVES, Metre(4, 4)) is HALVES
    assert rhythm(HALVES, Metre(2, 2)) == rhythm(HALVES, Metre(4, 4))


def test_four_beats_become_three_where_a_long_note_can_give_one() -> None:
    run = [(6 * at, 6) for at in range(8)]
    theme = small_theme(*((at, ticks, 60 + at // 6) for at, ticks in [*run, (48, 48)]))
    assert rhythm(theme, Metre(3, 4)) == [*run, (48, 24)]


def test_where_nothing_can_give_the_notes_go_straight_on() -> None:
    assert rhythm(QUARTERS, Metre(3, 4)) == rhythm(QUARTERS, Metre(4, 4))
    assert in_metre(QUARTERS, Metre(3, 4)).bars == 3


def test_beats_become_compound_beats() -> None:
    assert rhythm(QUARTERS, Metre(6, 8)) == [(36 * at, 36) for at in range(8)]
    swung = small_theme(*((24 * at, 24, 60 + at) for at in range(7)), (168, 12, 67), (180, 12, 65))
    assert rhythm(swung, Metre(6, 8))[-2:] == [(252, 24), (276, 12)]


@pytest.mark.parametrize("metre", [Metre(2, 4), Metre(3, 4), Metre(4, 4), Metre(5, 4), Metre(6, 8), Metre(12, 8)])
def test_a_theme_is_known_again_in_every_metre(metre: Metre) -> None:
    for theme in (*load_score().themes.values(), HALVES, QUARTERS):
        fitted = in_metre(theme, metre)
        assert fitted.metre == metre
        assert melodic_similarity(tones(theme.notes), tones(fitted.notes)) >= KEPT
