"""`python -m tests.mix.fonts FONT...`: four states at intensity 1 with the house font and with others, side by side.

A line of a Markdown table for each font: the LUFS of the states, the most that the master turns down, the most bars on
end in which a part is masked, and the power of each band against the whole, a mean of the states.
"""

import sys
from pathlib import Path

import numpy as np

from barwise.playing.soundfont import HOUSE_FONT
from tests.mix.figures import figures
from tests.mix.measures import BANDS
from tests.mix.pieces import Setting

STATES = ("explore", "calm", "tension", "combat")


def line(font: Path) -> str:
    """What was measured with a font."""
    found = [figures(Setting(state, seconds=12, soundfont=str(font))) for state in STATES]
    down = max(one.turned_down_db for one in found)
    masked = max(bars for one in found for bars in one.masked_bars.values())
    bands = np.mean([one.bands_db for one in found], axis=0)
    levels = " / ".join(f"{one.lufs:.1f}" for one in found)
    return f"| {font.name} | {levels} | {down:.1f} | {masked} | {' | '.join(f'{band:.0f}' for band in bands)} |"


def main() -> None:
    """Print the table."""
    sys.stdout.write(
        f"| font | LUFS: {', '.join(STATES)} | down | masked | {' | '.join(f'{low}' for low in BANDS[:-1])} |\n"
    )
    for font in [HOUSE_FONT, *map(Path, sys.argv[1:])]:
        sys.stdout.write(f"{line(font)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
