"""The last stage of the mix: the low end is brought to the middle, and peaks are turned down before they come.

It knows samples alone: no synthesizer, no notes, no level that the game wants. It is the same live and offline,
and what it gives does not depend on how its blocks are cut.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from barwise.playing.outputs import CHANNELS, Block

Voices = NDArray[np.float32]
"""What is heard together, float32 [voices, frames, 2]: the mix alone, or its stems."""

CHUNK_FRAMES = 32

MONO_BELOW_HZ = 140.0
"""Corner of the high-pass on the difference of the sides: 4 dB are gone at 120 Hz, 15 at 60 Hz."""

CEILING = 10 ** (-1.1 / 20)
"""The largest true peak, so that -1 dBTP holds for others' meters as well."""

SURELY_BELOW = 0.6 * CEILING
"""Between samples no larger than this lies nothing above the ceiling: sound would have to overshoot by 4.4 dB."""

RELEASE_SECONDS = 0.12
"""Time constant of the way back to full level."""

FULL_AGAIN = 1.0 - 1e-4
"""From here on the level is full."""

_TAPS = 12
"""Samples from which what lies between the middle two is reckoned."""

_PHASES = (0.25, 0.5, 0.75)
"""Where, as in BS.1770's meter of true peaks."""

_HELD_FRAMES = CHUNK_FRAMES + _TAPS // 2
"""A chunk, and the frames behind it that its peaks are reckoned from."""

LOOKAHEAD_FRAMES = 2 * CHUNK_FRAMES + _TAPS // 2
"""By so much sound is later than it came: 1.6 ms at 44.1 kHz."""


class Master:
    """What one stream of sound goes through; `voices` that are heard together are turned down together."""

    def __init__(self, sample_rate: int, voices: int = 1) -> None:
        self._voices = voices
        self._high_pass = _butterworth(MONO_BELOW_HZ, sample_rate)
        self._states = [(0.0, 0.0)] * voices
        """Of the high-pass on the difference of the sides."""
        self._release = -math.expm1(-CHUNK_FRAMES / (RELEASE_SECONDS * sample_rate))
        self._coming = self._nothing()
        """Frames that fill no chunk yet."""
        self._held = self._nothing(_HELD_FRAMES)
        """The last chunk whose peaks are known, as how its level ends depends on the next one; and what came since."""
        self._held_limit = 1.0
        self._level = 1.0
        """At the start of the chunk that is held."""
        self._done = self._nothing(CHUNK_FRAMES)

    def process(self, voices: Voices) -> Voices:
        """The frames that are heard next, as many as come: those of LOOKAHEAD_FRAMES before."""
        coming = _numbers(voices)
        if self._coming.shape[1]:
            coming = np.concatenate([self._coming, coming], axis=1)
        whole = coming.shape[1] - coming.shape[1] % CHUNK_FRAMES
        self._coming = coming[:, whole:].copy()  # the caller may write over what it gave
        if whole:
            self._done = np.concatenate([self._done, self._limited(self._with_mono_bass(coming[:, :whole]))], axis=1)
        frames = voices.shape[1]
        heard, self._done = self._done[:, :frames], self._done[:, frames:]
        return heard

    def _with_mono_bass(self, voices: Voices) -> Voices:
        """Whole chunks, the lows of each side given to both alike."""
        left, right = voices[..., 0], voices[..., 1]
        side = left - right
        side *= np.float32(0.5)
        if not any(map(any, self._states)) and not side.any():
            return voices
        lows, middled = self._lows(side), np.empty_like(voices)
        np.subtract(left, lows, out=middled[..., 0])
        np.add(right, lows, out=middled[..., 1])
        return middled

    def _lows(self, side: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the high-pass takes from whole chunks, [voices, frames]."""
        chunks = side.reshape(self._voices, -1, 1, CHUNK_FRAMES)
        # A product for each chunk, as the sums of one for all depend on how many there are; in one call, as numpy
        # gives Python's lock away with each, and the thread of a busy game keeps it for milliseconds.
        pushes: list[list[float]] = np.matmul(chunks, self._high_pass.push).reshape(self._voices, -1).tolist()
        states: list[float] = []
        (a, b), (c, d) = self._high_pass.step
        for voice, pushed in enumerate(pushes):
            first, second = self._states[voice]
            each = iter(pushed)
            for push_first, push_second in zip(each, each, strict=True):
                states += first, second
                first, second = a * first + b * second + push_first, c * first + d * second + push_second
            self._states[voice] = first, second
        known = np.empty((*chunks.shape[:3], CHUNK_FRAMES + 2), np.float32)
        known[..., :CHUNK_FRAMES] = chunks
        known[..., CHUNK_FRAMES:] = np.array(states).reshape(*chunks.shape[:3], 2)
        lows: NDArray[np.float32] = np.matmul(known, self._high_pass.answer)
        return lows.reshape(side.shape)

    def _limited(self, voices: Voices) -> Voices:
        """As many chunks, their peaks below the ceiling; they begin with the one that was held."""
        sound = np.concatenate([self._held, voices], axis=1)
        limits = [self._held_limit, *_limits(mixed(sound)[_HELD_FRAMES - _TAPS + 1 :])]
        self._held, self._held_limit = sound[:, -_HELD_FRAMES:], limits[-1]
        chunks = sound[:, :-_HELD_FRAMES]
        if self._level == 1.0 and min(limits) == 1.0:
            return chunks
        levels = [self._level]
        for limit, following in pairwise(limits):
            back = levels[-1] + (1.0 - levels[-1]) * self._release
            levels.append(min(limit, following, 1.0 if back > FULL_AGAIN else back))
        self._level = levels[-1]
        return chunks * _ramps(levels)[:, None]

    def _nothing(self, frames: int = 0) -> Voices:
        return np.zeros((self._voices, frames, CHANNELS), np.float32)


def mixed(voices: Voices) -> Block:
    """What is heard of some voices: [frames, 2]."""
    mix: Block = voices[0] if len(voices) == 1 else voices.sum(axis=0)
    return mix


def _limits(sound: Block) -> list[float]:
    """The level that each chunk may have at most, 1.0 where it is below the ceiling.

    Its frames, and what lies behind each of them, are as far from the end of the sound as from its beginning.
    """
    frames = len(sound) - _TAPS + 1
    limits = [1.0] * (frames // CHUNK_FRAMES)
    sizes = np.abs(sound)
    if sizes.max() <= SURELY_BELOW:
        return limits
    large = np.flatnonzero(np.maximum(sizes[:, 0], sizes[:, 1]) > SURELY_BELOW)
    for chunk in {*(large // CHUNK_FRAMES).tolist(), *((large - _TAPS + 1) // CHUNK_FRAMES).tolist()}:
        if 0 <= chunk < len(limits):
            # The window has always this size: what a wider product adds up depends on its width.
            window = sound[chunk * CHUNK_FRAMES : (chunk + 1) * CHUNK_FRAMES + _TAPS - 1]
            peak = max(float(np.abs(window).max()), float(np.abs(_BETWEEN @ window).max()))
            limits[chunk] = min(CEILING / peak, 1.0)
    return limits


def _numbers(voices: Voices) -> Voices:
    """The same without what is no number: one such sample would stay in the filter for good."""
    return voices if np.isfinite(voices).all() else np.nan_to_num(voices, posinf=0.0, neginf=0.0)


def _ramps(levels: list[float]) -> NDArray[np.float32]:
    """The level of every frame of the chunks between some levels."""
    ends = np.array(levels)
    share = np.arange(CHUNK_FRAMES) / CHUNK_FRAMES
    return (ends[:-1, None] + np.diff(ends)[:, None] * share).astype(np.float32).reshape(-1)


def _between() -> NDArray[np.float32]:
    """A chunk's frames and those about it to what lies between each and the next at every phase: a windowed sinc."""
    matrix = np.zeros((CHUNK_FRAMES, len(_PHASES), CHUNK_FRAMES + _TAPS - 1))
    for place, phase in enumerate(_PHASES):
        away = np.arange(_TAPS) - (_TAPS // 2 - 1) - phase
        taps = np.sinc(away) * np.cos(np.pi * away / (_TAPS + 1)) ** 2
        for frame in range(CHUNK_FRAMES):
            matrix[frame, place, frame : frame + _TAPS] = taps / taps.sum()
    return matrix.reshape(-1, CHUNK_FRAMES + _TAPS - 1).astype(np.float32)


_BETWEEN = _between()


@dataclass(frozen=True)
class _HighPass:
    """A filter of the second order, a chunk at a time; its state is two numbers."""

    push: NDArray[np.float64]
    """Frames of a chunk to what they add to the state after it: [frames, 2]."""
    answer: NDArray[np.float32]
    """Frames of a chunk, and the state before it, to what is taken from the frames: [frames + 2, frames]."""
    step: tuple[tuple[float, float], tuple[float, float]]
    """State before a silent chunk to that after it."""


def _butterworth(corner: float, sample_rate: int) -> _HighPass:
    """By R. Bristow-Johnson's "Cookbook formulae for audio equalizer biquads", in the transposed direct form II."""
    angle = 2 * math.pi * corner / sample_rate
    alpha, cosine = math.sin(angle) / math.sqrt(2), math.cos(angle)
    scale = 1 / (1 + alpha)
    outer, inner = (1 + cosine) / 2 * scale, -(1 + cosine) * scale
    back_1, back_2 = -2 * cosine * scale, (1 - alpha) * scale
    # Each row tells what a number is made of: of the chunk's frames, and of the two numbers of the state before it.
    given = np.eye(CHUNK_FRAMES + 2)
    first, second = given[CHUNK_FRAMES:]
    passed = np.empty((CHUNK_FRAMES, CHUNK_FRAMES + 2))
    for frame in range(CHUNK_FRAMES):
        passed[frame] = outer * given[frame] + first
        first = inner * given[frame] - back_1 * passed[frame] + second
        second = outer * given[frame] - back_2 * passed[frame]
    state = np.stack([first, second])
    (a, b), (c, d) = state[:, CHUNK_FRAMES:].tolist()
    taken = given[:CHUNK_FRAMES] - passed
    return _HighPass(state[:, :CHUNK_FRAMES].T.copy(), taken.T.astype(np.float32), ((a, b), (c, d)))
