"""The command line over the real engine: what the floors below refuse is said in one line, and Ctrl-C harms no file."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Barwise

# A shell may start its background jobs deaf to Ctrl-C, and a test run may be one.
LISTENING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from barwise.cli import main
sys.exit(main(sys.argv[1:]))
"""


def wait_for_part_file(folder: Path) -> None:
    limit = time.monotonic() + 60
    while not list(folder.glob(".*.part")):
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_the_same_words_make_the_same_file(barwise: Barwise, tmp_path: Path) -> None:
    words = ("--seed", 3, "--bars", 4, "--mood", "dread")
    for name in ("first.mid", "second.mid"):
        assert barwise("render", "--out", tmp_path / name, *words).code == 0
    assert (tmp_path / "first.mid").read_bytes() == (tmp_path / "second.mid").read_bytes()


def test_a_curve_is_followed(barwise: Barwise, tmp_path: Path) -> None:
    (tmp_path / "moods.csv").write_text("bar,valence,arousal,tension,intensity\n1,0.9,0.9,0,1\n3,-0.9,-0.9,1,0\n")
    outcome = barwise("render", "--out", tmp_path / "x.mid", "--bars", 4, "--moods", tmp_path / "moods.csv")
    assert (outcome.code, outcome.out.count("4 bars")) == (0, 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--mood gloom", "'gloom' is unknown; allowed: calm, dread"),
        ("--state lunch", "'lunch' is unknown; allowed: calm, combat"),
        ("--soundfont text", "SoundFont text begins with"),
        ("--soundfont none.sf2", "SoundFont none.sf2 does not exist"),
        ("--model text", "composer text is not an ONNX file"),
        ("--model none.onnx", "composer none.onnx does not exist"),
        ("--score text", "text"),
        ("--score none.yaml", "none.yaml"),
    ],
)
def test_what_a_floor_refuses_is_one_line_and_code_2(
    barwise: Barwise, words: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("neither a font nor a score nor a network")
    outcome = barwise("render", "--out", "x.mid", "--bars", 1, *words.split())
    assert outcome.code == 2
    assert message in outcome.err.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_is_one_line_and_the_old_file_stays(tmp_path: Path) -> None:
    out = tmp_path / "x.wav"
    out.write_text("old")
    words = [sys.executable, "-c", LISTENING, "render", "--out", str(out), "--bars", "10000"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as rendering:
        wait_for_part_file(tmp_path)
        rendering.send_signal(signal.SIGINT)
        _, said = rendering.communicate(timeout=60)
    assert (rendering.returncode, said.splitlines()[-1]) == (130, "barwise: stopped; no file was changed")
    assert "Traceback" not in said
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
