"""Training side by side: equal weights in every process, their own streams, one of them in charge."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from barwise_export.workers import Workers, join

ROOT = Path(__file__).parents[2]


def train_together(folder: Path, steps: int) -> list[dict[str, Any]]:
    """Two processes of this machine, through torchrun; what each of them ended with."""
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    words = [*torchrun, "-m", "tests.export.train_together", str(folder), str(steps)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return [torch.load(folder / f"process-{rank}.pt", weights_only=True) for rank in range(2)]


@pytest.mark.slow
def test_two_processes_end_with_equal_weights_learn_and_go_on(tmp_path: Path) -> None:
    first, second = train_together(tmp_path, steps=12)
    assert first["weights"].equal(second["weights"])
    assert (first["count"], first["before"]) == (2, 0)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log] == [6, 12]  # the first process alone writes
    assert log[1]["held_out"] < log[0]["held_out"]

    again, other = train_together(tmp_path, steps=18)
    assert again["before"] == 12
    assert again["weights"].equal(other["weights"])
    assert not again["weights"].equal(first["weights"])


def test_without_torchrun_there_is_one_process_and_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    workers, device = join("cpu")
    assert (workers, device.type, workers.is_first) == (Workers(), "cpu", True)
    weight = torch.nn.Parameter(torch.ones(2))
    weight.grad = torch.tensor([1.0, 2.0])
    workers.average([weight])
    assert weight.grad.tolist() == [1.0, 2.0]
    assert workers.agree("a word") == "a word"
    assert workers.agree_on_number(0.1, device) == 0.1
    workers.leave()
