"""What a game's composer writes, as values: moods, states, transitions, palettes. Knows no files and no sound."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.stinger import Stinger
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


class Line(StrEnum):
    """What a layer plays that no part plays: both follow from the bar's chords."""

    PAD = "pad"
    """The chords, held and close together."""
    HARMONY = "harmony"
    """The chord's nearest note at least a third below each note of the melody."""


class KitGroup(StrEnum):
    """What a drummer's hands and feet have apart: groups of the kit that may join one after another."""

    BEAT = "beat"
    """Kick, snare, side stick and claps."""
    HATS = "hats"
    """Hats, rides and what else ticks: tambourine, shaker, cowbell, triangle."""
    TOMS = "toms"
    """Toms, crashes and hand drums: accents and fills."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One more instrument, which joins in with what is composed for others."""

    plays: Part | Line
    """A pitched part that it doubles, or a line of its own."""
    instrument: Instrument
    """Its octave counts from the part as that sounds; a pad's from G3, where it begins."""
    enters: float = 0.0
    """Intensity at which it joins, 0 to LATEST_ENTRY."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Which instruments play, and from which intensity on."""

    name: str
    instruments: Mapping[Part, Instrument]
    """One for each of the five parts."""
    enters: Mapping[Part, float]
    """Intensity at which each part enters, 0 (always there) to LATEST_ENTRY."""
    layers: tuple[Layer, ...] = ()
    """Up to MOST_LAYERS, a pad among them at most."""
    kit: Mapping[KitGroup, float] = field(default_factory=dict)
    """Intensity at which a group of the drums joins, no sooner than they enter; those without one enter with them."""
    level: float = 0.0
    """Decibels by which the whole palette is raised, -LARGEST_LEVEL to LARGEST_LEVEL."""


MOOD_MARGIN = 0.1
"""How far a mood must go back over a palette's bound before that is left: moods waver, colors should not."""

MOST_LAYERS = 4
"""A synthesizer has channels for so many besides the parts, twice, since palettes fade into each other."""

LARGEST_LEVEL = 6.0

LAYER_RAMP = 0.1
"""A part is fully there once intensity lies this far above its entry."""

LATEST_ENTRY = 1.0 - LAYER_RAMP
"""No part may enter later, so that at intensity 1 all of them play in full."""

LARGEST_TEMPO_STEP = 1.12
"""Within a state the tempo changes by no more than this ratio from bar to bar: a change, not a jolt."""

DEFAULT_INTENSITY = 0.6
DEFAULT_TEMPO = (80.0, 120.0)

EIGHTH, SIXTEENTH = 8, 16

LONGEST_DWELL = 600.0
DEFAULT_EXITS = (4, 8)

ANY = "any"
"""Stands for every state in a transition; no state may have this name."""

MOST_BRIDGE_BARS = 4
LONGEST_FADE = 16.0
"""Beats."""


class SyncPoint(StrEnum):
    """Where a transition lets the next state begin."""

    NOW = "now"
    BEAT = "beat"
    BAR = "bar"
    PHRASE = "phrase"
    EXIT = "exit"
    """After one of the state's exits: its exit cues."""


class MoodChange(StrEnum):
    """From where on a changed mood is composed."""

    BEAT = "beat"
    """The next beat: the rest of the bar that sounds is composed anew."""
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class MoodColor:
    """A palette for some moods of a state."""

    palette: str
    """Its name."""
    above: Mapping[str, float] = field(default_factory=dict)
    """What valence, arousal or tension must be above."""
    below: Mapping[str, float] = field(default_factory=dict)
    """What they must be below."""

    def fits(self, mood: Mood, is_present: bool = False) -> bool:
        """Whether it is for a mood; what is present already stays for MOOD_MARGIN beyond its bounds."""
        margin = MOOD_MARGIN if is_present else 0.0
        over = all(getattr(mood, name) > bound - margin for name, bound in self.above.items())
        return over and all(getattr(mood, name) < bound + margin for name, bound in self.below.items())


@dataclass(frozen=True, slots=True)
class Coloring:
    """The palettes of a state."""

    palette: str
    colors: tuple[MoodColor, ...] = ()
    """As in StateSpec."""


@dataclass(frozen=True, slots=True)
class StateSpec:
    """What a state of the game sounds like when nothing else is said."""

    name: str
    mood: Mood
    palette: str
    """Name of a palette of the score: what the state has in every mood that none of its colors is for."""
    intensity: float = DEFAULT_INTENSITY
    """Intensity on entering the state, 0 to 1."""
    tempo: tuple[float, float] = DEFAULT_TEMPO
    """Quarter notes a minute at arousal -1 and at arousal 1."""
    metre: Metre = COMMON_TIME
    swing: float = 0.0
    """0 straight, 1 as late off-beats as swinging drummers play them; compound metres do not swing."""
    swing_note: int = EIGHTH
    """Which notes swing: every second EIGHTH or SIXTEENTH."""
    key: int | None = None
    """Pitch class of a tonic of its own, 0 (C) to 11 (B); None has the score's."""
    dwell: float = 0.0
    """Seconds of music for which the state stays at least before another may follow, 0 to LONGEST_DWELL."""
    exits: tuple[int, ...] = DEFAULT_EXITS
    """Bars of the phrase, 1 to PHRASE_BARS and in order, after which a transition at SyncPoint.EXIT may leave."""
    colors: tuple[MoodColor, ...] = ()
    """Palettes that it has in some moods instead; the first that fits holds."""

    def palette_in(self, mood: Mood, before: str = "") -> str:
        """The name of the palette in a mood; the one before stays until the mood is MOOD_MARGIN past its bounds."""
        fitting = (color.palette for color in self.colors if color.fits(mood, color.palette == before))
        return next(fitting, self.palette)

    def colored(self, coloring: Coloring | None) -> "StateSpec":
        """The state with other palettes; None leaves it its own."""
        return self if coloring is None else replace(self, palette=coloring.palette, colors=coloring.colors)

    def tempo_at(self, arousal: float) -> float:
        """Quarter notes a minute at an arousal of -1 to 1; equal steps of arousal are equal ratios."""
        low, high = self.tempo
        return low * math.pow(high / low, (arousal + 1) / 2)


@dataclass(frozen=True, slots=True)
class Transition:
    """How the music goes from one state to another."""

    source: str = ANY
    """Name of the state that is left, or ANY."""
    target: str = ANY
    """Name of the state that is entered, or ANY."""
    at: SyncPoint = SyncPoint.BAR
    """Where the bridge, or without one the new state, begins."""
    fill: bool = False
    """Whether the drums lead over, in the last bar before the new state."""
    bridge: int = 0
    """Bars that are composed between the states, 0 to MOST_BRIDGE_BARS."""
    fade: float = 1.0
    """Beats over which the old state's instruments fade once the new one has begun, 0 to LONGEST_FADE."""

    def leads(self, source: str, target: str) -> bool:
        """Whether it is for these two states."""
        return self.source in {ANY, source} and self.target in {ANY, target}


DEFAULT_TRANSITION = Transition()
"""What holds between states for which a score has none."""


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
    stingers: Mapping[str, Stinger] = field(default_factory=dict)
    """Short figures that the game can have played over the music."""
    transitions: tuple[Transition, ...] = ()
    """Of those that lead from one state to another the first holds."""
    mood_changes: MoodChange = MoodChange.BEAT
    """From where on a changed mood is composed."""

    def palette_of(self, state: str) -> Palette:
        """The palette of a state; raises KeyError for a state that the score lacks."""
        return self.palettes[self.states[state].palette]

    def tonic_of(self, state: str) -> int:
        """Pitch class of a state's tonic; raises KeyError for a state that the score lacks."""
        own = self.states[state].key
        return self.key if own is None else own

    def transition_between(self, source: str, target: str) -> Transition:
        """The transition from one state to another: the score's first for them, else DEFAULT_TRANSITION."""
        found = (transition for transition in self.transitions if transition.leads(source, target))
        return next(found, DEFAULT_TRANSITION)
