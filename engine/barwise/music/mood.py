"""Mood: what a game feels like, as three numbers. Knows nothing of music."""

import math
from dataclasses import dataclass
from numbers import Real

from barwise.errors import InputError

MOOD_RANGES = {"valence": (-1.0, 1.0), "arousal": (-1.0, 1.0), "tension": (0.0, 1.0)}
INTENSITY_RANGE = (0.0, 1.0)


def in_range(name: str, value: float, low: float, high: float) -> float:
    """The value as a float; raises InputError, naming it, unless it is a number and low <= value <= high."""
    if not is_number(value):
        raise InputError(f"{name} {value!r} is not a number; allowed: {low:g} to {high:g}")
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond every float
        number = math.inf if value > 0 else -math.inf
    if not math.isfinite(number) or not low <= number <= high:
        raise InputError(f"{name} {number:g} is out of range; allowed: {low:g} to {high:g}")
    return number


def is_number(value: object) -> bool:
    """Whether a value is a real number; True and False, and texts that look like one, are mistakes."""
    return type(value) is float or (isinstance(value, Real) and not isinstance(value, bool))


@dataclass(frozen=True, slots=True)
class Mood:
    """Russell's valence and arousal, and tension; raises InputError out of range."""

    valence: float = 0.0
    """Unpleasant -1 to pleasant 1."""
    arousal: float = 0.0
    """Calm -1 to excited 1."""
    tension: float = 0.3
    """Resolved 0 to tense 1."""

    def __post_init__(self) -> None:
        for name, (low, high) in MOOD_RANGES.items():
            object.__setattr__(self, name, in_range(name, getattr(self, name), low, high))

    def toward(self, other: "Mood", share: float) -> "Mood":
        """The mood that lies a share (0 to 1) of the way to another; at 1 the other itself."""
        if share >= 1:
            return other
        return Mood(
            self.valence + (other.valence - self.valence) * share,
            self.arousal + (other.arousal - self.arousal) * share,
            self.tension + (other.tension - self.tension) * share,
        )
