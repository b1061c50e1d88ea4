"""Export: the graph with what it must say of itself, its sidecar and card for people, and the proof."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, CONTRACT_VERSION, INPUTS, OUTPUTS
from barwise.errors import InputError
from barwise_export.dataset import TRAIN, Dataset, SourceNote
from barwise_export.model import BarNetwork
from barwise_export.model_card import CARD_FILE, model_card
from barwise_export.rounding import round_weights
from barwise_export.to_onnx import to_onnx
from barwise_export.verify import Proof, verify


def export_composer(network: BarNetwork, data: Dataset, out: Path) -> Proof:
    """Write the composer with its sidecar and its card beside it, in place only when the proof holds.

    The card has no figures until `tell_figures` puts them in: they are taken of the file that is written here.
    """
    network = round_weights(network)
    card = _sidecar(network, data)
    model = to_onnx(network)
    _tell(model, card)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_suffix(".part.onnx")
    beside.write_bytes(model.SerializeToString())
    try:
        proof = verify(network, beside)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    _write_pages(out, card | {"proof": str(proof)})
    return proof


def tell_figures(model: Path, evaluation: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    """Put what `evaluate` found into a composer file, its sidecar and its card; the weights stay as they are.

    Titles are those of the sections. Raises InputError when the evaluation was a quick look.
    """
    if evaluation["is_quick"]:
        raise InputError("the evaluation was a quick look; a card tells whole figures only")
    card = json.loads(model.with_suffix(".json").read_text())
    card["goals"] = {titles.get(name, name): goals for name, goals in evaluation["goals"].items() if goals}
    reached = [goal["is_reached"] for goals in card["goals"].values() for goal in goals]
    card["figures"] = {"goals": len(reached), "goals_reached": sum(reached)}
    graph = onnx.load(model)
    _tell(graph, card)
    beside = model.with_suffix(".part.onnx")
    beside.write_bytes(graph.SerializeToString())
    beside.replace(model)
    _write_pages(model, card)


def _tell(model: onnx.ModelProto, card: Mapping[str, Any]) -> None:
    """What the file says of itself: contract, vocabulary, figures and credits."""
    onnx.helper.set_model_props(
        model,
        {
            "barwise_contract": str(CONTRACT_VERSION),
            "vocabulary_hash": v.vocabulary_hash(),
            "figures": json.dumps(card["figures"]),
            "credits": json.dumps(card["credits"]),
        },
    )


def _write_pages(model: Path, card: Mapping[str, Any]) -> None:
    model.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
    model.with_name(CARD_FILE).write_text(model_card(card, model.stat().st_size / 1e6))


def _sidecar(network: BarNetwork, data: Dataset) -> dict[str, Any]:
    sources = _used(data)
    return {
        "contract": CONTRACT_VERSION,
        "vocabulary_hash": v.vocabulary_hash(),
        "parameters": sum(weight.numel() for weight in network.parameters()),
        "model": network.config.as_dict(),
        "fields": dict(zip(v.FIELD_NAMES, v.FIELD_SIZES, strict=True)),
        "condition": list(CONDITION_NAMES),
        "inputs": dict(INPUTS),
        "outputs": dict(OUTPUTS),
        "figures": {},
        "credits": [f"{source.name}: {source.credit} ({source.licence})" for source, _ in sources],
        "sources": [
            {
                "name": source.name,
                "address": source.address,
                "commit": source.commit,
                "licence": source.licence,
                "credit": source.credit,
                "pieces": pieces,
            }
            for source, pieces in sources
        ],
    }


def _used(data: Dataset) -> list[tuple[SourceNote, int]]:
    """The sources that have pieces, each with the number of those trained on."""
    trained = (data.piece_split == TRAIN) & (data.piece_variant == 0)
    return [
        (source, int(np.sum(trained & (data.piece_source == number))))
        for number, source in enumerate(data.names.sources)
        if (data.piece_source == number).any()
    ]
