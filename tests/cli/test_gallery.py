"""The gallery: which pieces, how long, and a page that names what lies beside it."""

import re
from pathlib import Path

import pytest

from barwise import OfflinePlayer
from barwise.errors import DeviceError
from barwise.gallery import PAGE, exhibits, make_gallery
from barwise.music.intent import PHRASE_BARS
from barwise.score.load import load_score
from tests.cli.conftest import Barwise

SCORE = """
name: A <small> game
key: D
initial: cave
moods: {dark: {valence: -0.5, arousal: -0.5, tension: 0.5}, bright: {valence: 0.8, arousal: 0.9, tension: 0.0}}
palettes:
  band:
    melody: {program: 73}
    counter: {program: 60}
    chords: {program: 48}
    bass: {program: 43}
    drums: {program: 0}
states: {cave: {mood: dark, palette: band}}
"""


def test_the_built_in_score_shows_its_states_then_the_moods_farthest_from_them() -> None:
    shown = exhibits(load_score(None))
    assert [one.state for one in shown[:7]] == list(load_score(None).states)
    assert len({one.mood for one in shown}) == len({one.name for one in shown}) == 12
    assert [one.seed for one in shown] == list(range(12))


def test_a_mood_without_a_state_is_played_by_the_state_nearest_to_it() -> None:
    fear = next(one for one in exhibits(load_score(None), 14) if one.mood_name == "fear")
    assert fear.state == "tension"


def test_a_gallery_of_another_score_has_a_page_and_all_that_it_names(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "score.yaml").write_text(SCORE)
    shares: list[float] = []
    shown = make_gallery(tmp_path / "out", score=tmp_path / "score.yaml", seconds=8, progress=shares.append)
    assert [one.exhibit.name for one in shown] == ["01-dark", "02-bright"]
    assert all(one.bars % PHRASE_BARS == 0 for one in shown)
    page = (tmp_path / "out" / PAGE).read_text()
    named = set(re.findall(r'(?:src|href)="([^"]+)"', page))
    assert named == {file.name for file in (tmp_path / "out").iterdir()} - {PAGE}
    assert "A &lt;small&gt; game" in page
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_same_seed_gives_the_same_notes(barwise: Barwise, tmp_path: Path) -> None:
    for folder in ("first", "second"):
        outcome = barwise("gallery", "--out", tmp_path / folder, "--pieces", 1, "--seconds", 5, "--seed", 3)
        assert (outcome.code, outcome.out.count("1 pieces")) == (0, 1)
    first, second = ((tmp_path / name / "01-hope.mid").read_bytes() for name in ("first", "second"))
    assert first == second


def test_a_gallery_is_not_made_in_a_file(barwise: Barwise, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert barwise("gallery", "--out", tmp_path / "out").code == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_without_a_synthesizer_the_cure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OfflinePlayer, "has_sound", False)
    with pytest.raises(DeviceError, match="barwise doctor"):
        make_gallery(tmp_path, pieces=1, seconds=1)
