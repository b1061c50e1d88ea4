"""Tones before they are written: loops without a seam, pitch to the cent, low peaks."""

import numpy as np
import pytest

from soundfonts.house.blown import TIMBRES
from soundfonts.house.crowds import crowd_tone
from soundfonts.house.driven import AMPLIFIERS, driven_tone
from soundfonts.house.pitch import hertz, key_of
from soundfonts.house.plucked import PLUCKS, plucked_tone
from soundfonts.house.sections import CROWDS
from soundfonts.house.struck import BARS, struck_tone
from soundfonts.house.sustained import calm_phases, held_tone
from soundfonts.house.tone import Tone, looped_pitch, periodic_length
from soundfonts.house.waves import wave_tone

KEYS = (40, 61, 84)

MADE = {
    "held": lambda key: held_tone(TIMBRES["oboe"], key),
    "crowd": lambda key: crowd_tone(CROWDS["strings"], key),
    "trembling": lambda key: crowd_tone(CROWDS["tremolo"], key),
    "plucked": lambda key: plucked_tone(PLUCKS["harp"], key)[0],
    "struck": lambda key: struck_tone(BARS["celesta"], key)[0],
    "driven": lambda key: driven_tone(AMPLIFIERS["distortion guitar"], key),
    "plain": lambda key: wave_tone("pulse25", key),
}


def loop_of(tone: Tone) -> np.ndarray:
    assert tone.loop is not None
    return tone.wave[tone.loop :]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", MADE)
def test_the_turn_of_a_loop_bends_no_more_than_the_loop_itself(kind: str, key: int) -> None:
    loop = loop_of(MADE[kind](key))
    twice = np.abs(np.diff(np.tile(loop, 2), 2))
    seam = twice[len(loop) - 3 : len(loop) + 2].max()
    assert seam <= 1.2 * twice[: len(loop) - 3].max()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", MADE)
def test_a_loop_is_entered_as_it_is_repeated(kind: str, key: int) -> None:
    """The frames before the loop lead into it: a straight line through them meets its first frame."""
    tone = MADE[kind](key)
    if tone.loop == 0:
        return
    assert tone.loop is not None
    entry = np.abs(np.diff(tone.wave[tone.loop - 3 : tone.loop + 3], 2)).max()
    assert entry <= 1.2 * np.abs(np.diff(tone.wave[tone.loop :], 2)).max()


@pytest.mark.parametrize("key", range(24, 109, 7))
def test_whole_periods_in_a_loop_are_in_tune_within_half_a_cent(key: int) -> None:
    frames, cycles = periodic_length(hertz(key), 22050, 0.1)
    assert 100 * abs(looped_pitch(cycles, frames, 22050) - key) < 0.5


def test_calm_phases_lower_the_peaks() -> None:
    levels = 1 / np.arange(1, 41)
    phases = calm_phases(levels)

    def peak(angles: np.ndarray) -> float:
        spectrum = np.concatenate([[0], levels * np.exp(1j * angles), np.zeros(200)])
        return float(np.abs(np.fft.irfft(spectrum)).max())

    assert peak(phases) < 0.6 * peak(np.zeros(40))


def test_keys_and_hertz_belong_together() -> None:
    assert hertz(69) == 440
    assert key_of(hertz(33.7)) == pytest.approx(33.7)
