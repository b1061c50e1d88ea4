"""Bars as values: their parts, their harmony, and the drums that stand for others."""

from barwise.music.harmony import Chord, Quality
from barwise.music.notes import PERCUSSION, Bar, ChordChange, Note, Part

TONIC, DOMINANT = Chord(0, Quality.MAJOR), Chord(7, Quality.MAJOR)
BASS, MELODY = Note(0, Part.BASS, 36, 24, 80), Note(12, Part.MELODY, 72, 24, 80)


def test_the_harmony_holds_until_the_next_change() -> None:
    bar = Bar(harmony=(ChordChange(24, TONIC), ChordChange(48, DOMINANT), ChordChange(72, None)))
    assert [bar.chord_at(tick) for tick in (0, 24, 47, 48, 95)] == [None, TONIC, TONIC, DOMINANT, None]


def test_a_bar_knows_its_parts_and_gives_their_notes() -> None:
    bar = Bar(notes=(BASS, MELODY))
    assert bar.parts == {Part.BASS, Part.MELODY}
    assert bar.of(Part.MELODY, Part.DRUMS) == (MELODY,)


def test_no_drum_stands_for_another_twice() -> None:
    heard = [number for drum, others in PERCUSSION.items() for number in (drum, *others)]
    assert len(heard) == len(set(heard))
