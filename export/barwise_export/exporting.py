"""Export: the graph with what it must say of itself, its sidecar for people, and the proof."""

import json
from pathlib import Path
from typing import Any

import onnx

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, CONTRACT_VERSION, INPUTS, OUTPUTS
from barwise_export.dataset import Dataset
from barwise_export.model import BarNetwork
from barwise_export.to_onnx import round_weights, to_onnx
from barwise_export.verify import Proof, verify


def export_composer(network: BarNetwork, data: Dataset, out: Path, figures: Path | None = None) -> Proof:
    """Write the composer and its sidecar beside it, in place only when the proof holds."""
    network = round_weights(network)
    card = _card(network, data, {} if figures is None else _summary(json.loads(figures.read_text())))
    model = to_onnx(network)
    onnx.helper.set_model_props(
        model,
        {
            "barwise_contract": str(CONTRACT_VERSION),
            "vocabulary_hash": v.vocabulary_hash(),
            "figures": json.dumps(card["figures"]),
            "credits": json.dumps(card["credits"]),
        },
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_suffix(".part.onnx")
    beside.write_bytes(model.SerializeToString())
    try:
        proof = verify(network, beside)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    card["proof"] = str(proof)
    out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
    return proof


def _card(network: BarNetwork, data: Dataset, figures: dict[str, float]) -> dict[str, Any]:
    return {
        "contract": CONTRACT_VERSION,
        "vocabulary_hash": v.vocabulary_hash(),
        "parameters": sum(weight.numel() for weight in network.parameters()),
        "model": network.config.as_dict(),
        "fields": dict(zip(v.FIELD_NAMES, v.FIELD_SIZES, strict=True)),
        "condition": list(CONDITION_NAMES),
        "inputs": dict(INPUTS),
        "outputs": dict(OUTPUTS),
        "figures": figures,
        "credits": [
            f"{source.name}: {source.credit} ({source.licence})"
            for number, source in enumerate(data.names.sources)
            if (data.piece_source == number).any()
        ],
    }


def _summary(evaluation: dict[str, Any]) -> dict[str, float]:
    """The few figures that travel with the weights."""
    rows: dict[str, int] = evaluation["rows"]
    total = sum(rows.values())
    means = {
        name: sum(rows[source] * evaluation[name][source]["all"] for source in rows) / total
        for name in ("network", "ngram")
    }
    return {
        "held_out_nats_per_row": round(means["network"], 3),
        "held_out_nats_per_row_of_5_gram": round(means["ngram"], 3),
        **{f"control_{name}": round(value, 3) for name, value in evaluation["control"].items()},
    }
