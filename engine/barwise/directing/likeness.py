"""How much likeness may be asked of two bars that are to differ. Knows no notes and no form.

A bar that returns in another mood cannot be both what it was and what is wanted: what is wanted of
it comes first.
"""

import math

from barwise.music.attributes import Attributes

SPANS = {
    "rhythm": 0.25,
    "drum_rhythm": 0.4,
    "polyphony": 2.0,
    "density": 3.0,
    "register": 8.0,
    "brightness": 0.4,
}
"""Differences of an attribute, each of which leaves 1/e of the likeness."""


def left_of(similarity: float, wanted: Attributes, answered: Attributes) -> float:
    """What is left of a likeness, 0 to 1, when other figures are wanted than were of the bar that is answered."""
    now, then = wanted.as_dict(), answered.as_dict()
    return similarity * math.exp(-sum(abs(now[name] - then[name]) / span for name, span in SPANS.items()))
