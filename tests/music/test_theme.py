"""Themes: notes to scale degrees and back in any mode."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.music.harmony import DEGREES, Key, Mode
from barwise.music.metre import Metre
from barwise.music.theme import CENTER, in_bar, likely_key, sounded, theme_of
from tests.music.themes import CALL, DARK, pitches, tones

LINES = st.lists(st.integers(48, 84), min_size=3, max_size=16)


@given(LINES, st.integers(0, 11), st.sampled_from(Mode))
def test_a_theme_in_its_own_mode_has_its_own_intervals(line: list[int], tonic: int, mode: Mode) -> None:
    theme = theme_of("any", [(24 * at, 24, pitch) for at, pitch in enumerate(line)], Key(tonic, mode), Metre(2, 4))
    heard = pitches(sounded(theme, mode))
    assert [b - a for a, b in pairwise(heard)] == [b - a for a, b in pairwise(line)]


@pytest.mark.parametrize("mode", Mode)
def test_a_plain_theme_is_of_the_mode_that_it_sounds_in(mode: Mode) -> None:
    degrees = DEGREES[mode]
    assert [pitch % 12 for pitch in pitches(sounded(CALL, mode))] == [degrees[0], degrees[2], degrees[4], degrees[3]]


def test_a_leading_tone_is_not_raised_twice() -> None:
    assert pitches(sounded(DARK, Mode.MINOR)) == [72, 75, 71, 72]
    assert pitches(sounded(DARK, Mode.MAJOR)) == [72, 76, 71, 72]


def test_a_theme_lies_where_melodies_lie_whatever_its_octave() -> None:
    for octave in (-24, 0, 24):
        moved = theme_of(
            "moved", [(at, ticks, pitch + octave) for at, ticks, pitch in tones(sounded(CALL, Mode.MAJOR))], Key()
        )
        heard = pitches(sounded(moved, Mode.MAJOR))
        assert abs(sum(heard) / len(heard) - CENTER) <= 8


def test_a_bar_of_a_theme_begins_at_its_own_line() -> None:
    line = sounded(CALL, Mode.MAJOR)
    assert [note.position for note in in_bar(line, 0, CALL.metre)] == [0, 48, 72]
    assert [note.position for note in in_bar(line, 1, CALL.metre)] == [0]
    assert in_bar(line, 2, CALL.metre) == ()


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ([(0, 24, 60), (24, 24, 62)], "has 2 notes; allowed: 3 to 64"),
        ([(0, 24, 60), (12, 24, 62), (48, 24, 64)], "two sound together at tick 12"),
        ([(0, 24, 60), (24, 24, 62), (48, 24, 120)], "pitch 120 is out of range"),
        ([(0, 24, 60), (24, 24, 62), (96 * 9, 24, 64)], "has 10 bars of 4/4; allowed: up to 8"),
    ],
)
def test_what_is_no_melody_is_refused(notes: list[tuple[int, int, int]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        theme_of("wrong", notes, Key())


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (Key(0, Mode.MAJOR), [60, 64, 67, 65, 62, 59, 60]),
        (Key(7, Mode.MAJOR), [67, 71, 74, 72, 69, 66, 67]),
        (Key(9, Mode.MINOR), [69, 72, 76, 74, 71, 68, 69]),
    ],
)
def test_a_key_is_found_by_how_long_its_tones_sound(key: Key, line: list[int]) -> None:
    assert likely_key([(24 * at, 24, pitch) for at, pitch in enumerate(line)]) == key
