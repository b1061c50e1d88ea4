"""General MIDI's sound effects: breath, sea, bird, bell, blades, hands, shot. Each is one or two tones."""

from collections.abc import Callable
from functools import cache

import numpy as np

from soundfonts.house.drums import metal, noise_burst
from soundfonts.house.pitch import random_for
from soundfonts.house.ringing import died
from soundfonts.house.tone import Tone, Wave, trimmed
from soundfonts.house.voice import Filter, Motion, Region, Shape, Voice

_EVERY_KEY = (0, 127)
_ROOT = 60.0


def _voice(tone: Tone, shape: Shape, filter_: Filter | None = None, motion: Motion | None = None) -> Voice:
    return (Region(tone, _EVERY_KEY, shape=shape, filter=filter_ or Filter(), motion=motion or Motion()),)


def _noise_loop(name: str, curve: Callable[[Wave], Wave], seconds: float, rate: int = 22050) -> Wave:
    """A loop of noise with a curve over hertz."""
    frames = int(seconds * rate)
    gains = curve(np.fft.rfftfreq(frames, 1 / rate))
    return np.fft.irfft(gains * np.exp(2j * np.pi * random_for(name).random(len(gains))), frames)


@cache
def _white() -> Tone:
    return Tone(_noise_loop("white", lambda hertz: (hertz > 60).astype(float), 1.0), 22050, _ROOT, 0)


def reverse_cymbal() -> Voice:
    """A cymbal's sound backwards."""
    modes, _ = metal("reversed", 400, 10000, 1.6)
    rate = 16000
    wave = died(modes, rate, 1.1, random_for("reversed phases"))
    wave += noise_burst("reversed air", rate, 1.1, 1000, 7000)[: len(wave)] * 5
    wave *= np.minimum(np.arange(len(wave)) / 60, 1)
    # Read at one speed: backwards and slower, nothing would be heard for seconds.
    tone = Tone(wave[::-1].copy(), rate, _ROOT)
    return (Region(tone, _EVERY_KEY, shape=Shape(release=0.3), fixed=True),)


def fret_noise() -> Voice:
    """A finger along a wound string."""
    rate = 22050
    count = int(0.25 * rate)
    time = np.arange(count) / count
    squeak = np.sin(2 * np.pi * np.cumsum(1600 + 900 * time) / rate) * 0.5
    rub = noise_burst("fret", rate, 0.5, 900, 5000)[:count]
    return _voice(trimmed(Tone((squeak + rub) * np.sin(np.pi * time), rate, _ROOT)), Shape(release=0.2))


def breath_noise() -> Voice:
    """A player's breath."""
    return _voice(_white(), Shape(attack=0.05, decay=3, sustain_db=100, release=0.3), Filter(3500, 1200))


def seashore() -> Voice:
    """Waves on a shore."""
    motion = Motion(tremolo=5, tremolo_rate=0.16, wah=900)
    return _voice(_white(), Shape(attack=1.2, release=2.5), Filter(1800, 600), motion)


def birds() -> Voice:
    """Two birds that answer each other."""
    rate, parts = 16000, []
    random = random_for("birds")
    for chirp in range(6):
        count = int(rate * random.uniform(0.05, 0.11))
        time = np.arange(count) / count
        base = 3100 if chirp % 4 else 4300
        glide = base * (1 + 0.25 * np.sin(np.pi * time * random.uniform(0.8, 2.5)))
        parts += [np.sin(2 * np.pi * np.cumsum(glide) / rate) * np.sin(np.pi * time) ** 2]
        parts += [np.zeros(int(rate * random.uniform(0.03, 0.16)))]
    return _voice(Tone(np.concatenate(parts), rate, _ROOT, 0), Shape(release=0.3))


def telephone() -> Voice:
    """A bell struck twenty times a second."""
    rate = 22050
    count = np.arange(rate // 2)
    clapper = 10 ** (-1.2 * (count % (rate // 20)) / (rate // 20))
    bell = sum(np.sin(2 * np.pi * hertz * count / rate) / (index + 1) for index, hertz in enumerate((1140, 1500, 2760)))
    return _voice(Tone(np.asarray(bell * clapper), rate, _ROOT, 0), Shape(release=0.4))


def helicopter() -> Voice:
    """Blades through the air."""
    rate, blades = 16000, 6
    frames = rate // 2
    time = np.arange(frames) / frames
    wash = _noise_loop("blades", lambda hertz: 1 / (1 + (hertz / 500) ** 2) * (hertz > 30), 0.5, rate)
    return _voice(Tone(wash * (0.15 + (1 - (time * blades) % 1) ** 3), rate, _ROOT, 0), Shape(attack=0.3, release=0.6))


def applause() -> Voice:
    """Many hands."""
    rate, frames = 22050, 19000
    random = random_for("applause")
    claps = np.zeros(frames)
    np.add.at(claps, random.integers(0, frames, 340), random.uniform(0.2, 1, 340))
    hand = noise_burst("hand", rate, 0.025, 700, 3500)
    kernel = np.zeros(frames)
    kernel[: len(hand)] = hand
    wave = np.fft.irfft(np.fft.rfft(claps) * np.fft.rfft(kernel), frames)
    return _voice(Tone(wave, rate, _ROOT, 0), Shape(attack=0.3, release=1.2))


def gunshot() -> Voice:
    """A shot and its echo off the hills."""
    rate = 22050
    wave = np.zeros(int(1.2 * rate))
    for start, gain, high in ((0, 1.0, 9000), (0.09, 0.4, 2500), (0.21, 0.25, 1500)):
        burst = gain * noise_burst(f"shot {start}", rate, 0.5, 60, high, order=2)
        wave[int(start * rate) : int(start * rate) + len(burst)] += burst
    return _voice(trimmed(Tone(np.tanh(wave), rate, _ROOT)), Shape(release=1.5))
