"""The SoundFont 2.01 file: values in, bytes out. Knows no sound, only the format and its limits.

Written from "SoundFont Technical Specification, version 2.01" (E-mu Systems, 1998): a RIFF file of three lists,
INFO (credits), sdta (16-bit samples) and pdta (presets made of instruments made of samples).
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

ZEROS_BETWEEN_SAMPLES = 46
"""Frames of silence after each sample that the format demands."""

FRAMES_ABOUT_LOOP = 8
"""Frames before a loop that repeat its end, and after it that repeat its beginning, for interpolation across."""

SHORTEST_LOOP = 32
"""Frames."""

_NAME_BYTES = 20
_MONO = 1


class FormatError(ValueError):
    """A value that the format cannot hold; the message names it and what is allowed."""


class Generator(IntEnum):
    """The parameters of a zone, by their numbers in the file."""

    MOD_LFO_TO_PITCH = 5
    VIB_LFO_TO_PITCH = 6
    MOD_ENV_TO_PITCH = 7
    FILTER_CUTOFF = 8
    FILTER_RESONANCE = 9
    MOD_LFO_TO_FILTER = 10
    MOD_ENV_TO_FILTER = 11
    MOD_LFO_TO_VOLUME = 13
    PAN = 17
    MOD_LFO_DELAY = 21
    MOD_LFO_FREQUENCY = 22
    VIB_LFO_DELAY = 23
    VIB_LFO_FREQUENCY = 24
    MOD_ENV_ATTACK = 26
    MOD_ENV_DECAY = 28
    MOD_ENV_SUSTAIN = 29
    MOD_ENV_RELEASE = 30
    ENV_DELAY = 33
    ENV_ATTACK = 34
    ENV_HOLD = 35
    ENV_DECAY = 36
    ENV_SUSTAIN = 37
    ENV_RELEASE = 38
    INSTRUMENT = 41
    KEY_RANGE = 43
    VELOCITY_RANGE = 44
    ATTENUATION = 48
    COARSE_TUNE = 51
    FINE_TUNE = 52
    SAMPLE = 53
    SAMPLE_MODES = 54
    SCALE_TUNING = 56
    EXCLUSIVE_CLASS = 57
    ROOT_KEY = 58


_LIMITS: Mapping[Generator, tuple[int, int]] = {
    Generator.MOD_LFO_TO_PITCH: (-12000, 12000),
    Generator.VIB_LFO_TO_PITCH: (-12000, 12000),
    Generator.MOD_ENV_TO_PITCH: (-12000, 12000),
    Generator.FILTER_CUTOFF: (1500, 13500),
    Generator.FILTER_RESONANCE: (0, 960),
    Generator.MOD_LFO_TO_FILTER: (-12000, 12000),
    Generator.MOD_ENV_TO_FILTER: (-12000, 12000),
    Generator.MOD_LFO_TO_VOLUME: (-960, 960),
    Generator.PAN: (-500, 500),
    Generator.MOD_LFO_DELAY: (-12000, 5000),
    Generator.MOD_LFO_FREQUENCY: (-16000, 4500),
    Generator.VIB_LFO_DELAY: (-12000, 5000),
    Generator.VIB_LFO_FREQUENCY: (-16000, 4500),
    Generator.MOD_ENV_ATTACK: (-12000, 8000),
    Generator.MOD_ENV_DECAY: (-12000, 8000),
    Generator.MOD_ENV_SUSTAIN: (0, 1000),
    Generator.MOD_ENV_RELEASE: (-12000, 8000),
    Generator.ENV_DELAY: (-12000, 5000),
    Generator.ENV_ATTACK: (-12000, 8000),
    Generator.ENV_HOLD: (-12000, 5000),
    Generator.ENV_DECAY: (-12000, 8000),
    Generator.ENV_SUSTAIN: (0, 1440),
    Generator.ENV_RELEASE: (-12000, 8000),
    Generator.ATTENUATION: (0, 1440),
    Generator.COARSE_TUNE: (-120, 120),
    Generator.FINE_TUNE: (-99, 99),
    Generator.SAMPLE_MODES: (0, 3),
    Generator.SCALE_TUNING: (0, 1200),
    Generator.EXCLUSIVE_CLASS: (0, 127),
    Generator.ROOT_KEY: (0, 127),
}
"""What a zone may set, and between which values."""

LOOP_ALWAYS = 1
"""The value of SAMPLE_MODES for a sample that repeats its loop as long as the note sounds."""


@dataclass(frozen=True, slots=True)
class Modulator:
    """A controller that moves a parameter while it plays."""

    source: int
    """The controller with its curve, packed as in section 8.2 of the specification."""
    destination: Generator
    amount: int
    """In the unit of the destination."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Mono sound; equal only to itself, so that zones which share it store it once."""

    name: str
    frames: NDArray[np.int16]
    rate: int
    """Frames a second."""
    key: int
    """The key, 0 to 127, at which it sounds as it is."""
    correction: int = 0
    """Cents, -99 to 99, that bring it to the pitch of that key."""
    loop: tuple[int, int] | None = None
    """First frame of the loop, and the first frame after it."""


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A sample for a range of keys and velocities, and how it is played."""

    sample: Sample
    keys: tuple[int, int] = (0, 127)
    velocities: tuple[int, int] = (0, 127)
    generators: Mapping[Generator, int] = field(default_factory=dict)
    modulators: tuple[Modulator, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """Zones under one name."""

    name: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Preset:
    """What a program change calls for."""

    name: str
    bank: int
    """0, or 128 for drum kits."""
    program: int
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Credits:
    """What the file says of itself."""

    name: str
    author: str
    rights: str
    comment: str
    software: str


def write(credits_: Credits, presets: Iterable[Preset]) -> bytes:
    """The file; raises FormatError for what it cannot hold."""
    ordered = sorted(presets, key=lambda preset: (preset.bank, preset.program))
    instruments = list(dict.fromkeys(preset.instrument for preset in ordered))
    samples = list(dict.fromkeys(zone.sample for instrument in instruments for zone in instrument.zones))
    _check_names(samples, "sample")
    _check_names(instruments, "instrument")
    for sample in samples:
        _check_sample(sample)
    body = b"sfbk" + _info(credits_) + _sample_data(samples) + _articulation(ordered, instruments, samples)
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _info(credits_: Credits) -> bytes:
    texts = (
        (b"isng", "EMU8000"),
        (b"INAM", credits_.name),
        (b"IENG", credits_.author),
        (b"ICOP", credits_.rights),
        (b"ICMT", credits_.comment),
        (b"ISFT", credits_.software),
    )
    version = _chunk(b"ifil", struct.pack("<HH", 2, 1))
    return _chunk(b"LIST", b"INFO" + version + b"".join(_chunk(name, _text(text)) for name, text in texts))


def _text(text: str) -> bytes:
    """ASCII, ended by one zero or two so that the length is even."""
    data = text.encode("ascii") + b"\0"
    return data + b"\0" * (len(data) % 2)


def _sample_data(samples: Iterable[Sample]) -> bytes:
    gap = b"\0\0" * ZEROS_BETWEEN_SAMPLES
    data = b"".join(sample.frames.astype("<i2").tobytes() + gap for sample in samples)
    return _chunk(b"LIST", b"sdta" + _chunk(b"smpl", data))


def _articulation(presets: list[Preset], instruments: list[Instrument], samples: list[Sample]) -> bytes:
    places = {instrument: index for index, instrument in enumerate(instruments)}
    numbers = {sample: index for index, sample in enumerate(samples)}
    preset_zones = [[_preset_zone(places[preset.instrument])] for preset in presets]
    instrument_zones = [[_zone(zone, numbers[zone.sample]) for zone in one.zones] for one in instruments]
    preset_bags, preset_modulators, preset_generators = _bags(preset_zones)
    bags, modulators, generators = _bags(instrument_zones)
    chunks = (
        (b"phdr", _preset_headers(presets)),
        (b"pbag", preset_bags),
        (b"pmod", preset_modulators),
        (b"pgen", preset_generators),
        (b"inst", _instrument_headers(instruments)),
        (b"ibag", bags),
        (b"imod", modulators),
        (b"igen", generators),
        (b"shdr", _sample_headers(samples)),
    )
    return _chunk(b"LIST", b"pdta" + b"".join(_chunk(name, body) for name, body in chunks))


_Packed = tuple[list[bytes], list[bytes]]
"""The generators and the modulators of a zone, four and ten bytes each."""


def _preset_zone(instrument: int) -> _Packed:
    return [struct.pack("<HH", Generator.INSTRUMENT, instrument)], []


def _zone(zone: Zone, sample: int) -> _Packed:
    """Ranges first and the sample last, as the format demands."""
    low_velocity, high_velocity = _checked_range(zone.velocities, "velocities")
    low_key, high_key = _checked_range(zone.keys, "keys")
    generators = [struct.pack("<HBB", Generator.KEY_RANGE, low_key, high_key)]
    if (low_velocity, high_velocity) != (0, 127):
        generators.append(struct.pack("<HBB", Generator.VELOCITY_RANGE, low_velocity, high_velocity))
    for generator, value in sorted(zone.generators.items()):
        generators.append(struct.pack("<Hh", generator, _checked(generator, value)))
    generators.append(struct.pack("<HH", Generator.SAMPLE, sample))
    modulators = [struct.pack("<HHhHH", each.source, each.destination, each.amount, 0, 0) for each in zone.modulators]
    return generators, modulators


def _bags(owners: list[list[_Packed]]) -> tuple[bytes, bytes, bytes]:
    """The table of zones, the modulators and the generators, each with the format's record at its end."""
    zones = [zone for owner in owners for zone in owner]
    generators = [generator for zone in zones for generator in zone[0]]
    modulators = [modulator for zone in zones for modulator in zone[1]]
    bags = b"".join(struct.pack("<HH", *start) for start in _starts(zones))
    return bags, b"".join(modulators) + b"\0" * 10, b"".join(generators) + b"\0" * 4


def _starts(zones: list[_Packed]) -> Iterator[tuple[int, int]]:
    generator = modulator = 0
    yield generator, modulator
    for generators, modulators in zones:
        generator += len(generators)
        modulator += len(modulators)
        if max(generator, modulator) > 0xFFFF:
            raise FormatError(f"{max(generator, modulator)} parameters of zones; allowed: at most {0xFFFF}")
        yield generator, modulator


def _preset_headers(presets: list[Preset]) -> bytes:
    rows = [
        struct.pack("<20sHHHIII", _name(preset.name), preset.program, preset.bank, bag, 0, 0, 0)
        for bag, preset in enumerate(presets)
    ]
    return b"".join(rows) + struct.pack("<20sHHHIII", b"EOP", 0, 0, len(presets), 0, 0, 0)


def _instrument_headers(instruments: list[Instrument]) -> bytes:
    rows, bag = [], 0
    for instrument in instruments:
        rows.append(struct.pack("<20sH", _name(instrument.name), bag))
        bag += len(instrument.zones)
    return b"".join(rows) + struct.pack("<20sH", b"EOI", bag)


def _sample_headers(samples: list[Sample]) -> bytes:
    rows, start = [], 0
    for sample in samples:
        end = start + len(sample.frames)
        # Readers expect places there also where nothing is repeated.
        first, last = sample.loop or (FRAMES_ABOUT_LOOP, len(sample.frames) - FRAMES_ABOUT_LOOP)
        loop = (start + first, start + last)
        pitch = (sample.rate, sample.key, sample.correction)
        rows.append(struct.pack("<20sIIIIIBbHH", _name(sample.name), start, end, *loop, *pitch, 0, _MONO))
        start = end + ZEROS_BETWEEN_SAMPLES
    return b"".join(rows) + struct.pack("<20sIIIIIBbHH", b"EOS", *[0] * 9)


def _name(name: str) -> bytes:
    """A name with at least one zero after it."""
    data = name.encode("ascii")
    if not 0 < len(data) < _NAME_BYTES:
        raise FormatError(f"name {name!r} has {len(data)} letters; allowed: 1 to {_NAME_BYTES - 1}")
    return data


def _check_names(named: Iterable[Sample] | Iterable[Instrument], kind: str) -> None:
    seen: set[str] = set()
    for one in named:
        if one.name in seen:
            raise FormatError(f"two {kind}s are named {one.name!r}; allowed: each name once")
        seen.add(one.name)


def _check_sample(sample: Sample) -> None:
    length = len(sample.frames)
    if not (0 <= sample.key <= 127 and abs(sample.correction) <= 99):
        raise FormatError(
            f"sample {sample.name}: key {sample.key} and {sample.correction} cents; allowed: 0 to 127, 99"
        )
    if sample.loop:
        start, end = sample.loop
        if not (FRAMES_ABOUT_LOOP <= start <= end - SHORTEST_LOOP and end + FRAMES_ABOUT_LOOP <= length):
            raise FormatError(f"sample {sample.name}: a loop from {start} to {end} in {length} frames")


def _checked(generator: Generator, value: int) -> int:
    low, high = _LIMITS[generator]
    if not low <= value <= high:
        raise FormatError(f"{generator.name} is {value}; allowed: {low} to {high}")
    return value


def _checked_range(span: tuple[int, int], what: str) -> tuple[int, int]:
    if not 0 <= span[0] <= span[1] <= 127:
        raise FormatError(f"{what} from {span[0]} to {span[1]}; allowed: 0 to 127, the lower first")
    return span
