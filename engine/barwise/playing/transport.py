"""Bars on the clock of rendered samples: ticks to samples and back. Knows no wall time and no sound."""

import math
from dataclasses import dataclass

from barwise.errors import InputError
from barwise.music.metre import COMMON_TIME, TICKS_PER_QUARTER, Metre

DEFAULT_SAMPLE_RATE = 44100
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class BarClock:
    """Where one bar lies in time; raises InputError unless tempo and sample rate are finite and above 0."""

    start_sample: float = 0.0
    """Samples from the start of the music to the bar; a float, so that bars add up without drift."""
    start_tick: int = 0
    """Ticks from the start of the music to the bar."""
    tempo: float = 120.0
    """Quarter notes a minute."""
    metre: Metre = COMMON_TIME
    sample_rate: int = DEFAULT_SAMPLE_RATE
    """Samples a second."""

    def __post_init__(self) -> None:
        for name, value in (("tempo", self.tempo), ("sample rate", self.sample_rate)):
            if not (math.isfinite(value) and value > 0):
                raise InputError(f"{name} {value!r} is not allowed; it must be a number above 0")

    @property
    def samples_per_tick(self) -> float:
        """Length of a tick in samples."""
        return self.sample_rate * SECONDS_PER_MINUTE / (self.tempo * TICKS_PER_QUARTER)

    @property
    def end_sample(self) -> float:
        """Where the next bar begins, in samples from the start of the music."""
        return self._exact(self.metre.bar_ticks)

    @property
    def end_tick(self) -> int:
        """Where the next bar begins, in ticks from the start of the music."""
        return self.start_tick + self.metre.bar_ticks

    def sample_at(self, tick_in_bar: float) -> int:
        """The sample, counted from the start of the music, nearest to a tick counted from the bar."""
        return round(self._exact(tick_in_bar))

    def tick_at(self, sample: float) -> float:
        """The tick, counted from the bar, at a sample counted from the start of the music."""
        return (sample - self.start_sample) / self.samples_per_tick

    def next(self, tempo: float, metre: Metre) -> "BarClock":
        """The clock of the bar that follows, which may have another tempo and metre."""
        return BarClock(self.end_sample, self.end_tick, tempo, metre, self.sample_rate)

    def _exact(self, tick_in_bar: float) -> float:
        return self.start_sample + tick_in_bar * self.samples_per_tick
