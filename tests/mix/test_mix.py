"""The mix, measured on music by the shipped composer with the house font. Slow: minutes.

`pytest -s -m slow tests/mix` prints the figures: LUFS, dBTP before and after the master, the most that it turns
down and for which share of the time, how far the difference of the sides lies under their sum below 120 Hz, and of
each part the loudness against the whole, and the most bars on end in which it is masked.
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from barwise.performing.sounding import STEMS
from barwise.playing.soundfont import known_soundfonts
from barwise.score.load import load_score
from tests.mix.measures import longest_masking, low_side_db, lufs, true_peak_db
from tests.mix.pieces import Piece, Setting, played

pytestmark = pytest.mark.slow

WANTED_LUFS, EVEN_LU = -16.0, 1.5
STATES = tuple(load_score(None).states)
LOOKS = [(state, None) for state in STATES]
LOOKS += [("explore", "joy"), ("explore", "fury"), ("explore", "grief"), ("calm", "fear"), ("combat", "resolve")]  # type: ignore[list-item]
SETTINGS = [Setting(state, mood, seed=seed) for seed in (1, 2) for state, mood in LOOKS]


@cache
def piece(setting: Setting) -> Piece:
    found = played(setting)
    limiting = found.limiting_db
    parts = [
        f"{stem.name.lower()} {lufs(found.stems[place]) - lufs(found.mix):.1f} ({longest_masking(found.heard[place])})"
        for place, stem in enumerate(STEMS)
        if stem
    ]
    sys.stdout.write(
        f"{setting}: {lufs(found.mix):.1f} LUFS, {true_peak_db(found.raw):.1f} to {true_peak_db(found.mix):.1f} dBTP, "
        f"down {-limiting.min():.1f} dB, {np.mean(limiting < -0.1):.1%}; low side {low_side_db(found.raw):.0f} to "
        f"{low_side_db(found.mix):.0f} dB; {', '.join(parts)}\n"
    )
    return found


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_full_intensity_is_as_loud_everywhere(setting: Setting) -> None:
    assert lufs(piece(setting).mix) == pytest.approx(WANTED_LUFS, abs=EVEN_LU)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_true_peaks_stay_below_with_little_to_turn_down(setting: Setting) -> None:
    """What is turned down by a decibel or two, and seldom, is not heard."""
    limiting = piece(setting).limiting_db
    assert true_peak_db(piece(setting).mix) <= -1.0
    assert limiting.min() > -3.0
    assert np.mean(limiting < -0.5) < 0.02


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_low_end_is_in_the_middle(setting: Setting) -> None:
    assert low_side_db(piece(setting).mix) < -20.0


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_no_part_is_masked_for_more_than_a_bar(setting: Setting) -> None:
    found = piece(setting)
    masked = {stem.name: longest_masking(found.heard[place]) for place, stem in enumerate(STEMS) if stem}
    assert max(masked.values()) <= 1, masked


@pytest.mark.parametrize("font", known_soundfonts(), ids=lambda font: font.name)
def test_another_font_of_this_machine_is_about_as_loud(font: Path) -> None:
    """The house font is as loud as Fluid R3, program by program; palettes were balanced with the house font."""
    mixes = [piece(Setting(state, soundfont=str(font))).mix for state in STATES]
    assert np.mean([lufs(mix) for mix in mixes]) == pytest.approx(WANTED_LUFS, abs=2.0)
    assert max(true_peak_db(mix) for mix in mixes) <= -1.0
    assert max(low_side_db(mix) for mix in mixes) < -15.0


@pytest.mark.parametrize("state", ["explore", "calm", "combat"])
def test_loudness_follows_intensity_in_even_steps(state: str) -> None:
    levels = [lufs(piece(Setting(state, intensity=step / 4, seconds=12)).mix) for step in range(5)]
    steps = np.diff(levels)
    assert steps.min() > 0.5
    assert steps.max() < 6.0
    assert 7.0 < levels[-1] - levels[0] < 14.0
