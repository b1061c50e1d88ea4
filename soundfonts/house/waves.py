"""Synthesizers and sound chips: the plain waves, band-limited, and the leads, basses and pads that are made of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial

import numpy as np

from soundfonts.house.blown import pan_flute
from soundfonts.house.keyboards import crystal, operated
from soundfonts.house.pitch import hertz
from soundfonts.house.plucked import nylon_guitar
from soundfonts.house.sections import choir, pad, strings, synth_voice
from soundfonts.house.tone import Tone, Wave, looped_pitch, periodic_length
from soundfonts.house.voice import (
    Filter,
    Motion,
    Shape,
    Voice,
    apart,
    layered,
    moved,
    played,
    roots,
    spread,
)

_RATE = 44100
_LOOP_SECONDS = 0.01


def wave_tone(name: str, key: int) -> Tone:
    """A few periods of a plain wave without partials above what can be heard.

    pulse50, pulse25 and pulse12 are high for that share of the period; triangle, saw and sine.
    """
    frames, cycles = periodic_length(hertz(key), _RATE, _LOOP_SECONDS)
    numbers = np.arange(1, max(int(min(0.46 * _RATE, 18000) / hertz(key)), 1) + 1)
    # The edge of the band is rounded (Lanczos), so that the steps of the wave do not ring.
    series = _SERIES[name](numbers) * np.sinc(numbers / (len(numbers) + 1))
    spectrum = np.zeros(frames // 2 + 1, complex)
    spectrum[numbers * cycles] = -0.5j * frames * series
    return Tone(np.fft.irfft(spectrum, frames), _RATE, looped_pitch(cycles, frames, _RATE), 0)


def _pulse(share: float, numbers: Wave) -> Wave:
    return np.asarray(np.sin(np.pi * numbers * share) / numbers * np.exp(-1j * np.pi * numbers * share))


_SERIES: Mapping[str, Callable[[Wave], Wave]] = {
    "pulse50": partial(_pulse, 0.5),
    "pulse25": partial(_pulse, 0.25),
    "pulse12": partial(_pulse, 0.125),
    "triangle": lambda numbers: np.where(numbers % 2 == 1, np.where(numbers % 4 == 1, 1, -1) / numbers**2, 0),
    "saw": lambda numbers: 1 / numbers,
    "sine": lambda numbers: np.where(numbers == 1, 1.0, 0.0),
}
"""Strengths of the harmonics."""


@cache
def plain(name: str) -> Voice:
    """A wave over the keyboard, every four keys anew so that high partials last."""
    return spread(partial(wave_tone, name), roots(22, 106, 5))


_LEAD = Shape(attack=0.004, release=0.09)
_LATE_VIBRATO = Motion(vibrato=9, vibrato_rate=5.8, vibrato_delay=0.4)


def square_lead() -> Voice:
    """A sound chip's square."""
    return played(plain("pulse50"), _LEAD, motion=_LATE_VIBRATO)


def saw_lead() -> Voice:
    """Two saws a little apart."""
    saw = played(plain("saw"), _LEAD, Filter(9000, 2400, 4), _LATE_VIBRATO)
    return apart(saw, 10)


def calliope() -> Voice:
    """Triangle with breath about it."""
    tone = played(plain("triangle"), Shape(attack=0.02, release=0.12), motion=_LATE_VIBRATO)
    breath = played(pan_flute(), Shape(attack=0.02, release=0.12), Filter(9000, 1800, 4))
    return layered(tone, moved(breath, gain_db=-13))


def chiff() -> Voice:
    """Narrow pulse with a spitting start."""
    pulse = played(plain("pulse25"), _LEAD, Filter(2500, 1800, 3, sweep=2800, sweep_decay=0.3), _LATE_VIBRATO)
    return layered(pulse, moved(played(pan_flute(), Shape(decay=0.5, sustain_db=100, release=0.1)), gain_db=-9))


def charang() -> Voice:
    """Saw and narrow pulse, biting."""
    filter_ = Filter(7000, 3000, 4, 3.0, sweep=1200, sweep_decay=1.0)
    saw = played(plain("saw"), _LEAD, filter_, _LATE_VIBRATO)
    return layered(saw, moved(played(plain("pulse12"), _LEAD, filter_, _LATE_VIBRATO), cents=8, gain_db=-3))


def voice_lead() -> Voice:
    """A machine's voice, quick to answer."""
    return played(synth_voice(), Shape(attack=0.03, release=0.2), motion=_LATE_VIBRATO)


def fifths() -> Voice:
    """Saws in fifths."""
    saw = played(plain("saw"), _LEAD, Filter(8000, 2400, 4))
    return layered(saw, moved(saw, cents=702, gain_db=-3))


def bass_and_lead() -> Voice:
    """Saw over a pulse an octave lower."""
    saw = played(plain("saw"), _LEAD, Filter(5000, 3000, 4, 2.0, sweep=1800, sweep_decay=0.8))
    return layered(saw, moved(played(plain("pulse50"), _LEAD, Filter(3000, 2400, 3)), cents=-1200, gain_db=-2))


def synth_bass() -> Voice:
    """Saw through a filter that shuts."""
    filter_ = Filter(700, 2400, 3, 5.0, sweep=3200, sweep_decay=0.5)
    return played(plain("saw"), Shape(decay=9, sustain_db=12, release=0.12), filter_)


def pulse_bass() -> Voice:
    """Hollow pulse bass of a sound chip's kin."""
    filter_ = Filter(3500, 2400, 6, 2.0, sweep=1500, sweep_decay=0.25)
    return apart(played(plain("pulse25"), Shape(decay=12, sustain_db=10, release=0.1), filter_), 5, width=0.0)


def synth_brass() -> Voice:
    """Saws that open like a mouth."""
    filter_ = Filter(4500, 3600, 4, sweep=1200, sweep_attack=0.07, sweep_decay=1.5)
    return apart(played(plain("saw"), Shape(attack=0.03, release=0.2), filter_), 12)


def soft_synth_brass() -> Voice:
    """The same, slower and darker."""
    filter_ = Filter(1800, 3000, 4, sweep=1200, sweep_attack=0.15, sweep_decay=2.5)
    return apart(played(plain("saw"), Shape(attack=0.06, release=0.4), filter_), 9)


def fantasia() -> Voice:
    """Bells over a warm ground."""
    bell = operated("fantasia bell", 44, 92, 12)
    return layered(bell, moved(warm(), gain_db=-5))


def warm() -> Voice:
    """Warm pad."""
    return pad("warm", 0.35, 0.9, Filter(4000, 1200, 4))


def polysynth() -> Voice:
    """Saws with a filter that settles."""
    filter_ = Filter(3500, 2400, 4, sweep=2000, sweep_decay=1.2)
    return apart(played(plain("saw"), Shape(attack=0.01, release=0.28), filter_), 14, width=0.5)


def space_voice() -> Voice:
    """Choir pad."""
    return played(choir(), Shape(attack=0.5, release=1.1), Filter(5000, 1200, 4))


def bowed_glass() -> Voice:
    """Glass, bowed."""
    motion = Motion(tremolo=1, tremolo_rate=3.1, tremolo_delay=0.5)
    return pad("glass", 0.5, 1.0, Filter(9000, 1200, 4), motion)


def metal_pad() -> Voice:
    """A metal's clang that stays."""
    clang = played(operated("crystal", 44, 92, 12), Shape(attack=0.15, decay=14, sustain_db=100, release=0.9))
    # A little apart, or the two would add on some keys and cancel on others.
    return layered(pad("glass", 0.3, 0.9, Filter(6000, 1200, 4)), moved(clang, cents=6, gain_db=-3))


def halo() -> Voice:
    """Choir with octaves of glass."""
    return layered(space_voice(), moved(pad("glass", 0.8, 1.2, Filter(8000, 1200, 4)), cents=1200, gain_db=-7))


def sweep_pad() -> Voice:
    """Saws whose filter opens over seconds."""
    filter_ = Filter(900, 1200, 3, 4.0, sweep=3000, sweep_attack=2.2, sweep_decay=6)
    return apart(played(plain("saw"), Shape(attack=0.4, release=0.9), filter_), 12, width=0.5)


def rain() -> Voice:
    """Drops over a soft ground."""
    return layered(moved(crystal(), gain_db=2), moved(warm(), gain_db=-8))


def soundtrack() -> Voice:
    """Warm pad in fifths, swelling."""
    ground = pad("warm", 0.8, 1.3, Filter(3500, 1200, 4))
    return layered(ground, moved(ground, cents=702, gain_db=-6))


def atmosphere() -> Voice:
    """Guitar over a warm ground."""
    return layered(nylon_guitar(), moved(warm(), gain_db=-6))


def brightness() -> Voice:
    """Crystal on saws."""
    return layered(moved(crystal(), gain_db=1), moved(played(polysynth(), Shape(attack=0.05, release=0.8)), gain_db=-3))


def goblins() -> Voice:
    """Voices that quaver."""
    motion = Motion(vibrato=30, vibrato_rate=4.1, tremolo=2, tremolo_rate=3.3)
    return played(synth_voice(), Shape(attack=0.8, release=1.3), Filter(3000, 1200, 3), motion)


def echo_drops() -> Voice:
    """A bell and its echoes."""
    bell = operated("fantasia bell", 44, 92, 12)
    echoes = [moved(_delayed(bell, 0.28 * turn), gain_db=-7.0 * turn, pan=0.4 * (-1) ** turn) for turn in range(1, 4)]
    return layered(bell, *echoes)


def _delayed(voice: Voice, seconds: float) -> Voice:
    return tuple(replace(one, shape=replace(one.shape, delay=seconds, release=3.0)) for one in voice)


def star_theme() -> Voice:
    """Synthetic brass in the far."""
    return layered(sweep_pad(), moved(played(strings(), Shape(attack=0.6, release=1.1), Filter(4000)), gain_db=-4))
