"""A small writer of ONNX graphs: operators by name, constants by value. Knows no network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
DOMAIN = "com.microsoft"
"""Operators of onnxruntime itself: there, a product with an eight-bit matrix is one operator."""

_TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "bool": TensorProto.BOOL}
Shape = Sequence[int | str]


class Carried(NamedTuple):
    """What a step of a loop hands to the next: its inner name is NAME_in before and NAME_out after."""

    name: str
    kind: str
    shape: Shape
    first: str
    """What the first step is given."""


class Chosen(NamedTuple):
    """The row that a step has chosen: names of its fields, int64 [k, 1], and of the whole, [k, 5]."""

    position: str
    part: str
    pitch: str
    duration: str
    velocity: str
    row: str
    is_open: str
    """1 where the bar goes on, 0 where the row is END: int64 [k, 1]."""


def value_info(name: str, kind: str, shape: Shape) -> onnx.ValueInfoProto:
    """A named tensor's type and shape; strings stand for sizes that vary."""
    return helper.make_tensor_value_info(name, _TYPES[kind], list(shape))


@dataclass
class Names:
    """Fresh names, shared by a graph and the bodies of its loops."""

    count: int = 0

    def fresh(self, hint: str) -> str:
        """A name never given before."""
        self.count += 1
        return f"{hint}_{self.count}"


@dataclass
class GraphWriter:
    """Collects nodes and constants; every method returns the name of what it made."""

    names: Names = field(default_factory=Names)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def op(self, kind: str, *inputs: str, outputs: int = 1, name: str = "", **attributes: Any) -> str:
        """One operator with one output."""
        return self.ops(kind, *inputs, outputs=outputs, name=name, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int = 1, name: str = "", **attributes: Any) -> list[str]:
        """One operator with several outputs."""
        made = [name or self.names.fresh(kind.lower()) for _ in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, **attributes))
        return made

    def constant(self, value: object, kind: type = np.float32) -> str:
        """A constant tensor."""
        name = self.names.fresh("constant")
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=kind), name))
        return name

    def weight(self, name: str, value: NDArray[np.float32]) -> str:
        """A weight: kept in half precision in the file, single in use.

        The runtime folds the cast when it loads the graph, so that it costs nothing a step.
        """
        stored = name + ".half"
        self.constants.append(numpy_helper.from_array(value.astype(np.float16), stored))
        return self.op("Cast", stored, to=TensorProto.FLOAT, name=name)

    def quantized(self, name: str, value: NDArray[np.float32]) -> None:
        """A matrix [out, in] in eight bits, turned round for products, with a scale for each output."""
        numbers, scales = seven_bits(value)
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(numbers.T), name + ".eight"))
        self.constants.append(numpy_helper.from_array(scales, name + ".scale"))
        self.constants.append(numpy_helper.from_array(np.ones(1, np.float32), name + ".one"))

    def quantized_product(self, value: str, matrix: str, bias: str) -> str:
        """Value [n, in] with a matrix that `quantized` has stored, and a bias over its scales: [n, out].

        The scales come after the product: within it, the runtime takes four times as long for them.
        """
        product = self.op("DynamicQuantizeMatMul", value, matrix + ".eight", matrix + ".one", "", bias, domain=DOMAIN)
        return self.op("Mul", product, matrix + ".scale")

    def graph(
        self, name: str, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
    ) -> onnx.GraphProto:
        """What was collected, as a graph."""
        return helper.make_graph(self.nodes, name, list(inputs), list(outputs), initializer=self.constants)


SEVEN_BITS = 63
"""Largest weight. Processors without eight-bit products add two of them in sixteen bits, where a full
eight bits would overflow: with seven, every processor computes the same."""


def seven_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix [out, in] as whole numbers up to SEVEN_BITS and a scale for each output [out]."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-8).astype(np.float32) / SEVEN_BITS
    return np.round(matrix / scales[:, None]).astype(np.int8), scales
