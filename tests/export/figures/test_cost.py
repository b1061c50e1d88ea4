"""Cost: the bar that is timed, the peer beside it, and goals that move with the machine."""

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest

pytest.importorskip("torch")

from barwise.composing.onnx_composer import OnnxComposer
from barwise.composing.vocabulary import decode, encode
from barwise.music.metre import COMMON_TIME
from barwise.music.notes import PARTS
from barwise_export.figures import cost
from barwise_export.figures.cost import BUSY, PEER, CostFigures, Times, bar_of_31, measure_cost, wheel_bytes
from barwise_export.figures.tonicnet import BAR_TOKENS, TOKENS, TonicNetShape, parameters, peer_graph
from tests.export.tiny import export


def times(p50: float, p99: float) -> Times:
    return Times(p50, p99, p50, p99, bars=10, notes=31)


def figures(peer_ms: float, bar_ms: float, busy_ms: float) -> CostFigures:
    kinds = {PEER: times(peer_ms, peer_ms), "1 candidate": times(bar_ms, 3 * bar_ms), BUSY: times(busy_ms, busy_ms)}
    return CostFigures(kinds, 1.0, 10_000, 0.0, 5.0, 6.0, "a machine", 0.5)


def test_the_bar_that_is_timed_has_31_notes_in_all_parts_and_can_be_written() -> None:
    bar = bar_of_31()
    assert len(bar.notes) == 31
    assert bar.parts == frozenset(PARTS)
    assert decode(encode(bar), COMMON_TIME) == bar


def test_the_peer_is_of_its_size_and_writes_a_bar_of_tokens() -> None:
    graph = peer_graph()
    onnx.checker.check_model(graph, full_check=True)
    assert parameters(graph) == pytest.approx(220_000, rel=0.03)
    tokens = TonicNetShape().bar(np.random.default_rng(0))
    assert len(tokens) == BAR_TOKENS
    assert set(tokens) <= set(range(TOKENS))


def test_the_goal_of_a_bar_moves_with_the_machine() -> None:
    """On a machine where the peer takes twice its time a bar may take twice its own."""
    slow = figures(peer_ms=16.6, bar_ms=15.9, busy_ms=33.0)
    assert [goal.is_reached for goal in slow.goals()] == [True, True, False, True, True, True]
    assert slow.wanted_ms == pytest.approx(16)
    assert not figures(peer_ms=8.3, bar_ms=8.1, busy_ms=9.0).goals()[0].is_reached


def test_every_kind_of_bar_is_timed_in_each_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "ROUNDS", 2)
    monkeypatch.setattr(cost, "TRIES", 3)
    monkeypatch.setattr(cost, "LONG_RUN_BARS", 4)
    monkeypatch.setattr(cost, "AGED_BARS", 2)
    found = measure_cost(export(tmp_path))
    counted = Counter(kind.bars for kind in found.times.values())
    assert counted == {2: 5}
    assert all(0 < kind.p50 <= kind.p99 for kind in found.times.values())
    assert found.growth > 0
    assert f"| {BUSY} | " in found.markdown()


def test_bars_of_31_notes_are_looked_for_and_the_nearest_are_taken(tmp_path: Path) -> None:
    """A network that has learned nothing writes no such bar; what it does is the best of what it did."""
    composer = OnnxComposer(export(tmp_path), candidates=1)
    few, many = (cost.seeds_of_31(composer, tries, wanted=2) for tries in (2, 12))
    notes = {seed: len(cost._composed(composer, seed).notes) for seed in {*few, *many}}
    assert len(few) == len(many) == 2
    assert sum(abs(notes[seed] - 31) for seed in many) <= sum(abs(notes[seed] - 31) for seed in few)


def test_the_wheel_holds_the_weights() -> None:
    assert wheel_bytes() > 1_000_000
