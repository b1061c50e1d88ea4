"""What some instruments make of a part: power chords on distorted guitars, tuned drums in the orchestra.

Everything else plays what is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

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
    if palette.instruments[Part.CHORDS].program not in DISTORTED:
        return bar.notes
    strokes = groupby(bar.of(Part.CHORDS), key=lambda note: note.position)
    chords = [note for _, stroke in strokes for note in _power_chord(list(stroke), bar)]
    others = (note for note in bar.notes if note.part is not Part.CHORDS)
    return tuple(sorted([*chords, *others], key=_ORDER))


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


def _power_chord(stroke: Sequence[Note], bar: Bar) -> Sequence[Note]:
    """Root and fifth in place of several notes struck together, the root nearest to the lowest; single notes stay."""
    chord = bar.chord_at(stroke[0].position)
    if len(stroke) == 1 or chord is None or chord.quality in (Quality.DIMINISHED, Quality.AUGMENTED):
        return stroke[:2]
    lowest = stroke[0]
    root = lowest.pitch - (lowest.pitch - chord.root + _FIFTH - 1) % 12 + _FIFTH - 1
    return replace(lowest, pitch=root), replace(lowest, pitch=root + _FIFTH)
