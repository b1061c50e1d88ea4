"""Many players at once: PADsynth loops (after Nasca Octavian Paul), whose partials are bands of chance phases.

A band is what many slightly different pitches make together. As a whole loop is made in one inverse transform,
it has no seam; its slow swells are evened out, so that the turn of the loop cannot be told from them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from soundfonts.house.pitch import hertz, random_for
from soundfonts.house.spectra import Formant, decibels, formants_db, rolloff_db
from soundfonts.house.sustained import fitting_rate
from soundfonts.house.tone import Tone, Wave, looped_pitch, periodic_length, rms

_SWELLS_BELOW_HERTZ = 7.0
"""Swells slower than this are evened out."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Which partials a section has, and how widely its players are out of tune."""

    name: str
    tilt: float
    """Decibels an octave over the harmonic's number."""
    corner: float
    slope: float
    formants: Sequence[Formant] = ()
    width: float = 16.0
    """Cents, a standard deviation, of the first partial."""
    widening: float = 0.0
    """How the width in cents grows, an exponent of the harmonic's number."""
    noise_db: float = -60.0
    noise_formants: Sequence[Formant] = ((2500, 10, 1.2),)
    seconds: float = 0.92
    octave_db: float = -100.0
    """Level of a second choir an octave higher."""
    fifth_db: float = -100.0
    even_db: float = 0.0
    strokes: float = 0.0
    """Bow strokes a second of a tremolo; 0 without."""
    highest: float = 9700.0
    """Hertz of the highest partial."""


def crowd_tone(crowd: Crowd, key: int) -> Tone:
    """A note of a section: nothing but a loop."""
    fundamental = hertz(key)
    levels = _levels(crowd, fundamental)
    rate = fitting_rate(max(len(levels) * fundamental, 4000))
    frames, cycles = periodic_length(fundamental, rate, crowd.seconds)
    wave = _players(crowd, key, levels, (frames, cycles, rate))
    even = evened(wave, rate)
    return Tone(even, rate, looped_pitch(cycles, frames, rate) + pitch_of_bands(even, cycles), 0)


def pitch_of_bands(loop: Wave, cycles: int) -> float:
    """How far, in keys, the middle of the bands lies from the harmonics: chance puts it a few cents aside."""
    power = np.abs(np.fft.rfft(loop)) ** 2
    sums = weights = 0.0
    for number in range(1, 6):
        center = number * cycles
        near = np.arange(int(center * 0.98), min(int(center * 1.02) + 1, len(power) - 1) + 1)
        weight = float(power[near].sum())
        sums += 12 * float(np.log2((power[near] * near).sum() / weight / center)) * weight if weight else 0.0
        weights += weight
    return sums / weights


def _levels(crowd: Crowd, fundamental: float) -> Wave:
    """Amplitudes of the harmonics that are worth having."""
    numbers = np.arange(1, max(int(crowd.highest / fundamental), 2) + 1, dtype=float)
    frequencies = numbers * fundamental
    level = crowd.tilt * np.log2(numbers) + rolloff_db(frequencies, crowd.corner, crowd.slope)
    level += formants_db(frequencies, crowd.formants) + np.where(numbers % 2 == 0, crowd.even_db, 0)
    amplitudes = decibels(level)
    for ratio, gain in ((2.0, crowd.octave_db), (1.5, crowd.fifth_db)):
        shifted = np.interp(numbers / ratio, numbers, amplitudes, left=0)
        amplitudes = amplitudes + decibels(gain) * np.where((numbers / ratio) % 1 == 0, shifted, 0)
    return np.asarray(amplitudes[: int(np.flatnonzero(amplitudes > amplitudes.max() * 0.001)[-1]) + 1])


def _players(crowd: Crowd, key: int, levels: Wave, size: tuple[int, int, int]) -> Wave:
    """The loop; with strokes, the sum of a few players who tremble each for himself."""
    frames, _, rate = size
    if not crowd.strokes:
        return np.fft.irfft(_spectrum(crowd, levels, size, random_for(crowd.name, key)), frames)
    total = np.zeros(frames)
    for player in range(5):
        random = random_for(crowd.name, key, player)
        total += np.fft.irfft(_spectrum(crowd, levels, size, random), frames) * _strokes(crowd, frames, rate, random)
    return total


def _spectrum(crowd: Crowd, levels: Wave, size: tuple[int, int, int], random: np.random.Generator) -> Wave:
    """Bands about the harmonics, bells over the logarithm of frequency, in bins of the loop."""
    frames, cycles, rate = size
    amplitudes = np.zeros(frames // 2 + 1)
    bins = np.arange(len(amplitudes), dtype=float)
    for index, level in enumerate(levels):
        center = (index + 1) * cycles
        width = center * (2 ** (crowd.width * (index + 1) ** crowd.widening / 1200) - 1)
        low, high = max(int(center - 4 * width), 1), min(int(center + 4 * width) + 2, len(amplitudes))
        bell = np.exp(-0.5 * ((bins[low:high] - center) / max(width, 0.2)) ** 2)
        if len(bell):
            amplitudes[low:high] += level * bell / np.linalg.norm(bell)
    frequencies = bins * rate / frames
    noise = np.where(frequencies > 60, decibels(formants_db(frequencies, crowd.noise_formants)) - 1, 0)
    noise *= decibels(crowd.noise_db) * np.linalg.norm(amplitudes) / np.linalg.norm(noise)
    return np.asarray(np.hypot(amplitudes, noise) * np.exp(2j * np.pi * random.random(len(bins))))


def _strokes(crowd: Crowd, frames: int, rate: int, random: np.random.Generator) -> Wave:
    """A player's loudness: strokes that are nearly regular, a whole number of them in the loop."""
    count = round(crowd.strokes * frames / rate * random.uniform(0.93, 1.07))
    time = np.arange(frames) / frames
    sway = 0.12 * np.sin(2 * np.pi * (time * random.integers(2, 5) + random.random()))
    return np.asarray(0.28 + np.abs(np.sin(np.pi * (count * time + sway + random.random()))) ** 0.8)


def evened(wave: Wave, rate: int) -> Wave:
    """A loop whose loudness no longer swells slowly."""
    for _ in range(3):
        power = np.fft.rfft(wave**2)
        frequencies = np.fft.rfftfreq(len(wave), 1 / rate)
        slow = np.fft.irfft(power * np.exp(-0.5 * (frequencies / _SWELLS_BELOW_HERTZ) ** 2), len(wave))
        wave = wave / np.sqrt(np.maximum(slow, 0.03 * rms(wave) ** 2))
    return wave


def tones(crowd: Crowd) -> Callable[[int], Tone]:
    """A maker of a section's tones, for `spread`."""
    return lambda key: crowd_tone(crowd, key)
