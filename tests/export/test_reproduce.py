"""reproduce.sh: the words that make the weights again, in an order in which each has what it needs."""

import shlex
import subprocess
from pathlib import Path

import click
import pytest

pytest.importorskip("torch")

import itertools

from barwise_export.__main__ import commands

RUNS = Path(__file__).parents[2] / "export" / "runs"
SCRIPT = RUNS / "reproduce.sh"


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
    assert rest == ["export", "verify", "provenance-index", "groove", "harmony", "ablate", "evaluate", "card", "show"]
    assert words_of(shown[len(trained) + 1])["--checkpoint"] == f"{trained[-1]['--out']}/best.pt"


@pytest.mark.parametrize("words", [(), ("a", "b", "c")])
def test_it_says_how_it_is_called(words: tuple[str, ...]) -> None:
    done = subprocess.run([SCRIPT, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.startswith("usage: ")) == (2, True)
