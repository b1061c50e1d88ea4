"""The figures of a trained network: ranks that agree, and a report that can be read."""

import json
from pathlib import Path

import numpy as np
import pytest

from barwise_export.dataset import TEST, VALID

pytest.importorskip("torch")

from barwise_export import evaluate
from barwise_export.to_onnx import round_weights
from tests.export.tiny import FALLING, RISING, Piece, dataset, export, network


@pytest.mark.parametrize(
    ("first", "second", "rho"),
    [
        ([1, 2, 3], [10, 20, 1000], 1.0),  # order counts, not distance
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3, 4], [1, 1, 2, 2], 0.894),  # ties share their mean rank
        ([1, 2, 3], [5, 5, 5], 0.0),
    ],
)
def test_ranks_are_compared(first: list[float], second: list[float], rho: float) -> None:
    assert evaluate.spearman(np.array(first), np.array(second)) == pytest.approx(rho, abs=1e-3)


def test_an_evaluation_is_written_for_people_and_for_the_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "CONTROL_SEEDS", 1)
    monkeypatch.setattr(evaluate, "CONTROL_BARS", 4)
    heard = [Piece((RISING, FALLING) * 3), Piece((RISING, FALLING), split=VALID)]
    data = dataset(*heard, Piece((FALLING, RISING), split=TEST), Piece((RISING,), source=1, split=TEST))
    result = evaluate.evaluate(round_weights(network()), export(tmp_path), data, tmp_path / "out")
    assert result.rows == {"tiny": 14, "other": 7}
    assert result.ngram["tiny"]["all"] < result.network["tiny"]["all"]  # the network has learned nothing
    assert json.loads((tmp_path / "out" / "evaluation.json").read_text())["rows"] == result.rows
    assert "| tiny | 14 |" in (tmp_path / "out" / "evaluation.md").read_text()
    assert (tmp_path / "out" / "control.png").stat().st_size > 0
