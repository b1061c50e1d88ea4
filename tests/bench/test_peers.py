"""Peers have the shape that they are said to have, and write what they are asked to."""

import json
from importlib import resources

import numpy as np
import pytest

from barwise.bench import bars
from barwise.bench.bars import ask_for_bars, busy_thread
from barwise.bench.shape import Shape, shipped_shape
from barwise.bench.stepped import SteppedNetwork
from barwise.composing.rule_composer import RuleComposer

SMALL = Shape(embedding=8, hidden=12, attention=8, attention_heads=2, head=6, condition=4, fields=(9, 3, 7, 5, 4))


def test_the_rebuilt_network_has_about_as_many_weights_as_the_shipped_one() -> None:
    page = json.loads((resources.files("barwise.models") / "composer.json").read_text())
    assert SteppedNetwork(shipped_shape()).weights == pytest.approx(page["parameters"], rel=0.05)


def test_stepping_writes_as_many_rows_as_asked_with_every_field_in_its_range() -> None:
    rows = SteppedNetwork(SMALL).bar(20, np.zeros((3, 5), np.int64), np.ones(4, np.float32))
    assert rows.shape == (20, 5)
    assert (rows >= 0).all()
    assert (rows < np.array(SMALL.fields)).all()
    assert len(np.unique(rows, axis=0)) > 10, "rows are sampled"


def test_every_peer_in_torch_writes_a_bar() -> None:
    pytest.importorskip("torch")
    from barwise.bench.eager import EventLstm, SameNetwork, Transformer

    for peer in (
        SameNetwork(SMALL, 5),
        EventLstm(6, 4, 2, 3),
        Transformer(SMALL, 3, width=8, layers=2, heads=2, context=4),
    ):
        peer.bar()


def test_without_torch_there_are_no_peers_but_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars, "find_spec", lambda name: None)
    assert bars._eager(SMALL, 5) == ({}, bars.NO_TORCH)
    assert "pip install 'barwise[bench]'" in bars.NO_TORCH


def test_a_bar_that_was_asked_for_is_written_again_to_the_note() -> None:
    for asked in ask_for_bars(RuleComposer(), bars=4, seed=3):
        assert asked.compose().bar == asked.bar
        assert asked.compose().bar == asked.bar


def test_the_busy_thread_ends_with_its_block() -> None:
    import threading

    before = threading.active_count()
    with busy_thread():
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
