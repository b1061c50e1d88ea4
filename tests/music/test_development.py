"""Developments, on degrees: C half, E and G quarters, F whole."""

from itertools import pairwise

import pytest

from barwise.music.development import SHORTEST_TICKS, Development, developed
from barwise.music.harmony import SCALES, Mode
from barwise.music.theme import LARGEST_BARS, Theme, sounded
from barwise.score.load import load_score
from tests.music.themes import CALL, small_theme

Table = list[tuple[int, int, int]]


def table(theme: Theme | None) -> Table:
    assert theme is not None
    return [(note.position, note.duration, note.degree) for note in theme.notes]


@pytest.mark.parametrize(
    ("development", "step", "notes"),
    [
        (Development.STATEMENT, 1, [(0, 48, 0), (48, 24, 2), (72, 24, 4), (96, 96, 3)]),
        (Development.SEQUENCE, 2, [(0, 48, 2), (48, 24, 4), (72, 24, 6), (96, 96, 5)]),
        (Development.INVERSION, 1, [(0, 48, 0), (48, 24, -2), (72, 24, -4), (96, 96, -3)]),
        (Development.AUGMENTATION, 1, [(0, 96, 0), (96, 48, 2), (144, 48, 4), (192, 192, 3)]),
        (
            Development.DIMINUTION,
            -1,
            [(0, 24, 0), (24, 12, 2), (36, 12, 4), (48, 48, 3), (96, 24, -1), (120, 12, 1), (132, 12, 3), (144, 48, 2)],
        ),
        (
            Development.FRAGMENT,
            1,
            [
                *[(0, 48, 0), (48, 24, 2), (72, 24, 4)],
                *[(96, 48, 1), (144, 24, 3), (168, 24, 5)],
                *[(192, 48, 2), (240, 24, 4), (264, 24, 6)],
            ],
        ),
        (
            Development.ORNAMENT,
            1,
            [(0, 24, 0), (24, 24, 1), (48, 12, 2), (60, 12, 3), (72, 24, 4), (96, 96, 3)],
        ),
    ],
)
def test_what_becomes_of_a_theme(development: Development, step: int, notes: Table) -> None:
    assert table(developed(CALL, development, step)) == notes


def test_what_would_be_too_fast_or_too_long_is_left() -> None:
    quick = small_theme((0, 4, 60), (4, 4, 62), (8, 16, 64))
    long = small_theme(*((96 * bar, 96, 60 + bar) for bar in range(5)))
    assert developed(quick, Development.DIMINUTION) is None
    assert developed(long, Development.AUGMENTATION) is None


@pytest.mark.parametrize("development", Development)
@pytest.mark.parametrize("mode", Mode)
def test_every_development_of_a_built_in_theme_stays_in_the_mode_and_sings(
    development: Development, mode: Mode
) -> None:
    for theme in load_score().themes.values():
        made = developed(theme, development)
        if made is None:
            continue
        strange = {note.raised for note in theme.notes} - {0}
        heard = sounded(made, mode)
        assert made.bars <= LARGEST_BARS
        assert strange or {note.pitch % 12 for note in heard} <= SCALES[mode]
        assert all(note.duration >= SHORTEST_TICKS for note in heard)
        assert all(before.end <= after.position for before, after in pairwise(heard))
