"""What chord follows what, where in a phrase, and with which mood: a learned table as a value.

Chords are numerals of triads: sevenths belong to the page, not to the plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise.music.harmony import DEGREES, Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS
from barwise.music.progressions import NUMERALS

Floats = NDArray[np.float64]

HALVES = 2
"""Places in a bar at which its chord is planned."""

SLOTS = PHRASE_BARS * HALVES
"""Places in a phrase."""


class Place(StrEnum):
    """Bars of a phrase that chords are chosen for."""

    OPENING = "opening"
    HALF = "half"
    """The fourth bar: half a cadence."""
    APPROACH = "approach"
    """The seventh."""
    CLOSE = "close"
    """The eighth."""
    ELSEWHERE = "elsewhere"


_PLACES = {
    0: Place.OPENING,
    PHRASE_BARS // 2 - 1: Place.HALF,
    PHRASE_BARS - 2: Place.APPROACH,
    PHRASE_BARS - 1: Place.CLOSE,
}

_TRIADS: Mapping[Quality, Quality] = {
    Quality.DOMINANT: Quality.MAJOR,
    Quality.MAJOR_SEVENTH: Quality.MAJOR,
    Quality.AUGMENTED: Quality.MAJOR,
    Quality.MINOR_SEVENTH: Quality.MINOR,
}
_NAMES = {chord: numeral for numeral, chord in NUMERALS.items()}
_THIRD = 4


def place_of_bar(bar: int) -> Place:
    """What a bar of the phrase, 0 to PHRASE_BARS - 1, is to its harmony."""
    return _PLACES.get(bar % PHRASE_BARS, Place.ELSEWHERE)


def numeral_of(chord: Chord, mode: Mode) -> str:
    """The numeral of a chord's triad; a power chord has the third that the mode gives it."""
    quality = _TRIADS.get(chord.quality, chord.quality)
    if quality is Quality.POWER:
        quality = Quality.MAJOR if (chord.root + _THIRD) % 12 in DEGREES[mode] else Quality.MINOR
    return _NAMES[Chord(chord.root, quality)]


@dataclass(frozen=True, slots=True, eq=False)
class ChordModel:
    """A chain of chord changes."""

    numerals: tuple[str, ...]
    """The alphabet: names of music.progressions.NUMERALS."""
    transitions: Mapping[Mode, Floats]
    """Chance of each next chord once the chord changes, rows summing to 1: [numerals, numerals] of each mode."""
    places: Mapping[Mode, Mapping[Place, Floats]]
    """How much likelier than elsewhere a chord is at a place, of both families: [numerals]."""
    changes: tuple[float, ...]
    """Chance that the chord changes at each half bar of a phrase: SLOTS of them."""
    returns: float
    """Chance that the second half of a phrase begins with the first half's chords."""
    valence: Floats
    """What each chord adds to the valence, -1 to 1, of a progression it fills: [numerals]."""
    tension: Floats
    """The same for tension, 0 to 1: [numerals]."""

    def following(self, numeral: str, mode: Mode, place: Place) -> Floats:
        """Chances of what a numeral changes to at a place: [numerals]."""
        chances = self.transitions[mode][self.numerals.index(numeral)] * self.places[mode.family][place]
        return np.asarray(chances / chances.sum())

    def as_json(self) -> dict[str, Any]:
        """Plain values; chances too small to matter are left out."""
        return {
            "transitions": {
                mode.value: {
                    numeral: self._named(row, SMALLEST) for numeral, row in zip(self.numerals, table, strict=True)
                }
                for mode, table in self.transitions.items()
            },
            "places": {
                family.value: {place.value: self._named(factors, 0.0) for place, factors in places.items()}
                for family, places in self.places.items()
            },
            "changes": [round(chance, 3) for chance in self.changes],
            "returns": round(self.returns, 3),
            "valence": self._named(self.valence, None),
            "tension": self._named(self.tension, None),
        }

    def _named(self, values: Floats, above: float | None) -> dict[str, float]:
        pairs = zip(self.numerals, values.tolist(), strict=True)
        return {numeral: round(value, 3) for numeral, value in pairs if above is None or value > above}

    @staticmethod
    def from_json(page: Mapping[str, Any]) -> "ChordModel":
        """The model that as_json wrote; what it left out shares EPSILON."""
        numerals = tuple(page["valence"])
        order = {numeral: place for place, numeral in enumerate(numerals)}
        return ChordModel(
            numerals,
            {
                Mode(mode): np.stack([_chances(table[numeral], order) for numeral in numerals])
                for mode, table in page["transitions"].items()
            },
            {
                Mode(family): {Place(place): _values(factors, order) for place, factors in places.items()}
                for family, places in page["places"].items()
            },
            tuple(page["changes"]),
            page["returns"],
            _values(page["valence"], order),
            _values(page["tension"], order),
        )


SMALLEST = 0.008
"""The smallest chance that is written down."""

EPSILON = 1e-5


def _values(named: Mapping[str, float], order: Mapping[str, int]) -> Floats:
    values = np.full(len(order), EPSILON)
    values[[order[numeral] for numeral in named]] = list(named.values())
    return values


def _chances(named: Mapping[str, float], order: Mapping[str, int]) -> Floats:
    values = _values(named, order)
    return np.asarray(values / values.sum())
