"""What is plucked or struck and rings: sums of partials that die away each in its own time.

A string is the extended Karplus-Strong loop (Jaffe and Smith 1983) solved for its modes: a pluck at a place gives
each its strength, the loop's loss its decay, the wire's stiffness its pitch. Bars, plates and bells bring their own
tables of modes. The decay of the first partial is taken out of the sample and given to the player's envelope, so
that a short sample rings for as long as it should: it ends in a loop of those partials that are left.
"""

from dataclasses import dataclass, replace

import numpy as np

from soundfonts.house.tone import Tone, Wave, looped_pitch, periodic_length

_BLOCK = 256
"""Frames that are reckoned at once."""


@dataclass(frozen=True, slots=True)
class Modes:
    """Partials that die away; arrays of one length."""

    frequencies: Wave
    amplitudes: Wave
    falls: Wave
    """Seconds in which each falls by 60 dB."""


def string_modes(
    fundamental: float,
    *,
    ring: float,
    damping: float,
    place: float,
    brightness: float,
    stiffness: float = 0.0,
    slope: float = 12.0,
    highest: float = 12000.0,
) -> Modes:
    """The modes of a string.

    ring: seconds in which the first falls by 60 dB; damping: hertz at which the loss has doubled; place: of the
    pluck, as a share of the string; brightness: hertz beyond which the plectrum gives `slope` dB an octave less.
    """
    numbers = np.arange(1, max(int(highest / fundamental), 1) + 1, dtype=float)
    frequencies = fundamental * numbers * np.sqrt((1 + stiffness * numbers**2) / (1 + stiffness))
    falls = ring / (1 + (frequencies / damping) ** 2) * (1 + (fundamental / damping) ** 2)
    pluck = np.abs(np.sin(np.pi * numbers * place)) + 0.03
    amplitudes = pluck / numbers**0.5 * (1 + (frequencies / brightness) ** 2) ** (-slope / 12.04)
    return Modes(frequencies, amplitudes, falls)


def ringing_tone(
    modes: Modes,
    rate: int,
    seconds: float,
    random: np.random.Generator,
    *,
    knock: Wave | None = None,
    loop_seconds: float = 0.1,
    smear: float = 0.5,
    chance: float = 0.3,
) -> tuple[Tone, float]:
    """A tone of `seconds` with a loop at its end, and the fall (seconds for 100 dB) that its envelope must have.

    Every partial is moved to the nearest pitch that is periodic in the loop, by at most half its rate of turns.
    knock: the noise of the stroke, added at the beginning. smear: by how much of a period the highest partials begin
    later than the lowest; it lowers the peaks (Schroeder 1970). chance: radians to either side of that.
    """
    frames, cycles = periodic_length(modes.frequencies[0], rate, loop_seconds)
    before = max(int(seconds * rate), 64)
    bins = _turns_in_loop(modes, cycles)
    kept = bins < 0.47 * frames
    flat = float(modes.falls[0])
    falls = np.minimum(modes.falls, flat)[kept]
    turns = 6.9078 / rate * (1 / flat - 1 / falls) + 2j * np.pi * bins[kept] / frames
    phases = -np.pi / 2 - smear * np.pi * bins[kept] ** 2 / cycles / bins[kept].max()
    starts = modes.amplitudes[kept] * np.exp(1j * (phases + random.uniform(-chance, chance, len(turns))))
    wave = np.concatenate([sum_of_modes(turns, starts, before), _frozen(turns, starts, bins[kept], before, frames)])
    if knock is not None:
        wave[: len(knock)] += knock[: len(wave)]
    wave[: rate // 1000] *= np.linspace(0, 1, rate // 1000)
    return Tone(held_down(wave, before, rate), rate, looped_pitch(cycles, frames, rate), before), flat / 0.6


def looped_modes(modes: Modes, rate: int, loop_seconds: float) -> Modes:
    """The modes where `ringing_tone` has moved them to."""
    _, cycles = periodic_length(modes.frequencies[0], rate, loop_seconds)
    return replace(modes, frequencies=modes.frequencies[0] * _turns_in_loop(modes, cycles) / cycles)


def _turns_in_loop(modes: Modes, cycles: int) -> Wave:
    return np.asarray(np.maximum(np.round(modes.frequencies / modes.frequencies[0] * cycles), 1).astype(int))


def held_down(wave: Wave, loop: int, rate: int, most: float = 1.5) -> Wave:
    """A struck wave whose first peaks are pressed towards `most` times those of its loop, as a compressor does."""
    window = rate // 60
    blocks = np.abs(np.pad(wave, (0, -len(wave) % window))).reshape(-1, window).max(axis=1)
    limit = most * np.abs(wave[loop:]).max()
    gains = np.minimum((limit / np.maximum(blocks, limit)) ** 0.85, 1)
    smooth = np.interp(np.arange(loop), (np.arange(len(gains)) + 0.5) * window, gains)
    return np.concatenate([wave[:loop] * smooth, wave[loop:] * smooth[-1]])


def sum_of_modes(turns: Wave, starts: Wave, frames: int) -> Wave:
    """The real part of decaying turns (logarithms, a frame) that start at some complex amplitudes."""
    blocks = -(-frames // _BLOCK)
    outer = np.exp(np.outer(np.arange(blocks) * _BLOCK, turns))
    inner = np.exp(np.outer(turns, np.arange(_BLOCK))) * starts[:, None]
    return np.asarray((outer @ inner).real.reshape(-1)[:frames])


def _frozen(turns: Wave, starts: Wave, bins: Wave, before: int, frames: int) -> Wave:
    """The loop: every partial as strong as it is at the loop's beginning, and in the same phase."""
    spectrum = np.zeros(frames // 2 + 1, complex)
    np.add.at(spectrum, bins, starts * np.exp(turns * before) * frames / 2)
    return np.fft.irfft(spectrum, frames)


def died(modes: Modes, rate: int, seconds: float, random: np.random.Generator) -> Wave:
    """Modes that ring out without a loop, for drums."""
    kept = modes.frequencies < 0.47 * rate
    turns = -6.9078 / (modes.falls[kept] * rate) + 2j * np.pi * modes.frequencies[kept] / rate
    phases = -np.pi / 2 + random.uniform(-0.4, 0.4, len(turns))
    return sum_of_modes(turns, modes.amplitudes[kept] * np.exp(1j * phases), int(seconds * rate))


def knock(random: np.random.Generator, rate: int, seconds: float, low: float, high: float, strength: float) -> Wave:
    """Noise of a stroke between two frequencies that is gone after some seconds."""
    frames = int(seconds * rate)
    frequencies = np.fft.rfftfreq(frames, 1 / rate)
    band = 1 / (1 + (low / np.maximum(frequencies, 1)) ** 4) / (1 + (frequencies / high) ** 4)
    noise = np.fft.irfft(np.fft.rfft(random.standard_normal(frames)) * band, frames)
    noise *= np.exp(-6.9 * np.linspace(0, 1, frames)) * (1 - np.linspace(0, 1, frames))
    return np.asarray(strength * noise / np.abs(noise).max())
