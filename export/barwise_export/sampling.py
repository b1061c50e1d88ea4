"""A bar sampled from the network in torch, step by step: the plain reading that the graph must equal."""

import numpy as np
import torch
from numpy.typing import NDArray

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES
from barwise_export.model import BarNetwork, Batch

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_ALMOST_ONE = 1 - 2**-20


@torch.no_grad()
def sample_bar(
    network: BarNetwork, inputs: dict[str, NDArray[np.generic]]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Rows, log-probabilities and next state for the contract's inputs, the first candidate alone."""
    state = torch.from_numpy(inputs["state"][:1])
    forced = torch.from_numpy(inputs["forced"])
    previous = torch.tensor([[[v.END, 0, 0, 0, 0]]])
    rows: list[list[int]] = []
    chances: list[float] = []
    for step in range(v.MAX_ROWS):
        batch = _one_step(inputs, previous)
        top, last, state = network.read(batch, state)
        target, chance = _choose_row(network, top, last, batch, inputs, step, forced)
        rows.append(target[0, 0].tolist())
        chances.append(chance)
        if rows[-1][v.POSITION] == v.END:
            break
        previous = target
    return np.array(rows), np.array(chances, np.float32), state.numpy()


def _one_step(inputs: dict[str, NDArray[np.generic]], previous: torch.Tensor) -> Batch:
    has_reference = bool(inputs["condition"][_HAS_REFERENCE])
    return Batch(
        previous=previous,
        target=torch.zeros_like(previous),
        condition=torch.from_numpy(inputs["condition"])[None, None],
        parts=torch.from_numpy(inputs["parts"])[None, None],
        bar_ticks=torch.from_numpy(np.asarray(inputs["bar_ticks"]))[None, None],
        bar=torch.zeros(1, 1, dtype=torch.int64),
        reference=torch.from_numpy(inputs["reference"])[None],
        reference_bar=torch.full((1, len(inputs["reference"])), 0 if has_reference else -1),
        weight=torch.ones(1, 1, v.FIELDS),
    )


def _choose_row(
    network: BarNetwork,
    top: torch.Tensor,
    last: torch.Tensor,
    batch: Batch,
    inputs: dict[str, NDArray[np.generic]],
    step: int,
    forced: torch.Tensor,
) -> tuple[torch.Tensor, float]:
    chance = 0.0
    for field in range(v.FIELDS):
        logits = network.masked_logits(top, last, batch)[field][0, 0]
        value = _choose(logits, inputs, step, field) if step >= len(forced) else int(forced[step, field])
        if step == v.MAX_ROWS - 1:
            value = v.END if field == v.POSITION else 0
        batch.target[0, 0, field] = value
        chance += float(logits.log_softmax(-1)[value])
    return batch.target, chance


def _choose(logits: torch.Tensor, inputs: dict[str, NDArray[np.generic]], step: int, field: int) -> int:
    chances = (logits / float(inputs["temperature"])).softmax(-1)
    kept = torch.where(chances < chances.max() * float(inputs["min_p"]), 0.0, chances)
    sums = kept.cumsum(-1)
    noise = min(float(inputs["noise"][0, step, field]), _ALMOST_ONE)
    return int((sums <= noise * sums.max()).sum())
