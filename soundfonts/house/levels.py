"""How loud a voice is, reckoned from its samples, and the gains that make it even and as loud as asked.

The reckoning stands in for a synthesizer: sample, envelope, filter, then BS.1770's ear. It was found to be within
0.5 dB of FluidSynth; the tests measure that on rendered notes.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from soundfonts.house.pitch import hertz
from soundfonts.house.spectra import k_weighting, second_order_lowpass
from soundfonts.house.tone import Tone, Wave
from soundfonts.house.voice import SILENT_DB, Filter, Region, Shape, Voice

MEASURED_VELOCITY = 90
DRUM_VELOCITY = 100

NOTE_SECONDS = 1.2
"""Long enough for slow attacks to arrive."""

MOMENT_SECONDS = 0.4
"""BS.1770's momentary loudness; a note is as loud as its loudest moment."""

_FULL_SCALE = 127
_HIGHEST_CORNER = 19_912.0
"""Hertz of 13500 cents, where a filter is open."""

_SILENCE = 1e-12

PLAYER_DB = -9.4
"""A full-scale sample through FluidSynth at a gain of 0.35, in the middle, both sides together."""


def velocity_db(velocity: int) -> float:
    """Decibels of a velocity by the format's own curve: loudness goes with its fourth power."""
    return 40 * math.log10(max(velocity, 1) / _FULL_SCALE)


def root_key(region: Region) -> float:
    """The key at which a region is measured: the one that its tone was made for, if it plays that at all."""
    if region.fixed:
        return region.tone.pitch
    return float(np.clip(region.tone.pitch - region.tune / 100, region.keys[0], region.keys[1]))


def loudest_at(shape: Shape) -> float:
    """Seconds after a note's start about which its loudest moment lies: sooner where it dies away quickly."""
    is_dying = shape.decay > 0 and shape.sustain_db >= SILENT_DB
    return min(MOMENT_SECONDS / 2, shape.decay * _DECAY_MEAN) if is_dying else MOMENT_SECONDS / 2


_DECAY_MEAN = 0.1 / math.log(10)
"""The middle of the power of a decay, against the time in which it falls by 100 dB."""


def settled(filter_: Filter, seconds: float) -> float:
    """The share of a filter's sweep that is in force so many seconds after a note's start."""
    rise = min(seconds / filter_.sweep_attack, 1.0) if filter_.sweep_attack else 1.0
    left = max(1 - max(seconds - filter_.sweep_attack, 0) / filter_.sweep_decay, 0.0) if filter_.sweep_decay else 1.0
    return rise * left


def corner(filter_: Filter, key: float, velocity: int) -> float:
    """Hertz of a filter's corner at rest, for a key and velocity."""
    top = min(max(filter_.corner, filter_.partials * hertz(key)), _HIGHEST_CORNER)
    return float(top * 2 ** (-filter_.fall * (1 - velocity / _FULL_SCALE) / 1200))


def loudness_db(region: Region, velocity: int) -> float:
    """Of a region's loudest moment, its samples taken as they are; its own gain is not counted."""
    tone = region.tone
    shift = 2 ** ((root_key(region) + region.tune / 100 - tone.pitch) / 12)
    rate = tone.rate * shift
    wave = unrolled(tone, int(NOTE_SECONDS * rate))
    wave = wave * envelope(region.shape, len(wave), rate)
    length = 1 << (len(wave) - 1).bit_length()
    frequencies = np.fft.rfftfreq(length, 1 / rate)
    gain = k_weighting(frequencies)
    swept = corner(region.filter, root_key(region), velocity) * 2 ** (
        region.filter.sweep * settled(region.filter, loudest_at(region.shape)) / 1200
    )
    gain *= second_order_lowpass(frequencies, swept, 44100, region.filter.resonance_db)
    heard = np.fft.irfft(np.fft.rfft(wave, length) * gain, length)[: len(wave)]
    power = np.concatenate([[0.0], np.cumsum(heard**2)])
    moment = int(MOMENT_SECONDS * rate)
    ends = np.minimum(np.arange(moment, max(len(wave), moment + 1), max(moment // 8, 1)), len(wave))
    loudest = float(np.max(power[ends] - power[np.maximum(ends - moment, 0)])) / moment
    return 10 * float(np.log10(loudest + _SILENCE)) + velocity_db(velocity)


def unrolled(tone: Tone, frames: int) -> Wave:
    """The tone as it is held for some frames; silence after one without loop."""
    if tone.loop is None:
        return np.concatenate([tone.wave, np.zeros(max(frames - len(tone.wave), 0))])[:frames]
    turns = -(-max(frames - tone.loop, 0) // (len(tone.wave) - tone.loop))
    return np.concatenate([tone.wave[: tone.loop], np.tile(tone.wave[tone.loop :], turns)])[:frames]


def envelope(shape: Shape, frames: int, rate: float) -> Wave:
    """The gain over a held note."""
    seconds = np.arange(frames) / rate - shape.delay
    rising = np.clip(seconds / shape.attack, 0, 1) if shape.attack > 0 else (seconds >= 0).astype(float)
    falling = np.maximum(seconds - shape.attack - shape.hold, 0)
    fall_db = np.minimum(100 * falling / shape.decay, shape.sustain_db) if shape.decay > 0 else shape.sustain_db
    return np.asarray(rising * 10 ** (-np.asarray(fall_db) / 20))


def balanced(voice: Voice, target_db: float) -> Voice:
    """The voice with gains by which every note of the measured velocity is as loud as asked.

    Between layers that sound together their own gains tell how loud one is beside the other.
    """
    gains = (_gain(region, voice, target_db, round(root_key(region)), MEASURED_VELOCITY) for region in voice)
    return tuple(replace(region, gain_db=gain) for region, gain in zip(voice, gains, strict=True))


def _gain(region: Region, voice: Voice, target_db: float, key: int, measured_velocity: int) -> float:
    velocity = int(np.clip(measured_velocity, *region.velocities))
    layers = [other for other in voice if _sounds(other, key, velocity)]
    together = 10 * float(np.log10(sum(10 ** (layer.gain_db / 10) for layer in layers)))
    wanted = target_db - PLAYER_DB + velocity_db(velocity) - velocity_db(measured_velocity)
    return wanted + region.gain_db - together - loudness_db(region, velocity)


def _sounds(region: Region, key: int, velocity: int) -> bool:
    in_keys = region.keys[0] <= key <= region.keys[1]
    return in_keys and region.velocities[0] <= velocity <= region.velocities[1]


def balanced_drums(kit: Voice, targets: Mapping[int, float]) -> Voice:
    """The kit with gains by which each drum, all its layers together, is as loud as asked for its key."""
    keys = ((region.keys[0] + region.keys[1]) // 2 for region in kit)
    return tuple(
        replace(region, gain_db=_gain(region, kit, targets[key], key, DRUM_VELOCITY))
        for region, key in zip(kit, keys, strict=True)
    )
