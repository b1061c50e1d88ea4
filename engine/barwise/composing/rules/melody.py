"""The melody: motifs that come back within the phrase, rests and embroidery. Knows no other part."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from barwise.composing.rules.dice import MOTIF_DIE, Dice
from barwise.composing.rules.line import line
from barwise.composing.rules.page import Page
from barwise.composing.rules.rhythm import Event, divided_bar, half_bar
from barwise.music.notes import Note, Part
from barwise.music.progressions import CHROMATIC

_LETTERS = ("abacabad", "aabcaabd", "abcbabcd", "aaabaaad")
"""Which motif each bar of a phrase is made of; 'd' comes to rest."""


def write_melody(page: Page) -> list[Note]:
    """The motif of this bar, on the chords of this bar; the rhythm is the theme's where there is one."""
    letters = _LETTERS[page.die(MOTIF_DIE).pick([1] * len(_LETTERS))]
    die = page.die(MOTIF_DIE, ord(letters[page.phrase_bar]))
    events = page.theme or divided_bar(page.metre, page.melody_per_quarter, die)
    return _embroidered(page, line(page, _at_rest(events, page) if page.rests else events, Part.MELODY, die))


def _at_rest(events: Sequence[Event], page: Page) -> list[Event]:
    """The rhythm with one long note in place of its end."""
    rest = 0 if page.is_final else half_bar(page.metre)
    return [(at, length) for at, length in events if at + length <= rest] + [(rest, page.metre.bar_ticks - rest)]


def _embroidered(page: Page, notes: list[Note]) -> list[Note]:
    """The line with chromatic approaches on short weak notes, as many as wanted."""
    chromaticism, beat = page.wanted.chromaticism, page.metre.beat_ticks
    if chromaticism < CHROMATIC:
        return notes
    die = Dice(page.fresh)
    for place, (note, after) in enumerate(pairwise(notes)):
        is_weak = note.position % beat and note.duration < beat
        if is_weak and note.pitch != after.pitch and die.share() < chromaticism * 5:
            notes[place] = replace(note, pitch=after.pitch + (1 if note.pitch > after.pitch else -1))
    return notes
