"""A bar sampled from the network in torch, step by step: the plain reading that the graph must equal."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES
from barwise_export import countdown
from barwise_export.model import PARTS, BarNetwork, Batch, last_pitches
from barwise_export.rounding import product

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_ALMOST_ONE = 1 - 2**-20


@torch.no_grad()
def sample_bar(
    network: BarNetwork, inputs: dict[str, NDArray[np.generic]]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Rows, log-probabilities and next state for the contract's inputs, the first candidate alone.

    The network's weights are as rounding.round_weights leaves them.
    """
    state = torch.from_numpy(inputs["state"][:1])
    forced = torch.from_numpy(inputs["forced"])
    previous = torch.tensor([[[v.END, 0, 0, 0, 0]]])
    rows: list[list[int]] = []
    chances: list[float] = []
    for step in range(v.MAX_ROWS):
        batch = _one_step(inputs, previous, rows)
        top, last, state = _read(network, batch, state)
        target, chance = _choose_row(network, top, last, batch, inputs, step, forced)
        rows.append(target[0, 0].tolist())
        chances.append(chance)
        if rows[-1][v.POSITION] == v.END:
            break
        previous = target
    return np.array(rows), np.array(chances, np.float32), state.numpy()


def _one_step(inputs: dict[str, NDArray[np.generic]], previous: torch.Tensor, rows: list[list[int]]) -> Batch:
    has_reference = bool(inputs["condition"][_HAS_REFERENCE])
    ticks = np.full(len(rows), int(inputs["bar_ticks"]))
    so_far = countdown.count(np.array(rows, np.int64).reshape(-1, v.FIELDS), np.zeros(len(rows), np.int64), ticks)
    return Batch(
        previous=previous,
        target=torch.zeros_like(previous),
        condition=torch.from_numpy(inputs["condition"])[None, None],
        parts=torch.from_numpy(inputs["parts"])[None, None],
        bar_ticks=torch.from_numpy(np.asarray(inputs["bar_ticks"]))[None, None],
        counts=torch.from_numpy(so_far.sum(0))[None, None],
        bar=torch.zeros(1, 1, dtype=torch.int64),
        reference=torch.from_numpy(inputs["reference"])[None],
        reference_bar=torch.full((1, len(inputs["reference"])), 0 if has_reference else -1),
        weight=torch.ones(1, 1, v.FIELDS),
    )


def _read(network: BarNetwork, batch: Batch, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """BarNetwork.read for one step, its great products in eight bits: the heads' hidden layers, last pitches, state."""
    hidden = network.config.hidden
    lower, upper, before = state.split([hidden, hidden, PARTS], dim=1)
    last = last_pitches(batch.previous, before.long())
    rows = network.embed_rows(batch.previous) + network.condition(batch.condition) + network.missing(batch)
    from_rows = nn.functional.linear(rows[:, 0], network.lower.weight_ih_l0, network.lower.bias_ih_l0)
    lower = _gru(network.lower, from_rows, lower)
    context = lower + network.look(network.attend(lower[:, None], batch))[:, 0]
    from_context = product(context, network.upper.weight_ih_l0, network.upper.bias_ih_l0)
    upper = _gru(network.upper, from_context, upper)
    top = product(upper + context, network.shared.weight, network.shared.bias)
    return top[:, None], last, torch.cat([lower, upper, last[:, -1].to(lower)], dim=1)


def _gru(layer: nn.GRU, from_input: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
    from_state = product(state, layer.weight_hh_l0, layer.bias_hh_l0)
    reset, update, fresh = from_input.chunk(3, dim=1)
    reset_state, update_state, fresh_state = from_state.chunk(3, dim=1)
    gate = torch.sigmoid(update + update_state)
    fresh = torch.tanh(fresh + torch.sigmoid(reset + reset_state) * fresh_state)
    return fresh + gate * (state - fresh)


def _choose_row(
    network: BarNetwork,
    shared: torch.Tensor,
    last: torch.Tensor,
    batch: Batch,
    inputs: dict[str, NDArray[np.generic]],
    step: int,
    forced: torch.Tensor,
) -> tuple[torch.Tensor, float]:
    chance = 0.0
    leaning = nn.functional.pad(torch.from_numpy(inputs["pitch_bias"]), (0, v.FIELD_SIZES[v.PITCH] - v.PITCHED_VALUES))
    for field in range(v.FIELDS):
        if field and batch.target[0, 0, v.POSITION] == v.END:
            break
        logits = network.field_logits(shared, last, batch)[field][0, 0]
        if field == v.PITCH:
            logits = logits + leaning[batch.target[0, 0, v.PART]]
        logits = logits / float(inputs["temperature"])
        value = _choose(logits, inputs, step, field) if step >= len(forced) else int(forced[step, field])
        batch.target[0, 0, field] = value
        chance += float(logits.log_softmax(-1)[value])
    return batch.target, chance


def _choose(logits: torch.Tensor, inputs: dict[str, NDArray[np.generic]], step: int, field: int) -> int:
    chances = logits.softmax(-1)
    kept = torch.where(chances < chances.max() * float(inputs["min_p"]), 0.0, chances)
    sums = kept.cumsum(-1)
    noise = min(float(inputs["noise"][0, step, field]), _ALMOST_ONE)
    return int((sums <= noise * sums.max()).sum())
