"""A sample of the mix: one state of the usual palettes and of each style, 8 seconds. test_mix.py has all of them."""

import pytest

from tests.mix.figures import figures
from tests.mix.pieces import Setting

SAMPLE = [
    ("wonder", None),
    ("explore", "chip"),
    ("combat", "synth"),
    ("victory", "folk"),
    ("tension", "ambient"),
    ("calm", "hybrid"),
]


@pytest.mark.parametrize(("state", "style"), SAMPLE)
def test_a_palette_is_as_loud_as_it_should_be_and_all_of_it_is_heard(state: str, style: str | None) -> None:
    """So short a piece may be a thin one: 2.5 LU either way, where a whole one has 1.5."""
    found = figures(Setting(state, style=style, seed=4, seconds=8))
    assert found.lufs == pytest.approx(-16, abs=2.5)
    assert found.peak_db <= -1.0
    assert found.low_side_db < -20.0
    assert max(found.masked_bars.values()) <= 1, found.masked_bars
