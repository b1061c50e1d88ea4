"""The key profiles of Albrecht and Shanahan (2013). They load fast."""

from collections.abc import Mapping

from barwise.music.harmony import Mode

PROFILES: Mapping[Mode, tuple[float, ...]] = {
    Mode.MAJOR: (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    Mode.MINOR: (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""How often each pitch class above the tonic sounds, in major and in minor."""
