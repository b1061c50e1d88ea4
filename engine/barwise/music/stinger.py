"""A stinger as a value, and where it may begin. stinger_fitting.py puts it on the chords that sound.

A stinger is a short figure over the music, written over one chord: its root, third and fifth are played as
those of whatever chord sounds, other steps as the scale about it has them.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from barwise.errors import InputError
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.mood import in_range

SIXTEENTH_TICKS = TICKS_PER_QUARTER // 4

LARGEST_TICKS = 8 * TICKS_PER_QUARTER
"""Two bars of 4/4: what is longer is music of its own."""

MOST_STROKES, MOST_TOGETHER = 32, 4
"""Onsets of a stinger, and notes or drums of one onset."""

LEVEL_RANGE = (-12.0, 6.0)
"""Decibels against where stingers lie."""

STEPS_PER_OCTAVE = 7

LONGEST_PASSING = SIXTEENTH_TICKS * 2
"""A note outside the chord that lasts longer is heard as wrong rather than as passing."""

_CHORD_STEPS = (0, 2, 4)

_ROUNDING_TICKS = 1e-6
"""A clock that reads this little after a place is there."""


class StingerStart(StrEnum):
    """Where a stinger may begin, counted from when it is asked for."""

    NOW = "now"
    """At once; what follows its first notes is on the grid."""
    SIXTEENTH = "sixteenth"
    BEAT = "beat"
    BAR = "bar"


@dataclass(frozen=True, slots=True, order=True)
class StingerNote:
    """One note of a stinger as it is written."""

    position: int
    """Onset in ticks from the stinger's start."""
    step: int
    """Steps of the scale above the chord's root about middle C: 2 its third, 4 its fifth, 7 an octave, -1 below."""
    duration: int
    """Length in ticks, at least 1."""
    velocity: int = 100
    """1 to 127."""

    @property
    def end(self) -> int:
        """First tick, from the stinger's start, at which the note no longer sounds."""
        return self.position + self.duration

    @property
    def is_structural(self) -> bool:
        """Whether it must be a tone of the chord: written as one, or too long to pass."""
        return self.step % STEPS_PER_OCTAVE in _CHORD_STEPS or self.duration > LONGEST_PASSING


@dataclass(frozen=True, slots=True, order=True)
class DrumStroke:
    """One stroke of the drums."""

    position: int
    """Ticks from the stinger's start."""
    drum: int
    """A PERCUSSION key of notes.py."""
    velocity: int = 110
    """1 to 127."""


@dataclass(frozen=True, slots=True)
class Stinger:
    """A short figure that is played over the music; raises InputError where it is empty, too long or too thick."""

    name: str
    notes: tuple[StingerNote, ...] = ()
    drums: tuple[DrumStroke, ...] = ()
    program: int = 0
    """General MIDI program 0 to 127."""
    at: StingerStart = StingerStart.BEAT
    """Where it begins unless the game says otherwise."""
    level: float = 0.0
    """Decibels above where stingers lie; below when negative."""
    pan: int = 64
    """0 left, 64 middle, 127 right."""
    reverb: int = 50
    """0 dry to 127 far away."""

    def __post_init__(self) -> None:
        what = f"stinger {self.name!r}"
        if not (self.notes or self.drums):
            raise InputError(f"{what} has neither notes nor drums")
        if self.ticks > LARGEST_TICKS:
            most = LARGEST_TICKS // TICKS_PER_QUARTER
            raise InputError(f"{what} lasts {self.ticks / TICKS_PER_QUARTER:g} quarter notes; allowed: up to {most}")
        for kind, all_of_them in (("notes", self.notes), ("drums", self.drums)):
            onsets = [item.position for item in all_of_them]
            if len(set(onsets)) > MOST_STROKES:
                raise InputError(f"{what} has {len(set(onsets))} onsets of {kind}; allowed: up to {MOST_STROKES}")
            if any(onsets.count(onset) > MOST_TOGETHER for onset in set(onsets)):
                raise InputError(f"{what} has too many {kind} together; allowed: up to {MOST_TOGETHER}")
        in_range(f"{what}: level", self.level, *LEVEL_RANGE)

    @property
    def ticks(self) -> int:
        """Ticks from its start to the end of its last note, or to its last stroke."""
        return max([*(note.end for note in self.notes), *(stroke.position + 1 for stroke in self.drums)])


def start_tick(at: StingerStart | str, now: float, metre: Metre, margin: float = 0.0) -> float:
    """The tick at which a stinger begins that is asked for at a tick of a bar, at least a margin of ticks later.

    Counted from the start of the bar; past its end where the next place lies in a bar to come. Those are
    taken to have the same metre, which holds as long as the margin is no longer than a bar.
    """
    earliest = now + margin
    start = StingerStart(at)
    if start is StingerStart.NOW:
        return earliest
    earliest -= _ROUNDING_TICKS
    bar = math.floor(earliest / metre.bar_ticks) * metre.bar_ticks
    step = {
        StingerStart.SIXTEENTH: SIXTEENTH_TICKS,
        StingerStart.BEAT: metre.beat_ticks,
        StingerStart.BAR: metre.bar_ticks,
    }[start]
    # A beat that the bar's end cuts short is followed by the next bar's first.
    return float(min(bar + math.ceil((earliest - bar) / step) * step, bar + metre.bar_ticks))


def grid_tick(start: float) -> int:
    """The sixteenth nearest to a start: what a stinger's positions are counted from."""
    return math.floor(start / SIXTEENTH_TICKS + 0.5) * SIXTEENTH_TICKS
