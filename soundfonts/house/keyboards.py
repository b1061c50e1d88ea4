"""Electric pianos by frequency modulation, and organs drawn by their bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from soundfonts.house.crowds import Crowd
from soundfonts.house.crowds import tones as crowd_tones
from soundfonts.house.pitch import hertz, random_for
from soundfonts.house.plucked import rung_voice
from soundfonts.house.ringing import knock
from soundfonts.house.spectra import decibels
from soundfonts.house.sustained import fitting_rate
from soundfonts.house.tone import Tone, looped_pitch, periodic_length
from soundfonts.house.voice import Filter, Motion, Shape, Voice, apart, layered, moved, played, roots, spread


@dataclass(frozen=True, slots=True)
class Operators:
    """Two pairs of operators: one for the tone's body, one for the stroke (Chowning 1973)."""

    name: str
    index: float
    """Depth of the modulation at middle C when struck, in radians."""
    rest: float
    """What of it is left when the stroke is over."""
    ring: float
    """Seconds of 60 dB at middle C."""
    ratio: int = 1
    """Of the body's modulator to its carrier."""
    tine: int = 14
    """Ratio of the stroke's modulator."""
    tine_index: float = 0.5
    tine_db: float = -10.0
    tine_fall: float = 0.25
    """Seconds in which the stroke dies away by 60 dB."""
    seconds: float = 0.33
    rate: int = 22050
    knock: float = 0.03


def struck_operators(operators: Operators, key: int) -> tuple[Tone, float]:
    """A tone and the decay of its envelope, seconds for 100 dB."""
    rate = operators.rate
    frames, cycles = periodic_length(hertz(key), rate, 0.05)
    before = int(operators.seconds * rate)
    count = np.arange(before + frames)
    turn = 2 * np.pi * cycles / frames * count
    over = np.clip(count / before, 0, 1)
    strength = 2 ** (-(key - 60) / 24)
    depth = strength * (operators.rest + (operators.index - operators.rest) * (1 - over) ** 3)
    body = np.sin(turn + depth * np.sin(operators.ratio * turn))
    highest = operators.tine * hertz(key)
    tine = operators.tine if highest < 0.4 * rate else max(int(0.4 * rate / hertz(key)), 1)
    stroke = np.sin(turn + operators.tine_index * strength * np.sin(tine * turn)) - np.sin(turn)
    fading = 10 ** (-3 * count / (rate * operators.tine_fall)) * (1 - over)
    wave = body + decibels(operators.tine_db) * 4 * stroke * fading
    noise = knock(random_for(operators.name, key), rate, 0.02, 200, 3000, operators.knock)
    wave[: len(noise)] += noise
    ring = operators.ring * 0.7 ** ((key - 60) / 12)
    return Tone(wave, rate, looped_pitch(cycles, frames, rate), before), ring / 0.6


_OPERATORS = (
    Operators("tine piano", 1.3, 0.25, 6, tine_db=-6),
    Operators("digital piano", 0.9, 0.12, 6.5, tine_index=1.2, tine_db=-5, tine_fall=0.45),
    Operators("crystal", 1.6, 0.3, 5, ratio=7, tine=11, tine_index=1.0, tine_db=-4, tine_fall=1.0),
    Operators("fantasia bell", 1.2, 0.2, 4, ratio=5, tine=9, tine_db=-8, tine_fall=0.6, seconds=0.35),
)

OPERATORS: Mapping[str, Operators] = {operators.name: operators for operators in _OPERATORS}


@cache
def operated(name: str, low: int, high: int, step: int) -> Voice:
    """An instrument of the table, with tones over its range."""
    make = partial(struck_operators, OPERATORS[name])
    return rung_voice(make, roots(low, high, step), 0.35, Filter(9000, 3600, 3))


def tine_piano() -> Voice:
    """Electric piano with tines and its tremolo."""
    return played(operated("tine piano", 34, 94, 12), motion=Motion(tremolo=0.8, tremolo_rate=4.8))


def digital_piano() -> Voice:
    """Electric piano of a digital synthesizer: two voices a little apart."""
    return apart(operated("digital piano", 34, 94, 12), 6, softer=10.0)


def crystal() -> Voice:
    """Crystal bells."""
    voice = operated("crystal", 44, 92, 12)
    return tuple(replace(one, shape=replace(one.shape, release=1.1)) for one in voice)


FEET = (0.5, 1.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""The drawbars 16', 5 1/3', 8', 4', 2 2/3', 2', 1 3/5', 1 1/3' and 1' against the pitch."""


def drawn_tone(bars: Sequence[int], grit: float, key: int) -> Tone:
    """Wheels as drawn, 0 to 8 each; grit bends the sum as a valve does."""
    fundamental = hertz(key)
    rate = fitting_rate(min(max(8 * fundamental, 3000) * (1.6 if grit else 1), 16000))
    frames, cycles = periodic_length(fundamental / 2, rate, 0.1)
    turn = 2 * np.pi * cycles * np.arange(frames) / frames
    wave = np.zeros(frames)
    for index, (foot, drawn) in enumerate(zip(FEET, bars, strict=True)):
        # The highest wheels fold back an octave, as in the instrument.
        ratio = foot / 2 if foot * fundamental > 6000 else foot
        if drawn and ratio * fundamental < 0.45 * rate:
            wave += decibels(3 * (drawn - 8)) * np.sin(2 * ratio * turn + index)
    if grit:
        wave = bent(wave, grit)
    return Tone(wave, rate, looped_pitch(2 * cycles, frames, rate), 0)


def bent(loop: np.ndarray, grit: float) -> np.ndarray:
    """A loop through a valve, at four times the rate so that nothing folds back."""
    frames = len(loop)
    fine = np.fft.irfft(np.fft.rfft(loop), 4 * frames) * 4
    return np.fft.irfft(np.fft.rfft(np.tanh(grit * fine / np.abs(fine).max() + 0.1))[: frames // 2 + 1], frames) / 4


@cache
def _drawn(bars: tuple[int, ...], grit: float = 0.0) -> Voice:
    return spread(partial(drawn_tone, bars, grit), roots(30, 96, 9))


_KEYED = Shape(attack=0.006, release=0.08)


def drawbar_organ() -> Voice:
    """Drawbar organ, its speaker turning slowly."""
    motion = Motion(vibrato=2, vibrato_rate=0.9, tremolo=0.5, tremolo_rate=0.9)
    return played(_drawn((8, 8, 8, 4, 2, 2, 0, 0, 2)), _KEYED, motion=motion)


def percussive_organ() -> Voice:
    """Organ with the third harmonic struck at the beginning."""
    struck = played(_drawn((0, 0, 0, 0, 8, 0, 0, 0, 0)), Shape(decay=0.9, sustain_db=100, release=0.08))
    return layered(played(_drawn((8, 8, 8, 0, 0, 0, 0, 0, 0)), _KEYED), moved(struck, gain_db=-1))


def rock_organ() -> Voice:
    """Organ, overdriven, its speaker turning fast."""
    motion = Motion(vibrato=7, vibrato_rate=6.6, tremolo=1.2, tremolo_rate=6.6)
    return played(_drawn((8, 8, 8, 6, 5, 5, 3, 3, 6), 2.2), _KEYED, motion=motion)


_CHURCH = Crowd("church organ", -7, 3800, 8, width=1.2, octave_db=-1, fifth_db=-12, noise_db=-50,
                noise_formants=((2500, 10, 1.2),), seconds=0.5, highest=9500)  # fmt: skip


def church_organ() -> Voice:
    """Principals of a church: ranks of pipes in octaves and a twelfth."""
    ranks = spread(crowd_tones(_CHURCH), roots(30, 96, 13))
    return played(ranks, Shape(attack=0.06, release=0.7), Filter(12000, 0))
