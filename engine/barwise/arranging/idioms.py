"""What instruments make of a part: single notes or octaves of a bass, power chords of a distorted guitar, tuned drums.

Everything else plays what is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from operator import attrgetter

from barwise.arranging.ranges import OCTAVE
from barwise.music.harmony import Key, Quality
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import KitGroup, Palette

DISTORTED = frozenset({29, 30})
"""Overdriven and distorted guitar: thirds and sevenths in their low chords are heard as noise."""

ORCHESTRA_KIT = 48

_FIFTH = 7

_ORCHESTRA_DRUMS: Mapping[int, int] = {42: 82, 44: 82, 46: 54, 49: 59, 51: 30, 53: 81, 55: 57, 70: 82}
"""Hats and cymbals of a drum set, and what an orchestra has in their place: shaker, triangle, concert cymbals."""

_TIMPANI: Mapping[int, int] = {41: 0, 45: _FIFTH, 48: 0}
"""Toms, and the semitones over the tonic to which the kettledrum in their place is tuned."""

_KIT_GROUPS: Mapping[int, KitGroup] = {
    **dict.fromkeys((35, 36, 37, 38, 39, 40), KitGroup.BEAT),
    **dict.fromkeys((42, 44, 46, 51, 53, 54, 56, 59, 69, 70, 80, 81, 82), KitGroup.HATS),
}

_ORDER = attrgetter("position", "part", "pitch", "duration", "velocity")
"""The order of notes: as they compare, and quicker."""

_LOWEST_KETTLE = 41
"""The orchestra kit has kettledrums on an octave of keys from F2 on."""


def idiomatic(bar: Bar, palette: Palette) -> tuple[Note, ...]:
    """The notes of a bar as a palette's instruments would rather play them, not yet transposed."""
    strokes = _strokes(bar.of(Part.BASS))
    rewritten = {Part.BASS: [note for stroke in strokes for note in _octaves(stroke)]}
    if palette.instruments[Part.CHORDS].program in DISTORTED:
        chords = _strokes(bar.of(Part.CHORDS))
        rewritten[Part.CHORDS] = [note for stroke in chords for note in _power_chord(stroke, bar)]
    elif len(strokes) == len(bar.of(Part.BASS)):
        return bar.notes
    kept = [note for note in bar.notes if note.part not in rewritten]
    return tuple(sorted(chain(kept, *rewritten.values()), key=_ORDER))


def _strokes(notes: Sequence[Note]) -> list[list[Note]]:
    """A part's notes in order, together what begins together, the lowest first."""
    return [list(stroke) for _, stroke in groupby(notes, key=lambda note: note.position)]


def drum_key(drum: int, kit: int, key: Key) -> int:
    """The key on which a kit has a drum; the orchestra's kettledrums are tuned to tonic and dominant."""
    if kit != ORCHESTRA_KIT:
        return drum
    if drum in _TIMPANI:
        return _LOWEST_KETTLE + (key.tonic + _TIMPANI[drum] - _LOWEST_KETTLE) % 12
    return _ORCHESTRA_DRUMS.get(drum, drum)


def kit_group(drum: int) -> KitGroup:
    """The group of the kit that a drum, as it is written, belongs to."""
    return _KIT_GROUPS.get(drum, KitGroup.TOMS)


def _octaves(stroke: Sequence[Note]) -> Sequence[Note]:
    """The lowest of several bass notes struck together, and its octave if that is among them: the rest is mud."""
    return [note for note in stroke if note.pitch - stroke[0].pitch in (0, OCTAVE)][:2]


def _power_chord(stroke: Sequence[Note], bar: Bar) -> Sequence[Note]:
    """Root and fifth in place of several notes struck together, the root nearest to the lowest; single notes stay."""
    chord = bar.chord_at(stroke[0].position)
    if len(stroke) == 1 or chord is None or chord.quality in (Quality.DIMINISHED, Quality.AUGMENTED):
        return stroke[:2]
    lowest = stroke[0]
    root = lowest.pitch - (lowest.pitch - chord.root + _FIFTH - 1) % 12 + _FIFTH - 1
    return replace(lowest, pitch=root), replace(lowest, pitch=root + _FIFTH)
