"""From voices to the file's presets: samples cut to 16 bits and shared, seconds and decibels in the file's units."""

import math
from dataclasses import replace

import numpy as np

from soundfonts.house import sf2
from soundfonts.house.levels import corner, root_key
from soundfonts.house.sf2 import Generator
from soundfonts.house.tone import Tone
from soundfonts.house.voice import Region, Voice

PEAK = 0.94
"""Of full scale, to which every sample is raised: the format has no negative attenuation."""

ATTENUATION_UNITS_PER_DB = 25
"""The format says 10. The first hardware took 0.4 of a value, and fonts and FluidSynth have followed it since."""

_VELOCITY_CLOSES = 0x0102
"""Source of a modulator: note-on velocity, linear, 1 at no velocity and 0 at the greatest."""

_BRIGHTNESS = 0x02CA
"""Source of a modulator: controller 74, linear, -1 to 1, 0 at its middle and unless a game moves it."""

_KEY_RISES, _KEY_FALLS = 0x0003, 0x0103
"""Sources of modulators: the key, linear, 0 to 1 and 1 to 0; both together are 1 at any key."""

BRIGHTNESS_CENTS = 4800
"""By which controller 74 moves every filter to either side."""


class Builder:
    """Collects presets and shares among them the samples of tones that are the same object."""

    def __init__(self, credits_: sf2.Credits) -> None:
        self._credits = credits_
        self.presets: list[sf2.Preset] = []
        """In the order in which they were added."""
        self._samples: dict[Tone, sf2.Sample] = {}
        self._owners: dict[Tone, str] = {}
        self._names: dict[str, int] = {}
        self.warnings: list[str] = []
        """Levels that could not be reached."""

    def add(self, name: str, bank: int, program: int, voice: Voice) -> None:
        """A preset; its tones are stored unless another preset has stored them."""
        zones = tuple(self._zone(name, one, raised) for region in voice for one, raised in _loud_enough(region))
        instrument = sf2.Instrument(f"{name[:12]} {bank}:{program}", zones)
        self.presets.append(sf2.Preset(name, bank, program, instrument))

    def file(self) -> bytes:
        """The SoundFont."""
        return sf2.write(self._credits, self.presets)

    def bytes_by_owner(self) -> dict[str, int]:
        """Bytes of samples by the preset that stored them first."""
        sizes: dict[str, int] = {}
        for tone, owner in self._owners.items():
            sizes[owner] = sizes.get(owner, 0) + 2 * len(self._samples[tone].frames)
        return sizes

    def _zone(self, name: str, region: Region, raised_db: float) -> sf2.Zone:
        sample = self._sample(name, region.tone)
        if (missing := -attenuation_db(region) - raised_db) > 0.2:
            self.warnings.append(f"{name}, keys {region.keys}: {missing:.1f} dB too soft at full scale")
        generators = _generators(region)
        if region.fixed:
            generators[Generator.SCALE_TUNING] = 0
        modulators = [sf2.Modulator(_BRIGHTNESS, Generator.FILTER_CUTOFF, BRIGHTNESS_CENTS)]
        # Written also where it is nothing: by the format's own default velocity would close the filter.
        modulators.append(sf2.Modulator(_VELOCITY_CLOSES, Generator.FILTER_CUTOFF, -round(region.filter.fall)))
        if raised_db:
            amount = -round(10 * raised_db)
            modulators += [sf2.Modulator(key, Generator.ATTENUATION, amount) for key in (_KEY_RISES, _KEY_FALLS)]
        return sf2.Zone(sample, region.keys, region.velocities, generators, tuple(modulators))

    def _sample(self, owner: str, tone: Tone) -> sf2.Sample:
        if tone not in self._samples:
            self._samples[tone] = _sample(self._new_name(owner), tone)
            self._owners[tone] = owner
        return self._samples[tone]

    def _new_name(self, owner: str) -> str:
        self._names[owner] = self._names.get(owner, 0) + 1
        return f"{owner[:15]} {self._names[owner]}"


def _sample(name: str, tone: Tone) -> sf2.Sample:
    wave, loop = tone.wave, None
    if tone.loop is not None:
        repeated, about = wave[tone.loop :], sf2.FRAMES_ABOUT_LOOP
        # A wave that is all loop gets the loop's end before it.
        lead = repeated[len(repeated) - max(about - tone.loop, 0) :]
        loop = (tone.loop + len(lead), len(wave) + len(lead))
        wave = np.concatenate([lead, wave, repeated[:about]])
    frames = np.round(wave * (PEAK * 32767 / np.abs(wave).max())).astype(np.int16)
    key = round(tone.pitch)
    return sf2.Sample(name, frames, tone.rate, key, round(100 * (key - tone.pitch)), loop)


def _generators(region: Region) -> dict[Generator, int]:
    """What differs from the format's defaults."""
    values = {
        **_level(region),
        **_envelope(region),
        **_filter(region),
        **_motion(region),
        Generator.COARSE_TUNE: round(region.tune / 100),
        Generator.FINE_TUNE: round(region.tune - 100 * round(region.tune / 100)),
        Generator.SAMPLE_MODES: sf2.LOOP_ALWAYS if region.tone.loop is not None else 0,
        Generator.EXCLUSIVE_CLASS: region.choke,
    }
    return {generator: value for generator, value in values.items() if value != _DEFAULTS.get(generator, 0)}


_DEFAULTS = {
    Generator.FILTER_CUTOFF: 13500,
    **dict.fromkeys(
        (
            Generator.ENV_DELAY,
            Generator.ENV_ATTACK,
            Generator.ENV_HOLD,
            Generator.ENV_DECAY,
            Generator.ENV_RELEASE,
            Generator.MOD_LFO_DELAY,
            Generator.VIB_LFO_DELAY,
        ),
        -12000,
    ),
    **dict.fromkeys((Generator.MOD_ENV_ATTACK, Generator.MOD_ENV_DECAY, Generator.MOD_ENV_RELEASE), -12000),
}


def attenuation_db(region: Region) -> float:
    """Decibels under full scale at which a region's stored sample is played; below 0 it cannot be reached."""
    return -region.gain_db - 20 * math.log10(np.abs(region.tone.wave).max() / PEAK)


def _loud_enough(region: Region) -> tuple[tuple[Region, float], ...]:
    """The zones that a region becomes, each with the decibels by which modulators are to raise it.

    Where its sample at full scale is much too soft it sounds twice: two voices of one sample are 6 dB louder.
    """
    missing = -attenuation_db(region)
    if missing <= LARGEST_RAISE_DB:
        return ((region, missing if missing > _UNHEARD_DB else 0.0),)
    half = replace(region, gain_db=region.gain_db - 20 * math.log10(2))
    return (half, 0.0), (half, 0.0)


_UNHEARD_DB = 0.5

LARGEST_RAISE_DB = 3.0
"""What modulators take from the attenuation of a stroke, which is never less than none: a channel's usual volume (100)
attenuates by 4 dB, a stroke of velocity 107 by 3. One voice then does for two."""


def _level(region: Region) -> dict[Generator, int]:
    attenuation = round(ATTENUATION_UNITS_PER_DB * max(attenuation_db(region), 0.0))
    return {Generator.ATTENUATION: min(attenuation, 1440), Generator.PAN: round(500 * region.pan)}


def _envelope(region: Region) -> dict[Generator, int]:
    shape = region.shape
    return {
        Generator.ENV_DELAY: _timecents(shape.delay, 5000),
        Generator.ENV_ATTACK: _timecents(shape.attack),
        Generator.ENV_HOLD: _timecents(shape.hold, 5000),
        Generator.ENV_DECAY: _timecents(shape.decay),
        Generator.ENV_SUSTAIN: min(round(10 * shape.sustain_db), 1000),
        Generator.ENV_RELEASE: _timecents(shape.release),
    }


def _filter(region: Region) -> dict[Generator, int]:
    filter_ = region.filter
    values = {
        Generator.FILTER_CUTOFF: max(_cents(corner(filter_, root_key(region), 127)), 1500),
        Generator.FILTER_RESONANCE: round(10 * filter_.resonance_db),
    }
    if filter_.sweep:
        values |= {
            Generator.MOD_ENV_TO_FILTER: round(filter_.sweep),
            Generator.MOD_ENV_ATTACK: _timecents(filter_.sweep_attack),
            Generator.MOD_ENV_DECAY: _timecents(filter_.sweep_decay),
            Generator.MOD_ENV_SUSTAIN: 1000 if filter_.sweep_decay else 0,
            Generator.MOD_ENV_RELEASE: _timecents(region.shape.release),
        }
    return values


def _motion(region: Region) -> dict[Generator, int]:
    motion = region.motion
    values: dict[Generator, int] = {}
    if motion.vibrato:
        values |= {
            Generator.VIB_LFO_TO_PITCH: round(motion.vibrato),
            Generator.VIB_LFO_FREQUENCY: _cents(motion.vibrato_rate),
            Generator.VIB_LFO_DELAY: _timecents(motion.vibrato_delay, 5000),
        }
    if motion.tremolo or motion.wah:
        values |= {
            Generator.MOD_LFO_TO_VOLUME: round(10 * motion.tremolo),
            Generator.MOD_LFO_TO_FILTER: round(motion.wah),
            Generator.MOD_LFO_FREQUENCY: _cents(motion.tremolo_rate),
            Generator.MOD_LFO_DELAY: _timecents(motion.tremolo_delay, 5000),
        }
    return values


def _cents(frequency: float) -> int:
    """The format's absolute cents of a frequency in hertz."""
    return round(1200 * math.log2(frequency / 8.176))


def _timecents(seconds: float, longest: int = 8000) -> int:
    return -12000 if seconds <= 0.001 else min(max(round(1200 * math.log2(seconds)), -12000), longest)
