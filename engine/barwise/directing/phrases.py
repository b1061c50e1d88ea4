"""Eight bars of chords for a mood: drawn from what songs and games do, within what cadences ask.

The chain of chord changes is learned (`python -m barwise_export harmony`); where a phrase begins, where it
half closes and how it ends is theory. Knows no notes.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np

from barwise.models import FOLDER
from barwise.music.attributes import BRIGHT, DARK
from barwise.music.chord_model import HALVES, SLOTS, ChordModel, Floats, Place, place_of_bar
from barwise.music.harmony import SCALES, Mode
from barwise.music.intent import PHRASE_BARS
from barwise.music.mood import Mood
from barwise.music.progressions import APPROACHES, CHROMATIC, HALF_CLOSES, NUMERALS, OPENINGS, TONICS, Progression

FILE = "harmony.json"

CANDIDATES = 16
"""Phrases drawn from the chain, of which the mood chooses one."""

_CHROMATIC_SHARE = 3.0
"""How much likelier chords outside the scale become in the phrases that may have them."""

_BRIGHTNESS_SPREAD = 0.15
_VALENCE_PULL, _TENSION_PULL = 0.8, 0.8
"""Powers of e for a phrase one standard deviation above the others, at valence 1 and at tension 1."""

_USUAL_TENSION = Mood().tension
_HALF_CLOSING, _APPROACHING, _CLOSING = PHRASE_BARS // 2 - 1, PHRASE_BARS - 2, PHRASE_BARS - 1
"""Bars of a phrase that a cadence needs."""

_FREE, _RETURNING = "abcdefgh", "abcdabef"

_RIFF = 2
"""A first bar that comes more often is a riff, and stands on the tonic."""

_VARIETY = 1.2
"""Power of e for each different chord: phrases of game music have 3.9 of them, though many of their bars return."""


@cache
def learned_harmony() -> ChordModel:
    """The table that ships with the engine."""
    return ChordModel.from_json(json.loads((FOLDER / FILE).read_text(encoding="utf-8")))


def draw_progression(
    mode: Mode,
    brightness: float,
    chromaticism: float,
    random: np.random.Generator,
    mood: Mood | None = None,
    pattern: str = "",
) -> Progression:
    """A phrase of a mode that suits what is wanted; equal generators draw equally.

    It begins on the tonic or a chord that stands for it, half closes in the fourth bar and ends with one of
    the mode's cadences. Brightness and chromaticism are those of `music.attributes`; chords outside the scale
    come from CHROMATIC on. The mood leans the choice toward chords that were tagged with such moods. Bars
    that have one letter in the pattern, of PHRASE_BARS letters, have one harmony, and a fourth bar that is
    the first again does not close; without a pattern the second half returns as often as in real music.
    """
    may_leave = chromaticism >= CHROMATIC
    drawn = [
        _drawn(mode, random, may_leave and number % 2 == 0, pattern or _any_pattern(random))
        for number in range(CANDIDATES)
    ]
    weights = np.array([_progression(slots, mode).fitness(brightness, chromaticism) for slots in drawn])
    weights *= np.exp([_VARIETY * len(set(slots)) for slots in drawn])
    weights *= _suits(drawn, mood or Mood())
    return _progression(drawn[int(random.choice(len(drawn), p=weights / weights.sum()))], mode)


def _any_pattern(random: np.random.Generator) -> str:
    return _RETURNING if random.random() < learned_harmony().returns else _FREE


def _drawn(mode: Mode, random: np.random.Generator, is_free: bool, pattern: str) -> list[int]:
    """The numerals of a phrase, by number, two a bar: each as likely as the chain and all ways to the end make it."""
    known: dict[str, tuple[int, ...]] = {}
    found: list[int] = []
    for bar, letter in enumerate(pattern):
        if letter not in known:
            ahead = _ahead(mode, is_free, pattern, tuple(known.values()), bar)
            known[letter] = _bar(mode, bar, ahead, found[-1] if found else None, random)
        found += known[letter]
    return found


def _bar(
    mode: Mode, bar: int, ahead: Sequence[Floats], before: int | None, random: np.random.Generator
) -> tuple[int, ...]:
    """The numerals of a bar, drawn one after the other."""
    found: list[int] = []
    for slot, promise in enumerate(ahead, bar * HALVES):
        chances = (promise if before is None else promise * _step(mode, slot)[before]).cumsum()
        before = int(chances.searchsorted(random.random() * chances[-1], side="right"))
        found.append(before)
    return tuple(found)


@lru_cache(maxsize=512)
def _ahead(mode: Mode, is_free: bool, pattern: str, known: tuple[tuple[int, ...], ...], bar: int) -> Sequence[Floats]:
    """How well each numeral in a bar, at each of its slots, leads to the end of the phrase: [numerals] each.

    Known are the bars of the pattern's first letters, in the order in which they first come.
    """
    fixed = dict(zip(dict.fromkeys(pattern), known, strict=False))
    wanted = [
        _one(fixed[letter][half]) if letter in fixed else _wanted(mode, is_free, pattern, place, half)
        for place, letter in enumerate(pattern)
        for half in range(HALVES)
    ]
    ahead = [wanted[-1]]
    for slot in range(SLOTS - 1, bar * HALVES, -1):
        ahead.insert(0, wanted[slot - 1] * (_step(mode, slot) @ ahead[0]))
    return ahead[:HALVES]


@lru_cache(maxsize=512)
def _wanted(mode: Mode, is_free: bool, pattern: str, bar: int, half: int) -> Floats:
    """Weights of the numerals at a half of a bar, and of all bars that have its harmony: [numerals]."""
    allowed = _allowed(mode, is_free)
    bars = {place for place, letter in enumerate(pattern) if letter == pattern[bar]}
    if _CLOSING in bars:
        return _named({TONICS[mode]: 1.0})
    if half == 0:
        openings = OPENINGS[mode] if len(bars) <= _RIFF else {TONICS[mode]: 1.0}
        return allowed * _named(openings) if 0 in bars else allowed
    if _APPROACHING in bars:
        return allowed * _named(APPROACHES[mode])
    return allowed * _named(HALF_CLOSES[mode]) if _HALF_CLOSING in bars and 0 not in bars else allowed


@cache
def _step(mode: Mode, slot: int) -> Floats:
    """Chances of each numeral at a slot after each at the one before: [numerals, numerals]."""
    model = learned_harmony()
    rate = _change_rate(model, slot)
    return np.asarray((1 - rate) * np.eye(len(model.numerals)) + rate * _changed(mode, place_of_bar(slot // HALVES)))


@cache
def _changed(mode: Mode, place: Place) -> Floats:
    """The same where the chord changes, in the bars of a place in the phrase."""
    model = learned_harmony()
    return np.stack([model.following(numeral, mode, place) for numeral in model.numerals])


def _change_rate(model: ChordModel, slot: int) -> float:
    """Chance of a change at a slot.

    A composer is told the chord that a bar opens with, so chords change at bar lines, as often as they do
    anywhere in real bars; in the bar before the close alone, what leads to the cadence may change within.
    """
    bar, half = divmod(slot, HALVES)
    if half:
        return model.changes[slot] if bar == _APPROACHING else 0.0
    return 1 - (1 - model.changes[slot]) * (1 - model.changes[slot - 1])


@cache
def _allowed(mode: Mode, is_free: bool) -> Floats:
    """Weights of the numerals that a phrase may have: [numerals]."""
    inside = np.array([_is_inside(numeral, mode) for numeral in learned_harmony().numerals])
    return np.where(inside, 1.0, _CHROMATIC_SHARE if is_free else 0.0)


def _is_inside(numeral: str, mode: Mode) -> bool:
    return SCALES[mode].issuperset(NUMERALS[numeral].tones)


def _named(weights: Mapping[str, float]) -> Floats:
    return np.array([weights.get(numeral, 0.0) for numeral in learned_harmony().numerals])


@cache
def _one(number: int) -> Floats:
    return np.asarray(np.arange(len(learned_harmony().numerals)) == number, dtype=np.float64)


def _suits(drawn: Sequence[Sequence[int]], mood: Mood) -> Floats:
    """How well each phrase's chords suit a mood, above 0: [phrases]."""
    model = learned_harmony()
    valence = _standardized(np.array([model.valence[slots].mean() for slots in map(list, drawn)]))
    tension = _standardized(np.array([model.tension[slots].mean() for slots in map(list, drawn)]))
    tense = (mood.tension - _USUAL_TENSION) / (1 - _USUAL_TENSION)
    return np.asarray(np.exp(_VALENCE_PULL * mood.valence * valence + _TENSION_PULL * tense * tension))


def _standardized(values: Floats) -> Floats:
    spread = values.std()
    return np.asarray((values - values.mean()) / spread if spread > 0 else np.zeros(len(values)))


def _progression(slots: Sequence[int], mode: Mode) -> Progression:
    """The phrase as a progression, a chord a bar where the bar has only one."""
    numerals = [learned_harmony().numerals[number] for number in slots]
    bars = [numerals[slot : slot + HALVES] for slot in range(0, SLOTS, HALVES)]
    written = " | ".join(" ".join(dict.fromkeys(bar)) for bar in bars)
    return Progression(written, _brightness(numerals), not all(_is_inside(numeral, mode) for numeral in numerals))


def _brightness(numerals: Sequence[str]) -> float:
    """attributes.brightness of the chords' tones; 0.5 when they tell nothing."""
    tones = [tone for numeral in numerals for tone in NUMERALS[numeral].tones]
    bright, dark = (sum(weights.get(tone, 0.0) for tone in tones) for weights in (BRIGHT, DARK))
    return bright / (bright + dark) if bright + dark else 0.5
