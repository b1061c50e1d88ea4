"""The last stage of the mix: what is loud, what is low, and that nobody hears how it was cut."""

from itertools import cycle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from barwise.playing.mastering import CEILING, CHUNK_FRAMES, LOOKAHEAD_FRAMES, Master, mixed
from barwise.playing.outputs import Block

RATE = 44100
ALLOWED_DBTP = -1.0


def noise(seconds: float = 0.5, level: float = 0.05, seed: int = 0) -> Block:
    """Below 11 kHz, as music is."""
    white = np.random.default_rng(seed).normal(0, level, (round(seconds * RATE), 2))
    return np.asarray(signal.lfilter(*signal.butter(4, 0.5), white, axis=0), np.float32)


def beaten(level: float) -> Block:
    """Noise with a stroke every tenth of a second, about so many times as large."""
    sound = noise()
    strokes = np.exp(-(np.arange(len(sound)) % 4410) / 400)
    return (sound * (1 + level * strokes[:, None])).astype(np.float32)


def mastered(sound: Block, *sizes: int, master: Master | None = None) -> Block:
    """A sound, handed over in blocks of these sizes in turn."""
    master, blocks, start = master or Master(RATE), [], 0
    for size in cycle(sizes or (512,)):
        blocks.append(master.process(sound[None, start : start + size])[0])
        start += size
        if start >= len(sound):
            return np.concatenate(blocks)
    raise AssertionError


def true_peak_db(sound: Block) -> float:
    return float(20 * np.log10(np.abs(signal.resample_poly(sound, 8, 1, axis=0)).max()))


def tone(hertz: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)).astype(np.float32)


def test_soft_sound_comes_as_it_was_a_moment_later() -> None:
    middle = np.repeat(noise()[:, :1], 2, axis=1)
    heard = mastered(middle)
    assert not heard[:LOOKAHEAD_FRAMES].any()
    assert np.array_equal(heard[LOOKAHEAD_FRAMES:], middle[:-LOOKAHEAD_FRAMES])


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6).filter(any))
def test_blocks_of_any_size_give_the_same_bits(sizes: list[int]) -> None:
    sound = beaten(60)[:6000]
    assert np.array_equal(mastered(sound, *sizes), mastered(sound, len(sound)))


@pytest.mark.parametrize("level", [20, 40, 80, 200])
def test_true_peaks_stay_below_a_decibel_under_full_scale(level: float) -> None:
    sound = beaten(level)
    assert true_peak_db(sound) > ALLOWED_DBTP
    assert true_peak_db(mastered(sound)) < ALLOWED_DBTP


@given(st.lists(st.floats(-1000, 1000, width=32) | st.just(float("nan")), min_size=2, max_size=40))
def test_no_sample_exceeds_the_ceiling_whatever_comes(samples: list[float]) -> None:
    sound = np.zeros((LOOKAHEAD_FRAMES * 4, 2), np.float32)
    sound[: len(samples), 0] = samples
    assert np.abs(mastered(sound)).max() <= CEILING * 1.0001


def test_the_level_is_down_before_a_peak_and_comes_back_slowly() -> None:
    sound = np.full((RATE, 2), 0.1, np.float32)
    sound[20000] = 3.0
    heard = mastered(sound)[LOOKAHEAD_FRAMES:, 0] / 0.1
    assert heard[20000 - 2 * CHUNK_FRAMES] == pytest.approx(1.0)
    assert heard[20001] == pytest.approx(CEILING / 3.0, rel=0.05)
    assert heard[20000 + round(0.12 * RATE)] == pytest.approx(1 - (1 - CEILING / 3) / np.e, abs=0.02)
    assert heard[-100] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("hertz", "most_db"), [(30, -24), (60, -13), (120, -3)])
def test_low_tones_are_as_loud_on_both_sides(hertz: float, most_db: float) -> None:
    heard = mastered(np.stack([tone(hertz), np.zeros(RATE, np.float32)], axis=1))[RATE // 2 :].astype(float)
    middle, side = heard.sum(axis=1), heard @ [1, -1]
    assert 10 * np.log10((side**2).sum() / (middle**2).sum()) < most_db


def test_high_tones_stay_where_they_are() -> None:
    left = np.stack([tone(3000), np.zeros(RATE, np.float32)], axis=1)
    heard = mastered(left)
    assert np.abs(heard[RATE // 2 :, 1]).max() < 0.05 * np.abs(heard[:, 0]).max()


def test_voices_are_turned_down_together_and_add_up() -> None:
    voices = np.stack([beaten(50), noise(seed=1), noise(seed=2)])
    heard = Master(RATE, 3).process(voices)
    assert np.abs(mixed(heard) - mastered(mixed(voices))).max() < 1e-6
    assert np.abs(heard[1]).max() < np.abs(voices[1]).max()
