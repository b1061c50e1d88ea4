"""Form: which earlier bar each bar answers, how closely, and which parts rest. Knows bars by number only.

Music goes by phrases of PHRASE_BARS bars, each of two halves of four. Four phrases are a cycle,
such as A A B A; a phrase that returns answers its first statement bar by bar. Within a phrase a
pattern says which bars are one another's: a riff's bar comes at once again, a period's in the
second half. A part may rest for a phrase. All of it is drawn anew for every cycle, by weights
chosen so that bars come out about as alike as those of game music, and so that no two stays have
one form. A state that comes back begins with the phrase that it began with.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from barwise.music.intent import PHRASE_BARS
from barwise.music.notes import PARTS, Part

CYCLES: Mapping[str, float] = {
    "AABA": 0.2,
    "AABB": 0.25,
    "AABC": 0.25,
    "ABAC": 0.1,
    "ABAB": 0.05,
    "AAAB": 0.05,
    "ABCA": 0.1,
}
"""Phrases of a cycle and how often it is drawn: a letter that comes again returns to its first phrase."""

PATTERNS: Mapping[str, float] = {
    "abcdabcf": 0.25,  # a period: the second half opens like the first and closes in its own way
    "abcdabef": 0.2,
    "abacabcf": 0.2,  # two bars that answer each other; the half close before the last
    "abacabef": 0.15,
    "abababef": 0.1,
    "aabaaaef": 0.06,  # a riff
    "aaaaaaef": 0.04,
}
"""Bars of a phrase and how often it is drawn: a letter that comes again answers a bar that had it.

The last bar is always its own: there the cadence is.
"""

SAME_PATTERN = 0.6
"""How often the phrases B and C have A's pattern."""

LIKENESS, LOOSE = (0.9, 0.2), (0.35, 0.2)
"""Mean and standard deviation, over the cycles, of the likeness of what returns to what it returns to, and
of a new bar to the one that it follows on from: the best matching bar before a bar of freedoom, simutrans or
blasphemer is .84 alike in the median, .63 and .97 in the quartiles."""

FULLNESS = (0.95, 0.25)
"""Mean and standard deviation, over the cycles, of how full their bars are against what the mood asks: the middle
80 % of game pieces go from 2.4 to 5.5 voices (export/README.md), by far more than moods account for."""
THINNEST, FULLEST = 0.5, 1.5

SPREAD = 0.06
"""Standard deviation of the likeness from bar to bar, so that no two returns are alike."""

RESTS: Mapping[Part, float] = {Part.COUNTER: 0.45, Part.CHORDS: 0.12, Part.MELODY: 0.3}
"""How often a part rests for a phrase: bars of held-out game music have 3.8 parts in the mean, a counter melody
30 % of the time in the median, chords 91 %, a melody 81 %, bass and drums always. In phrase A a melody never rests."""

COMING_BACK = 0.7
"""Likeness of a state's first phrase to its theme, when it comes back."""

HALF = PHRASE_BARS // 2
_FOLLOWS_ON = {1: 1, 2: 2, 3: 2, **dict.fromkeys(range(HALF, PHRASE_BARS), HALF)}
"""How many bars back a new bar of a phrase follows on from, by its place."""

LEAST, MOST = 0.05, 1.0
"""Of a likeness that is asked for: at the most, which a third of the cycles lean to, a bar returns as it was.
Of the bars of game music 19 % have the very onsets of an earlier one."""


@dataclass(frozen=True, slots=True)
class Form:
    """The plan of a cycle of phrases."""

    cycle: str = "AABA"
    patterns: tuple[str, ...] = ("abcdabef", "abcdabef", "abcdabef")
    """The pattern of the phrases A, B and C."""
    rests: tuple[frozenset[Part], ...] = (frozenset(), frozenset(), frozenset())
    """The parts that rest in the phrases A, B and C."""
    likeness: float = LIKENESS[0]
    """Of what returns to what it returns to, 0 to 1."""
    loose: float = LOOSE[0]
    """Of a new bar to the one that it follows on from, 0 to 1."""
    fullness: float = 1.0
    """Share of the polyphony that a mood asks for."""

    @property
    def bars(self) -> int:
        """Length of a cycle."""
        return len(self.cycle) * PHRASE_BARS

    def letter(self, place: int) -> str:
        """The phrase of a bar of the section, small where it returns."""
        phrase = place % self.bars // PHRASE_BARS
        letter = self.cycle[phrase]
        return letter.lower() if letter in self.cycle[:phrase] else letter

    def pattern(self, place: int) -> str:
        """The pattern of the phrase that holds a bar of the section."""
        return self.patterns[self._number(place)]

    def parts(self, place: int) -> frozenset[Part]:
        """The parts that play in a bar of the section."""
        return frozenset(PARTS) - self.rests[self._number(place)]

    def _number(self, place: int) -> int:
        """0 in the phrase A, 1 in B, 2 in C."""
        return "ABC".index(self.letter(place).upper())

    def harmony_place(self, place: int) -> int:
        """Which bar of the phrase's progression a bar of the section has: bars of one letter have one harmony."""
        return _first(self.pattern(place), place % PHRASE_BARS)


def draw_form(random: np.random.Generator) -> Form:
    """The form of a cycle."""
    cycle = _draw(CYCLES, random)
    first, *others = (_draw(PATTERNS, random) for _ in range(3))
    patterns = (first, *(first if random.random() < SAME_PATTERN else other for other in others))
    rests = (_rests(random) - {Part.MELODY}, _rests(random), _rests(random))  # what returns most has a tune to return
    fullness = min(max(float(random.normal(*FULLNESS)), THINNEST), FULLEST)
    return Form(cycle, patterns, rests, _about(LIKENESS, random), _about(LOOSE, random), fullness)


@dataclass(frozen=True, slots=True)
class Answer:
    """The bar to answer and the likeness to it, 0 to 1; None when the bar is free."""

    reference: int | None = None
    similarity: float | None = None


def answer(bar: int, section_start: int, theme: range, form: Form, random: np.random.Generator) -> Answer:
    """What a bar answers.

    The section began at bar section_start; theme holds the bars of the phrase that its state
    began with on an earlier visit, none on the first and fewer than a phrase after a short one.
    """
    place = bar - section_start
    spread = float(random.normal(0.0, SPREAD))
    if place < len(theme):
        return _near(theme[place], COMING_BACK + spread)
    letter, start = form.letter(place), section_start + place // form.bars * form.bars
    within = place % PHRASE_BARS
    if letter.islower():
        return _near(start + form.cycle.index(letter.upper()) * PHRASE_BARS + within, form.likeness + spread)
    first = _first(form.pattern(place), within)
    if first < within:
        return _near(bar - within + _latest(form.pattern(place), within), form.likeness + spread)
    if within:
        return _near(bar - _FOLLOWS_ON[within], form.loose + spread)
    return _near(section_start, form.loose + spread) if place else Answer()


def _rests(random: np.random.Generator) -> frozenset[Part]:
    """The parts that rest in a phrase: of melody and counter one plays."""
    resting = {part for part, chance in RESTS.items() if random.random() < chance}
    return frozenset(resting - {Part.COUNTER} if Part.MELODY in resting else resting)


def _first(pattern: str, bar: int) -> int:
    return pattern.index(pattern[bar])


def _latest(pattern: str, bar: int) -> int:
    """The bar that is answered: half a phrase before, where that has the letter, else the last that had it."""
    before = bar - HALF
    return before if before >= 0 and pattern[before] == pattern[bar] else pattern.rindex(pattern[bar], 0, bar)


def _near(reference: int, similarity: float) -> Answer:
    return Answer(reference, _within_reach(similarity))


def _about(spread: tuple[float, float], random: np.random.Generator) -> float:
    return _within_reach(float(random.normal(*spread)))


def _within_reach(similarity: float) -> float:
    return min(max(similarity, LEAST), MOST)


def _draw(weights: Mapping[str, float], random: np.random.Generator) -> str:
    shares = np.array(list(weights.values()))
    return list(weights)[int(random.choice(len(shares), p=shares / shares.sum()))]
