"""Offline: music moved on by bars, and let ring."""

import wave
from pathlib import Path

import pytest

from barwise import OfflinePlayer


def test_whole_bars_end_on_the_bar_line(tmp_path: Path) -> None:
    player = OfflinePlayer(seed=1, has_sound=False)
    player.advance_bars(3)
    bars = player.performance().bars
    assert len(bars) == 3
    assert player.seconds == pytest.approx(
        sum(bar.bar.metre.quarters * 60 / bar.intent.condition.tempo for bar in bars)
    )


def test_what_rings_dies_away(tmp_path: Path) -> None:
    player = OfflinePlayer(seed=1)
    player.advance_bars(1)
    player.let_ring(4.0)
    player.write(tmp_path / "x.wav")
    with wave.open(str(tmp_path / "x.wav")) as file:
        data = memoryview(file.readframes(file.getnframes())).cast("h")
    assert max(abs(sample) for sample in data[-8820:]) < 100 < max(abs(sample) for sample in data)
