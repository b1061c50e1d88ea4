"""The network as its file keeps it: eight-bit matrices where every row is multiplied, half precision elsewhere."""

import torch
from torch import Tensor

from barwise_export.graph import seven_bits
from barwise_export.model import BarNetwork
from barwise_export.to_onnx import QUANTIZED

LEVELS = 255
"""Steps between the least and the greatest of the values that meet an eight-bit matrix."""


def round_weights(network: BarNetwork) -> BarNetwork:
    """The network with every weight rounded to what its file will hold; rounding twice changes nothing."""
    with torch.no_grad():
        for name, weight in network.named_parameters():
            weight.copy_(_on_scale(weight) if name in QUANTIZED else weight.half().float())
    return network


def product(value: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
    """Value [n, in] with a rounded matrix [out, in], as the runtime computes it from eight-bit numbers: [n, out].

    The values' range, with zero in it, is cut into LEVELS steps (onnxruntime's DynamicQuantizeMatMul).
    """
    low, high = value.min().clamp(max=0), value.max().clamp(min=0)
    step = (high - low) / LEVELS
    if step == 0:
        return bias.expand(len(value), -1)
    zero = (-low / step).round()
    numbers = ((value / step).round() + zero).clamp(0, LEVELS) - zero
    whole, scales = seven_bits(matrix.numpy())
    return (numbers @ torch.from_numpy(whole).float().T) * (step * torch.from_numpy(scales)) + bias


def _on_scale(weight: Tensor) -> Tensor:
    numbers, scales = seven_bits(weight.detach().cpu().numpy())
    return torch.from_numpy(numbers * scales[:, None]).to(weight)
