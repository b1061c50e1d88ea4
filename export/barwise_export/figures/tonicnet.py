"""A peer to be timed beside: a network of TonicNet's shape, random weights, stepped from Python.

Shape by Peracha, "Improving Polyphonic Music Models with Feature-Rich Encoding" (ISMIR 2020): 98
tokens, three GRU layers of 100 units, a repetition embedding of 32 beside the token's and beside
the last layer's output, about 220,000 weights. A bar of four voices and a chord in sixteenths is
80 tokens, one run of the network each. Time does not depend on what the weights are.
"""

from dataclasses import dataclass, field

import numpy as np
import onnx
import onnxruntime
from onnx import helper

from barwise_export.graph import OPSET, GraphWriter, value_info

TOKENS = 98
UNITS = 100
LAYERS = 3
REPETITIONS = 80
REPETITION_WIDTH = 32
BAR_TOKENS = 80


@dataclass
class TonicNetShape:
    """The peer, ready to write bars on one thread."""

    seed: int = 0
    session: onnxruntime.InferenceSession = field(init=False)

    def __post_init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        graph = peer_graph(self.seed).SerializeToString()
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def bar(self, random: np.random.Generator) -> list[int]:
        """The tokens of one bar, each sampled from the logits after those before it."""
        state, token = np.zeros((LAYERS, 1, UNITS), np.float32), 0
        tokens: list[int] = []
        for number in range(BAR_TOKENS):
            feed = {"token": np.array([[token]]), "repetition": np.array([[number % REPETITIONS]]), "state": state}
            logits, state = self.session.run(None, feed)
            chances = np.exp(logits - logits.max())
            sums = np.cumsum(chances)
            token = int(np.searchsorted(sums, random.random() * sums[-1]))
            tokens.append(token)
        return tokens


def peer_graph(seed: int = 0) -> onnx.ModelProto:
    """One step: token [1, 1], repetition [1, 1] and state [layers, 1, units] to logits [tokens] and the new state."""
    graph, random = GraphWriter(), np.random.default_rng(seed)

    def weight(*shape: int) -> str:
        return graph.constant(random.normal(0, 0.1, shape))

    repetition = graph.op("Gather", weight(REPETITIONS, REPETITION_WIDTH), "repetition")
    value = graph.op("Concat", graph.op("Gather", weight(TOKENS, UNITS), "token"), repetition, axis=2)
    width, states = UNITS + REPETITION_WIDTH, []
    for state in graph.ops("Split", "state", outputs=LAYERS, axis=0):
        gates = [weight(1, 3 * UNITS, width), weight(1, 3 * UNITS, UNITS), weight(1, 6 * UNITS)]
        out, last = graph.ops("GRU", value, *gates, "", state, outputs=2, hidden_size=UNITS, linear_before_reset=1)
        value, width = graph.op("Squeeze", out, graph.constant([1], np.int64)), UNITS
        states.append(last)
    top = graph.op("Concat", value, repetition, axis=2)
    logits = graph.op("Add", graph.op("MatMul", top, weight(UNITS + REPETITION_WIDTH, TOKENS)), weight(TOKENS))
    graph.op("Reshape", logits, graph.constant([TOKENS], np.int64), name="logits")
    graph.op("Concat", *states, axis=0, name="next_state")
    shape = (LAYERS, 1, UNITS)
    inputs = [
        value_info("token", "int64", (1, 1)),
        value_info("repetition", "int64", (1, 1)),
        value_info("state", "float32", shape),
    ]
    outputs = [value_info("logits", "float32", (TOKENS,)), value_info("next_state", "float32", shape)]
    return helper.make_model(
        graph.graph("tonicnet_shape", inputs, outputs),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=9,
    )


def parameters(model: onnx.ModelProto) -> int:
    """Number of weights."""
    return sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer if tensor.data_type == 1)
