"""What may be asked of a bar, by the names of the figures that are measured of it. It loads fast."""

from collections.abc import Mapping

SHARE = (0.0, 1.0)

ATTRIBUTE_RANGES: Mapping[str, tuple[float, float]] = {
    "rhythm": SHARE,
    "drum_rhythm": SHARE,
    "polyphony": (0.0, 12.0),
    "density": (0.0, 16.0),
    "loudness": SHARE,
    "register": (36.0, 84.0),
    "brightness": SHARE,
    "consonance": SHARE,
    "dissonance": SHARE,
    "chromaticism": SHARE,
}
"""What may be asked of a bar: nearly all of what game music has."""
