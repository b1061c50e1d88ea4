"""The mix of every palette, measured on music by the shipped composer with the house font. Slow: minutes.

`pytest -s -m slow tests/mix/test_mix.py` prints the figures: LUFS, dBTP before and after the master, the most that it
turns down and for which share of the time, how far the difference of the sides lies under their sum below 120 Hz, and
of each part the loudness against the whole, and the most bars on end in which it is masked.
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from barwise.playing.soundfont import known_soundfonts
from barwise.score.load import load_score
from tests.mix.figures import Figures, figures
from tests.mix.pieces import EVEN_LU, STYLES, WANTED_LUFS, Setting

pytestmark = pytest.mark.slow

STATES = tuple(load_score(None).states)
MOODS = [("explore", mood) for mood in ("joy", "fury", "grief", "dread")] + [("calm", "fear"), ("combat", "resolve")]
LOOKS = [*((state, None) for state in STATES), *MOODS]
SETTINGS = [Setting(state, mood, seed=seed) for seed in (1, 2) for state, mood in LOOKS]
SETTINGS += [Setting(state, seed=3, style=style) for style in STYLES for state in STATES]
SLOPES = [("explore", None), ("calm", None), ("combat", None), *(("explore", style) for style in STYLES)]


@cache
def measured(setting: Setting) -> Figures:
    found = figures(setting)
    sys.stdout.write(f"{setting}: {found}\n")
    return found


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_full_intensity_is_as_loud_everywhere(setting: Setting) -> None:
    assert measured(setting).lufs == pytest.approx(WANTED_LUFS, abs=EVEN_LU)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_true_peaks_stay_below_with_little_to_turn_down(setting: Setting) -> None:
    """What is turned down by a decibel or two, and seldom, is not heard."""
    found = measured(setting)
    assert found.peak_db <= -1.0
    assert found.turned_down_db < 3.0
    assert found.share_turned_down < 0.02


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_low_end_is_in_the_middle(setting: Setting) -> None:
    assert measured(setting).low_side_db < -20.0


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_no_part_is_masked_for_more_than_a_bar(setting: Setting) -> None:
    masked = measured(setting).masked_bars
    assert max(masked.values()) <= 1, masked


@pytest.mark.parametrize("font", known_soundfonts(), ids=lambda font: font.name)
def test_another_font_of_this_machine_is_about_as_loud(font: Path) -> None:
    """The house font is as loud as Fluid R3, program by program; palettes were balanced with the house font."""
    mixes = [measured(Setting(state, soundfont=str(font))) for state in STATES]
    assert np.mean([mix.lufs for mix in mixes]) == pytest.approx(WANTED_LUFS, abs=2.0)
    assert max(mix.peak_db for mix in mixes) <= -1.0
    assert max(mix.low_side_db for mix in mixes) < -15.0


@pytest.mark.parametrize(("state", "style"), SLOPES)
def test_loudness_follows_intensity_in_even_steps(state: str, style: str | None) -> None:
    settings = [Setting(state, style=style, intensity=step / 4, seconds=12) for step in range(5)]
    levels = [measured(setting).lufs for setting in settings]
    steps = np.diff(levels)
    assert steps.min() > 0.5
    assert steps.max() < 6.0
    assert 7.0 < levels[-1] - levels[0] < 14.0
