"""What a game's composer writes, as values: moods, states, palettes. Knows no files and no sound."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.theme import Theme


@dataclass(frozen=True, slots=True)
class Instrument:
    """How one part sounds."""

    program: int
    """General MIDI program 0 to 127; for drums the number of the kit."""
    octave: int = 0
    """Octaves by which the part sounds above (below when negative) what is composed; drums have none."""
    volume: int = 100
    """0 to 127; General MIDI's channel volume."""
    pan: int = 64
    """0 left, 64 middle, 127 right."""
    reverb: int = 40
    """0 dry to 127 far away."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Which instruments play, and from which intensity on."""

    name: str
    instruments: Mapping[Part, Instrument]
    """One for each of the five parts."""
    layers: Mapping[Part, float]
    """Intensity at which each part enters, 0 (always there) to LATEST_ENTRY."""
    level: float = 0.0
    """Decibels by which the whole palette is raised, -LARGEST_LEVEL to LARGEST_LEVEL."""


LARGEST_LEVEL = 6.0

LAYER_RAMP = 0.1
"""A part is fully there once intensity lies this far above its entry."""

LATEST_ENTRY = 1.0 - LAYER_RAMP
"""No part may enter later, so that at intensity 1 all of them play in full."""

DEFAULT_INTENSITY = 0.6
DEFAULT_TEMPO = (80.0, 120.0)

EIGHTH, SIXTEENTH = 8, 16


@dataclass(frozen=True, slots=True)
class StateSpec:
    """What a state of the game sounds like when nothing else is said."""

    name: str
    mood: Mood
    palette: str
    """Name of a palette of the score."""
    intensity: float = DEFAULT_INTENSITY
    """Intensity on entering the state, 0 to 1."""
    tempo: tuple[float, float] = DEFAULT_TEMPO
    """Quarter notes a minute at arousal -1 and at arousal 1."""
    metre: Metre = COMMON_TIME
    swing: float = 0.0
    """0 straight, 1 as late off-beats as swinging drummers play them; compound metres do not swing."""
    swing_note: int = EIGHTH
    """Which notes swing: every second EIGHTH or SIXTEENTH."""

    def tempo_at(self, arousal: float) -> float:
        """Quarter notes a minute at an arousal of -1 to 1; equal steps of arousal are equal ratios."""
        low, high = self.tempo
        return low * math.pow(high / low, (arousal + 1) / 2)


@dataclass(frozen=True, slots=True)
class Score:
    """A whole score; the loader has checked that every name it mentions is there."""

    name: str
    key: int
    """Pitch class of the home tonic, 0 (C) to 11 (B)."""
    moods: Mapping[str, Mood]
    palettes: Mapping[str, Palette]
    states: Mapping[str, StateSpec]
    initial: str
    """Name of the state in which the music begins."""
    themes: Mapping[str, Theme] = field(default_factory=dict)
    """Melodies that the game can call for."""

    def palette_of(self, state: str) -> Palette:
        """The palette of a state; raises KeyError for a state that the score lacks."""
        return self.palettes[self.states[state].palette]
