"""A voice: tones over the keyboard and how they are played. Values only: seconds, hertz, decibels, cents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from soundfonts.house.tone import Tone

SILENT_DB = 100.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Loudness over a note."""

    attack: float = 0.0
    hold: float = 0.0
    decay: float = 0.0
    """Seconds in which a note would fall by 100 dB; it stops at the sustain."""
    sustain_db: float = 0.0
    """Decibels under the peak while the note is held."""
    release: float = 0.3
    """Seconds in which a note that was let go falls by 100 dB."""
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Filter:
    """A low-pass that opens with velocity."""

    corner: float = 20000.0
    """Hertz at the greatest velocity."""
    fall: float = 0.0
    """Cents that the corner is lower at no velocity at all."""
    partials: float = 0.0
    """The corner is at least this many times the pitch."""
    resonance_db: float = 0.0
    sweep: float = 0.0
    """Cents by which the corner starts higher (or, rising, lower) than where it comes to rest."""
    sweep_attack: float = 0.0
    sweep_decay: float = 0.0
    """Seconds of the sweep."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Vibrato and tremolo."""

    vibrato: float = 0.0
    """Cents to either side."""
    vibrato_rate: float = 5.0
    vibrato_delay: float = 0.0
    tremolo: float = 0.0
    """Decibels to either side."""
    tremolo_rate: float = 5.0
    tremolo_delay: float = 0.0
    wah: float = 0.0
    """Cents by which the filter moves with the tremolo, to either side."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A tone for some keys and velocities."""

    tone: Tone
    keys: tuple[int, int]
    velocities: tuple[int, int] = (0, 127)
    shape: Shape = Shape()
    filter: Filter = Filter()
    motion: Motion = Motion()
    gain_db: float = 0.0
    """Loudness against the other regions of the same keys; once a voice is balanced, the gain of its samples."""
    tune: float = 0.0
    """Cents."""
    pan: float = 0.0
    """-1 left to 1 right."""
    fixed: bool = False
    """Whether every key sounds at the tone's own rate."""
    choke: int = 0
    """Regions of one number above 0 cut each other off."""


Voice = tuple[Region, ...]

HIGHEST_KEY = 127


def roots(low: int, high: int, step: int) -> tuple[int, ...]:
    """Keys at which tones are made, evenly over a range and not further apart than `step`."""
    count = max(-(-(high - low) // step), 1)
    return tuple(round(low + (high - low) * (2 * index + 1) / (2 * count)) for index in range(count))


def spread(make: Callable[[int], Tone], keys: Sequence[int], velocities: tuple[int, int] = (0, 127)) -> Voice:
    """A tone per root key, each for the keys that it is nearest to; the outermost take all that remain."""
    middles = [(low + high) // 2 for low, high in pairwise(keys)]
    starts, ends = [0, *[middle + 1 for middle in middles]], [*middles, HIGHEST_KEY]
    return tuple(
        Region(make(key), (start, end), velocities) for key, start, end in zip(keys, starts, ends, strict=True)
    )


def played(
    voice: Voice, shape: Shape | None = None, filter_: Filter | None = None, motion: Motion | None = None
) -> Voice:
    """The same tones, played otherwise."""
    return tuple(
        replace(
            region,
            shape=shape or region.shape,
            filter=filter_ or region.filter,
            motion=motion or region.motion,
        )
        for region in voice
    )


def moved(voice: Voice, cents: float = 0.0, gain_db: float = 0.0, pan: float = 0.0) -> Voice:
    """The same voice tuned, louder or aside."""
    return tuple(
        replace(region, tune=region.tune + cents, gain_db=region.gain_db + gain_db, pan=region.pan + pan)
        for region in voice
    )


def layered(*voices: Voice) -> Voice:
    """Voices that sound together."""
    return tuple(region for voice in voices for region in voice)


def apart(voice: Voice, cents: float, *, softer: float = 6.0, width: float = 0.3) -> Voice:
    """A voice twice, some cents apart; the middle of their power is in tune.

    One is softer, by decibels, and they stand a width to either side, or they would cancel each other where they beat.
    """
    share = 1 / (1 + 10 ** (softer / 10))
    first = moved(voice, cents=cents * share, pan=-width)
    return layered(first, moved(voice, cents=-cents * (1 - share), gain_db=-softer, pan=width))
