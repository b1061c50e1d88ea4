"""Likelihood: the graph says of held-out rows what the network says, and stands beside the 5-gram."""

import json
from pathlib import Path

import pytest

from barwise_export.dataset import TEST, VALID, Dataset

pytest.importorskip("torch")

from barwise_export.figures.goals import Goal
from barwise_export.figures.likelihood import GAME, Likelihood, Loss, likelihood
from barwise_export.rounding import round_weights
from barwise_export.training import held_out_losses
from tests.export.tiny import FALLING, RISING, Piece, dataset, export, network

ABLATIONS = {
    "budget": "Ten steps.",
    "sources": ["freedoom"],
    "runs": [
        {"name": "whole", "title": "the network", "against": "", "steps": 10, "nats_a_row": 2.0, "nats_a_note": 2.5},
        {"name": "blind", "title": "without it", "against": "whole", "steps": 10, "nats_a_row": 3, "nats_a_note": 3.5},
    ],
}


def heard() -> Dataset:
    """Two sets with test pieces of several bars; of the third the velocities were not played."""
    return dataset(
        Piece((RISING, FALLING) * 3),
        Piece((RISING, FALLING), split=VALID),
        Piece((FALLING, RISING, RISING), split=TEST),
        Piece((RISING,), split=TEST),
        Piece((RISING, FALLING), source=1, split=TEST),
        Piece((RISING,), source=2, split=TEST, has_velocity=False),
        sources=("freedoom", "other", "scores"),
    )


def test_the_composer_file_is_as_sure_as_its_network(tmp_path: Path) -> None:
    found = likelihood(export(tmp_path), heard())
    whole = held_out_losses(round_weights(network()), heard(), TEST)
    assert set(found.losses) == {"freedoom", "other", GAME}
    for name in ("freedoom", "other"):
        assert found.losses[name].network == pytest.approx(whole[name]["all"], rel=0.02)  # eight bits
    assert found.impossible == 0


def test_rows_and_notes_are_counted_and_the_5_gram_has_learned_the_tune(tmp_path: Path) -> None:
    loss = likelihood(export(tmp_path), heard()).losses["freedoom"]
    assert (loss.rows, loss.notes) == (4 * 7, 4 * 5)  # a chord, a bass note, four of the tune, the end
    assert loss.ngram < 0.5 < loss.network


def test_the_first_bars_of_a_set_alone_may_be_asked(tmp_path: Path) -> None:
    assert likelihood(export(tmp_path), heard(), most_bars=2).losses["freedoom"].rows == 2 * 7


def test_whoever_lacks_something_is_to_be_worse(tmp_path: Path) -> None:
    (tmp_path / "ablations.json").write_text(json.dumps(ABLATIONS))
    found = likelihood(export(tmp_path), heard(), tmp_path / "ablations.json", most_bars=1)
    assert list(found.goals())[1] == Goal("nats a note: the network, below: without it", 2.5, at_most=3.5)
    assert "| without it | 10 | 3.00 | 3.50 |" in found.markdown()


def test_chord_changes_and_ends_are_paid_by_the_notes() -> None:
    found = Likelihood({GAME: Loss(rows=30, notes=20, network=2.0, ngram=4.0)}, 0, {})
    goal = next(iter(found.goals()))
    assert [goal.figure, goal.at_most] == pytest.approx([3.0, 6.0])
