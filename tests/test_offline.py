"""Offline: music moved on by bars, and let ring."""

import wave
from pathlib import Path

import pytest

from barwise import InputError, OfflinePlayer
from barwise.music.events import ChannelEventKind


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


def programs(player: OfflinePlayer) -> set[int]:
    events = (sent.event for sent in player.performance().events)
    return {event.number for event in events if event.kind is ChannelEventKind.PROGRAM}


def test_a_style_gives_the_same_notes_other_instruments_and_is_of_the_save() -> None:
    usual, chip = (OfflinePlayer(style=style, seed=2, has_sound=False) for style in (None, "chip"))
    for player in (usual, chip):
        player.advance_bars(2)
    assert [bar.bar for bar in usual.performance().bars] == [bar.bar for bar in chip.performance().bars]
    assert 80 in programs(chip) - programs(usual)
    with pytest.raises(InputError, match="another score"):
        OfflinePlayer.from_saved(chip.save(), has_sound=False)
    again = OfflinePlayer.from_saved(chip.save(), style="chip", has_sound=False)
    for player in (again, chip.fork()):
        player.advance_bars(2)
        assert 80 in programs(player)


def test_a_style_that_is_nowhere_is_refused() -> None:
    with pytest.raises(InputError, match="there is no style 'ship'; did you mean 'chip'"):
        OfflinePlayer(style="ship", has_sound=False)
