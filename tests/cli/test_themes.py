"""Themes on the command line: which, and from which bar on."""

from pathlib import Path

import mido
import pytest

from barwise import cli
from barwise.rendering import RenderRequest, ThemeAt
from tests.cli.conftest import Barwise
from tests.cli.test_cli import FakeRender
from tests.score.test_themes import TUNE, midi


def test_themes_become_names_and_bars_from_0(barwise: Barwise, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = FakeRender()
    monkeypatch.setattr(cli, "render_file", fake)
    barwise("render", "--out", tmp_path / "x.mid", "--theme", "hero@9", "--theme", "a@b.mid@1")
    assert fake.request == RenderRequest(themes=(ThemeAt("hero", 8), ThemeAt("a@b.mid", 0)))


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("hero", "--theme hero: give a name and a bar, such as hero@9"),
        ("hero@0", "--theme '0'; allowed: a whole number from 1 to 10000"),
        ("hreo@2", "theme 'hreo' is unknown; allowed: foe, hero, home"),
        ("gone.mid@2", "gone.mid: the theme cannot be read"),
    ],
)
def test_a_theme_that_is_not_there_is_refused(barwise: Barwise, tmp_path: Path, word: str, message: str) -> None:
    outcome = barwise("render", "--out", tmp_path / "x.mid", "--bars", 2, "--theme", word)
    assert outcome.code == 2
    assert message in outcome.err
    assert not (tmp_path / "x.mid").exists()


def test_a_midi_file_is_stated_in_the_bar_that_was_named(barwise: Barwise, tmp_path: Path) -> None:
    theme = midi(tmp_path / "tune.mid", TUNE, mido.MetaMessage("key_signature", key="D"))
    out = tmp_path / "x.mid"
    assert barwise("render", "--out", out, "--bars", 3, "--mood", "joy", "--theme", f"{theme}@2").code == 0
    track = next(track for track in mido.MidiFile(out).tracks if track.name == "Melody")
    now, struck = 0, []
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity:
            struck.append((now, message.note))
    bar = [pitch for at, pitch in struck if 4 * 480 - 30 <= at < 8 * 480 - 30]
    assert [pitch - bar[0] for pitch in bar] == [0, 4, 7, 0]
