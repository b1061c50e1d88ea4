"""Eight bars of chords for a mood: drawn from what songs and games do, within what cadences ask.

The chain of chord changes is learned (`python -m barwise_export harmony`); where a phrase begins, where it
half closes and how it ends is theory. Knows no notes.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

import numpy as np

from barwise.music.attributes import BRIGHT, DARK
from barwise.music.chord_model import HALVES, SLOTS, ChordModel, Floats, place_of_bar
from barwise.music.harmony import SCALES, Mode
from barwise.music.mood import Mood
from barwise.music.progressions import APPROACHES, CHROMATIC, HALF_CLOSES, NUMERALS, OPENINGS, TONICS, Progression

FILE = "harmony.json"

CANDIDATES = 24
"""Phrases drawn from the chain, of which the mood chooses one."""

_CHROMATIC_SHARE = 3.0
"""How much likelier chords outside the scale become in the phrases that may have them."""

_BRIGHTNESS_SPREAD = 0.15
_VALENCE_PULL, _TENSION_PULL = 0.8, 0.8
"""Powers of e for a phrase one standard deviation above the others, at valence 1 and at tension 1."""

_USUAL_TENSION = Mood().tension
_HALF = SLOTS // 2
_CLOSE = SLOTS - HALVES
"""Slots of half a phrase, and the first of its last bar."""

_ANSWERED_SLOTS = 2 * HALVES


@cache
def learned_harmony() -> ChordModel:
    """The table that ships with the engine."""
    return ChordModel.from_json(json.loads((resources.files("barwise.models") / FILE).read_text(encoding="utf-8")))


def draw_progression(
    mode: Mode, brightness: float, chromaticism: float, random: np.random.Generator, mood: Mood | None = None
) -> Progression:
    """A phrase of a mode that suits what is wanted; equal generators draw equally.

    It begins on the tonic or a chord that stands for it, half closes in the fourth bar and ends with one of
    the mode's cadences. Brightness and chromaticism are those of `music.attributes`; chords outside the scale
    come from CHROMATIC on. The mood leans the choice toward chords that were tagged with such moods.
    """
    may_leave = chromaticism >= CHROMATIC
    drawn = [_drawn(mode, random, may_leave and number % 2 == 0) for number in range(CANDIDATES)]
    weights = np.array([_progression(slots, mode).fitness(brightness, chromaticism) for slots in drawn])
    weights *= _suits(drawn, mood or Mood())
    return _progression(drawn[int(random.choice(len(drawn), p=weights / weights.sum()))], mode)


def _drawn(mode: Mode, random: np.random.Generator, is_free: bool) -> list[int]:
    """The numerals of a phrase, by number, two a bar."""
    returns = random.random() < learned_harmony().returns
    first = _walk(mode, 0, _ahead(mode, is_free, 0), None, random)
    answered = tuple(first[:_ANSWERED_SLOTS]) if returns else ()
    return first + _walk(mode, _HALF, _ahead(mode, is_free, _HALF, answered), first[-1], random)


def _walk(
    mode: Mode, first_slot: int, ahead: Sequence[Floats], before: int | None, random: np.random.Generator
) -> list[int]:
    """Numerals drawn from the chain, each as likely as the chain and all ways to the end make it."""
    found: list[int] = []
    for slot, (promise, share) in enumerate(zip(ahead, random.random(len(ahead)), strict=True), first_slot):
        chances = (promise if before is None else promise * _step(mode, slot)[before]).cumsum()
        before = int(chances.searchsorted(share * chances[-1], side="right"))
        found.append(before)
    return found


@lru_cache(maxsize=512)
def _ahead(mode: Mode, is_free: bool, first_slot: int, answered: tuple[int, ...] = ()) -> Sequence[Floats]:
    """How well each numeral at each slot of half a phrase leads to the end of the half: [numerals] each.

    The half may have to begin with numerals that it answers.
    """
    wanted = [_wanted(mode, is_free, first_slot + slot) for slot in range(_HALF)]
    wanted[: len(answered)] = [_one(number) for number in answered]
    ahead = [wanted[-1]]
    for slot in range(_HALF - 1, 0, -1):
        ahead.insert(0, wanted[slot - 1] * (_step(mode, first_slot + slot) @ ahead[0]))
    return ahead


def _wanted(mode: Mode, is_free: bool, slot: int) -> Floats:
    """Weights of the numerals at a slot of the phrase: [numerals]."""
    allowed = _allowed(mode, is_free)
    if slot == 0:
        return allowed * _named(OPENINGS[mode])
    if slot == _HALF - 1:
        return allowed * _named(HALF_CLOSES[mode])
    if slot == _CLOSE - 1:
        return allowed * _named(APPROACHES[mode])
    return _named({TONICS[mode]: 1.0}) if slot >= _CLOSE else allowed


@cache
def _step(mode: Mode, slot: int) -> Floats:
    """Chances of each numeral at a slot after each at the one before: [numerals, numerals]."""
    model = learned_harmony()
    place = place_of_bar(slot // HALVES)
    changed = np.stack([model.following(numeral, mode, place) for numeral in model.numerals])
    rate = model.changes[slot]
    return np.asarray((1 - rate) * np.eye(len(model.numerals)) + rate * changed)


@cache
def _allowed(mode: Mode, is_free: bool) -> Floats:
    """Weights of the numerals that a phrase may have: [numerals]."""
    inside = np.array([_is_inside(numeral, mode) for numeral in learned_harmony().numerals])
    return np.where(inside, 1.0, _CHROMATIC_SHARE if is_free else 0.0)


def _is_inside(numeral: str, mode: Mode) -> bool:
    return SCALES[mode].issuperset(NUMERALS[numeral].tones)


def _named(weights: Mapping[str, float]) -> Floats:
    return np.array([weights.get(numeral, 0.0) for numeral in learned_harmony().numerals])


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
