"""Notes, parts and bars as values. Pitches count from tonic C; a Key's shift makes them sound."""

from dataclasses import dataclass
from enum import IntEnum

from barwise.music.harmony import Chord
from barwise.music.metre import COMMON_TIME, Metre

LOWEST_PITCH = 24
HIGHEST_PITCH = 107
"""Range of pitched notes before the key's shift, in MIDI numbers: seven octaves from C1."""

TRANSPOSITION = range(-6, 6)


class Part(IntEnum):
    """The roles of a bar, in the order in which notes of one position are written."""

    DRUMS = 1
    BASS = 2
    CHORDS = 3
    COUNTER = 4
    MELODY = 5


PARTS = tuple(Part)
PITCHED_PARTS = tuple(part for part in Part if part is not Part.DRUMS)

PERCUSSION: dict[int, tuple[int, ...]] = {
    36: (35,),
    38: (40,),
    37: (),
    39: (),
    42: (22,),
    44: (),
    46: (26,),
    41: (43,),
    45: (47,),
    48: (50,),
    49: (57, 52),
    51: (59,),
    53: (),
    55: (),
    54: (),
    56: (),
    70: (69, 82),
    60: (62, 65),
    61: (63, 64, 66),
    75: (76, 77, 67, 68),
    80: (81,),
    58: (71, 72, 73, 74, 78, 79),
}
"""General MIDI percussion notes that the composer writes, each with the notes it stands for."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note of a bar."""

    position: int
    """Onset in ticks from the start of the bar."""
    part: Part
    pitch: int
    """MIDI number from LOWEST_PITCH to HIGHEST_PITCH with tonic C; a PERCUSSION key for drums."""
    duration: int
    """Length in ticks, at least 1; it may reach into later bars."""
    velocity: int
    """1 to 127."""

    @property
    def end(self) -> int:
        """First tick, from the start of the bar, at which the note no longer sounds."""
        return self.position + self.duration


@dataclass(frozen=True, slots=True, order=True)
class ChordChange:
    """The harmony from a position on."""

    position: int
    """Ticks from the start of the bar."""
    chord: Chord | None
    """None where no harmony is felt."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its metre, its harmony and its notes, both sorted."""

    metre: Metre = COMMON_TIME
    harmony: tuple[ChordChange, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def parts(self) -> frozenset[Part]:
        """The parts that have at least one onset in this bar."""
        return frozenset(note.part for note in self.notes)

    def of(self, *parts: Part) -> tuple[Note, ...]:
        """The notes of some parts, in order."""
        return tuple(note for note in self.notes if note.part in parts)

    def chord_at(self, position: int) -> Chord | None:
        """The harmony at a tick of the bar."""
        current = None
        for change in self.harmony:
            if change.position > position:
                break
            current = change.chord
        return current
