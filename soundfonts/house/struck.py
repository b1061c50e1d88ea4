"""Bars, bells, plates and tuned skins: tables of modes, and how they are played."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from soundfonts.house.pitch import hertz, random_for
from soundfonts.house.plucked import rung_voice
from soundfonts.house.ringing import Modes, knock, ringing_tone
from soundfonts.house.spectra import decibels
from soundfonts.house.tone import Tone
from soundfonts.house.voice import Filter, Motion, Voice, played, roots

Mode = tuple[float, float, float]
"""Its frequency against the first, its decibels, and how long it rings against the first."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something struck; what hangs on the key is given for middle C."""

    name: str
    ring: float
    """Seconds in which the first mode falls by 60 dB."""
    modes: Sequence[Mode]
    octave_ring: float = 0.7
    knock: float = 0.05
    knock_band: tuple[float, float] = (500.0, 5000.0)
    knock_seconds: float = 0.02
    seconds: float = 0.3
    rate: int = 32000


def struck_tone(bar: Bar, key: int) -> tuple[Tone, float]:
    """A tone and the decay of its envelope, seconds for 100 dB."""
    table = np.array(bar.modes)
    ring = bar.ring * bar.octave_ring ** ((key - 60) / 12)
    frequencies = hertz(key) * table[:, 0]
    kept = frequencies < 0.45 * bar.rate
    modes = Modes(frequencies[kept], decibels(table[kept, 1]), ring * table[kept, 2])
    random = random_for(bar.name, key)
    seconds = bar.seconds * 0.75 ** max((key - 60) / 12, 0)
    noise = knock(random, bar.rate, bar.knock_seconds, *bar.knock_band, bar.knock)
    return ringing_tone(modes, bar.rate, seconds, random, knock=noise, loop_seconds=0.06)


_BARS = (
    Bar("celesta", 4.2, ((1, 0, 1), (2.0, -27, 0.5), (3.01, -24, 0.3), (4.02, -15, 0.16), (9.2, -22, 0.05)),
        knock=0.06, knock_band=(800, 6000), octave_ring=0.62, rate=27000),
    Bar("glockenspiel", 5, ((1, 0, 1), (2.756, -9, 0.35), (5.404, -15, 0.15), (8.93, -22, 0.07)), knock=0.08,
        knock_band=(3000, 12000), octave_ring=0.68, rate=32000, seconds=0.3),
    Bar("music box", 2.6, ((1, 0, 1), (2.0, -22, 0.5), (3.0, -26, 0.4), (6.27, -12, 0.12), (11.5, -24, 0.04)),
        knock=0.12, knock_band=(2000, 9000), octave_ring=0.65),
    Bar("vibraphone", 6.5, ((1, 0, 1), (4.0, -13, 0.16), (10.6, -22, 0.03)), knock=0.04, octave_ring=0.65,
        knock_band=(300, 3000), rate=22050),
    Bar("marimba", 1.3, ((1, 0, 1), (3.93, -14, 0.2), (9.6, -22, 0.08)), knock=0.1, knock_band=(150, 2500),
        octave_ring=0.55, rate=22050, seconds=0.3),
    Bar("xylophone", 0.7, ((1, 0, 1), (3.0, -7, 0.5), (6.1, -14, 0.25), (10.2, -20, 0.12)), knock=0.18,
        knock_band=(800, 8000), octave_ring=0.7, seconds=0.2),
    Bar("tubular bells", 6, ((1, -3, 1), (2.0, 0, 0.9), (2.98, -2, 0.7), (4.17, -6, 0.5), (5.55, -9, 0.35),
                             (7.1, -13, 0.25), (8.8, -17, 0.2), (0.5, -14, 1)), knock=0.06, octave_ring=0.75,
        seconds=0.45, rate=22050),
    Bar("kalimba", 1.5, ((1, 0, 1), (2.0, -24, 0.6), (5.8, -16, 0.12), (9.1, -22, 0.06)), knock=0.2,
        knock_band=(150, 2500), seconds=0.3, rate=27000),
    Bar("tinkle bell", 2.8, ((1, 0, 1), (2.2, -6, 0.7), (3.9, -8, 0.5), (6.3, -12, 0.3)), knock=0.05, seconds=0.3,
        rate=32000),
    Bar("agogo", 0.7, ((1, 0, 1), (1.505, -5, 0.8), (2.68, -6, 0.6), (4.1, -9, 0.4), (5.9, -12, 0.3)), knock=0.15,
        octave_ring=0.8, seconds=0.3),
    Bar("steel drum", 1.6, ((1, 0, 1), (2.0, -4, 0.7), (3.01, -11, 0.5), (4.05, -13, 0.3), (5.3, -20, 0.2)),
        knock=0.1, knock_band=(300, 4000), octave_ring=0.75, seconds=0.35),
    Bar("wood block", 0.16, ((1, 0, 1), (2.57, -7, 0.6), (4.9, -12, 0.4)), knock=0.3, knock_band=(400, 6000),
        octave_ring=0.85, seconds=0.12, rate=27000),
    Bar("timpani", 2.6, ((1, 0, 1), (1.504, -3, 0.8), (1.99, -8, 0.6), (2.44, -11, 0.5), (2.9, -14, 0.4),
                         (0.62, -6, 0.08), (1.6, -8, 0.15), (2.3, -12, 0.1), (3.4, -15, 0.1)), knock=0.2,
        knock_band=(60, 900), knock_seconds=0.06, octave_ring=0.7, seconds=0.45, rate=11025),
    Bar("taiko", 1.1, ((1, 0, 1), (1.59, -4, 0.4), (2.14, -8, 0.3), (2.3, -9, 0.25), (2.65, -12, 0.2),
                       (3.16, -14, 0.15)), knock=0.35, knock_band=(80, 1500), knock_seconds=0.08, octave_ring=0.8,
        seconds=0.35, rate=11025),
    Bar("melodic tom", 0.9, ((1, 0, 1), (1.59, -7, 0.4), (2.14, -12, 0.3), (2.65, -16, 0.2)), knock=0.25,
        knock_band=(150, 4000), knock_seconds=0.05, octave_ring=0.8, seconds=0.25, rate=16000),
    Bar("synth drum", 0.8, ((1, 0, 1), (2.0, -20, 0.4)), knock=0.1, octave_ring=0.85, seconds=0.2, rate=22050),
)  # fmt: skip

BARS: Mapping[str, Bar] = {bar.name: bar for bar in _BARS}


@cache
def struck(name: str, low: int, high: int, step: int, release: float, fall: float = 3600) -> Voice:
    """An instrument of the table, with tones over its range; it is the brighter the harder it is struck."""
    corner = 9000 if BARS[name].rate > 25000 else 5000
    filter_ = Filter(corner=corner, fall=fall, partials=4)
    return rung_voice(partial(struck_tone, BARS[name]), roots(low, high, step), release, filter_)


def celesta() -> Voice:
    """Celesta."""
    return struck("celesta", 58, 108, 6, 0.6)


def glockenspiel() -> Voice:
    """Glockenspiel."""
    return struck("glockenspiel", 67, 108, 10, 2.5)


def music_box() -> Voice:
    """Music box."""
    return struck("music box", 55, 100, 12, 2.0)


def vibraphone() -> Voice:
    """Vibraphone with its fans turning."""
    return played(struck("vibraphone", 50, 92, 6, 1.2), motion=Motion(tremolo=1.6, tremolo_rate=5.4))


def marimba() -> Voice:
    """Marimba."""
    return struck("marimba", 40, 98, 12, 0.6, 4800)


def xylophone() -> Voice:
    """Xylophone."""
    return struck("xylophone", 60, 102, 9, 0.5)


def tubular_bells() -> Voice:
    """Tubular bells."""
    return struck("tubular bells", 55, 88, 9, 2.5)


def kalimba() -> Voice:
    """Kalimba."""
    return struck("kalimba", 48, 90, 11, 0.7, 5400)


def tinkle_bell() -> Voice:
    """Tinkle bell."""
    return struck("tinkle bell", 60, 96, 18, 1.5)


def agogo() -> Voice:
    """Agogo bells."""
    return struck("agogo", 48, 84, 18, 0.6)


def steel_drum() -> Voice:
    """Steel drums."""
    return struck("steel drum", 48, 88, 12, 0.6, 4800)


def wood_block() -> Voice:
    """Wood block."""
    return struck("wood block", 42, 84, 14, 0.3)


def timpani() -> Voice:
    """Timpani."""
    return struck("timpani", 34, 62, 6, 1.6, 6000)


def taiko() -> Voice:
    """Taiko."""
    return struck("taiko", 36, 76, 14, 1.5, 2400)


def melodic_tom() -> Voice:
    """Tuned toms."""
    return struck("melodic tom", 36, 80, 15, 1.0, 2400)


def synth_drum() -> Voice:
    """A drum machine's tom."""
    return tuple(replace(one, filter=Filter()) for one in struck("synth drum", 36, 80, 14, 0.8))
