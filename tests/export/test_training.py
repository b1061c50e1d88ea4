"""Training: it learns, it stops, and it goes on where it was."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from barwise.composing import vocabulary as v
from barwise.errors import InputError
from barwise_export.dataset import TEST, TRAIN, VALID

pytest.importorskip("torch")

import torch

from barwise_export.runs import Run
from barwise_export.training import (
    BEST,
    CHECKPOINT,
    LOG,
    Trainer,
    held_out_losses,
    load_checkpoint,
    load_network,
    piece_chances,
    weighted_loss,
)
from tests.export.tiny import CONFIG, FALLING, RISING, Piece, dataset, network

DATA = dataset(
    Piece((RISING, FALLING) * 3),
    Piece((FALLING, RISING) * 2, source=1),
    Piece((RISING, FALLING), split=VALID),
    Piece((FALLING,), source=1, split=VALID, has_velocity=False),
)
RUN = Run(
    "tiny",
    {"tiny": 0.7, "other": 0.3},
    CONFIG,
    streams=2,
    rows=16,
    steps=12,
    warmup_steps=1,
    learning_rate=0.02,
    evaluate_every=6,
    mixed_precision=False,
)


def trained(folder: Path, run: Run = RUN) -> Trainer:
    trainer = Trainer(run, DATA, folder, "cpu")
    trainer.resume()
    trainer.train()
    return trainer


def log(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / LOG).read_text().splitlines()]


def test_a_few_steps_learn_a_tune(tmp_path: Path) -> None:
    before = weighted_loss(held_out_losses(network(), DATA, VALID), RUN.sources)
    trained(tmp_path)
    first, second = log(tmp_path)
    assert second["held_out"] < first["held_out"] < before
    assert (first["step"], second["step"]) == (6, 12)


def test_a_run_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    first = trained(tmp_path, replace(RUN, steps=6))
    again = Trainer(RUN, DATA, tmp_path, "cpu")
    assert again.resume()
    assert again.progress == first.progress
    assert again.optimizer.state_dict()["state"][0]["step"] == 6
    for weight, old in zip(again.network.parameters(), first.network.parameters(), strict=True):
        assert weight.equal(old)
    again.train()
    assert [line["step"] for line in log(tmp_path)] == [6, 12]


def test_a_run_that_is_over_stays_over(tmp_path: Path) -> None:
    trained(tmp_path, replace(RUN, steps=6))
    assert trained(tmp_path, replace(RUN, steps=6)).progress.step == 6
    assert len(log(tmp_path)) == 1


def test_the_last_steps_are_kept_whenever_a_run_ends(tmp_path: Path) -> None:
    trained(tmp_path, replace(RUN, steps=4))
    assert load_checkpoint(tmp_path / CHECKPOINT)["progress"]["step"] == 4
    assert (tmp_path / BEST).exists()


def test_a_run_ends_when_held_out_music_is_no_longer_learned(tmp_path: Path) -> None:
    trainer = Trainer(replace(RUN, learning_rate=0.0, patience=2, evaluate_every=1), DATA, tmp_path, "cpu")
    trainer.train()
    assert (trainer.progress.step, trainer.progress.stale) == (3, 2)


def test_a_run_without_a_checkpoint_begins(tmp_path: Path) -> None:
    assert not Trainer(RUN, DATA, tmp_path, "cpu").resume()


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    trained(tmp_path, replace(RUN, steps=1))
    other = Trainer(replace(RUN, model=replace(CONFIG, hidden=8)), DATA, tmp_path, "cpu")
    with pytest.raises(InputError, match=r"last\.pt is of another model; choose another --out"):
        other.resume()


def test_a_run_may_begin_with_anothers_weights(tmp_path: Path) -> None:
    first = trained(tmp_path / "first", replace(RUN, steps=1))
    second = Trainer(RUN, DATA, tmp_path / "second", "cpu")
    second.start_from(tmp_path / "first" / BEST)
    for weight, old in zip(second.network.parameters(), first.network.parameters(), strict=True):
        assert weight.equal(old)
    assert second.progress.step == 0


def test_the_network_of_a_checkpoint_is_ready_to_use(tmp_path: Path) -> None:
    trainer = trained(tmp_path, replace(RUN, steps=1))
    loaded = load_network(tmp_path / BEST)
    assert not loaded.training
    assert loaded.config == CONFIG
    assert loaded.query.weight.equal(trainer.network.query.weight)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"not a checkpoint", "is not one"),
        ({"vocabulary_hash": "0"}, "is of another vocabulary"),
        ([1, 2], "is of another vocabulary"),
    ],
)
def test_what_is_no_checkpoint_is_refused_in_a_line(tmp_path: Path, content: object, message: str) -> None:
    path = tmp_path / "best.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    with pytest.raises(InputError, match=f"^checkpoint .*best.pt {message}") as refusal:
        load_network(path)
    assert "\n" not in str(refusal.value)


def test_held_out_losses_are_finite_for_each_source_and_field() -> None:
    losses = held_out_losses(network(), DATA, VALID)
    assert list(losses) == ["tiny", "other"]
    for of_source in losses.values():
        assert list(of_source) == [*v.FIELD_NAMES, "all"]
        assert all(math.isfinite(loss) for loss in of_source.values())
        assert of_source["all"] == pytest.approx(sum(of_source[name] for name in v.FIELD_NAMES))
    assert losses["other"]["velocity"] == 0  # nobody played them


def test_held_out_losses_do_not_depend_on_who_is_heard_beside() -> None:
    """A longer piece beside a shorter one is as likely as alone."""
    pieces = [Piece((RISING,) * 40, split=TEST), Piece((FALLING,), split=TEST)]
    together = held_out_losses(network(), dataset(*pieces), TEST, rows=10_000)["tiny"]["all"] * 41 * 7
    alone = [held_out_losses(network(), dataset(piece), TEST, rows=10_000)["tiny"]["all"] for piece in pieces]
    assert together == pytest.approx(alone[0] * 40 * 7 + alone[1] * 7, rel=1e-4)


@pytest.mark.parametrize("is_training", [True, False])
def test_measuring_leaves_the_network_as_it_was(is_training: bool) -> None:
    measured = network().train(is_training)
    held_out_losses(measured, DATA, VALID)
    assert measured.training == is_training


def test_a_source_gives_its_share_of_the_rows() -> None:
    data = dataset(Piece((RISING,) * 9), Piece((RISING,), variant=1), Piece((FALLING,) * 5, source=1))
    pieces, chances = piece_chances(data, {"tiny": 3, "other": 1})
    rows = np.diff(data.bar_first[data.piece_first])[pieces] * chances
    assert rows[:2].sum() / rows.sum() == pytest.approx(0.75)
    assert chances[0] == pytest.approx(2 * chances[1])  # a variant is opened half as often


def test_pieces_that_are_held_out_are_never_opened() -> None:
    pieces, _ = piece_chances(DATA, RUN.sources)
    assert (DATA.piece_split[pieces] == TRAIN).all()


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"tiny": 1, "else": 1}, "source 'else' is not in the data set; allowed: tiny, empty"),
        ({"empty": 1}, "source 'empty' has no pieces to train on"),
    ],
)
def test_a_source_without_music_is_refused_by_name(sources: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        piece_chances(dataset(Piece((RISING,)), sources=("tiny", "empty")), sources)


def test_the_learning_rate_rises_and_falls(tmp_path: Path) -> None:
    trainer = Trainer(replace(RUN, warmup_steps=4, steps=100), DATA, tmp_path, "cpu")
    rates = []
    for step in (0, 3, 50, 100):
        trainer.progress.step = step
        rates.append(trainer._learning_rate() / RUN.learning_rate)
    assert rates == pytest.approx([0.25, 0.998, 0.51, 0.02], abs=0.005)
