"""What is measured of a setting's mix, in figures: to be kept where the sound is let go."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from barwise.performing.sounding import STEMS
from tests.mix.measures import bands_db, longest_masking, low_side_db, lufs, true_peak_db
from tests.mix.pieces import Setting, played


@dataclass(frozen=True)
class Figures:
    """Of the mix as it is heard, unless said otherwise."""

    lufs: float
    raw_peak_db: float
    """dBTP before the master."""
    peak_db: float
    turned_down_db: float
    """The most by which the master turned it down, 0 and up."""
    share_turned_down: float
    """Of the frames, by half a decibel and more."""
    raw_low_side_db: float
    low_side_db: float
    bands_db: tuple[float, ...]
    """Power between the frequencies of BANDS against all of it."""
    part_lu: Mapping[str, float]
    """How loud each part is against the whole."""
    masked_bars: Mapping[str, int]
    """The most bars on end in which each part is masked."""

    def __str__(self) -> str:
        parts = [f"{name} {self.part_lu[name]:.1f} ({bars})" for name, bars in self.masked_bars.items()]
        return (
            f"{self.lufs:.1f} LUFS, {self.raw_peak_db:.1f} to {self.peak_db:.1f} dBTP, "
            f"down {self.turned_down_db:.1f} dB, {self.share_turned_down:.1%}; "
            f"low side {self.raw_low_side_db:.0f} to {self.low_side_db:.0f} dB; {', '.join(parts)}"
        )


def figures(setting: Setting) -> Figures:
    """A setting, played and measured."""
    piece = played(setting)
    mix, limiting, heard = piece.mix, piece.limiting_db, piece.heard
    stems = {stem.name.lower(): place for place, stem in enumerate(STEMS) if stem}
    loudness = lufs(mix)
    return Figures(
        loudness,
        true_peak_db(piece.raw),
        true_peak_db(mix),
        float(abs(limiting.min())),
        float(np.mean(limiting < -0.5)),
        low_side_db(piece.raw),
        low_side_db(mix),
        bands_db(mix),
        {name: lufs(piece.stems[place]) - loudness for name, place in stems.items()},
        {name: longest_masking(heard[place]) for name, place in stems.items()},
    )
