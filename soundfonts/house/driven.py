"""Electric guitars through an amplifier: a string, bent by valves at four times the rate, and a speaker's cabinet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from soundfonts.house.pitch import hertz, random_for
from soundfonts.house.ringing import string_modes
from soundfonts.house.spectra import decibels, formants_db, rolloff_db
from soundfonts.house.tone import Tone, Wave, looped_pitch, periodic_length
from soundfonts.house.voice import Filter, Motion, Shape, Voice, played, roots, spread

_FINE = 4


@dataclass(frozen=True, slots=True)
class Amplifier:
    """How hard it drives, and how the string dies away into it."""

    name: str
    drive: float
    """Gain into the bend, for a string of peak 1."""
    skew: float
    """Shift of the bend's middle, which adds even harmonics."""
    brightness: float = 2600.0
    rate: int = 22050
    seconds: float = 0.25
    loop_seconds: float = 0.15
    decay: float = 14.0
    """Seconds of 100 dB of what is held."""


def driven_tone(amplifier: Amplifier, key: int) -> Tone:
    """A note through the amplifier: its string sinks to what the valves still hold level, and stays."""
    rate = amplifier.rate * _FINE
    frames, cycles = periodic_length(hertz(key), amplifier.rate, amplifier.loop_seconds)
    before = int(amplifier.seconds * amplifier.rate)
    string = _string(amplifier, key, before * _FINE, (frames * _FINE, cycles, rate))
    loud = string / np.abs(string).max()
    bent = np.tanh(amplifier.drive * loud + amplifier.skew) - np.tanh(amplifier.skew)
    # The end of the loop goes before the beginning of the onset, silent, and the loop's own end before the loop.
    whole = _speaker(bent, rate)[::_FINE]
    loop = _speaker(bent[before * _FINE :], rate)[::_FINE]
    joint = min(before, amplifier.rate // 50)
    fade = np.linspace(0, 1, joint)
    onset = whole[:before]
    onset[before - joint :] = onset[before - joint :] * (1 - fade) + loop[-joint:] * fade
    return Tone(np.concatenate([onset, loop]), amplifier.rate, looped_pitch(cycles, frames, amplifier.rate), before)


def _string(amplifier: Amplifier, key: int, before: int, size: tuple[int, int, int]) -> Wave:
    """The string before the amplifier: harmonics that fall until the loop begins, and then stay."""
    frames, cycles, rate = size
    modes = string_modes(hertz(key), ring=4, damping=2200, place=0.13, brightness=amplifier.brightness, highest=7000)
    phases = random_for(amplifier.name, "phases").uniform(-0.5, 0.5, 1000)[: len(modes.falls)] - np.pi / 2
    time = np.minimum(np.arange(before + frames), before) / rate
    angle = 2 * np.pi * cycles / frames * np.arange(-before, frames)
    wave = np.zeros(before + frames)
    for number, (amplitude, fall) in enumerate(zip(modes.amplitudes, modes.falls, strict=True), 1):
        # The compressor before the valves holds the string up.
        wave += amplitude * np.exp(-6.9 * time / (2 * fall + 0.3)) * np.cos(number * angle + phases[number - 1])
    return wave * np.minimum(np.arange(len(wave)) / (0.003 * rate), 1)


def _speaker(wave: Wave, rate: int) -> Wave:
    """A cabinet: nothing below 80 Hz, a hump at 2.5 kHz, and a steep end at 4.5 kHz; circular."""
    frequencies = np.fft.rfftfreq(len(wave), 1 / rate)
    level = rolloff_db(frequencies, 4200, 22) + formants_db(
        frequencies, ((110, 3, 0.4), (2500, 5, 0.5), (450, -3, 0.6))
    )
    low = 1 / (1 + (75 / np.maximum(frequencies, 1)) ** 4)
    return np.fft.irfft(np.fft.rfft(wave) * decibels(level) * low, len(wave))


_AMPLIFIERS = (
    Amplifier("overdriven guitar", 3.0, 0.25, decay=25),
    Amplifier("distortion guitar", 14.0, 0.35, brightness=3200, decay=60),
)

AMPLIFIERS: Mapping[str, Amplifier] = {amplifier.name: amplifier for amplifier in _AMPLIFIERS}


@cache
def _driven(name: str, step: int) -> Voice:
    amplifier = AMPLIFIERS[name]
    shape = Shape(attack=0.002, decay=amplifier.decay, sustain_db=100, release=0.15)
    motion = Motion(vibrato=5, vibrato_rate=5.0, vibrato_delay=0.8)
    tones = spread(partial(driven_tone, amplifier), roots(36, 86, step))
    return played(tones, shape, Filter(9000, 1800, 4), motion)


def overdriven_guitar() -> Voice:
    """Guitar through an amplifier turned up."""
    return _driven("overdriven guitar", 10)


def distortion_guitar() -> Voice:
    """Guitar through an amplifier turned up all the way."""
    return _driven("distortion guitar", 6)
