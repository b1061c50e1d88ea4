"""Curves over frequency: formants, roll-offs, filters. Every function takes hertz and gives decibels or a response."""

from collections.abc import Sequence

import numpy as np

from soundfonts.house.tone import Wave

Formant = tuple[float, float, float]
"""Hertz, decibels and width (a standard deviation in octaves) of a resonance."""


def decibels(value: Wave | float) -> Wave:
    """Amplitude factor of decibels."""
    return np.asarray(10 ** (np.asarray(value, float) / 20))


def formants_db(frequencies: Wave, formants: Sequence[Formant]) -> Wave:
    """Bumps over the logarithm of frequency."""
    total = np.zeros_like(frequencies)
    for center, gain, width in formants:
        total += gain * np.exp(-0.5 * (np.log2(np.maximum(frequencies, 1) / center) / width) ** 2)
    return total


def rolloff_db(frequencies: Wave, corner: float, slope: float) -> Wave:
    """Level up to a corner, falling by `slope` decibels an octave beyond it."""
    return -slope / 2 * np.log2(1 + (frequencies / corner) ** 2)


def second_order_lowpass(frequencies: Wave, corner: float, rate: int, resonance_db: float = 0.0) -> Wave:
    """Gain of the two-pole filter that SoundFont players use (Bristow-Johnson's cookbook); corner in hertz.

    A resonance of 0 dB is the filter without a hump, as FluidSynth has it.
    """
    quality = 10 ** ((resonance_db - 3.01) / 20)
    omega = 2 * np.pi * min(corner, 0.45 * rate) / rate
    alpha, cosine = np.sin(omega) / (2 * quality), np.cos(omega)
    z = np.exp(-2j * np.pi * frequencies / rate)
    top = (1 - cosine) / 2 * (1 + z) ** 2
    return np.asarray(np.abs(top / (1 + alpha - 2 * cosine * z + (1 - alpha) * z**2)) / np.sqrt(quality))


def k_weighting(frequencies: Wave) -> Wave:
    """The ear's curve of ITU-R BS.1770, in analog form: 4 dB more above 1.7 kHz, nothing below 38 Hz."""
    s = 1j * np.asarray(frequencies, float)
    low, high = 38.13547, 1681.97445
    shelf_gain, quality = 10 ** (3.99984 / 20), 0.70718
    band = shelf_gain**0.4996667
    shelf = (shelf_gain * s**2 + band * s * high / quality + high**2) / (s**2 + s * high / quality + high**2)
    pass_ = s**2 / (s**2 + s * low / 0.50033 + low**2)
    return np.asarray(np.abs(shelf * pass_))
