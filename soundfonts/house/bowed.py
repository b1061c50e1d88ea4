"""Solo strings: a saw of harmonics, as the bow makes it, through the resonances of the body, with the bow's noise."""

from collections.abc import Mapping
from dataclasses import replace

from soundfonts.house.sustained import Timbre, tones
from soundfonts.house.voice import Filter, Motion, Shape, Voice, played, roots, spread

_BOW = ((900, 8, 1.0), (4000, 14, 1.2))

_TIMBRES = (
    Timbre("violin", -4.5, 4200, 12, ((285, 3, 0.15), (480, 4, 0.2), (1000, -3, 0.3), (2600, 8, 0.4)),
           noise_db=-33, noise_formants=_BOW, onset=0.09, lag=0.3, chiff_db=8, wander=2.5),
    Timbre("viola", -4.5, 3200, 12, ((230, 3, 0.15), (380, 4, 0.2), (850, -2, 0.3), (2000, 7, 0.4)),
           noise_db=-33, noise_formants=_BOW, onset=0.09, lag=0.3, chiff_db=8, wander=2.5),
    Timbre("cello", -4, 2400, 12, ((105, 3, 0.2), (200, 4, 0.25), (450, -2, 0.3), (1400, 6, 0.5)),
           noise_db=-33, noise_formants=_BOW, onset=0.1, lag=0.3, chiff_db=8, wander=2.5),
    Timbre("contrabass", -3.5, 750, 12, ((65, 3, 0.25), (110, 4, 0.25), (700, 4, 0.5)),
           noise_db=-33, noise_formants=((500, 10, 1), (2000, 8, 1)), onset=0.1, lag=0.3, chiff_db=8, wander=2),
    Timbre("fiddle", -3.5, 4500, 12, ((285, 3, 0.15), (520, 5, 0.2), (1000, -4, 0.3), (2800, 9, 0.4)),
           noise_db=-30, noise_formants=_BOW, onset=0.05, lag=0.2, chiff_db=12, wander=2.5),
)  # fmt: skip

TIMBRES: Mapping[str, Timbre] = {timbre.name: timbre for timbre in _TIMBRES}

_BOWED = Shape(attack=0.05, release=0.4)
_VIBRATO = Motion(vibrato=11, vibrato_rate=5.6, vibrato_delay=0.35, tremolo=1.2, tremolo_rate=5.6, tremolo_delay=0.35)


def _bowed(name: str, low: int, high: int, step: int, corner: float, motion: Motion, shape: Shape = _BOWED) -> Voice:
    filter_ = Filter(corner=corner, fall=4200, partials=4)
    return played(spread(tones(TIMBRES[name]), roots(low, high, step)), shape, filter_, motion)


def violin() -> Voice:
    """Violin."""
    return _bowed("violin", 55, 98, 6, 9500, _VIBRATO)


def viola() -> Voice:
    """Viola."""
    return _bowed("viola", 48, 86, 8, 8500, _VIBRATO)


def cello() -> Voice:
    """Cello."""
    return _bowed("cello", 34, 76, 5, 7000, replace(_VIBRATO, vibrato_rate=5.2))


def contrabass() -> Voice:
    """Contrabass."""
    return _bowed("contrabass", 26, 58, 4, 4500, replace(_VIBRATO, vibrato=5, vibrato_rate=4.8))


def fiddle() -> Voice:
    """Fiddle: a violin bowed short and hard."""
    return _bowed("fiddle", 55, 94, 10, 11000, replace(_VIBRATO, vibrato=7), Shape(attack=0.01, release=0.2))
