"""What travels with the weights: credits from the start, figures when they have been taken, and a card of both."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")

from barwise.composing.onnx_composer import describe_model
from barwise.errors import InputError
from barwise_export.dataset import VALID
from barwise_export.exporting import export_composer, tell_figures
from barwise_export.figures.goals import Goal
from barwise_export.figures.subject import weights_hash
from tests.export.tiny import FALLING, RISING, Piece, dataset, network

REACHED, MISSED = Goal("a bar", 7.0, at_most=8.0, unit="ms"), Goal("rhythm", 0.9, at_least=0.97)
EVALUATION = {"is_quick": False, "goals": {"cost": [REACHED.as_dict()], "control": [MISSED.as_dict()], "lines": []}}
TITLES = {"cost": "Cost", "control": "Control"}


@pytest.fixture(scope="module")
def composer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("composer") / "composer.onnx"
    export_composer(network(), dataset(Piece((RISING,)), Piece((FALLING,)), Piece((RISING,), split=VALID)), path)
    return path


def card(composer: Path) -> str:
    return composer.with_name("MODEL_CARD.md").read_text()


def test_a_card_names_what_was_learned_from_and_owns_that_nothing_was_measured(composer: Path) -> None:
    assert "| [tiny](https://tiny) | 2 | CC0-1.0 | nobody |" in card(composer)  # the held-out piece is not counted
    assert "other" not in [line.split("|")[1] for line in card(composer).splitlines() if line.startswith("| [")]
    assert "have not been evaluated yet" in card(composer)
    assert "**Proof.** torch = ONNX = engine" in card(composer)


def test_figures_are_told_in_the_file_the_sidecar_and_the_card_and_the_weights_stay(composer: Path) -> None:
    before = weights_hash(composer)
    tell_figures(composer, EVALUATION, TITLES)
    assert weights_hash(composer) == before
    assert describe_model(composer).figures == {"goals": 2, "goals_reached": 1}
    assert describe_model(composer).credits == ("tiny: nobody (CC0-1.0)",)
    assert json.loads(composer.with_suffix(".json").read_text())["goals"]["Cost"][0]["figure"] == 7.0
    assert "| Cost | a bar | at most 8 ms | 7 ms | yes |" in card(composer)
    assert "* Control, not reached: rhythm (0.9; wanted at least 0.97)." in card(composer)


def test_a_quick_look_is_not_told(composer: Path) -> None:
    with pytest.raises(InputError, match="quick look"):
        tell_figures(composer, EVALUATION | {"is_quick": True}, TITLES)
