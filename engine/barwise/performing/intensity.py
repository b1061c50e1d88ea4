"""How much sounds, and values on their way to others. Pure but for what is in force; knows samples, no events."""

from dataclasses import dataclass, replace

RAMP_SECONDS = 0.012
"""Steps in which expression follows what is approached."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """A value on its way to another."""

    start_sample: int
    end_sample: int
    start: float
    end: float

    def at(self, sample: int) -> float:
        """The value at a sample."""
        if sample >= self.end_sample:
            return self.end
        return self.start + (self.end - self.start) * (sample - self.start_sample) / (
            self.end_sample - self.start_sample
        )

    def next_step(self, sample: int, step: int) -> int:
        """The sample after this one at which the value is followed.

        The grid is the ramp's own: what sounds must not depend on how blocks are cut.
        """
        done = (sample - self.start_sample) // step
        return min(self.start_sample + (done + 1) * step, self.end_sample)


@dataclass(frozen=True, slots=True)
class Intensity:
    """The intensity in force, and what becomes of it."""

    value: float
    """0 to 1."""
    at_entry: float | None = None
    """What it is to be once the wanted state begins; None: what it is."""
    ramp: Ramp | None = None

    def approached(self, value: float, sample: int, samples: int) -> "Intensity":
        """On its way to a value for so many samples, at least 1."""
        return Intensity(self.value, None, Ramp(sample, sample + samples, self.value, value))

    def followed(self, sample: int, step: int) -> "Intensity":
        """As it is at a sample, where its ramp has a step there; the same otherwise."""
        ramp = self.ramp
        if ramp is None:
            return self
        is_over = sample >= ramp.end_sample
        if not is_over and (sample - ramp.start_sample) % step:
            return self
        return replace(self, value=ramp.at(sample), ramp=None if is_over else ramp)
