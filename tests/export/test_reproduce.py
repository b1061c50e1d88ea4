"""reproduce.sh: the words that make the weights again, in an order in which each has what it needs."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest

pytest.importorskip("torch")

import itertools

from barwise.composing.onnx_composer import OnnxComposer
from barwise.music.attributes import measure
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise_export.__main__ import commands
from tests.export.small_music import write_midi
from tests.export.tiny import RISING

RUNS = Path(__file__).parents[2] / "export" / "runs"
SCRIPT = RUNS / "reproduce.sh"

STEPS = "prepare train calibrate export verify"
"""What a few tunes are enough for."""
RUN = """
sources: {freedoom: 1}
model: {embedding: 16, hidden: 16, attention: 8, attention_heads: 2, head: 8}
streams: 1
rows: 16
steps: 2
mixed_precision: false
"""


def lines(*words: str) -> list[list[str]]:
    shown = subprocess.run([SCRIPT, "--dry-run", *words], capture_output=True, text=True, check=True).stdout
    return [shlex.split(line) for line in shown.splitlines()]


def words_of(line: list[str]) -> dict[str, str]:
    """The options of a command."""
    return dict(zip(line[4::2], line[5::2], strict=True))


def test_every_command_is_one_that_the_training_side_knows() -> None:
    for line in lines("my music", "work"):
        assert line[:3] == ["python", "-m", "barwise_export"]
        command = commands.get_command(click.Context(commands), line[3])
        assert command, line[3]
        command.make_context(line[3], line[4:])  # raises for an option that is unknown or lacking


def test_the_weights_come_from_the_corpus_by_every_run_in_turn() -> None:
    shown = lines("my music", "work")
    assert [line[3] for line in shown[:1]] == ["prepare"]
    assert words_of(shown[0])["--corpus"] == "my music"
    trained = [words_of(line) for line in shown if line[3] == "train"]
    assert {run["--run"] for run in trained} == {f"export/runs/{path.name}" for path in RUNS.glob("*.yaml")}
    for before, run in itertools.pairwise(trained):
        assert run["--start"] == f"{before['--out']}/best.pt"
    rest = [line[3] for line in shown if line[3] not in ("prepare", "train")]
    last = "calibrate export verify provenance-index groove harmony ablate evaluate card show"
    assert " ".join(rest) == last
    calibrated, exported = (words_of(line) for line in shown[len(trained) + 1 :][:2])
    assert calibrated["--checkpoint"] == f"{trained[-1]['--out']}/best.pt"
    assert exported["--checkpoint"] == calibrated["--out"]


@pytest.mark.slow
def test_a_small_corpus_becomes_a_composer_that_plays(tmp_path: Path) -> None:
    for number in range(6):
        tune = [(beat, 1, 60 + (beat * step) % 12) for beat, step in zip(range(48), [1 + number] * 48, strict=True)]
        bass = [(beat, 4, 36 + number) for beat in range(0, 48, 4)]
        write_midi(tmp_path / f"corpus/freedoom/musics/d_{number}.mid", [(0, 73, tune), (1, 33, bass)])
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(RUN)
    told = {"RUNS": "one two", "RUN_FILES": tmp_path, "MODEL": tmp_path / "composer.onnx", "ONLY": STEPS}
    told |= {"CALIBRATE": "--pieces 1 --rounds 1"}
    python = {"BARWISE_EXPORT": f"{sys.executable} -m barwise_export"}
    environment = os.environ | {name: str(value) for name, value in (told | python).items()}
    for _ in range(2):  # the second time it goes on where it was: at the end
        words = [SCRIPT, tmp_path / "corpus", tmp_path / "work"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=400)
        assert done.returncode == 0, done.stderr
        assert "torch = ONNX = engine" in done.stdout
    composer = OnnxComposer(tmp_path / "composer.onnx")
    intent = BarIntent(0, Key(), Condition(measure(RISING, Mode.MAJOR)))
    played = composer.compose(intent, composer.initial_state(), None, np.random.default_rng(0))
    assert played.composer == "network"
    assert len((tmp_path / "work/runs/two/log.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("words", [(), ("a", "b", "c")])
def test_it_says_how_it_is_called(words: tuple[str, ...]) -> None:
    done = subprocess.run([SCRIPT, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.startswith("usage: ")) == (2, True)
