"""Brightness on its way to where mood and intensity want it: in steps too small to be heard as such. No synthesizer."""

from barwise.arranging.color import brightness
from barwise.performing.telling import Playing

STEP = 2
"""Of controller 74 at a time: an eighth of an octave of the house font's filters."""

STEP_SECONDS = 0.006
"""Between two steps: all the way, from dark to bright, takes a tenth of a second."""


class Brightness:
    """The brightness in force, one for all instruments of a bank."""

    def __init__(self, step_samples: int) -> None:
        """Samples between two steps, at least 1."""
        self._step_samples = step_samples
        self._value: int | None = None
        self._wanted = 0
        self._next: int | None = None

    def forget(self) -> None:
        """Other instruments begin: the next value is theirs at once."""
        self._value = self._next = None

    def want(self, now: Playing, intensity: float, sample: int) -> None:
        """Go to what a bar at an intensity of 0 to 1 wants, from a sample on."""
        self._wanted = brightness(now.intent.mood.tension, intensity)
        if self._wanted != self._value and self._next is None:
            self._next = sample

    @property
    def next_sample(self) -> int | None:
        """When the next step is due; None: it is where it is wanted."""
        return self._next

    def take(self, sample: int) -> int | None:
        """The value to be sent at a sample; None: none."""
        if self._next is None or self._next > sample:
            return None
        if self._value is None:
            self._value = self._wanted
        else:
            self._value += min(max(self._wanted - self._value, -STEP), STEP)
        self._next = None if self._value == self._wanted else self._next + self._step_samples
        return self._value
