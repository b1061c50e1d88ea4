"""The graph that games carry: it writes what torch writes, and a file is replaced only when that is proven."""

import json
from pathlib import Path

import numpy as np
import pytest

from barwise.composing.onnx_composer import OnnxComposer, graph_inputs
from barwise.composing.vocabulary import FIELDS, MAX_ROWS, decode, encode, vocabulary_hash
from barwise.directing.mood_table import attributes_of
from barwise.errors import ModelError
from barwise.music.harmony import Key
from barwise.music.intent import BarIntent, Condition
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Note, Part

pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnx

from barwise_export import exporting
from barwise_export.race import clocks
from barwise_export.rounding import round_weights
from barwise_export.sampling import follow_bar, sample_bar
from barwise_export.to_onnx import QUANTIZED
from barwise_export.verify import TOLERANCE, verify
from tests.export.tiny import RISING, Piece, dataset, export, network


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("layers", [1, 2])
def test_torch_the_graph_and_the_engine_write_the_same_bars(layers: int, tmp_path: Path) -> None:
    path = export(tmp_path, layers=layers)
    proof = verify(round_weights(network(layers=layers)), path, bars=4, seed=3)
    assert proof.bars == 4
    assert proof.rows > 4
    assert proof.largest_difference < TOLERANCE


def test_another_network_is_found_out(tiny: Path) -> None:
    with pytest.raises(ModelError, match="torch"):
        verify(round_weights(network(seed=1)), tiny, bars=3)


@pytest.mark.parametrize("likeness", [None, 0.5])
def test_torch_and_the_graph_agree_on_when_to_look_at_a_reference(tiny: Path, likeness: float | None) -> None:
    composer, noise = OnnxComposer(tiny), np.random.default_rng(1).random((1, MAX_ROWS), dtype=np.float32)
    intent = BarIntent(0, Key(), Condition(attributes_of(Mood()), similarity=likeness))
    nothing = np.zeros((0, FIELDS), np.int64)
    rows, said = sample_bar(round_weights(network()), graph_inputs(intent, composer.initial_state(), RISING, noise))
    got_rows, _, got_state = composer.run(intent, composer.initial_state(), RISING, noise, nothing)
    assert got_rows[0].tolist() == rows.tolist()
    assert np.abs(got_state - said.state).max() < TOLERANCE


def test_a_forced_bar_is_told_its_chance_and_nothing_is_added(tiny: Path) -> None:
    composer, noise = OnnxComposer(tiny), np.zeros((2, MAX_ROWS), dtype=np.float32)
    intent, forced = BarIntent(0, Key(), Condition(attributes_of(Mood()))), encode(RISING)
    rows, chances, _ = composer.run(intent, composer.initial_state(), None, noise, forced)
    said = follow_bar(
        round_weights(network()), graph_inputs(intent, composer.initial_state(), None, noise, forced), forced
    )
    assert rows.tolist() == [forced.tolist()] * 2
    assert chances[0] == pytest.approx(said.forced, abs=TOLERANCE)


def test_candidates_that_have_ended_do_not_disturb_those_that_go_on(tiny: Path) -> None:
    """An END reaches two quarters back from the bar's end: were it counted, here nothing would be left to divide by."""
    composer, random = OnnxComposer(tiny), np.random.default_rng(0)
    condition = Condition(attributes_of(Mood()))
    intent, state = BarIntent(0, Key(), condition), composer.initial_state()
    begun = encode(Bar(notes=(Note(0, Part.MELODY, 72, 42, 84),)))[:-1]
    for _ in range(10):
        noise = random.random((8, MAX_ROWS), dtype=np.float32)
        rows, _, states = composer.run(intent, state, None, noise, begun)
        assert np.isfinite(states).all()
        for bar in rows:
            decode(bar, condition.metre)


def test_weights_are_stored_in_a_half_and_in_a_quarter_of_their_size(tiny: Path) -> None:
    kinds = {onnx.TensorProto.FLOAT16: 0, onnx.TensorProto.INT8: 0}
    for item in onnx.load(tiny).graph.initializer:
        if item.data_type in kinds:
            kinds[item.data_type] += int(np.prod(item.dims))
    weights = dict(network().named_parameters())
    assert kinds[onnx.TensorProto.INT8] == sum(weights[name].numel() for name in QUANTIZED if name in weights)
    halves = sum(weight.numel() for name, weight in weights.items() if name not in QUANTIZED)
    assert kinds[onnx.TensorProto.FLOAT16] == halves + len(clocks())


def test_the_sidecar_says_what_the_file_is(tiny: Path) -> None:
    card = json.loads(tiny.with_suffix(".json").read_text())
    assert card["vocabulary_hash"] == vocabulary_hash()
    assert card["credits"][0] == "tiny: nobody (CC0-1.0)"
    assert card["proof"].startswith("torch = ONNX = engine over 12 bars")


def test_without_proof_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ModelError("they differ")

    monkeypatch.setattr(exporting, "verify", fail)
    old = tmp_path / "composer.onnx"
    old.write_bytes(b"old")
    with pytest.raises(ModelError, match="they differ"):
        exporting.export_composer(network(), dataset(Piece((RISING,))), old)
    assert [path.name for path in tmp_path.iterdir()] == ["composer.onnx"]
    assert old.read_bytes() == b"old"
