"""Strings, choirs and brass in sections: the tables of their crowds, and how they are played."""

from collections.abc import Mapping
from functools import cache

from soundfonts.house.crowds import Crowd, tones
from soundfonts.house.voice import Filter, Motion, Shape, Voice, layered, moved, played, roots, spread

_STRING_BODIES = ((290, 2, 0.3), (500, 3, 0.3), (2400, 6, 0.6))
_AH = ((700, 13, 0.28), (1150, 11, 0.2), (2800, 13, 0.16), (3700, 9, 0.15))
_OOH = ((360, 12, 0.35), (800, 6, 0.3), (2600, 5, 0.2))
_MM = ((300, 12, 0.4), (1000, -4, 0.4), (2400, 6, 0.2))

_CROWDS = (
    Crowd("strings", -4.5, 3400, 11, _STRING_BODIES, width=9, noise_db=-31,
          noise_formants=((500, 9, 1.5), (3500, 11, 1.2))),
    Crowd("tremolo", -4, 3600, 11, _STRING_BODIES, width=9, noise_db=-29,
          noise_formants=((500, 9, 1.5), (3500, 11, 1.2)),
          strokes=13, seconds=0.75, highest=9600),
    Crowd("synth strings", -5, 3500, 9, (), width=12, octave_db=-9, highest=6800, seconds=0.65),
    Crowd("choir ah", -7, 3800, 14, _AH, width=13, noise_db=-33, noise_formants=((1200, 10, 0.8), (5000, 10, 0.7)),
          highest=9700),
    Crowd("choir ooh", -8, 1800, 14, _OOH, width=12, noise_db=-33, noise_formants=((800, 10, 0.8), (4000, 8, 0.7)),
          highest=7000),
    Crowd("synth voice", -8, 2500, 12, _AH, width=7, seconds=0.8, highest=7000),
    Crowd("brass section", -1.5, 2200, 14, ((1100, 6, 0.7), (2500, 3, 0.4)), width=6.5, noise_db=-37,
          noise_formants=((500, 9, 1.5), (3000, 10, 1.2)), seconds=0.8,
          highest=9600),
    Crowd("glass", -9, 4000, 8, (), width=5, even_db=-6, fifth_db=-14, octave_db=-8, highest=6800, seconds=0.6),
    Crowd("warm", -8, 1400, 10, (), width=12, octave_db=-14, highest=4800, seconds=0.6),
)  # fmt: skip

CROWDS: Mapping[str, Crowd] = {crowd.name: crowd for crowd in _CROWDS}


@cache
def section(name: str, low: int, high: int, step: int) -> Voice:
    """The tones of a crowd over a range, as yet without envelopes."""
    return spread(tones(CROWDS[name]), roots(low, high, step))


@cache
def _strings() -> Voice:
    return section("strings", 33, 98, 6)


def strings() -> Voice:
    """A string orchestra."""
    return played(_strings(), Shape(attack=0.09, release=0.9), Filter(9000, 4500, 4))


def slow_strings() -> Voice:
    """The same orchestra, swelling."""
    return played(_strings(), Shape(attack=0.35, release=1.4), Filter(6000, 4200, 4))


def tremolo_strings() -> Voice:
    """The orchestra trembling."""
    return played(section("tremolo", 34, 96, 9), Shape(attack=0.05, release=0.8), Filter(9500, 4200, 4))


@cache
def _synth_strings() -> Voice:
    return section("synth strings", 36, 96, 12)


def synth_strings() -> Voice:
    """Strings of an analog synthesizer."""
    return played(_synth_strings(), Shape(attack=0.1, release=0.6), Filter(9000, 1800, 4))


def soft_synth_strings() -> Voice:
    """The same, darker and slower."""
    return played(_synth_strings(), Shape(attack=0.3, release=0.8), Filter(3500, 1800, 4))


def choir() -> Voice:
    """Choir singing ah."""
    return played(section("choir ah", 40, 88, 7), Shape(attack=0.14, release=1.0), Filter(8000, 3600, 4))


def voices() -> Voice:
    """Choir singing ooh."""
    return played(section("choir ooh", 40, 88, 10), Shape(attack=0.12, release=1.0), Filter(6000, 1200, 4))


def synth_voice() -> Voice:
    """A voice that is plainly a machine's."""
    motion = Motion(vibrato=8, vibrato_rate=5, vibrato_delay=0.3)
    return played(section("synth voice", 44, 88, 14), Shape(attack=0.08, release=0.5), Filter(8000, 1200, 4), motion)


def orchestra_hit() -> Voice:
    """Everybody at once: strings over three octaves, brass, and it is over."""
    hit = Shape(decay=1.6, sustain_db=100, release=0.8)
    low, high = moved(_strings(), cents=-1200, gain_db=-2), moved(_strings(), cents=1200, gain_db=-4)
    return played(layered(_strings(), low, high, brass_tones()), hit, Filter(12000, 1800))


@cache
def brass_tones() -> Voice:
    """The tones of the brass section."""
    return section("brass section", 36, 86, 8)


def brass_section() -> Voice:
    """Trumpets, horns and trombones."""
    return played(brass_tones(), Shape(attack=0.045, release=0.3), Filter(9000, 5500, 3))


def pad(name: str, attack: float, release: float, filter_: Filter, motion: Motion | None = None) -> Voice:
    """A synthesizer's pad out of one of the crowds."""
    return played(section(name, 36, 96, 12), Shape(attack=attack, release=release), filter_, motion or Motion())
