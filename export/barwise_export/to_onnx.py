"""The trained network as one ONNX graph that writes a whole bar in one call.

A Loop steps the network; each step samples its row inside the graph from uniform noise given
as an input, under the grammar, or takes it from the forced rows. Names and shapes are those
of barwise.composing.contract.

A step is a long chain of small operators, so what counts is how few there are: tables are
multiplied out before the loop wherever a row only looks them up, and values that belong to a
candidate lie in the last axis, so that no step turns them round.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, CONDITION_SIZE
from barwise_export.choosing_graph import Choosing
from barwise_export.countdown_graph import Countdown
from barwise_export.graph import DOMAIN, OPSET, GraphWriter, Shape, value_info
from barwise_export.model import PARTS, BarNetwork

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")

QUANTIZED = ("lower.weight_hh_l0", "upper.weight_ih_l0", "upper.weight_hh_l0", "shared.weight")
"""Matrices that every row is multiplied with: eight bits in the file and in use."""


def to_onnx(network: BarNetwork) -> onnx.ModelProto:
    """The graph of the contract for this network, whose weights are as `rounding` leaves them."""
    return _BarGraph(network).model()


class _BarGraph:
    """Writes the graph: `outer` is computed once a bar, `body` once a row."""

    def __init__(self, network: BarNetwork) -> None:
        self.config = network.config
        self.outer = GraphWriter()
        self.body = GraphWriter(self.outer.names)
        self.weights: dict[str, str] = {}
        for name, value in network.state_dict().items():
            array = np.ascontiguousarray(value.numpy())
            if name in QUANTIZED:
                self.outer.quantized(name, array)
            else:
                is_linear = array.ndim == 2 and not name.startswith(("embed", "known", "interval", "left"))
                self.weights[name] = self.outer.weight(name, np.ascontiguousarray(array.T) if is_linear else array)
        self.state_size = network.state_size
        self.countdown = Countdown(self.outer, self.body)
        self.choosing = Choosing(self.outer, self.body, self.weights, network)

    def model(self) -> onnx.ModelProto:
        """The whole graph, checked."""
        self._before_the_rows()
        self.countdown.before_the_rows()
        self.choosing.before_the_rows()
        rows, chances, state = self._loop()
        graph = self.outer
        graph.op("Transpose", rows, perm=[2, 0, 1], name="rows")
        graph.op("Transpose", self._log(rows, chances), perm=[1, 0], name="log_probability")
        graph.op("Concat", *state[:2], graph.op("Cast", state[2], to=TensorProto.FLOAT), axis=1, name="next_state")
        model = helper.make_model(
            graph.graph("barwise_composer", _inputs(self.state_size), _outputs(self.state_size)),
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)],
            ir_version=9,
        )
        onnx.checker.check_model(model)
        return model

    def _before_the_rows(self) -> None:
        graph = self.outer
        hidden = self._linear(graph, "condition.0", graph.op("Unsqueeze", "condition", graph.constant([0], np.int64)))
        condition = self._linear(graph, "condition.2", graph.op("Relu", hidden))  # [1, width]
        into_gates = self.weights["lower.weight_ih_l0"]
        bias = self.weights["lower.bias_ih_l0"]
        self.condition_gates = graph.op("Add", graph.op("MatMul", condition, into_gates), bias)  # [1, 3 hidden]
        fields = [self.weights[f"embed.{field}.weight"] for field in range(v.FIELDS)]
        embeddings = graph.op("Concat", *fields, axis=0)
        all_rows = graph.op("Concat", embeddings, self.weights["left.weight"], axis=0)
        self.gate_table = graph.op("MatMul", all_rows, into_gates)  # [values, 3 hidden]
        self.figure_gates = graph.op("MatMul", self.weights["countdown.weight"], into_gates)  # [FIGURES, 3 hidden]
        offsets = np.cumsum((0, *v.FIELD_SIZES))
        self.field_offsets = graph.constant(offsets[:-1, None], np.int64)
        self.left_offset = int(offsets[-1])
        self._look(graph.op("Gather", embeddings, graph.op("Add", "reference", graph.constant(offsets[:-1], np.int64))))

    def _look(self, embedded: str) -> None:
        """The reference rows [R, 5, width] as two matrices: from the lower layer to scores, from shares to a change."""
        graph, config = self.outer, self.config
        heads, width = config.attention_heads, config.attention // config.attention_heads
        rows = graph.op("ReduceSum", embedded, graph.constant([1], np.int64), keepdims=0)
        split = graph.constant([-1, heads, width], np.int64)
        keys = graph.op("Transpose", graph.op("Reshape", self._linear(graph, "key", rows), split), perm=[1, 2, 0])
        keys = graph.op("Mul", keys, graph.constant(width**-0.5))  # [heads, d, R]
        values = graph.op("Transpose", graph.op("Reshape", self._linear(graph, "value", rows), split), perm=[1, 0, 2])
        by_head = graph.constant([-1, heads, width], np.int64)
        query = graph.op("Transpose", graph.op("Reshape", self.weights["query.weight"], by_head), perm=[1, 0, 2])
        offset = graph.op("Reshape", self.weights["query.bias"], graph.constant([heads, 1, width], np.int64))
        scores = graph.op("Transpose", graph.op("MatMul", query, keys), perm=[1, 0, 2])  # [hidden, heads, R]
        self.to_scores = graph.op("Reshape", scores, graph.constant([config.hidden, -1], np.int64))
        self.score_offset = graph.op("Reshape", graph.op("MatMul", offset, keys), graph.constant([-1], np.int64))
        look = graph.op("Reshape", self.weights["look.weight"], graph.constant([heads, width, -1], np.int64))
        changes = graph.op("Reshape", graph.op("MatMul", values, look), graph.constant([-1, config.hidden], np.int64))
        has_reference = graph.op("Gather", "condition", graph.constant(_HAS_REFERENCE, np.int64), axis=0)
        self.to_change = graph.op("Mul", changes, has_reference)  # [heads * R, hidden]
        length = graph.op("Gather", graph.op("Shape", "reference"), graph.constant([0], np.int64))
        self.split_heads = graph.op("Concat", graph.constant([-1, heads], np.int64), length, axis=0)
        whole = graph.op("Mul", length, graph.constant([heads], np.int64))
        self.join_heads = graph.op("Concat", graph.constant([-1], np.int64), whole, axis=0)

    def _log(self, rows: str, chances: str) -> str:
        """Log-probability of each row [rows, k] from its fields' chances [rows, k, 5]; END has a position alone."""
        graph = self.outer
        position = graph.op("Gather", rows, graph.constant([v.POSITION], np.int64), axis=1)  # [rows, 1, k]
        ends = graph.op("Transpose", graph.op("Equal", position, graph.constant(v.END, np.int64)), perm=[0, 2, 1])
        is_position = graph.constant(np.arange(v.FIELDS) == v.POSITION, np.bool_)
        counts = graph.op("Or", graph.op("Not", ends), is_position)
        logs = graph.op("Log", graph.op("Where", counts, chances, graph.constant(1.0)))
        return graph.op("ReduceSum", logs, graph.constant([2], np.int64), keepdims=0)

    def _loop(self) -> tuple[str, str, list[str]]:
        """Run the body until every candidate has ended: rows [rows, 5, k], chances [rows, k, 5], the states."""
        graph = self.outer
        sizes = graph.constant([self.config.hidden, self.config.hidden, PARTS], np.int64)
        lower, upper, last = graph.ops("Split", "state", sizes, outputs=3, axis=1)
        candidates = graph.op("Gather", graph.op("Shape", "state"), graph.constant([0], np.int64), axis=0)
        end_row = graph.constant(np.array([[v.END], [0], [0], [0], [0]]), np.int64)
        five = graph.op("Concat", graph.constant([v.FIELDS], np.int64), candidates, axis=0)
        carried: list[tuple[str, str, Shape, str]] = [
            ("row", "int64", (v.FIELDS, "k"), graph.op("Expand", end_row, five)),
            ("lower", "float32", ("k", self.config.hidden), lower),
            ("upper", "float32", ("k", self.config.hidden), upper),
            ("last", "int64", ("k", PARTS), graph.op("Cast", last, to=TensorProto.INT64)),
            ("done", "bool", ("k",), graph.op("Expand", graph.constant([False], np.bool_), candidates)),
            *self.countdown.carried(candidates),
            *self.choosing.carried(candidates),
        ]
        body = self._body([(name, kind, shape) for name, kind, shape, _ in carried])
        outputs = graph.ops(
            "Loop",
            graph.constant(v.MAX_ROWS, np.int64),
            graph.constant(True, np.bool_),
            *[first for *_, first in carried],
            outputs=len(carried) + 2,
            body=body,
        )
        return outputs[-2], outputs[-1], outputs[1:4]

    def _body(self, carried: list[tuple[str, str, Shape]]) -> onnx.GraphProto:
        """One row for every candidate; a candidate that has ended repeats END and keeps its state."""
        graph = self.body
        lower = self._gru("lower", self._step_input(), "lower_in")
        context = graph.op("Add", lower, self._change(lower))
        upper = self._gru("upper", self._quantized("upper.weight_ih_l0", context, "upper.bias_ih_l0"), "upper_in")
        top = graph.op("Add", upper, context)
        chosen = self.choosing.row(self._quantized("shared.weight", top, "shared.bias"), "last_in")
        ended = graph.op("Equal", chosen.position, graph.constant(v.END, np.int64))
        over = graph.op("Or", "done_in", ended, name="done_out")
        end_row = graph.constant(np.array([[v.END], [0], [0], [0], [0]]), np.int64)
        row = graph.op("Where", over, end_row, chosen.row, name="row_out")
        axis = graph.constant([1], np.int64)
        was_done = graph.op("Unsqueeze", "done_in", axis)
        graph.op("Where", was_done, "lower_in", lower, name="lower_out")
        graph.op("Where", was_done, "upper_in", upper, name="upper_out")
        part = graph.op("Unsqueeze", graph.op("Where", over, graph.constant(-1, np.int64), chosen.part), axis)
        is_mine = graph.op("Equal", graph.constant(np.arange(PARTS), np.int64), part)
        next_last = graph.op("Unsqueeze", graph.op("Add", chosen.pitch, graph.constant(1, np.int64)), axis)
        graph.op("Where", is_mine, next_last, "last_in", name="last_out")
        self.countdown.count(chosen)
        graph.op("Identity", row, name="row_scan")
        graph.op("Identity", chosen.chances, name="chance_scan")
        all_done = graph.op("ReduceMin", graph.op("Cast", over, to=TensorProto.INT32), keepdims=0)
        graph.op("Equal", all_done, graph.constant(0, np.int32), name="go_on_out")
        inputs = [value_info("step", "int64", ()), value_info("go_on_in", "bool", ())]
        inputs += [value_info(f"{name}_in", kind, shape) for name, kind, shape in carried]
        outputs = [value_info("go_on_out", "bool", ())]
        outputs += [value_info(f"{name}_out", kind, shape) for name, kind, shape in carried]
        outputs += [value_info("row_scan", "int64", (v.FIELDS, "k")), value_info("chance_scan", "float32", ("k", v.FIELDS))]
        return graph.graph("row", inputs, outputs)

    # The network, a step at a time.

    def _linear(self, graph: GraphWriter, name: str, value: str) -> str:
        product = graph.op("MatMul", value, self.weights[f"{name}.weight"])
        return graph.op("Add", product, self.weights[f"{name}.bias"])

    def _quantized(self, matrix: str, value: str, bias: str) -> str:
        """A product with an eight-bit matrix: the value's own range is found and used at every step."""
        return self.body.quantized_product(value, matrix, self.weights[bias])

    def _step_input(self) -> str:
        """What the row before and the countdown put into the lower layer's gates: [k, 3 hidden]."""
        graph = self.body
        figures, places = self.countdown.figures(self.left_offset)  # [FIGURES, k], [COUNTED, k]
        index = graph.op("Concat", graph.op("Add", "row_in", self.field_offsets), places, axis=0)
        looked_up = graph.op("Gather", self.gate_table, index)  # [5 + COUNTED, k, 3 hidden]
        rows = graph.op("ReduceSum", looked_up, graph.constant([0], np.int64), keepdims=0)
        told = graph.op("Gemm", figures, self.figure_gates, self.condition_gates, transA=1)
        return graph.op("Add", rows, told)

    def _gru(self, layer: str, from_input: str, state: str) -> str:
        """A GRU step as torch.nn.GRU defines it: reset gate, update gate, candidate."""
        graph, hidden = self.body, self.config.hidden
        from_state = self._quantized(f"{layer}.weight_hh_l0", state, f"{layer}.bias_hh_l0")
        sizes = graph.constant([2 * hidden, hidden], np.int64)
        gates_in, fresh_in = graph.ops("Split", from_input, sizes, outputs=2, axis=1)
        gates_state, fresh_state = graph.ops("Split", from_state, sizes, outputs=2, axis=1)
        gates = graph.op("Sigmoid", graph.op("Add", gates_in, gates_state))
        halves = graph.constant([hidden, hidden], np.int64)
        reset, update = graph.ops("Split", gates, halves, outputs=2, axis=1)
        fresh = graph.op("Tanh", graph.op("Add", fresh_in, graph.op("Mul", reset, fresh_state)))
        return graph.op("Add", fresh, graph.op("Mul", update, graph.op("Sub", state, fresh)))

    def _change(self, low: str) -> str:
        """What the look at the reference rows adds: [k, hidden]."""
        graph = self.body
        scores = graph.op("Gemm", low, self.to_scores, self.score_offset)  # [k, heads * R]
        shares = graph.op("Softmax", graph.op("Reshape", scores, self.split_heads), axis=-1)
        joined = graph.op("Reshape", shares, self.join_heads)
        return graph.op("Gemm", joined, self.to_change, self.weights["look.bias"])


def _inputs(state: int) -> list[onnx.ValueInfoProto]:
    return [
        value_info("state", "float32", ("candidates", state)),
        value_info("condition", "float32", (CONDITION_SIZE,)),
        value_info("parts", "bool", (v.FIELD_SIZES[v.PART],)),
        value_info("bar_ticks", "int64", ()),
        value_info("reference", "int64", ("reference_rows", v.FIELDS)),
        value_info("forced", "int64", ("forced_rows", v.FIELDS)),
        value_info("pitch_bias", "float32", (v.FIELD_SIZES[v.PART], v.PITCHED_VALUES)),
        value_info("noise", "float32", ("candidates", v.MAX_ROWS, v.FIELDS)),
        value_info("temperature", "float32", ()),
        value_info("min_p", "float32", ()),
    ]


def _outputs(state: int) -> list[onnx.ValueInfoProto]:
    return [
        value_info("rows", "int64", ("candidates", "rows", v.FIELDS)),
        value_info("log_probability", "float32", ("candidates", "rows")),
        value_info("next_state", "float32", ("candidates", state)),
    ]

