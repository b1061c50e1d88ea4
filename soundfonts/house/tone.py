"""A tone: sound with its rate, its pitch and its loop. Knows how tones are cut and joined, not how they are made."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soundfonts.house.pitch import key_of

Wave = NDArray[Any]
"""Frames of one channel, or values over frequency, real or complex."""

DRUM_KEY = 60.0
"""The pitch that is written for sounds without one."""


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """One sample before it is written; equal only to itself, so that those who share it store it once."""

    wave: Wave
    rate: int
    """Frames a second."""
    pitch: float
    """MIDI key, with fractions, at which it sounds as it is."""
    loop: int | None = None
    """First frame of the loop, which ends where the wave ends."""


def periodic_length(frequency: float, rate: int, seconds: float) -> tuple[int, int]:
    """Frames of a loop of about this length, and how many whole periods of a frequency it holds.

    Among the lengths about the one that was asked for, the one that rounds the period least.
    """
    wanted = max(round(seconds * frequency), 1)
    cycles = np.arange(max(1, int(wanted * 0.85)), int(wanted * 1.15) + 3)
    frames = np.round(cycles * rate / frequency)
    usable = frames >= 40
    error = np.abs(frames * frequency / (cycles * rate) - 1) + np.where(usable, 0, 1)
    # Rounded, or the last bit of a logarithm would choose between lengths of the same ratio.
    best = int(np.argmin(np.round(error, 12)))
    return int(frames[best]), int(cycles[best])


def looped_pitch(cycles: int, frames: int, rate: int) -> float:
    """The exact MIDI key of a loop of whole periods."""
    return key_of(cycles * rate / frames)


def trimmed(tone: Tone, floor_db: float = -66.0) -> Tone:
    """A tone without loop, cut where it has died away, with a short fade so that the cut is not heard."""
    loud = np.flatnonzero(np.abs(tone.wave) > np.abs(tone.wave).max() * 10 ** (floor_db / 20))
    wave = tone.wave[: int(loud[-1]) + 1].copy()
    fade = min(len(wave) // 4, tone.rate // 50)
    wave[len(wave) - fade :] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    return replace(tone, wave=wave)


def rms(wave: Wave) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(wave**2)))
