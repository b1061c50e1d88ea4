"""Stingers as text, such as 'C5:1/4 E5:1/4 G5+C6:1' and 'kick+crash:1 R:1/2 snare:1/2'. Knows no files.

Lengths are as in themes, in quarter notes, and R is a rest; '+' joins what is struck together. Notes are
written over a chord of C: C is the root of whatever chord sounds, E its third, G its fifth, and the other
letters are the steps between. Accidentals are left to the chord and the mode.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from barwise.errors import InputError
from barwise.music.stinger import STEPS_PER_OCTAVE
from barwise.score.theme_text import ticks_of

DRUMS: Final[Mapping[str, int]] = {
    "kick": 36,
    "snare": 38,
    "sidestick": 37,
    "clap": 39,
    "hat": 42,
    "openhat": 46,
    "lowtom": 41,
    "tom": 45,
    "hightom": 48,
    "crash": 49,
    "splash": 55,
    "ride": 51,
    "bell": 53,
    "tambourine": 54,
    "cowbell": 56,
    "triangle": 80,
}
"""Drums by the names that a score has for them; an orchestra kit plays what it has in their place."""

_LETTERS = "CDEFGAB"
_MIDDLE_OCTAVE = 4
_LENGTH = r"\d{1,3}(?:/\d{1,3})?"
_WORD = re.compile(rf"([A-Za-z0-9+#]+):({_LENGTH})")
_NOTE = re.compile(r"([A-G])(\d)")
_REST = "R"


def read_figure(text: str) -> tuple[tuple[int, int, int], ...]:
    """The (position, step, duration) of a text's notes, in ticks and steps above the root; raises InputError."""
    return tuple((at, _step(name), ticks) for at, name, ticks in _struck(text, "a note such as C5:1, C4+G4:1/2 or R:2"))


def read_drums(text: str) -> tuple[tuple[int, int], ...]:
    """The (position, PERCUSSION key) of a text's strokes; raises InputError."""
    return tuple((at, _drum(name)) for at, name, _ in _struck(text, "a stroke such as kick:1, kick+crash:1/2 or R:2"))


def _struck(text: str, what: str) -> Iterator[tuple[int, str, int]]:
    """Position, name and ticks of everything struck."""
    now = 0
    for word in text.split():
        found = _WORD.fullmatch(word)
        if found is None:
            raise InputError(f"{word!r} is not {what}")
        names, length = found.groups()
        ticks = ticks_of(word, length)
        if names != _REST:
            together = names.split("+")
            if len(set(together)) < len(together):
                raise InputError(f"{word!r} has a name twice")
            yield from ((now, name, ticks) for name in together)
        now += ticks


def _step(name: str) -> int:
    found = _NOTE.fullmatch(name)
    if found is None:
        raise InputError(f"{name!r} is not a note of a stinger: C0 to B9 without accidentals, over a chord of C")
    letter, octave = found.groups()
    return _LETTERS.index(letter) + (int(octave) - _MIDDLE_OCTAVE) * STEPS_PER_OCTAVE


def _drum(name: str) -> int:
    if name not in DRUMS:
        raise InputError(f"there is no drum {name!r}; allowed: {', '.join(DRUMS)}")
    return DRUMS[name]
