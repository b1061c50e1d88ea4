"""Flutes, reeds and brass: the tables of their timbres, and how they are played."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from soundfonts.house.sustained import Timbre, tones
from soundfonts.house.voice import Filter, Motion, Shape, Voice, layered, moved, played, roots, spread

FLUTE_BREATH = ((600, 14, 1.0), (3000, 18, 1.2))
REED_BREATH = ((1500, 14, 1.2), (5000, 10, 0.8))

_TIMBRES = (
    #       name           tilt  corner slope formants
    Timbre("piccolo", -10, 4500, 12, ((1500, 3, 0.5),), noise_db=-34, noise_formants=FLUTE_BREATH, chiff_db=8),
    Timbre("flute", -6.5, 2800, 12, ((700, 4, 0.5),), noise_db=-34, noise_formants=FLUTE_BREATH, chiff_db=8,
           seconds=0.22, onset=0.07),
    Timbre("recorder", -13, 3500, 8, (), even_db=-7, noise_db=-36, noise_formants=FLUTE_BREATH, chiff_db=14,
           onset=0.05),
    Timbre("pan flute", -15, 3000, 8, (), even_db=-10, noise_db=-24, noise_formants=FLUTE_BREATH, chiff_db=14,
           seconds=0.3),
    Timbre("bottle", -22, 2500, 8, (), noise_db=-20, noise_formants=((500, 16, 0.8), (2000, 10, 1)), chiff_db=8,
           seconds=0.3),
    Timbre("shakuhachi", -10, 2500, 9, ((900, 4, 0.6),), noise_db=-24, noise_formants=FLUTE_BREATH, chiff_db=16,
           seconds=0.3, onset=0.1),
    Timbre("whistle", -26, 4000, 8, (), noise_db=-34, noise_formants=((3000, 18, 1),), chiff_db=6, onset=0.04),
    Timbre("ocarina", -24, 3000, 8, (), noise_db=-38, noise_formants=FLUTE_BREATH, chiff_db=12, onset=0.04),
    Timbre("oboe", -2.5, 3600, 19, ((1150, 13, 0.42), (3100, 9, 0.25)), noise_db=-48, noise_formants=REED_BREATH,
           onset=0.045, wander=1.5),
    Timbre("English horn", -3, 2400, 18, ((950, 14, 0.42), (2300, 5, 0.3)), noise_db=-48,
           noise_formants=REED_BREATH, onset=0.05, wander=1.5),
    Timbre("bassoon", -3, 1300, 14, ((480, 13, 0.45), (1200, 5, 0.35)), noise_db=-46, noise_formants=REED_BREATH,
           onset=0.05, wander=1.5),
    Timbre("clarinet", -4.5, 2300, 14, ((1500, 3, 0.5), (2800, 3, 0.4)), even_db=-30, even_until=2400, noise_db=-46,
           noise_formants=REED_BREATH, onset=0.05, wander=1.5),
    Timbre("soprano sax", -4, 2600, 13, ((1200, 7, 0.6), (2800, 4, 0.3)), noise_db=-40,
           noise_formants=REED_BREATH, chiff_db=4, wander=2),
    Timbre("alto sax", -3.5, 1900, 12, ((850, 6, 0.6), (2200, 4, 0.3)), noise_db=-38, noise_formants=REED_BREATH,
           chiff_db=4, wander=2),
    Timbre("tenor sax", -3.5, 1500, 12, ((650, 6, 0.6), (1900, 4, 0.3)), noise_db=-36, noise_formants=REED_BREATH,
           chiff_db=5, wander=2),
    Timbre("baritone sax", -3, 1100, 11, ((420, 6, 0.6), (1500, 4, 0.3)), noise_db=-36, noise_formants=REED_BREATH,
           chiff_db=5, wander=2),
    Timbre("trumpet", -1.5, 2500, 15, ((1250, 7, 0.7), (2800, 3, 0.4)), noise_db=-48, noise_formants=REED_BREATH,
           onset=0.07, lag=0.7, wander=0.8),
    Timbre("trombone", -1.5, 1500, 14, ((650, 6, 0.7), (1600, 3, 0.5)), noise_db=-48, noise_formants=REED_BREATH,
           onset=0.08, lag=0.7, wander=0.8),
    Timbre("tuba", -1.5, 450, 15, ((230, 4, 0.7),), noise_db=-48, onset=0.09, lag=0.6, wander=0.8),
    Timbre("French horn", -1.5, 950, 15, ((420, 6, 0.7),), noise_db=-48, onset=0.09, lag=0.7, wander=0.8),
    Timbre("muted trumpet", 1, 4000, 16, ((2300, 13, 0.35), (600, -8, 0.6)), noise_db=-44,
           noise_formants=REED_BREATH, onset=0.05, lag=0.5, wander=1.5),
    Timbre("harmonica", -3, 3200, 14, ((900, 4, 0.5), (2600, 5, 0.3)), noise_db=-38, noise_formants=REED_BREATH,
           onset=0.05, lag=0.3, wander=3),
    Timbre("accordion", -3.5, 2800, 14, ((1000, 4, 0.5),), noise_db=-52, onset=0.06, lag=0.3, wander=3, seconds=0.12),
    Timbre("reed organ", -3, 1900, 14, ((700, 4, 0.6),), noise_db=-50, onset=0.08, lag=0.3, wander=2.5, seconds=0.12),
    Timbre("bagpipe", -1, 3800, 16, ((1300, 8, 0.5), (3000, 5, 0.3)), noise_db=-50, onset=0.03, wander=3, seconds=0.15),
    Timbre("shanai", -1.5, 4000, 16, ((1700, 10, 0.45), (3200, 5, 0.3)), noise_db=-44, noise_formants=REED_BREATH,
           onset=0.05, wander=2.5),
)  # fmt: skip

TIMBRES: Mapping[str, Timbre] = {timbre.name: timbre for timbre in _TIMBRES}

_WIND = Shape(attack=0.012, release=0.28)
_VIBRATO = Motion(vibrato=9, vibrato_rate=5.2, vibrato_delay=0.45, tremolo=0.5, tremolo_rate=5.3, tremolo_delay=0.45)
_FLUTTER = Motion(vibrato=7, vibrato_rate=5.4, vibrato_delay=0.4, tremolo=1.2, tremolo_rate=5.4, tremolo_delay=0.4)
_STILL = Motion()


def wind(
    name: str,
    low: int,
    high: int,
    step: int,
    *,
    filter_: Filter,
    motion: Motion = _VIBRATO,
    shape: Shape = _WIND,
) -> Voice:
    """An instrument of the table, with tones over its range."""
    return played(_tones(name, low, high, step), shape, filter_, motion)


@cache
def _tones(name: str, low: int, high: int, step: int) -> Voice:
    return spread(tones(TIMBRES[name]), roots(low, high, step))


def _filter(corner: float, fall: float = 4200, partials: float = 4) -> Filter:
    return Filter(corner=corner, fall=fall, partials=partials)


def flute() -> Voice:
    """Flute."""
    return wind("flute", 60, 97, 4, filter_=_filter(8500, 3900), motion=_FLUTTER)


def piccolo() -> Voice:
    """Piccolo."""
    return wind("piccolo", 72, 106, 7, filter_=_filter(12000), motion=_FLUTTER)


def recorder() -> Voice:
    """Recorder."""
    return wind("recorder", 60, 96, 9, filter_=_filter(12000, 1200), motion=Motion(tremolo=0.4, tremolo_delay=0.5))


def pan_flute() -> Voice:
    """Pan flute."""
    return wind("pan flute", 56, 94, 10, filter_=_filter(9000, 1800), motion=_FLUTTER)


def bottle() -> Voice:
    """Blown bottle."""
    return wind("bottle", 56, 92, 9, filter_=_filter(6000, 1200), motion=Motion(tremolo=1, tremolo_delay=0.4))


def shakuhachi() -> Voice:
    """Shakuhachi: a slow start, a deep vibrato."""
    deep = Motion(vibrato=22, vibrato_rate=4.6, vibrato_delay=0.6, tremolo=2, tremolo_rate=4.6, tremolo_delay=0.6)
    return wind("shakuhachi", 56, 90, 12, filter_=_filter(8000), motion=deep)


def whistle() -> Voice:
    """Whistle."""
    return wind("whistle", 64, 98, 8, filter_=_filter(15000, 0), motion=replace(_VIBRATO, vibrato=14))


def ocarina() -> Voice:
    """Ocarina."""
    return wind("ocarina", 60, 96, 8, filter_=_filter(9000, 3000), motion=replace(_VIBRATO, vibrato=6))


def oboe() -> Voice:
    """Oboe."""
    return wind("oboe", 58, 91, 4, filter_=_filter(8500, 4200))


def english_horn() -> Voice:
    """English horn."""
    return wind("English horn", 50, 83, 4, filter_=_filter(6000, 4200))


def bassoon() -> Voice:
    """Bassoon."""
    return wind("bassoon", 34, 72, 5, filter_=_filter(4500, 4200))


def clarinet() -> Voice:
    """Clarinet: hardly any vibrato."""
    return wind("clarinet", 50, 92, 4, filter_=_filter(6000, 4500), motion=replace(_VIBRATO, vibrato=2, tremolo=0.4))


def soprano_sax() -> Voice:
    """Soprano saxophone."""
    return wind("soprano sax", 56, 88, 8, filter_=_filter(8000))


def alto_sax() -> Voice:
    """Alto saxophone."""
    return wind("alto sax", 49, 82, 8, filter_=_filter(7000, 3000))


def tenor_sax() -> Voice:
    """Tenor saxophone."""
    return wind("tenor sax", 44, 76, 8, filter_=_filter(6000, 4500))


def baritone_sax() -> Voice:
    """Baritone saxophone."""
    return wind("baritone sax", 36, 69, 9, filter_=_filter(5000, 3000))


def shanai() -> Voice:
    """Shanai: a shrill reed with a slide in its vibrato."""
    return wind("shanai", 54, 86, 8, filter_=_filter(9000), motion=replace(_VIBRATO, vibrato=18))


_BRASS = Shape(attack=0.02, release=0.25)


def trumpet() -> Voice:
    """Trumpet."""
    motion = replace(_VIBRATO, vibrato=6, vibrato_delay=0.6)
    return wind("trumpet", 52, 86, 4, filter_=_filter(9500, 6300, 3), motion=motion, shape=_BRASS)


def trombone() -> Voice:
    """Trombone."""
    motion = replace(_VIBRATO, vibrato=5, vibrato_delay=0.6)
    return wind("trombone", 36, 74, 6, filter_=_filter(6500, 6300, 3), motion=motion, shape=_BRASS)


def tuba() -> Voice:
    """Tuba."""
    motion = replace(_VIBRATO, vibrato=3, vibrato_delay=0.7)
    return wind("tuba", 26, 60, 4, filter_=_filter(2600, 5000, 3), motion=motion, shape=_BRASS)


def french_horn() -> Voice:
    """French horn."""
    motion = replace(_VIBRATO, vibrato=4, vibrato_delay=0.7)
    return wind("French horn", 36, 79, 4, filter_=_filter(4500, 5500, 3), motion=motion, shape=_BRASS)


def muted_trumpet() -> Voice:
    """Trumpet with a cup in its bell."""
    return wind("muted trumpet", 52, 84, 8, filter_=_filter(10000, 2400), shape=_BRASS)


def harmonica() -> Voice:
    """Harmonica."""
    motion = Motion(vibrato=5, vibrato_rate=5.5, vibrato_delay=0.4, tremolo=1.5, tremolo_rate=5.5, tremolo_delay=0.4)
    return wind("harmonica", 58, 92, 9, filter_=_filter(9000, 1800), motion=motion)


def accordion() -> Voice:
    """Accordion: two reeds a little apart, and one an octave below."""
    shape = replace(_WIND, release=0.2)
    reeds = wind("accordion", 40, 92, 10, filter_=_filter(9000, 1800), motion=_STILL, shape=shape)
    return layered(moved(reeds, cents=5), moved(reeds, cents=-5, gain_db=-1))


def bandoneon() -> Voice:
    """Tango accordion: two reeds in octaves, dry."""
    reeds = wind("accordion", 40, 92, 10, filter_=_filter(5000, 2400), motion=_STILL)
    return layered(reeds, moved(reeds, cents=1200, gain_db=-7))


def reed_organ() -> Voice:
    """Harmonium."""
    return wind("reed organ", 36, 90, 11, filter_=_filter(7000, 600), motion=_STILL)


def bagpipe() -> Voice:
    """Chanter of a bagpipe."""
    return wind("bagpipe", 48, 86, 10, filter_=_filter(12000, 0), motion=_STILL, shape=Shape(release=0.1))
