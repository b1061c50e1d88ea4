"""What each part of the recipe is worth: lesser networks trained one after the other at one budget.

Each run is a file in export/runs/ablations; a run that was interrupted goes on, one that is
finished is not trained again, and the table is written anew after each.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from barwise.composing import vocabulary as v
from barwise_export.dataset import TEST, Dataset
from barwise_export.figures.excerpts import GAME_SOURCES
from barwise_export.runs import load_run
from barwise_export.training import BEST, Trainer, held_out_losses, load_network, source_names, unseen

TABLE = "ablations.json"


@dataclass(frozen=True, slots=True)
class Ablation:
    """One run of the comparison."""

    name: str
    """Of its file."""
    title: str
    against: str = ""
    """The run that is to do better, for what it has and this one lacks; none for what is no comparison."""
    start: str = ""
    """The run whose weights it begins with."""


ABLATIONS = (
    Ablation("whole", "game music alone, without pretraining", against="pretrained"),
    Ablation("no_reference", "the same without reference bars", against="whole"),
    Ablation("unconditioned", "the same told nothing of the bar, nor shown a reference", against="whole"),
    Ablation("wide", "pretraining alone, on all sets"),
    Ablation("pretrained", "pretrained, then game music", start="wide"),
    Ablation("longer", "game music alone, as many steps as pretraining and game music have together"),
)


def ablate(
    data: Dataset,
    runs: Path,
    out: Path,
    device: str = "",
    ablations: Sequence[Ablation] = ABLATIONS,
    asked: Sequence[str] = GAME_SOURCES,
) -> dict[str, Any]:
    """Train what is not trained yet, and write the table of all that is after each run: out/ablations.json.

    The table is of the test pieces of the sets that are asked.
    """
    table: dict[str, Any] = {"sources": list(asked), "runs": []}
    for ablation in ablations:
        run, folder = load_run(runs / f"{ablation.name}.yaml"), out / ablation.name
        trainer = Trainer(run, data, folder, device)
        if not trainer.resume() and ablation.start:
            trainer.start_from(out / ablation.start / BEST)
        trainer.train()
        table["budget"] = _budget(trainer)
        table["runs"].append(_measured(ablation, trainer, asked))
        beside = out / (TABLE + ".part")
        beside.write_text(json.dumps(table, indent=1) + "\n")
        beside.replace(out / TABLE)
    return table


def _budget(trainer: Trainer) -> str:
    run, weights = trainer.run, sum(weight.numel() for weight in trainer.network.parameters())
    return (
        f"Networks of {weights:,} weights, steps of {run.streams} times {run.rows} rows, "
        "the checkpoint that did best on the validation pieces."
    )


def _measured(ablation: Ablation, trainer: Trainer, asked: Sequence[str]) -> dict[str, Any]:
    """Nats over all test pieces of the sets that are asked, row by row."""
    network = load_network(trainer.folder / BEST)
    losses = held_out_losses(network, trainer.data, TEST, sys.maxsize, unseen(trainer.run), asked)
    counts = {source: _rows_and_notes(trainer.data, source) for source in asked if source in losses}
    rows, notes = (sum(count[place] for count in counts.values()) for place in range(2))
    nats = sum(losses[source]["all"] * count[0] for source, count in counts.items())
    return {
        "name": ablation.name,
        "title": ablation.title,
        "against": ablation.against,
        "steps": trainer.progress.step,
        "nats_a_row": nats / rows,
        "nats_a_note": nats / notes,
        "by_source": {source: losses[source]["all"] for source in counts},
    }


def _rows_and_notes(data: Dataset, source: str) -> tuple[int, int]:
    """Of the whole test pieces of a set."""
    number = source_names(data).index(source)
    is_asked = (data.piece_source == number) & (data.piece_split == TEST) & (data.piece_variant == 0)
    bar_piece = np.repeat(np.arange(data.pieces), np.diff(data.piece_first))
    events = data.events[np.repeat(is_asked[bar_piece], np.diff(data.bar_first))]
    return len(events), int((events[:, v.PART] != v.HARMONY).sum())  # an END row's part is 0 as HARMONY's is
