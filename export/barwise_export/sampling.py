"""A bar sampled from the network in torch, step by step: the plain reading that the graph must equal."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES
from barwise_export import countdown, race
from barwise_export.model import BarNetwork, Batch, last_pitches
from barwise_export.rounding import product

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_CLOCKS = race.clocks()
_AT_THE_CUT = 0.02


@dataclass(frozen=True)
class Followed:
    """What the network says of a bar that was written."""

    forced: NDArray[np.float32]
    """Log-probability of each forced row."""
    regret: float
    """By how much, in the logarithm, a choice lost its race at most; 0 when every choice won."""
    state: NDArray[np.float32]


@torch.no_grad()
def sample_bar(network: BarNetwork, inputs: dict[str, NDArray[np.generic]]) -> tuple[NDArray[np.int64], Followed]:
    """The rows that the contract's inputs give, of the first candidate alone, and what there is to say of them.

    The network's weights are as rounding.round_weights leaves them.
    """
    return _run(network, inputs, None)


@torch.no_grad()
def follow_bar(network: BarNetwork, inputs: dict[str, NDArray[np.generic]], rows: NDArray[np.int64]) -> Followed:
    """What the network says of rows that were written from the contract's inputs, the forced ones with them."""
    return _run(network, inputs, rows)[1]


def _run(
    network: BarNetwork, inputs: dict[str, NDArray[np.generic]], written: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], Followed]:
    state = torch.from_numpy(inputs["state"][:1])
    forced = torch.from_numpy(inputs["forced"])
    previous = torch.tensor([[[v.END, 0, 0, 0, 0]]])
    rows: list[list[int]] = []
    chances: list[float] = []
    regret = 0.0
    for step in range(v.MAX_ROWS if written is None else len(written)):
        batch = _one_step(inputs, previous, rows)
        top, last, state = _read(network, batch, state)
        given = forced[step] if step < len(forced) else None if written is None else torch.from_numpy(written[step])
        noise = None if step < len(forced) else float(inputs["noise"][0, step - len(forced)])
        target, chance, lost = _choose_row(network, top, last, batch, inputs, given, noise)
        rows.append(target[0, 0].tolist())
        chances += [chance] * (step < len(forced))
        regret = max(regret, lost)
        if rows[-1][v.POSITION] == v.END:
            break
        previous = target
    return np.array(rows), Followed(np.array(chances, np.float32), regret, state.numpy())


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
    lower, *upper, before = state.split(network.state_parts, dim=1)
    last = last_pitches(batch.previous, before.long())
    rows = network.embed_rows(batch.previous) + network.condition(batch.condition) + network.missing(batch)
    lower = _gru(network.lower, _gates(network.lower, "ih", rows[:, 0]), lower)
    top = lower + network.look(network.attend(lower[:, None], batch))[:, 0]
    if network.upper is not None:
        upper[0] = _gru(network.upper, _gates(network.upper, "ih", top), upper[0])
        top = upper[0] + top
    shared = product(top, network.shared.weight, network.shared.bias)
    return shared[:, None], last, torch.cat([lower, *upper, last[:, -1].to(lower)], dim=1)


def _gates(layer: nn.GRU, which: str, value: torch.Tensor) -> torch.Tensor:
    return product(value, layer.get_parameter(f"weight_{which}_l0"), layer.get_parameter(f"bias_{which}_l0"))


def _gru(layer: nn.GRU, from_input: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
    from_state = _gates(layer, "hh", state)
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
    given: torch.Tensor | None,
    noise: float | None,
) -> tuple[torch.Tensor, float, float]:
    """The row given, or the winner of the race where there is noise; its log-probability and its regret."""
    chance = regret = 0.0
    leaning = nn.functional.pad(torch.from_numpy(inputs["pitch_bias"]), (0, v.FIELD_SIZES[v.PITCH] - v.PITCHED_VALUES))
    for field in range(v.FIELDS):
        if field and batch.target[0, 0, v.POSITION] == v.END:
            break
        logits = network.field_logits(shared, last, batch)[field][0, 0]
        if field == v.PITCH:
            logits = logits + leaning[batch.target[0, 0, v.PART]]
        chances = (logits / float(inputs["temperature"])).softmax(-1)
        scores = chances if noise is None else _race(chances, noise, field, race.CUT)
        value = int(scores.argmax()) if given is None else int(given[field])
        batch.target[0, 0, field] = value
        chance += float(chances[value].log())
        if noise is not None and given is not None:
            regret = max(regret, _regret(chances, noise, field, value))
    return batch.target, chance, regret


_FIRST_CLOCKS = np.cumsum((0, *v.FIELD_SIZES[: v.PITCH + 1], v.FIELD_SIZES[v.DURATION]))


def _race(chances: torch.Tensor, noise: float, field: int, cut: float) -> torch.Tensor:
    """The scores of the choices, 0 for those that are cut."""
    share = chances / chances.norm()
    first = int(race.place(np.array([noise], np.float32))[0] + _FIRST_CLOCKS[field])
    return torch.where(share > cut, share, 0.0) * torch.from_numpy(_CLOCKS[first : first + len(chances)])


def _regret(chances: torch.Tensor, noise: float, field: int, value: int) -> float:
    """By how much a value lost its race; by the last bit of a float it may lie on either side of the cut."""
    own = _race(chances, noise, field, race.CUT * (1 - _AT_THE_CUT))[value]
    best = _race(chances, noise, field, race.CUT * (1 + _AT_THE_CUT)).max()
    return float((best / own).log().clamp(min=0))
