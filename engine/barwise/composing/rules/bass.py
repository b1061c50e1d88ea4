"""The bass: roots, fifths and octaves on a grid. Knows no other part."""

from barwise.composing.rules.page import LOUDER, Page
from barwise.composing.rules.pitches import OCTAVE, nearest, pitches_of
from barwise.composing.rules.rhythm import grids_of, half_bar, spans_between
from barwise.music.harmony import CHORD_TONES, Chord, Quality
from barwise.music.notes import Note, Part

_LOWEST_BASS = 28

_BASS_HEADROOM = 8
"""Semitones over the middle of its range from which the bass takes the fifth below."""


def write_bass(page: Page, grid: str) -> list[Note]:
    """Roots where the chord changes, fifths and octaves between."""
    notes = []
    root = page.memory.bass or round(page.center(Part.BASS))
    for position, duration in spans_between({*page.changes, *grids_of(page.metre)[grid]}, page.metre.bar_ticks):
        chord = page.chord_at(position)
        target = (root + 2 * page.center(Part.BASS)) / 3
        root = nearest([pitch for pitch in pitches_of(chord.tones[:1]) if pitch >= _LOWEST_BASS], target)
        pitch = root if position in page.changes else root + _over_root(page, chord, root, position)
        notes.append(Note(position, Part.BASS, pitch, duration, LOUDER[Part.BASS]))
    return notes


def _over_root(page: Page, chord: Chord, root: int, position: int) -> int:
    """Semitones over the root between chords: the fifth on strong and last beats, else the root again."""
    is_last = position >= page.metre.bar_ticks - page.metre.beat_ticks and position % page.metre.beat_ticks == 0
    if not (is_last or position == half_bar(page.metre)):
        return 0
    fifth = CHORD_TONES[chord.quality][1 if chord.quality is Quality.POWER else 2]
    return fifth - OCTAVE if root + fifth > page.center(Part.BASS) + _BASS_HEADROOM else fifth
