"""The training side's commands: from a data set to a file, and one line for what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from barwise.composing.onnx_composer import describe_model
from barwise_export.__main__ import BAD_INPUT, main
from barwise_export.dataset import VALID
from tests.export.tiny import FALLING, RISING, Piece, dataset

RUN = """
sources: {tiny: 1}
model: {embedding: 16, hidden: 16, attention: 8, attention_heads: 2, head: 8}
streams: 1
rows: 16
steps: 2
mixed_precision: false
"""


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["barwise_export", *map(str, words)])
    return main()


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that was said."""
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("barwise_export: ")
    return said[0]


def test_a_network_is_trained_exported_and_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset(Piece((RISING, FALLING)), Piece((FALLING,), split=VALID)).save(tmp_path / "data")
    (tmp_path / "run.yaml").write_text(RUN)
    data, out, model = tmp_path / "data", tmp_path / "run", tmp_path / "tiny.onnx"
    assert run(monkeypatch, "train", "--run", tmp_path / "run.yaml", "--data", data, "--out", out) == 0
    assert run(monkeypatch, "export", "--checkpoint", out / "best.pt", "--data", data, "--out", model) == 0
    assert "torch = ONNX = engine over 12 bars" in capsys.readouterr().out
    assert describe_model(model).credits == ("tiny: nobody (CC0-1.0)",)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("train", "--run", "no.yaml"), "no.yaml"),
        (("train",), "Missing option '--run'"),
        (("sing",), "No such command 'sing'"),
        (("export", "--checkpoint", "no.pt", "--data", "no"), "checkpoint no.pt cannot be read"),
        (("verify", "--checkpoint", "no.pt"), "checkpoint no.pt cannot be read"),
        (("evaluate", "--model", "no.onnx"), "composer no.onnx does not exist"),
        (("evaluate", "--only", "noise"), "section 'noise' is unknown"),
        (("card", "--report", "no"), "no/evaluation.json"),
        (("prepare", "--corpus", "no"), "corpus no is not a folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    words: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *words) == BAD_INPUT
    assert message in refused(capsys)


def test_a_missing_data_set_is_refused_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.yaml").write_text(RUN)
    assert run(monkeypatch, "train", "--run", "run.yaml") == BAD_INPUT
    assert refused(capsys).endswith("data set data does not exist; make it with `barwise_export prepare`")


def test_the_module_runs_as_a_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "barwise_export", "prepare", "--corpus", "no"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "barwise_export: corpus no is not a folder\n")
