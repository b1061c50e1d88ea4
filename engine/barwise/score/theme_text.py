"""Themes as text, such as 'C5:1 E5:1/2 D5:1/2 | G5:2 R:2': a pitch and its length in quarter notes. Knows no files.

C4 is middle C; '#' and 'b' raise and lower; R is a rest; '|' may stand where a bar ends, and only there.
"""

import re
from fractions import Fraction

from barwise.errors import InputError
from barwise.music.metre import TICKS_PER_QUARTER, Metre

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ALTERED = {"": 0, "#": 1, "b": -1}
_TOKEN = re.compile(r"(?:(R)|([A-G])([#b]?)(\d)):(\d{1,3}(?:/\d{1,3})?)")
_BAR_LINE = "|"


def read_notes(text: str, metre: Metre) -> list[tuple[int, int, int]]:
    """The (position, duration, pitch) that a text stands for, in ticks and MIDI numbers; raises InputError."""
    now = 0
    notes = []
    for word in text.split():
        if word == _BAR_LINE:
            if now % metre.bar_ticks:
                raise InputError(f"'|' stands {_quarters(now % metre.bar_ticks)} into a bar of {metre}")
            continue
        pitch, ticks = _read(word)
        if pitch is not None:
            notes.append((now, ticks, pitch))
        now += ticks
    return notes


def _read(word: str) -> tuple[int | None, int]:
    """The MIDI number of a word, None for a rest, and its ticks."""
    found = _TOKEN.fullmatch(word)
    if found is None:
        raise InputError(f"{word!r} is not a note such as C5:1, Eb4:1/2 or R:2")
    rest, step, altered, octave, length = found.groups()
    return None if rest else 12 * (int(octave) + 1) + _STEPS[step] + _ALTERED[altered], ticks_of(word, length)


def ticks_of(word: str, length: str) -> int:
    """The ticks of a word's length, such as '3/2' quarter notes; raises InputError."""
    above, _, below = length.partition("/")
    if int(below or 1):
        ticks = Fraction(int(above), int(below or 1)) * TICKS_PER_QUARTER
        if ticks.denominator == 1 and ticks > 0:
            return int(ticks)
    raise InputError(f"{word!r}: a length is so many quarter notes, in steps of 1/{TICKS_PER_QUARTER}, above 0")


def _quarters(ticks: int) -> str:
    share = Fraction(ticks, TICKS_PER_QUARTER)
    return f"{share} quarter note{'s' if share > 1 else ''}"
