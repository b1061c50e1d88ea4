"""What can be measured of a mix and its stems: loudness, true peak, the low end, and who is masked by whom.

Sound is float [frames, 2] at RATE, full scale at 1; stems are [stems, frames, 2].
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np
import pyloudnorm
from numpy.typing import NDArray
from scipy import signal

Sound = NDArray[np.floating]

RATE = 44100

LOW_HZ = 120.0

BANDS = (0, 88, 177, 355, 710, 1420, 2840, 5680, 10000, 22050)
"""Hertz: octaves, and what lies below and above."""

WINDOW, HOP = 2048, 1024

MASKED_BELOW_DB = 6.0
"""A tone is lost in a noise of its critical band that lies so far above it (as in MPEG-1's model 2)."""

SPREAD_UP_DB, SPREAD_DOWN_DB = 10.0, 27.0
"""What a sound still masks a critical band higher, and lower, is so much less of it (Zwicker; Terhardt)."""

MAIN_DB = 20.0
"""Bands that lie so far under a part's strongest one are not what it is heard by."""

SOUNDING_DB = 20.0
"""A part rests, or rings away, where it lies so far under its loudest moment of the bar."""

HEARD_SHARE = 0.5
"""A part is masked in a bar when it is heard for less than this share of the time that it sounds."""


def lufs(sound: Sound) -> float:
    """Integrated loudness by BS.1770."""
    return float(pyloudnorm.Meter(RATE).integrated_loudness(np.asarray(sound, float)))


def true_peak_db(sound: Sound) -> float:
    """By BS.1770's four-fold oversampling."""
    return decibels(float(np.abs(signal.resample_poly(np.asarray(sound, float), 4, 1, axis=0)).max()) ** 2)


def low_side_db(sound: Sound) -> float:
    """Power of the difference of the sides against that of their sum, below LOW_HZ."""
    low = signal.sosfilt(signal.butter(4, LOW_HZ, fs=RATE, output="sos"), np.asarray(sound, float), axis=0)
    middle, side = low.sum(axis=1), low @ [1, -1]
    return decibels(float((side**2).sum() / (middle**2).sum()))


def low_correlation(sound: Sound) -> float:
    """Of the sides, below LOW_HZ: 1 for mono."""
    low = signal.sosfilt(signal.butter(4, LOW_HZ, fs=RATE, output="sos"), np.asarray(sound, float), axis=0)
    return float(np.corrcoef(low.T)[0, 1])


def bands_db(sound: Sound) -> tuple[float, ...]:
    """Power between the frequencies of BANDS against all of it."""
    hertz, power = signal.welch(np.asarray(sound, float).T, RATE, nperseg=4096)
    place = np.searchsorted(BANDS, hertz, side="right") - 1
    shares = np.bincount(np.minimum(place, len(BANDS) - 2), power.sum(axis=0)) / power.sum()
    return tuple(decibels(share) for share in shares)


def decibels(power: float) -> float:
    """Of a power against 1."""
    return float(10 * np.log10(max(power, 1e-20)))


def heard_share(stems: NDArray[np.floating], bars: Sequence[int]) -> NDArray[np.floating]:
    """For how much of the time that it sounds each stem is heard in each bar, [stems, bars]; NaN where it rests.

    `bars` are the frames at which they begin, and the end of the last. A stem is heard where one of its main
    bands comes out of what the other stems make there.
    """
    powers = np.stack([_barks(stem) for stem in stems])
    heard = np.stack([_is_heard(power, powers.sum(axis=0) - power) for power in powers])
    loudness = powers.sum(axis=2)
    shares = np.full((len(stems), len(bars) - 1), np.nan)
    for bar, (start, end) in enumerate(pairwise(bars)):
        span = slice(start // HOP, max(end // HOP, start // HOP + 1))
        for stem in range(len(stems)):
            level = loudness[stem, span]
            sounds = level > max(level.max(initial=0.0) * 10 ** (-SOUNDING_DB / 10), 1e-9)
            if sounds.sum() > 1:
                shares[stem, bar] = heard[stem, span][sounds].mean()
    return shares


def longest_masking(shares: NDArray[np.floating]) -> int:
    """The most bars on end in which one stem is masked, of the shares that `heard_share` gives of it."""
    return max((len(list(bars)) for is_masked, bars in groupby(shares < HEARD_SHARE) if is_masked), default=0)


def _is_heard(power: NDArray[np.floating], rest: NDArray[np.floating]) -> NDArray[np.bool_]:
    """By moments, of a stem's and the rest's power in each band."""
    is_main = power > power.max(axis=1, keepdims=True) * 10 ** (-MAIN_DB / 10)
    comes_out = power > _spread(rest) * 10 ** (-MASKED_BELOW_DB / 10)
    return np.asarray((is_main & comes_out).any(axis=1))


def _barks(sound: Sound) -> NDArray[np.floating]:
    """Power in each critical band, [moments, bands]."""
    hertz, _, spectrum = signal.stft(np.asarray(sound, float).T, RATE, nperseg=WINDOW, noverlap=WINDOW - HOP)
    power = (np.abs(spectrum) ** 2).sum(axis=0)
    bark = 13 * np.arctan(0.00076 * hertz) + 3.5 * np.arctan((hertz / 7500) ** 2)
    return np.stack([power[band].sum(axis=0) for band in _bands(bark)], axis=1)


def _bands(bark: NDArray[np.floating]) -> Iterator[NDArray[np.bool_]]:
    for lower in range(int(bark.max())):
        yield (bark >= lower) & (bark < lower + 1)


def _spread(power: NDArray[np.floating]) -> NDArray[np.floating]:
    """What the bands mask of each other."""
    away = np.subtract.outer(np.arange(power.shape[1]), np.arange(power.shape[1]))
    loss = np.where(away > 0, away * SPREAD_UP_DB, -away * SPREAD_DOWN_DB)
    return np.asarray(power @ (10 ** (-loss / 10)).T)
