"""Form: which earlier bar each bar answers, and how closely. Knows bars by number only.

Phrases have PHRASE_BARS bars and follow each other as A A' B A''. Within a new phrase the
second half answers the first; a returning phrase answers its first statement bar by bar. A
state that comes back begins with the phrase that it began with before.
"""

from dataclasses import dataclass

import numpy as np

from barwise.music.intent import PHRASE_BARS

CYCLE = "AaBa"
"""Phrases in order: capitals are new, small letters return to the capital before them or to A."""

HALF = PHRASE_BARS // 2
WITHIN = {1: (1, 0.45), 2: (2, 0.5), 3: (1, 0.4)}
"""In the first half of a new phrase: bars back to the bar that is answered, and how closely."""

SECOND_HALF = 0.6
RETURN = 0.75
COMING_BACK = 0.65
SPREAD = 0.08
"""Standard deviation of the likeness that is asked for, so that no two returns are alike."""


def kind_of(bar: int, section_start: int, theme: range) -> str:
    """The letter of a bar's phrase in the cycle, small where the phrase returns, as a theme does too."""
    phrase = (bar - section_start) // PHRASE_BARS
    kind = CYCLE[phrase % len(CYCLE)]
    return kind.lower() if phrase == 0 and theme else kind


@dataclass(frozen=True, slots=True)
class Answer:
    """The bar to answer and the likeness to it, 0 to 1; None when the bar is free."""

    reference: int | None = None
    similarity: float | None = None


def answer(bar: int, section_start: int, theme: range, random: np.random.Generator) -> Answer:
    """What a bar answers.

    The section began at bar section_start; theme holds the bars of the phrase that its state
    began with on an earlier visit, none on the first and fewer than a phrase after a short one.
    """
    phrase, place = divmod(bar - section_start, PHRASE_BARS)
    spread = float(random.normal(0.0, SPREAD))
    kind = CYCLE[phrase % len(CYCLE)]
    if phrase == 0 and place < len(theme):
        return _near(theme[place], COMING_BACK + spread)
    if kind.islower():
        return _near(section_start + place, RETURN + spread)
    if place >= HALF:
        return _near(bar - HALF, SECOND_HALF + spread)
    if place:
        back, similarity = WITHIN[place]
        return _near(bar - back, similarity + spread)
    return _near(section_start, 0.3) if phrase else Answer()


def _near(reference: int, similarity: float) -> Answer:
    return Answer(reference, min(max(similarity, 0.05), 0.95))
