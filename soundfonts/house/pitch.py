"""Keys, hertz, cents and random numbers by name. Knows no sound."""

import math
import zlib

import numpy as np

A4_KEY, A4_HERTZ = 69, 440.0


def hertz(key: float) -> float:
    """The frequency of a MIDI key, with fractions, in equal temperament."""
    return A4_HERTZ * 2 ** ((key - A4_KEY) / 12)


def key_of(frequency: float) -> float:
    """The MIDI key, with fractions, of a frequency in hertz."""
    return A4_KEY + 12 * math.log2(frequency / A4_HERTZ)


def random_for(*names: str | int) -> np.random.Generator:
    """Random numbers that hang on the names alone, so that one sound's do not change another's."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, names)).encode()))
