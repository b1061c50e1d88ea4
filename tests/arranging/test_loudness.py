"""Loudness is measured on sound: all states, rule-composed, through FluidSynth."""

from pathlib import Path

import pytest

from tests.arranging.phrases import SCORE, loudness


@pytest.mark.slow
@pytest.mark.parametrize("intensity", [0.5, 1.0])
def test_states_are_equally_loud_within_3_lu(soundfont: Path, intensity: float) -> None:
    measured = {state: loudness(state, intensity, soundfont) for state in SCORE.states}
    assert max(measured.values()) - min(measured.values()) < 3.0, measured


@pytest.mark.slow
@pytest.mark.parametrize("state", ["explore", "calm", "tension"])
def test_intensity_spans_about_12_lu(soundfont: Path, state: str) -> None:
    softest, middle, loudest = (loudness(state, intensity, soundfont) for intensity in (0.0, 0.5, 1.0))
    assert softest < middle < loudest
    assert loudest - softest == pytest.approx(12, abs=3)
