"""Metres: how long a bar is, where its beats fall, and which bars are refused."""

import pytest

from barwise.errors import InputError
from barwise.music.metre import DENOMINATORS, MAX_BAR_TICKS, Metre


@pytest.mark.parametrize(
    ("metre", "bar_ticks", "beats", "beat_ticks"),
    [
        (Metre(4, 4), 96, 4, 24),
        (Metre(3, 4), 72, 3, 24),
        (Metre(2, 2), 96, 2, 48),
        (Metre(3, 8), 36, 3, 12),  # three quick beats, not one of three
        (Metre(6, 8), 72, 2, 36),
        (Metre(12, 8), 144, 4, 36),
        (Metre(7, 8), 84, 7, 12),
        (Metre(1, 16), 6, 1, 6),
    ],
)
def test_a_metre_gives_ticks_and_felt_beats(metre: Metre, bar_ticks: int, beats: int, beat_ticks: int) -> None:
    assert (metre.bar_ticks, metre.beats, metre.beat_ticks) == (bar_ticks, beats, beat_ticks)


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_beats_fill_the_bar(denominator: int) -> None:
    for numerator in range(1, MAX_BAR_TICKS * denominator // 96 + 1):
        metre = Metre(numerator, denominator)
        assert metre.beats * metre.beat_ticks == metre.bar_ticks == metre.quarters * 24


@pytest.mark.parametrize(("numerator", "denominator"), [(7, 4), (25, 16), (0, 4), (-3, 4), (4, 3), (4, 32), (4, 0)])
def test_a_bar_that_cannot_be_written_is_refused_by_name(numerator: int, denominator: int) -> None:
    with pytest.raises(InputError, match=f"^metre {numerator}/{denominator}: "):
        Metre(numerator, denominator)
