"""Bars on the clock of rendered samples: ticks to samples and back. Knows no wall time and no sound."""

import math
from dataclasses import dataclass, field, replace

from barwise.errors import InputError
from barwise.music.glide import TempoChange, TempoCurve, check_tempo, tick_length
from barwise.music.metre import COMMON_TIME, Metre

DEFAULT_SAMPLE_RATE = 44100


@dataclass(frozen=True, slots=True)
class BarClock:
    """Where one bar lies in time; raises InputError unless tempo and sample rate are finite and above 0.

    The tempo may glide from the bar's beginning (tempo_to over glide_ticks) and change again within the
    bar (retimed); the bar may end early (cut_at). What lies before a change keeps its samples to the bit.
    """

    start_sample: float = 0.0
    """Samples from the start of the music to the bar; a float, so that bars add up without drift."""
    start_tick: int = 0
    """Ticks from the start of the music to the bar."""
    tempo: float = 120.0
    """Quarter notes a minute as the bar begins."""
    metre: Metre = COMMON_TIME
    sample_rate: int = DEFAULT_SAMPLE_RATE
    """Samples a second."""
    tempo_to: float | None = None
    """Where the tempo glides from the bar's beginning, in quarter notes a minute; None: nowhere."""
    glide_ticks: float = 0.0
    """How long that glide goes, which may be past the bar's end; 0: tempo_to holds at once."""
    changes: tuple[TempoChange, ...] = ()
    """Later changes of tempo, by tick; retimed adds them."""
    cut: int | None = None
    """The tick at which the bar ends early, 1 to one less than the metre's; None: it is whole."""
    _curve: TempoCurve = field(init=False, repr=False, compare=False)
    """The tempo over the ticks; times are samples from the bar."""
    _end_sample: float = field(init=False, repr=False, compare=False)
    """Kept, because whoever plays asks for it several times between any two events."""

    def __post_init__(self) -> None:
        check_tempo(self.tempo)
        if not (math.isfinite(self.sample_rate) and self.sample_rate > 0):
            raise InputError(f"sample rate {self.sample_rate!r} is not allowed; it must be a number above 0")
        begun = () if self.tempo_to is None else (TempoChange(0, self.tempo_to, self.glide_ticks),)
        object.__setattr__(self, "_curve", TempoCurve(self.tempo, (*begun, *self.changes), self.sample_rate))
        object.__setattr__(self, "_end_sample", self.exact_sample_at(self.ticks))

    @property
    def samples_per_tick(self) -> float:
        """Length of a tick in samples as the bar begins."""
        return tick_length(self.tempo, self.sample_rate)

    @property
    def ticks(self) -> int:
        """Length of the bar in ticks."""
        return self.metre.bar_ticks if self.cut is None else self.cut

    @property
    def end_sample(self) -> float:
        """Where the next bar begins, in samples from the start of the music."""
        return self._end_sample

    @property
    def end_tick(self) -> int:
        """Where the next bar begins, in ticks from the start of the music."""
        return self.start_tick + self.ticks

    @property
    def last_tempo(self) -> float:
        """The tempo as the bar ends, in quarter notes a minute."""
        return self.tempo_at(self.ticks)

    @property
    def goal_tempo(self) -> float:
        """Where the tempo goes or stays, in quarter notes a minute; last_tempo unless a glide goes on past the end."""
        return self._curve.changes[-1].tempo_to if self._curve.changes else self.tempo

    @property
    def glide_left(self) -> float:
        """Ticks that a glide has still to go as the bar ends: `next(goal_tempo, metre, glide_left)` goes on with it."""
        return self._curve.glide_left(self.ticks)

    def tempo_at(self, tick_in_bar: float) -> float:
        """The tempo from a tick of the bar on, in quarter notes a minute."""
        return self._curve.tempo_at(tick_in_bar)

    def sample_at(self, tick_in_bar: float) -> int:
        """The sample, counted from the start of the music, nearest to a tick counted from the bar."""
        return round(self.exact_sample_at(tick_in_bar))

    def exact_sample_at(self, tick_in_bar: float) -> float:
        """As sample_at, between the samples; ticks outside the bar lie where its tempo would bring them."""
        return self.start_sample + self._curve.span(tick_in_bar)

    def tick_at(self, sample: float) -> float:
        """The tick, counted from the bar, at a sample counted from the start of the music."""
        return self._curve.tick_at(sample - self.start_sample)

    def next(self, tempo: float, metre: Metre, glide_ticks: float = 0.0) -> "BarClock":
        """The clock of the bar that follows, of any metre; it glides to a tempo, or has it at once (0 ticks)."""
        if glide_ticks == 0:
            return BarClock(self.end_sample, self.end_tick, tempo, metre, self.sample_rate)
        return BarClock(
            self.end_sample, self.end_tick, self.last_tempo, metre, self.sample_rate, tempo, glide_ticks=glide_ticks
        )

    def cut_at(self, tick: int) -> "BarClock":
        """The same bar, ending at a tick of it; raises InputError unless 0 < tick <= the metre's."""
        whole = self.metre.bar_ticks
        if not 0 < tick <= whole:
            raise InputError(f"a bar of {self.metre} cannot end at tick {tick!r}; it must be from 1 to {whole}")
        changes = tuple(change for change in self.changes if change.tick < tick)
        return replace(self, cut=None if tick == whole else tick, changes=changes)

    def retimed(self, tick: float, tempo_to: float, glide_ticks: float = 0.0) -> "BarClock":
        """The same bar, gliding from what its tempo is at a tick to another; later changes are forgotten."""
        kept = tuple(change for change in self.changes if change.tick < tick)
        return replace(self, changes=(*kept, TempoChange(tick, tempo_to, glide_ticks)))
