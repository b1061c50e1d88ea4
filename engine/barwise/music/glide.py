"""Tempo that changes: how long ticks last under a glide, and back. Knows no bars, no samples and no clock.

In a glide the length of a beat changes linearly from beat to beat, as players do it who neither brake
nor jump: tick by tick from 1 / tempo to 1 / tempo_to. So the time of t ticks of a glide of g ticks, whose
tick lasts a at first and b at last, is a t + (b - a) t^2 / (2 g), and its inverse is the root of a quadratic.
"""

import math
from dataclasses import dataclass, field

from barwise.errors import InputError
from barwise.music.metre import TICKS_PER_QUARTER

SECONDS_PER_MINUTE = 60


def tick_length(tempo: float, per_second: float = 1.0) -> float:
    """Length of a tick at a tempo in quarter notes a minute, in units of which a second has per_second."""
    return per_second * SECONDS_PER_MINUTE / (tempo * TICKS_PER_QUARTER)


@dataclass(frozen=True, slots=True)
class Glide:
    """A tempo that goes to another and stays there; before its first tick it is steady.

    Times are counted from its first tick, in units of which a second has per_second.
    """

    tempo: float
    """Quarter notes a minute at first."""
    tempo_to: float
    """Quarter notes a minute at last."""
    ticks: float
    """How long it goes; 0: it is there at once."""

    def tempo_at(self, ticks: float) -> float:
        """The tempo after some ticks, in quarter notes a minute."""
        if ticks >= self.ticks:
            return self.tempo_to
        if ticks <= 0:
            return self.tempo
        part = ticks / self.ticks
        return 1 / ((1 - part) / self.tempo + part / self.tempo_to)

    def span(self, ticks: float, per_second: float = 1.0) -> float:
        """The time that the first ticks take."""
        if ticks <= 0:
            return ticks * tick_length(self.tempo, per_second)
        last = tick_length(self.tempo_to, per_second)
        gliding = min(ticks, self.ticks)
        if gliding == 0:
            return ticks * last
        first = tick_length(self.tempo, per_second)
        glided = gliding * (first + (last - first) * gliding / (2 * self.ticks))
        return glided + (ticks - gliding) * last

    def ticks_in(self, span: float, per_second: float = 1.0) -> float:
        """How many ticks pass in a time: the inverse of span."""
        if span <= 0:
            return span / tick_length(self.tempo, per_second)
        last = tick_length(self.tempo_to, per_second)
        if self.ticks == 0:
            return span / last
        first = tick_length(self.tempo, per_second)
        glided = self.ticks * (first + last) / 2
        if span >= glided:
            return self.ticks + (span - glided) / last
        # The root in the form that loses no digits when first and last are nearly the same.
        return 2 * span / (first + math.sqrt(first * first + 2 * (last - first) / self.ticks * span))


def tempo_to_last(seconds: float, ticks: float, tempo: float, glide_ticks: float) -> float | None:
    """The tempo to glide to so that ticks last exactly some seconds; None when no tempo does that.

    The glide from tempo begins with the first tick; glide_ticks is at most ticks, and ticks is above 0.
    """
    length = (seconds - glide_ticks / 2 * tick_length(tempo)) / (ticks - glide_ticks / 2)
    return SECONDS_PER_MINUTE / (length * TICKS_PER_QUARTER) if length > 0 else None


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From a tick of the bar on the tempo glides; raises InputError unless its numbers can be."""

    tick: float
    """Ticks from the bar, 0 or more."""
    tempo_to: float
    """Quarter notes a minute."""
    glide_ticks: float = 0.0
    """How long the glide goes, which may be past the bar's end; 0: it is there at once."""

    def __post_init__(self) -> None:
        check_tempo(self.tempo_to)
        for name, value in (("tick", self.tick), ("glide", self.glide_ticks)):
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"{name} {value!r} is not allowed; it must be a number of ticks, 0 or more")


def check_tempo(tempo: float) -> None:
    """Raise InputError unless a tempo is a finite number above 0."""
    if not (math.isfinite(tempo) and tempo > 0):
        raise InputError(f"tempo {tempo!r} is not allowed; it must be a number above 0")


@dataclass(frozen=True, slots=True)
class TempoCurve:
    """The tempo of a bar with its changes; times are counted from the bar."""

    tempo: float
    """Quarter notes a minute before the first change."""
    changes: tuple[TempoChange, ...] = ()
    """By tick."""
    per_second: float = 1.0
    """In what times are: 1 for seconds, a sample rate for samples."""
    _pieces: tuple[tuple[float, float, Glide], ...] = field(init=False, repr=False, compare=False)
    """From each change on, and before the first: its tick, its time, and the glide there."""
    _steady: float | None = field(init=False, repr=False, compare=False)
    """Length of every tick, where nothing changes: most bars are asked for their samples often."""

    def __post_init__(self) -> None:
        pieces = [(0.0, 0.0, Glide(self.tempo, self.tempo, 0))]
        for change in self.changes:
            start, time, glide = pieces[-1]
            passed = change.tick - start
            gliding = Glide(glide.tempo_at(passed), change.tempo_to, change.glide_ticks)
            pieces.append((change.tick, time + glide.span(passed, self.per_second), gliding))
        object.__setattr__(self, "_pieces", tuple(pieces))
        object.__setattr__(self, "_steady", None if self.changes else tick_length(self.tempo, self.per_second))

    def tempo_at(self, tick: float) -> float:
        """The tempo from a tick on, in quarter notes a minute."""
        start, _, glide = self._piece_at(tick)
        return glide.tempo_at(tick - start)

    def span(self, tick: float) -> float:
        """The time from the bar to a tick."""
        if self._steady is not None:
            return tick * self._steady
        start, time, glide = self._piece_at(tick)
        return time + glide.span(tick - start, self.per_second)

    def tick_at(self, span: float) -> float:
        """The tick at a time from the bar: the inverse of span."""
        # Before the bar the tempo is the first piece's.
        start, time, glide = next((piece for piece in reversed(self._pieces) if piece[1] <= span), self._pieces[0])
        return start + glide.ticks_in(span - time, self.per_second)

    def glide_left(self, tick: float) -> float:
        """How many ticks the glide at a tick has still to go; 0 where the tempo is steady."""
        start, _, glide = self._piece_at(tick)
        return max(start + glide.ticks - tick, 0.0)

    def _piece_at(self, tick: float) -> tuple[float, float, Glide]:
        return next((piece for piece in reversed(self._pieces) if piece[0] <= tick), self._pieces[0])
