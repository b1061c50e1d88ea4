"""Strings that are plucked or hammered: guitars, basses, harp, keyboards, and their relatives of the world."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from soundfonts.house.pitch import hertz, random_for
from soundfonts.house.ringing import Modes, knock, looped_modes, ringing_tone, string_modes
from soundfonts.house.spectra import Formant, decibels, formants_db
from soundfonts.house.sustained import fitting_rate
from soundfonts.house.tone import Tone
from soundfonts.house.voice import Filter, Region, Shape, Voice, layered, moved, played, roots, spread


@dataclass(frozen=True, slots=True)
class Pluck:
    """A string instrument; what hangs on the key is given for middle C."""

    name: str
    place: float
    """Of the pluck, as a share of the string."""
    brightness: float
    """Hertz beyond which the plectrum gives less."""
    ring: float
    """Seconds in which the first partial falls by 60 dB."""
    octave_ring: float = 0.65
    """The ring an octave higher against this one."""
    damping: float = 3000.0
    """Hertz at which partials die away twice as fast."""
    stiffness: float = 2e-5
    slope: float = 12.0
    body: Sequence[Formant] = ()
    knock: float = 0.0
    """Noise of the stroke against the string's peak, 0 to 1."""
    knock_band: tuple[float, float] = (100.0, 3000.0)
    knock_seconds: float = 0.04
    seconds: float = 0.33
    """Before the loop."""
    rate: int = 22050
    highest: float = 9500.0
    early: float = 1.0
    """Strength of the string's other direction, which dies away four times as fast."""
    smear: float = 0.5
    """By how much of a period high partials come late: more makes lower peaks."""
    tracking: float = 0.3
    """How the brightness follows the pitch, an exponent."""


def plucked_tone(pluck: Pluck, key: int) -> tuple[Tone, float]:
    """A tone and the decay of its envelope, seconds for 100 dB."""
    modes = audible(plucked_modes(pluck, key))
    random = random_for(pluck.name, key)
    rate = min(pluck.rate, fitting_rate(max(modes.frequencies.max(), pluck.knock_band[1] * (pluck.knock > 0))))
    seconds = pluck.seconds * 0.7 ** max((key - 60) / 12, 0)
    noise = None
    if pluck.knock:
        strength = pluck.knock * float(np.linalg.norm(modes.amplitudes)) * 1.5
        noise = knock(random, rate, pluck.knock_seconds, *pluck.knock_band, strength)
    tone, decay = ringing_tone(
        modes, rate, seconds, random, knock=noise, loop_seconds=_loop_seconds(key), smear=pluck.smear
    )
    return replace(tone, pitch=tone.pitch + stretch(looped_modes(modes, rate, _loop_seconds(key)))), decay


def stretch(modes: Modes) -> float:
    """How far, in keys, a stiff string sounds above its first mode: the middle of its first five, by their power.

    The modes are those of the loop, the power that of half a second after the stroke.
    """
    numbers = np.round(modes.frequencies / modes.frequencies[0])
    heard = numbers <= 5
    power = (modes.amplitudes[heard] * 10 ** (-3 * 0.5 / modes.falls[heard])) ** 2
    off = 12 * np.log2(modes.frequencies[heard] / (modes.frequencies[0] * numbers[heard]))
    return float(np.sum(power * off) / np.sum(power))


def audible(modes: Modes) -> Modes:
    """The modes that are not 58 dB under the strongest."""
    kept = modes.amplitudes > modes.amplitudes.max() * 1.2e-3
    return Modes(modes.frequencies[kept], modes.amplitudes[kept], modes.falls[kept])


def plucked_modes(pluck: Pluck, key: int) -> Modes:
    """Both directions in which the string swings."""
    fundamental, octaves = hertz(key), (key - 60) / 12
    ring = pluck.ring * pluck.octave_ring**octaves
    modes = string_modes(
        fundamental,
        ring=ring,
        damping=max(pluck.damping, 2.5 * fundamental),
        place=pluck.place,
        brightness=pluck.brightness * 2 ** (pluck.tracking * octaves),
        stiffness=pluck.stiffness,
        slope=pluck.slope,
        highest=min(pluck.highest, 0.46 * pluck.rate),
    )
    amplitudes = modes.amplitudes * decibels(formants_db(modes.frequencies, pluck.body))
    return Modes(
        np.concatenate([modes.frequencies, modes.frequencies]),
        np.concatenate([amplitudes, amplitudes * pluck.early]),
        np.concatenate([modes.falls, modes.falls / 4]),
    )


def _loop_seconds(key: int) -> float:
    return 0.06 if key > 52 else 0.12


_SWEEP_SHARE = 0.3
"""Of the decay of a string, in which its filter comes to rest: high partials die away before the low ones."""

_SWEEP_CENTS = 3600.0


def _damped(damping: float, fall: float) -> Filter:
    """The filter that goes on, over the loop, with what the damping began in the sample."""
    return Filter(0.6 * damping, fall, 3, sweep=_SWEEP_CENTS, sweep_decay=2.0)


Ringing = Callable[[int], tuple[Tone, float]]
"""Makes a tone for a key, with the decay that belongs to it."""


def rung_voice(make: Ringing, keys: Sequence[int], release: float, filter_: Filter) -> Voice:
    """Tones that die away, each in its own time."""
    made = {key: make(key) for key in keys}
    decays = dict(made.values())

    def with_decay(region: Region) -> Region:
        decay = decays[region.tone]
        swept = replace(filter_, sweep_decay=_SWEEP_SHARE * decay) if filter_.sweep else filter_
        return replace(region, shape=Shape(decay=decay, sustain_db=100, release=release), filter=swept)

    return tuple(with_decay(region) for region in spread(lambda key: made[key][0], keys))


_GUITAR_BODY = ((105, 4, 0.2), (210, 4, 0.2), (420, 2, 0.3), (2200, 2, 0.6))

_PLUCKS = (
    Pluck("nylon guitar", 0.2, 1600, 5.5, early=0.7, damping=1700, body=_GUITAR_BODY, knock=0.12,
          knock_band=(90, 1500)),
    Pluck("steel guitar", 0.13, 4500, 7, smear=1.3, rate=27000, highest=11500, damping=4500, stiffness=5e-5,
          body=_GUITAR_BODY, knock=0.1, knock_band=(200, 5000)),
    Pluck("jazz guitar", 0.27, 1500, 6, damping=2600, body=((300, 3, 0.6),), knock=0.05, rate=22050, highest=7000),
    Pluck("clean guitar", 0.16, 3600, 7, damping=4000, body=((2200, 4, 0.6),), knock=0.03),
    Pluck("muted guitar", 0.14, 2200, 0.5, damping=1500, knock=0.15, seconds=0.3, rate=22050, highest=7000, early=0.3),
    Pluck("guitar harmonics", 0.5, 1500, 5, damping=3000, seconds=0.25, rate=16000, highest=6000),
    Pluck("acoustic bass", smear=0.9, stiffness=3e-6, place=0.3, brightness=750, ring=3.4, damping=1000,
          body=((95, 4, 0.4), (220, 3, 0.4), (700, 2, 0.4)),
          knock=0.11, knock_band=(60, 1400), knock_seconds=0.05, rate=16000, highest=5000, seconds=0.4, slope=9),
    Pluck("finger bass", smear=0.9, stiffness=3e-6, place=0.22, brightness=900, ring=6, damping=1100,
          body=((700, 2, 0.6),), knock=0.05, knock_band=(80, 1500),
          rate=16000, highest=5000, seconds=0.45),
    Pluck("picked bass", smear=0.9, stiffness=3e-6, place=0.12, brightness=2600, ring=6.0, damping=1800,
          body=((900, 3, 0.5), (2300, 5, 0.4)), knock=0.06,
          knock_band=(800, 6000), knock_seconds=0.02, rate=22050, highest=8000, seconds=0.42, slope=9),
    Pluck("fretless bass", smear=0.9, stiffness=3e-6, place=0.3, brightness=650, ring=4, damping=1500,
          body=((550, 5, 0.5),), rate=16000, highest=5000, early=0.3),
    Pluck("slap bass", smear=0.9, stiffness=3e-6, place=0.1, brightness=4500, ring=2.8, damping=3000,
          body=((2500, 5, 0.6),), knock=0.25, knock_band=(900, 8000),
          rate=22050, highest=9000, seconds=0.5, slope=9),
    Pluck("harp", 0.38, 1300, 4.4, octave_ring=0.6, damping=1900, body=((250, 3, 0.6),), knock=0.05,
          knock_band=(150, 2500), slope=11),
    Pluck("pizzicato", 0.22, 1300, 1.4, octave_ring=0.62, damping=1600, body=((290, 4, 0.3), (500, 4, 0.3)),
          knock=0.18, knock_band=(120, 2200), knock_seconds=0.03, seconds=0.3, rate=22050, highest=8000),
    Pluck("harpsichord", 0.11, 9000, 4, damping=6000, body=((1800, 4, 0.8),), knock=0.08, knock_band=(1500, 9000),
          rate=32000, highest=13000, seconds=0.27, slope=6, tracking=0.1),
    Pluck("clavinet", 0.07, 3800, 3.4, damping=3500, body=((1500, 5, 0.5), (3200, 4, 0.4)), knock=0.06,
          seconds=0.5),
    Pluck("dulcimer", 0.17, 4500, 3.4, smear=1.3, damping=4500, body=((900, 3, 0.6),), knock=0.15,
          knock_band=(800, 7000), seconds=0.4),
    Pluck("sitar", 0.06, 5500, 4.5, damping=6500, body=((1500, 7, 0.4), (3000, 7, 0.4)), knock=0.06, slope=8,
          seconds=0.4, early=0.4),
    Pluck("banjo", 0.1, 5000, 1.9, smear=1.3, damping=4000, body=((700, 6, 0.5), (2500, 4, 0.5)), knock=0.18,
          knock_band=(300, 5000), seconds=0.4),
    Pluck("shamisen", 0.09, 4200, 0.9, damping=3500, body=((500, 4, 0.4), (1500, 5, 0.4)), knock=0.35,
          knock_band=(200, 4000), knock_seconds=0.05, seconds=0.4, rate=22050, highest=9000),
    Pluck("koto", 0.14, 3200, 3.2, damping=3500, body=((350, 3, 0.5), (1200, 3, 0.5)), knock=0.1, seconds=0.35,
          rate=22050, highest=9000),
)  # fmt: skip

PLUCKS: Mapping[str, Pluck] = {pluck.name: pluck for pluck in _PLUCKS}


@cache
def _string(name: str, low: int, high: int, step: int, release: float, fall: float) -> Voice:
    pluck = PLUCKS[name]
    return rung_voice(partial(plucked_tone, pluck), roots(low, high, step), release, _damped(pluck.damping, fall))


def nylon_guitar() -> Voice:
    """Nylon guitar."""
    return _string("nylon guitar", 40, 84, 8, 0.35, 4800)


def steel_guitar() -> Voice:
    """Steel guitar."""
    return _string("steel guitar", 40, 84, 11, 0.3, 4800)


def jazz_guitar() -> Voice:
    """Jazz guitar."""
    return _string("jazz guitar", 40, 84, 9, 0.3, 3840)


def clean_guitar() -> Voice:
    """Electric guitar, clean."""
    return _string("clean guitar", 40, 84, 9, 0.3, 3840)


def muted_guitar() -> Voice:
    """Electric guitar, damped by the palm."""
    return _string("muted guitar", 40, 84, 8, 0.2, 3840)


def guitar_harmonics() -> Voice:
    """Flageolets of a guitar."""
    return _string("guitar harmonics", 40, 88, 12, 0.5, 1920)


def acoustic_bass() -> Voice:
    """Contrabass, plucked."""
    return _string("acoustic bass", 26, 60, 4, 0.25, 4800)


def finger_bass() -> Voice:
    """Bass guitar."""
    return _string("finger bass", 26, 62, 6, 0.25, 4800)


def picked_bass() -> Voice:
    """Bass guitar with a plectrum."""
    return _string("picked bass", 26, 60, 5, 0.2, 4800)


def fretless_bass() -> Voice:
    """Bass guitar without frets: a soft start."""
    voice = _string("fretless bass", 26, 62, 8, 0.3, 3840)
    return tuple(replace(one, shape=replace(one.shape, attack=0.02)) for one in voice)


@cache
def slap_bass() -> Voice:
    """Bass struck by the thumb."""
    return _string("slap bass", 26, 62, 12, 0.2, 6300)


def pop_bass() -> Voice:
    """Bass pulled off the neck: the same string, brighter and shorter."""
    return tuple(
        replace(
            one,
            shape=replace(one.shape, decay=one.shape.decay * 0.6),
            filter=replace(one.filter, corner=3600, fall=1800),
        )
        for one in slap_bass()
    )


def harp() -> Voice:
    """Harp."""
    return _string("harp", 28, 100, 6, 0.7, 4800)


def pizzicato() -> Voice:
    """Strings, plucked."""
    return _string("pizzicato", 30, 96, 10, 0.5, 4800)


def harpsichord() -> Voice:
    """Harpsichord: a string, and one an octave higher."""
    eight = _string("harpsichord", 30, 88, 12, 0.25, 300)
    return layered(eight, moved(eight, cents=1201, gain_db=-8))


def clavinet() -> Voice:
    """Clavinet."""
    return _string("clavinet", 36, 88, 13, 0.15, 5760)


def dulcimer() -> Voice:
    """Dulcimer: two strings a little apart, of which one is damped sooner."""
    course = _string("dulcimer", 42, 92, 14, 0.45, 3840)
    sooner = tuple(replace(one, shape=replace(one.shape, release=0.25)) for one in course)
    return layered(moved(course, cents=3), moved(sooner, cents=-3))


def sitar() -> Voice:
    """Sitar."""
    return _string("sitar", 42, 86, 11, 0.6, 3840)


def banjo() -> Voice:
    """Banjo."""
    return _string("banjo", 48, 88, 10, 0.3, 3840)


def shamisen() -> Voice:
    """Shamisen."""
    return _string("shamisen", 45, 84, 13, 0.3, 3840)


def koto() -> Voice:
    """Koto."""
    return _string("koto", 42, 88, 12, 0.6, 3840)


_HARD = Pluck("piano",  0.12, 2100, 9.5, octave_ring=0.62, damping=2500, knock=0.09, knock_band=(60, 1800),
              knock_seconds=0.06, seconds=0.45, rate=27000, early=1.2, tracking=0.45, slope=14)  # fmt: skip


def _piano_tone(key: int) -> tuple[Tone, float]:
    """A piano's strings are the stiffer the shorter they are."""
    stiffness = 8e-5 * 2 ** (abs(key - 45) / 9)
    return plucked_tone(replace(_HARD, stiffness=min(stiffness, 8e-3)), key)


@cache
def piano() -> Voice:
    """Grand piano."""
    return rung_voice(_piano_tone, roots(23, 103, 7), 0.45, _damped(3600, 6000))


def bright_piano() -> Voice:
    """Grand piano, hammers hardened."""
    return played(piano(), filter_=Filter(4500, 3000, 4, sweep=2400, sweep_decay=3))


def electric_grand() -> Voice:
    """Electric grand: the same strings through pickups, which wobble a little against themselves."""
    bright = played(piano(), filter_=Filter(2000, 2400, 3, sweep=2400, sweep_decay=3))
    return layered(moved(bright, cents=4), moved(bright, cents=-4))


def honky_tonk() -> Voice:
    """A piano that is out of tune with itself."""
    return layered(moved(piano(), cents=9), moved(piano(), cents=-9))
