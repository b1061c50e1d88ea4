"""How drummers place and weigh strokes, as a table: values only, learned elsewhere, played elsewhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from barwise.music.metre import Metre


class Family(StrEnum):
    """Drums that are played alike."""

    KICK = "kick"
    SNARE = "snare"
    HAT = "hat"
    RIDE = "ride"
    TOM = "tom"
    CRASH = "crash"


_KEYS: Mapping[Family, tuple[int, ...]] = {
    Family.KICK: (35, 36),
    Family.SNARE: (37, 38, 39, 40),
    Family.HAT: (22, 26, 42, 44, 46, 54, 70),
    Family.RIDE: (51, 53, 56, 59, 80),
    Family.TOM: (41, 43, 45, 47, 48, 50, 58, 60, 61, 75),
    Family.CRASH: (49, 52, 55, 57),
}
"""Keys of General MIDI's drum set, and Roland's two more for the hi-hat."""

FAMILIES: Mapping[int, Family] = {key: family for family, keys in _KEYS.items() for key in keys}
"""The family of each key; keys that are not here are of none."""

SIMPLE_SLOTS, COMPOUND_SLOTS = 4, 6
"""Places within a beat: sixteenths of a quarter, or of a dotted quarter."""

BEAT_KINDS = 3
"""The first beat of a bar, the beat half way, and all others."""

REFERENCE_TEMPO = 100.0
"""Beats a minute at which the milliseconds of a table hold."""


def slots_per_beat(metre: Metre) -> int:
    """How many places a felt beat has."""
    return COMPOUND_SLOTS if metre.is_compound else SIMPLE_SLOTS


@cache
def place_of(position: int, metre: Metre) -> int:
    """The place of a tick of the bar: kind of beat times slots, plus the slot, 0 to BEAT_KINDS x slots - 1."""
    beat, within = divmod(position, metre.beat_ticks)
    slots = slots_per_beat(metre)
    is_half = metre.beats % 2 == 0 and beat * 2 == metre.beats
    kind = 0 if beat == 0 else 1 if is_half else 2
    return kind * slots + min(within * slots // metre.beat_ticks, slots - 1)


@dataclass(frozen=True, slots=True)
class Hand:
    """How one family of drums is played in simple or in compound metres."""

    late_ms: tuple[float, ...]
    """Of each place, how much later than the beat asks, in milliseconds at REFERENCE_TEMPO; below 0 is earlier."""
    accents: tuple[float, ...]
    """Of each place, velocity against the family's mean."""
    own_ms: float
    """Standard deviation of a stroke beside what the whole kit does, in milliseconds at REFERENCE_TEMPO."""
    spread: float
    """Standard deviation of velocities over their mean, what accents explain included."""


@dataclass(frozen=True, slots=True)
class Swing:
    """How late off-beats lie when they swing: share of the beat (or half beat) at REFERENCE_TEMPO, and its change."""

    phase: float
    """0.5 is straight, 2/3 a triplet."""
    per_octave: float
    """Added for each doubling of the tempo."""
    bounds: tuple[float, float]
    """The least and the largest phase that players of the middle 80 % take."""

    def at(self, tempo: float) -> float:
        """The phase at a tempo in beats a minute."""
        low, high = self.bounds
        return min(max(self.phase + self.per_octave * math.log2(tempo / REFERENCE_TEMPO), low), high)


@dataclass(frozen=True, slots=True)
class Groove:
    """A drummer: learned means and spreads."""

    simple: Mapping[Family, Hand]
    compound: Mapping[Family, Hand]
    together_ms: float
    """Standard deviation of what all drums do at once, in milliseconds at REFERENCE_TEMPO."""
    persistence: float
    """Correlation of that between onsets a quarter note apart, 0 to 1."""
    tempo_exponent: float
    """Spreads and means grow with (tempo / REFERENCE_TEMPO) to this power."""
    eighths: Swing
    sixteenths: Swing

    def hand(self, family: Family, metre: Metre) -> Hand:
        """How a family of drums is played in a metre."""
        return (self.compound if metre.is_compound else self.simple)[family]

    def scale(self, tempo: float) -> float:
        """What milliseconds of the table are to be multiplied with at a tempo in beats a minute."""
        return math.pow(tempo / REFERENCE_TEMPO, self.tempo_exponent)

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded to what the data can tell."""
        return {
            "simple": _hands_to_json(self.simple),
            "compound": _hands_to_json(self.compound),
            "together_ms": round(self.together_ms, 2),
            "persistence": round(self.persistence, 3),
            "tempo_exponent": round(self.tempo_exponent, 3),
            "eighths": _swing_to_json(self.eighths),
            "sixteenths": _swing_to_json(self.sixteenths),
        }

    @staticmethod
    def from_json(page: Mapping[str, Any]) -> "Groove":
        """The groove that as_json wrote."""
        return Groove(
            _hands_from_json(page["simple"]),
            _hands_from_json(page["compound"]),
            page["together_ms"],
            page["persistence"],
            page["tempo_exponent"],
            _swing_from_json(page["eighths"]),
            _swing_from_json(page["sixteenths"]),
        )


def _hands_to_json(hands: Mapping[Family, Hand]) -> dict[str, Any]:
    return {
        family.value: {
            "late_ms": _rounded(hand.late_ms, 1),
            "accents": _rounded(hand.accents, 3),
            "own_ms": round(hand.own_ms, 2),
            "spread": round(hand.spread, 3),
        }
        for family, hand in hands.items()
    }


def _hands_from_json(page: Mapping[str, Any]) -> dict[Family, Hand]:
    return {
        Family(name): Hand(tuple(hand["late_ms"]), tuple(hand["accents"]), hand["own_ms"], hand["spread"])
        for name, hand in page.items()
    }


def _swing_to_json(swing: Swing) -> dict[str, Any]:
    return {
        "phase": round(swing.phase, 3),
        "per_octave": round(swing.per_octave, 3),
        "bounds": _rounded(swing.bounds, 3),
    }


def _swing_from_json(page: Mapping[str, Any]) -> Swing:
    low, high = page["bounds"]
    return Swing(page["phase"], page["per_octave"], (low, high))


def _rounded(values: Sequence[float], digits: int) -> list[float]:
    return [round(value, digits) for value in values]
