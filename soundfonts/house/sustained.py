"""One player's held note: harmonics and breath or bow noise in a loop that repeats without a seam.

The loop is made in the frequency domain, with whole periods of every partial and of the noise, so that it has no
join. Before it comes an onset, the same wave swelling harmonic by harmonic: low ones first, as in pipes and brass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from soundfonts.house.pitch import hertz, random_for
from soundfonts.house.spectra import Formant, decibels, formants_db, rolloff_db
from soundfonts.house.tone import Tone, Wave, looped_pitch, periodic_length

_BANDS = 6
"""Groups of harmonics that swell together."""

_FAINTEST_DB = -60.0
"""Harmonics weaker than this against the strongest set no rate."""


@dataclass(frozen=True, slots=True)
class Timbre:
    """Which harmonics an instrument has, from the table of its family."""

    name: str
    tilt: float
    """Decibels an octave over the harmonic's number."""
    corner: float
    """Hertz above which the body gives less."""
    slope: float
    """Decibels an octave beyond the corner."""
    formants: Sequence[Formant] = ()
    even_db: float = 0.0
    """Level of even harmonics, as in a pipe closed at one end."""
    even_until: float = 1e9
    """Hertz from which they are as strong as the others."""
    noise_db: float = -60.0
    """Breath or bow, against the harmonics."""
    noise_formants: Sequence[Formant] = ((2000, 12, 1.5),)
    onset: float = 0.06
    """Seconds until the loop."""
    lag: float = 0.5
    """How much later than the first the highest harmonics come, as a share of the onset."""
    chiff_db: float = 0.0
    """How much stronger the noise is at the beginning."""
    seconds: float = 0.15
    """Of the loop."""
    wander: float = 0.0
    """Irregularity from harmonic to harmonic, in decibels; the same on all keys."""


def harmonic_levels(timbre: Timbre, fundamental: float, count: int) -> Wave:
    """Amplitudes of the harmonics 1 to count."""
    numbers = np.arange(1, count + 1, dtype=float)
    frequencies = numbers * fundamental
    level = timbre.tilt * np.log2(numbers) + rolloff_db(frequencies, timbre.corner, timbre.slope)
    level += formants_db(frequencies, timbre.formants)
    level += np.where(numbers % 2 == 0, timbre.even_db * np.clip(2 - 2 * frequencies / timbre.even_until, 0, 1), 0)
    level += timbre.wander * random_for(timbre.name, "wander").standard_normal(200)[np.arange(count) % 200]
    return decibels(level)


def fitting_rate(highest: float) -> int:
    """A rate with room for a frequency, among a few."""
    return next((rate for rate in (11025, 16000, 22050, 27000, 32000, 38000) if rate > 2.25 * highest), 44100)


def held_tone(timbre: Timbre, key: int) -> Tone:
    """A note of an instrument."""
    fundamental = hertz(key)
    levels = harmonic_levels(timbre, fundamental, max(int(16000 / fundamental), 1))
    audible = np.flatnonzero(20 * np.log10(levels / levels.max()) > _FAINTEST_DB)
    levels = levels[: audible[-1] + 1]
    rate = fitting_rate(max(len(levels) * fundamental, 4500 if timbre.noise_db > -50 else 0))
    frames, cycles = periodic_length(fundamental, rate, timbre.seconds)
    levels = levels[: int(0.49 * frames / cycles)]
    bins = np.arange(1, len(levels) + 1) * cycles
    phases = calm_phases(levels)
    spectrum = np.zeros(frames // 2 + 1, complex)
    spectrum[bins] = levels * np.exp(1j * phases)
    noise = noise_spectrum(timbre, key, frames, rate) * np.linalg.norm(levels) * decibels(timbre.noise_db)
    wave = _onset(timbre, spectrum, noise, bins, (frames, rate))
    return Tone(wave, rate, looped_pitch(cycles, frames, rate), len(wave) - frames)


def calm_phases(levels: Wave) -> Wave:
    """Phases by which harmonics of these levels make a wave of low peaks (van der Ouderaa 1988): clip, and again."""
    numbers = np.arange(1, len(levels) + 1)
    phases = -np.pi * numbers**2 / len(levels)
    points = 8 * (1 << len(levels).bit_length())
    for _ in range(25):
        spectrum = np.zeros(points // 2 + 1, complex)
        spectrum[numbers] = levels * np.exp(1j * phases)
        wave = np.fft.irfft(spectrum)
        most = 0.8 * np.abs(wave).max()
        phases = np.angle(np.fft.rfft(np.clip(wave, -most, most))[numbers])
    return np.asarray(phases)


def noise_spectrum(timbre: Timbre, key: int, frames: int, rate: int) -> Wave:
    """Noise of unit power as a spectrum of a loop; every partial as strong as its curve, only the phase by chance."""
    frequencies = np.fft.rfftfreq(frames, 1 / rate)
    curve = decibels(formants_db(frequencies, timbre.noise_formants)) - 1
    curve *= (frequencies > 40) & (frequencies < 0.45 * rate)
    phases = random_for(timbre.name, "noise", key).uniform(0, 2 * np.pi, len(frequencies))
    return np.asarray(curve / np.linalg.norm(curve) * np.exp(1j * phases))


def _onset(timbre: Timbre, spectrum: Wave, noise: Wave, bins: Wave, size: tuple[int, int]) -> Wave:
    """The loop with what comes before it; size: frames of the loop, and the rate."""
    frames, rate = size
    before = int(timbre.onset * rate)
    time = np.arange(before) / max(before, 1)
    place = np.arange(-before, 0) % frames
    swelling = np.zeros(before)
    for band, members in enumerate(np.array_split(bins, _BANDS)):
        if len(members):
            start = timbre.lag * band / _BANDS
            swelling += _wave_of(spectrum, members, frames)[place] * _rise((time - start) / (1 - start))
    breath = np.fft.irfft(noise, frames)
    burst = 1 + (decibels(timbre.chiff_db) - 1) * np.exp(-3 * time) * (1 - time)
    swelling += breath[place] * _rise(time * 4) * burst
    return np.concatenate([swelling, np.fft.irfft(spectrum + noise, frames)])


def _wave_of(spectrum: Wave, members: Wave, frames: int) -> Wave:
    part = np.zeros_like(spectrum)
    part[members] = spectrum[members]
    return np.fft.irfft(part, frames)


def _rise(time: Wave) -> Wave:
    """From 0 to 1, smooth at both ends."""
    return np.asarray(np.sin(np.clip(time, 0, 1) * np.pi / 2) ** 2)


def tones(timbre: Timbre) -> Callable[[int], Tone]:
    """A maker of an instrument's tones, for `spread`."""
    return lambda key: held_tone(timbre, key)
