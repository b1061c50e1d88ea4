"""Ablations: networks that lack something, trained at one budget and set beside each other."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")


from barwise_export.ablations import ABLATIONS, TABLE, Ablation, ablate
from barwise_export.dataset import TEST, VALID
from barwise_export.figures.likelihood import ablation_table
from barwise_export.runs import load_run
from barwise_export.training import Trainer
from tests.export.tiny import FALLING, RISING, Piece, dataset

RUNS = Path(__file__).parents[2] / "export" / "runs" / "ablations"
DATA = dataset(
    Piece((RISING, FALLING) * 3),
    Piece((RISING, FALLING), split=VALID),
    Piece((FALLING, RISING), split=TEST),
)
RUN = """
sources: {tiny: 1}
model: {embedding: 16, hidden: 16, attention: 8, attention_heads: 2, head: 8}
streams: 1
rows: 16
steps: 2
mixed_precision: false
"""
TWO = (Ablation("whole", "whole"), Ablation("blind", "told nothing", against="whole", start="whole"))


def runs(folder: Path) -> Path:
    (folder / "whole.yaml").write_text(RUN)
    (folder / "blind.yaml").write_text(RUN + "condition_dropout: 1.0\nreference_dropout: 1.0\n")
    return folder


def test_runs_are_trained_in_turn_and_told_in_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = ablate(DATA, runs(tmp_path), tmp_path, "cpu", TWO, asked=["tiny"])
    assert json.loads((tmp_path / TABLE).read_text()) == table
    whole, blind = table["runs"]
    assert (whole["steps"], blind["against"]) == (2, "whole")
    assert whole["nats_a_note"] == pytest.approx(whole["nats_a_row"] * 7 / 5)  # a chord and an end for five notes
    assert "| told nothing | 2 | " in ablation_table(table)

    monkeypatch.setattr(Trainer, "_step", lambda *_: pytest.fail("trained again"))
    assert ablate(DATA, tmp_path, tmp_path, "cpu", TWO, asked=["tiny"]) == table


def test_the_shipped_ablations_differ_in_what_they_are_about_alone() -> None:
    found = {path.stem: load_run(path) for path in RUNS.glob("*.yaml")}
    assert set(found) == {ablation.name for ablation in ABLATIONS}
    assert len({run.model.hidden for run in found.values()}) == 1
    budgets = {name: run.steps * run.streams * run.rows for name, run in found.items()}
    assert budgets["wide"] == budgets["whole"] == budgets["pretrained"] == budgets["longer"] / 2
    assert [name for name, run in found.items() if run.condition_dropout] == ["unconditioned"]
