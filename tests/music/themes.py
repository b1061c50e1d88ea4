"""Small themes for tests, in C."""

from barwise.music.harmony import Key, Mode
from barwise.music.metre import Metre
from barwise.music.notes import Note
from barwise.music.theme import Theme, theme_of

CALL = theme_of("call", [(0, 48, 60), (48, 24, 64), (72, 24, 67), (96, 96, 65)], Key())
"""C half, E and G quarters, F whole: two bars of 4/4."""

DARK = theme_of("dark", [(0, 24, 60), (24, 24, 63), (48, 24, 59), (72, 24, 60)], Key(0, Mode.MINOR))
"""C, Eb, the leading tone below, C: one bar of 4/4."""


def small_theme(*notes: tuple[int, int, int], metre: Metre | None = None) -> Theme:
    """A theme of some (position, duration, pitch) in C major."""
    return theme_of("small", notes, Key(), metre or Metre())


def pitches(notes: tuple[Note, ...]) -> list[int]:
    return [note.pitch for note in notes]


def tones(notes: tuple[Note, ...]) -> list[tuple[int, int, int]]:
    return [(note.position, note.duration, note.pitch) for note in notes]
