"""The chords of a bar: a table of progressions, one of them drawn for each phrase. Knows no notes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from barwise.composing.rules.dice import HARMONY_DIE, Dice
from barwise.composing.rules.memory import Memory
from barwise.composing.rules.pitches import CHROMATIC
from barwise.composing.rules.rhythm import half_bar
from barwise.music.attributes import Attributes
from barwise.music.harmony import SCALES, Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS, Condition
from barwise.music.notes import ChordChange

_NUMERALS: Mapping[str, Chord] = {
    "I": Chord(0, Quality.MAJOR),
    "i": Chord(0, Quality.MINOR),
    "bII": Chord(1, Quality.MAJOR),
    "ii": Chord(2, Quality.MINOR),
    "iio": Chord(2, Quality.DIMINISHED),
    "II": Chord(2, Quality.MAJOR),
    "bIII": Chord(3, Quality.MAJOR),
    "iii": Chord(4, Quality.MINOR),
    "III": Chord(4, Quality.MAJOR),
    "IV": Chord(5, Quality.MAJOR),
    "iv": Chord(5, Quality.MINOR),
    "bv": Chord(6, Quality.MINOR),
    "Vs": Chord(7, Quality.SUSPENDED),
    "V": Chord(7, Quality.MAJOR),
    "v": Chord(7, Quality.MINOR),
    "bVI": Chord(8, Quality.MAJOR),
    "bvi": Chord(8, Quality.MINOR),
    "vi": Chord(9, Quality.MINOR),
    "bVII": Chord(10, Quality.MAJOR),
    "viio": Chord(11, Quality.DIMINISHED),
}
TONIC = _NUMERALS["I"]
"""What is heard where no chord is known."""


@dataclass(frozen=True, slots=True)
class _Progression:
    """Eight bars of numerals: half a cadence in the fourth, a whole one in the last two."""

    numerals: str
    brightness: float
    """Where on attributes.brightness it belongs, 0 to 1."""
    is_chromatic: bool = False


_PROGRESSIONS: Mapping[Mode, tuple[_Progression, ...]] = {
    Mode.MAJOR: (
        _Progression("I | vi | IV | V | I | vi | ii V | I", 1.0),
        _Progression("I | V | vi | IV | I | V | IV V | I", 1.0),
        _Progression("I | IV | I | V | I | IV | ii V | I", 1.0),
        _Progression("vi | IV | I | V | vi | IV | IV V | I", 0.9),
        _Progression("I | iii | IV | V | vi | iii | IV V | I", 0.9),
        _Progression("I | ii | vi | V | IV | I | ii V | I", 0.95),
        _Progression("I | IV | ii | V | iii | vi | ii V | I", 1.0),
        _Progression("I | bVII | IV | V | I | bVI | bVII | I", 0.7, is_chromatic=True),
        _Progression("I | II | IV | I | I | II | iv V | I", 0.75, is_chromatic=True),
        _Progression("I | bIII | IV | V | bVI | bVII | IV V | I", 0.6, is_chromatic=True),
        _Progression("I | III | IV | iv | I | vi | II V | I", 0.75, is_chromatic=True),
    ),
    Mode.MINOR: (
        _Progression("i | bVI | bIII | bVII | i | bVI | iv V | i", 0.2),
        _Progression("i | iv | bVII | bIII | bVI | iv | V | i", 0.2),
        _Progression("i | bVII | bVI | V | i | bVII | bVI V | i", 0.15),
        _Progression("i | v | bVI | iv | i | v | iv V | i", 0.1),
        _Progression("i | IV | i | bVII | i | IV | IV V | i", 0.35),
        _Progression("i | i | bVI | V | i | iv | iio V | i", 0.15),
        _Progression("i | bvi | i | V | i | bvi | iio V | i", 0.1),
        _Progression("i | viio | i | iv | bVI | iv | iio V | i", 0.15),
        _Progression("i | bII | i | V | bVI | bII | V | i", 0.05, is_chromatic=True),
        _Progression("i | bv | i | bII | i | bv | bII V | i", 0.05, is_chromatic=True),
        _Progression("i | bVI | IV | II | i | bIII | II V | i", 0.3, is_chromatic=True),
    ),
}

_ENDING = ("iv V", "i"), ("IV V", "I")
"""The last two bars of a piece, in minor and in major."""

_SEVENTHS: Mapping[Quality, tuple[Quality, ...]] = {
    Quality.MAJOR: (Quality.DOMINANT, Quality.MAJOR_SEVENTH),
    Quality.MINOR: (Quality.MINOR_SEVENTH,),
}


def planned_harmony(condition: Condition, memory: Memory) -> tuple[ChordChange, ...]:
    """The chords that the phrase's progression, or an ending, has for this bar."""
    numerals = _numerals(condition, memory).split()
    die = Dice(memory.seed, HARMONY_DIE, condition.phrase_bar)
    chords = [_colored(_NUMERALS[numeral], condition, die) for numeral in numerals]
    half = half_bar(condition.metre)
    if len(chords) == 1 or not half:
        return (ChordChange(0, chords[-1]),)
    return ChordChange(0, chords[0]), ChordChange(half, chords[1])


def _numerals(condition: Condition, memory: Memory) -> str:
    """One or two chords of the phrase's progression, or of an ending."""
    if condition.is_ending:
        return _ENDING[condition.mode is Mode.MAJOR][memory.endings > 0]
    chromaticism = condition.attributes.chromaticism
    choices = [it for it in _PROGRESSIONS[condition.mode] if chromaticism >= CHROMATIC or not it.is_chromatic]
    weights = [_fitness(it, condition.attributes) for it in choices]
    chosen = choices[Dice(memory.seed, HARMONY_DIE).pick(weights)]
    return chosen.numerals.split("|")[condition.phrase_bar % PHRASE_BARS]


def _fitness(progression: _Progression, wanted: Attributes) -> float:
    bright = math.exp(-(((progression.brightness - wanted.brightness) / 0.15) ** 2)) + 1e-3
    return bright * (1 + 12 * wanted.chromaticism * progression.is_chromatic)


def _colored(chord: Chord, condition: Condition, die: Dice) -> Chord:
    """The chord, with the seventh that the scale gives it where dissonance is wanted; a close stays plain."""
    closes = condition.is_ending or condition.phrase_bar % PHRASE_BARS == PHRASE_BARS - 1
    if closes or die.share() >= (condition.attributes.dissonance - 0.05) * 3.5:
        return chord
    sevenths = (Chord(chord.root, quality) for quality in _SEVENTHS.get(chord.quality, ()))
    return next((seventh for seventh in sevenths if SCALES[condition.mode].issuperset(seventh.tones)), chord)
