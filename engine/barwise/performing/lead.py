"""How soon before it begins a bar is composed, while music plays live and a game turns it often. Composes nothing.

A bar that is composed as soon as it can be is thrown away by a turn of mood before it begins: with a turn every three
seconds that is a third of all. So while turns come, bars wait until little time is left; a game that says nothing
for a while knows its next bar as early as ever.
"""

LEAST_SECONDS = 1.0
"""A bar takes 20 to 60 ms, and on a machine that is very busy a quarter of a second."""

SAFETY = 4.0
"""So many times what a bar took lately."""

FORGETTING = 0.9
"""What is left, with each bar, of the longest that one took."""

LIVELY_BARS = 16
"""So many bars after a turn others are expected."""


class Lead:
    """Of one stream of music, in its samples."""

    def __init__(self, sample_rate: int) -> None:
        self._least = self.samples = LEAST_SECONDS * sample_rate
        """How many are left when the next bar is composed."""
        self._longest = 0.0
        self.left = 0.0
        """How many are left of the bar that sounds; who plays it says so."""

    def took(self, samples: float) -> None:
        """A bar was composed while so many samples were played."""
        self._longest = max(self._longest * FORGETTING, samples)
        self.samples = max(self._least, SAFETY * self._longest)

    def is_expecting(self, bars_since_turn: float) -> bool:
        """Whether more turns are likely, so many bars after the last."""
        return bars_since_turn < LIVELY_BARS

    @property
    def is_due(self) -> bool:
        """Whether the next bar is to be composed, whatever may still be said."""
        return self.left <= self.samples
