"""Whoever measures masking knows what is masked."""

import numpy as np
import pytest

from tests.mix.measures import (
    BANDS,
    RATE,
    bands_db,
    heard_share,
    longest_masking,
    low_correlation,
    low_side_db,
    true_peak_db,
)

BARS = [0, RATE, 2 * RATE, 3 * RATE]


def tone(hertz: float, level: float = 0.1) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(3 * RATE) / RATE)
    return np.stack([wave, wave], axis=1)


def noise(level: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0, level, (3 * RATE, 2))


def test_a_tone_in_a_band_of_its_own_is_heard() -> None:
    assert heard_share(np.stack([tone(440), tone(3000, 0.5)]), BARS).min() == 1.0


@pytest.mark.parametrize(("level", "masked"), [(0.0002, 3), (0.02, 0)])
def test_a_tone_is_masked_by_noise_that_is_loud_enough(level: float, masked: int) -> None:
    assert longest_masking(heard_share(np.stack([tone(1000, level), noise(0.05)]), BARS)[0]) == masked


def test_what_rests_is_not_masked() -> None:
    quiet = tone(440)
    quiet[RATE:] = 0
    shares = heard_share(np.stack([quiet, noise(0.2)]), BARS)
    assert np.isnan(shares[0, 2])


def test_a_low_tone_lies_under_a_lower_one_of_its_band_and_not_under_a_far_one() -> None:
    shares = heard_share(np.stack([tone(220, 0.005), tone(205, 0.2), tone(4000, 0.2)]), BARS)
    assert shares[0].max() == 0.0
    assert heard_share(np.stack([tone(220, 0.005), tone(4000, 0.2)]), BARS)[0].min() == 1.0


def test_the_low_end_of_one_side_is_as_wide_as_can_be() -> None:
    left = tone(60) * [1, 0]
    assert low_side_db(left) == pytest.approx(0, abs=0.01)
    assert low_correlation(tone(60)) == pytest.approx(1)


def test_the_true_peak_lies_between_the_samples() -> None:
    phase = np.pi / 4 + np.pi / 2 * np.arange(RATE)
    wave = np.sin(phase) * np.hanning(RATE)
    assert np.abs(wave).max() == pytest.approx(0.707, abs=0.01)
    assert true_peak_db(np.stack([wave, wave], axis=1)) == pytest.approx(0.0, abs=0.1)


def test_a_tone_lies_in_the_band_of_its_frequency() -> None:
    found = bands_db(tone(1000))
    assert BANDS[int(np.argmax(found))] == 710
    assert max(found) == pytest.approx(0, abs=0.01)
    assert sorted(found)[-2] < -40
