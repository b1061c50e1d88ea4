"""Training side by side: the processes that torchrun starts, on one machine or several. Knows no network's parts.

Every process trains on its own streams; after each step the gradients are averaged, so that all
have the same weights at all times. The first process alone measures, saves and decides when the
run is over. Without torchrun there is one process, and nothing here does anything.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed


@dataclass(frozen=True)
class Workers:
    """One process among those that train together."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is the one that measures, saves and decides."""
        return self.rank == 0

    def average(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Make each gradient the mean over all processes; all must call it with the same parameters."""
        if self.count == 1:
            return
        gradients = [weight.grad if weight.grad is not None else torch.zeros_like(weight) for weight in parameters]
        together = torch.cat([gradient.flatten() for gradient in gradients])  # one message instead of dozens
        distributed.all_reduce(together)
        together /= self.count
        for gradient, mean in zip(gradients, together.split([one.numel() for one in gradients]), strict=True):
            gradient.copy_(mean.view_as(gradient))

    def agree(self, value: Any) -> Any:
        """The first process's value, on every process: plain values and tensors."""
        if self.count == 1:
            return value
        box = [value if self.is_first else None]
        distributed.broadcast_object_list(box)
        return box[0]

    def agree_on_number(self, value: float, device: torch.device) -> float:
        """As `agree`, for one number: cheap enough for every step."""
        if self.count == 1:
            return value
        number: Tensor = torch.tensor([value], dtype=torch.float64, device=device)
        distributed.broadcast(number, 0)
        return float(number)

    def leave(self) -> None:
        """The training is over for this process."""
        if self.count > 1:
            distributed.destroy_process_group()


def join(device: str) -> tuple[Workers, torch.device]:
    """The processes that torchrun has started this one among, and this one's device; without torchrun, itself alone.

    No name of a device takes CUDA where there is one: a card for each process of a machine.
    """
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Workers(), torch.device(kind)
    chosen = torch.device(f"cuda:{os.environ['LOCAL_RANK']}" if kind == "cuda" else kind)
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    return Workers(distributed.get_rank(), distributed.get_world_size()), chosen
