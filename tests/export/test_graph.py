"""The graph that games carry: it writes what torch writes, and a file is replaced only when that is proven."""

import json
from pathlib import Path

import numpy as np
import pytest

from barwise.composing.onnx_composer import OnnxComposer, graph_inputs
from barwise.composing.vocabulary import FIELDS, MAX_ROWS, vocabulary_hash
from barwise.directing.mood_table import attributes_of
from barwise.errors import ModelError
from barwise.music.harmony import Key
from barwise.music.intent import BarIntent, Condition
from barwise.music.mood import Mood

pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnx

from barwise_export import exporting
from barwise_export.sampling import sample_bar
from barwise_export.to_onnx import round_weights
from barwise_export.verify import TOLERANCE, verify
from tests.export.tiny import RISING, Piece, dataset, export, network


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("tiny"))


def test_torch_the_graph_and_the_engine_write_the_same_bars(tiny: Path) -> None:
    proof = verify(round_weights(network()), tiny, bars=4, seed=3)
    assert proof.bars == 4
    assert proof.rows > 4
    assert proof.largest_difference < TOLERANCE


def test_another_network_is_found_out(tiny: Path) -> None:
    with pytest.raises(ModelError, match="torch"):
        verify(round_weights(network(seed=1)), tiny, bars=3)


@pytest.mark.parametrize("likeness", [None, 0.5])
def test_torch_and_the_graph_agree_on_when_to_look_at_a_reference(tiny: Path, likeness: float | None) -> None:
    composer, noise = OnnxComposer(tiny), np.random.default_rng(1).random((1, MAX_ROWS, FIELDS), dtype=np.float32)
    intent = BarIntent(0, Key(), Condition(attributes_of(Mood()), similarity=likeness))
    nothing = np.zeros((0, FIELDS), np.int64)
    rows, chances, _ = sample_bar(
        round_weights(network()), graph_inputs(intent, composer.initial_state(), RISING, noise)
    )
    got_rows, got_chances, _ = composer.run(intent, composer.initial_state(), RISING, noise, nothing)
    assert got_rows[0].tolist() == rows.tolist()
    assert np.abs(got_chances[0] - chances).max() < TOLERANCE


def test_weights_are_stored_in_half_precision(tiny: Path) -> None:
    halves = [item for item in onnx.load(tiny).graph.initializer if item.data_type == onnx.TensorProto.FLOAT16]
    assert sum(np.prod(item.dims) for item in halves) == sum(weight.numel() for weight in network().parameters())


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


def test_the_figures_of_an_evaluation_travel_with_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "verify", lambda *_: "proven")
    evaluation = {
        "rows": {"a": 300, "b": 100},
        "network": {"a": {"all": 4.0}, "b": {"all": 8.0}},
        "ngram": {"a": {"all": 6.0}, "b": {"all": 6.0}},
        "control": {"rhythm": 0.91234},
    }
    (tmp_path / "evaluation.json").write_text(json.dumps(evaluation))
    out = tmp_path / "composer.onnx"
    exporting.export_composer(network(), dataset(Piece((RISING,))), out, tmp_path / "evaluation.json")
    assert json.loads(out.with_suffix(".json").read_text())["figures"] == {
        "held_out_nats_per_row": 5.0,  # by rows: (3 * 4 + 1 * 8) / 4
        "held_out_nats_per_row_of_5_gram": 6.0,
        "control_rhythm": 0.912,
    }
