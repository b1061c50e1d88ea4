"""The trained network as one ONNX graph that writes a whole bar in one call.

Two loops step the network: one over the forced rows, whose chances it tells, one that draws row
after row under the grammar until every candidate has ended. Names and shapes are those of
barwise.composing.contract.

A step is a long chain of small operators, so what counts is how few there are: tables are
multiplied out before the loop wherever a row only looks them up, and everything keeps the
candidates in its first axis, so that no step turns anything round.
"""

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, CONDITION_SIZE
from barwise_export.choosing_graph import Choose, Choosing
from barwise_export.countdown import COUNTED
from barwise_export.countdown_graph import TABLE_ROWS, Countdown
from barwise_export.graph import DOMAIN, OPSET, Carried, GraphWriter, value_info
from barwise_export.model import BarNetwork

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_END_ROW = [[v.END, 0, 0, 0, 0]]

QUANTIZED = (
    "lower.weight_ih_l0",
    "lower.weight_hh_l0",
    "upper.weight_ih_l0",
    "upper.weight_hh_l0",
    "shared.weight",
)
"""Matrices that every row is multiplied with: eight bits in the file and in use."""


def to_onnx(network: BarNetwork) -> onnx.ModelProto:
    """The graph of the contract for this network, whose weights are as `rounding` leaves them."""
    return _BarGraph(network).model()


@dataclass(frozen=True)
class _Run:
    """A loop's outputs: what it carried, in order, and what it wrote at every step."""

    carried: list[str]
    scanned: str


class _BarGraph:
    """Writes the graph: `outer` is computed once a bar, the bodies of the loops once a row."""

    def __init__(self, network: BarNetwork) -> None:
        self.config = network.config
        self.outer = GraphWriter()
        self.weights: dict[str, str] = {}
        for name, value in network.state_dict().items():
            array = np.ascontiguousarray(value.numpy())
            if name == "countdown.weight":
                continue  # below, as the figures are ordered
            if name.startswith(("lower.", "upper.")):
                array = _turned(array)
            if name in QUANTIZED:
                self.outer.quantized(name, array)
            else:
                is_linear = array.ndim == 2 and not name.startswith(("embed", "known", "interval", "left"))
                self.weights[name] = self.outer.weight(name, np.ascontiguousarray(array.T) if is_linear else array)
        told, one = Countdown.weights(np.ascontiguousarray(network.countdown.weight.detach().numpy().T))
        self.told, self.share_offset = self.outer.weight("told", told), self.outer.constant(one)
        self.state_size, self.state_parts = network.state_size, network.state_parts
        self.layers = ("lower", "upper")[: network.config.layers]
        self.countdown = Countdown(self.outer, sum(v.FIELD_SIZES))
        self.scaled = self._over_scales()
        self.choosing = Choosing(self.outer, self.weights, network)

    def model(self) -> onnx.ModelProto:
        """The whole graph, checked."""
        graph = self.outer
        self.candidates = graph.op("Gather", graph.op("Shape", "state"), graph.constant([0], np.int64))
        self._before_the_rows()
        self.countdown.before_the_rows()
        self._told()
        self.choosing.before_the_rows()
        forced = self._follow_the_forced()
        drawn = self._draw(forced)
        self._tell(forced, drawn)
        model = helper.make_model(
            graph.graph("barwise_composer", _inputs(self.state_size), _outputs(self.state_size)),
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)],
            ir_version=9,
        )
        onnx.checker.check_model(model)
        return model

    def _over_scales(self) -> dict[str, str]:
        """The biases of the eight-bit products, over the scales of their matrices."""
        return {
            name: self.outer.op("Div", bias, f"{name}.scale")
            for name in QUANTIZED
            if (bias := self.weights.get(name.replace("weight", "bias")))
        }

    # Once a bar.

    def _before_the_rows(self) -> None:
        graph = self.outer
        fields = [self.weights[f"embed.{field}.weight"] for field in range(v.FIELDS)]
        embeddings = graph.op("Concat", *fields, axis=0)
        offsets = np.cumsum((0, *v.FIELD_SIZES))
        left = graph.op("Gather", self.weights["left.weight"], graph.constant(TABLE_ROWS, np.int64))
        self.table = graph.op("Concat", embeddings, left, axis=0)  # [values, width]
        self.offsets = graph.constant(offsets[:-1], np.int64)
        rows = graph.op("Add", "reference", self.offsets)
        self._look(graph.op("Gather", embeddings, rows))

    def _told(self) -> None:
        """What the countdown's figures and the condition add to a row: [FIGURES + 1, width]."""
        graph = self.outer
        hidden = self._linear(graph, "condition.0", graph.op("Unsqueeze", "condition", graph.constant([0], np.int64)))
        condition = self._linear(graph, "condition.2", graph.op("Relu", hidden))  # [1, width]
        once = graph.op("Add", condition, self.share_offset)
        self.told_rows = graph.op("Concat", self.told, once, axis=0)

    def _look(self, embedded: str) -> None:
        """Keys [heads, d, R] and values [heads, R, d] of the reference rows [R, 5, width]; no reference, no values."""
        graph, config = self.outer, self.config
        heads, width = config.attention_heads, config.attention // config.attention_heads
        rows = graph.op("ReduceSum", embedded, graph.constant([1], np.int64), keepdims=0)
        split = graph.constant([-1, heads, width], np.int64)
        keys = graph.op("Transpose", graph.op("Reshape", self._linear(graph, "key", rows), split), perm=[1, 2, 0])
        self.keys = graph.op("Mul", keys, graph.constant(width**-0.5))
        values = graph.op("Transpose", graph.op("Reshape", self._linear(graph, "value", rows), split), perm=[1, 0, 2])
        self.values = graph.op("Mul", values, graph.op("Gather", "condition", graph.constant(_HAS_REFERENCE, np.int64)))

    def _first(self) -> list[Carried]:
        """What the first loop begins with: an END row, the state, nothing counted."""
        graph, hidden, parts = self.outer, self.config.hidden, self.state_parts
        *states, last = graph.ops("Split", "state", graph.constant(parts, np.int64), outputs=len(parts), axis=1)
        one = graph.constant([1], np.int64)
        column = graph.op("Concat", self.candidates, one, axis=0)
        self.zeros = graph.op("Expand", graph.constant([[0]], np.int64), column)
        begins = graph.op("Add", graph.constant(_END_ROW, np.int64), self.offsets)
        return [
            Carried("row", "int64", ("k", v.FIELDS), graph.op("Expand", begins, column)),
            *[
                Carried(layer, "float32", ("k", hidden), first)
                for layer, first in zip(self.layers, states, strict=True)
            ],
            Carried("open", "float32", ("k", 1), graph.op("Expand", graph.constant([[1.0]]), column)),
            *self.choosing.carried(column, graph.op("Cast", last, to=TensorProto.INT64)),
            *self.countdown.carried(column),
        ]

    def _follow_the_forced(self) -> _Run:
        """The loop over the forced rows; it writes the chances of their fields: [rows, k, 5]."""
        graph, carried = self.outer, self._first()
        self.carried = carried
        length = graph.op("Gather", graph.op("Shape", "forced"), graph.constant(0, np.int64))
        body = GraphWriter(self.outer.names)
        row = body.op("Add", body.op("Gather", "forced", "step"), self.zeros)  # [k, 5]
        parts = body.ops("Split", row, body.constant([1, 1, 1, 2], np.int64), outputs=4, axis=1)
        chances: list[str] = []
        self._step(body, self.choosing.following(body, parts, chances))
        body.op("Concat", *chances, axis=1, name="scan")
        return self._loop(body, carried, length, graph.constant(True, np.bool_), "float32")

    def _draw(self, forced: _Run) -> _Run:
        """The loop that draws rows; it writes them: [rows, k, 5]."""
        graph = self.outer
        carried = [one._replace(first=first) for one, first in zip(self.carried, forced.carried, strict=True)]
        is_open = forced.carried[[one.name for one in carried].index("open")]
        body = GraphWriter(self.outer.names)
        chosen = self._step(body, self.choosing.drawing(body))
        body.op("Identity", chosen, name="scan")
        length = graph.op("Gather", graph.op("Shape", "forced"), graph.constant(0, np.int64))
        most = graph.op("Sub", graph.constant(v.MAX_ROWS, np.int64), length)
        return self._loop(body, carried, most, self._any(graph, is_open), "int64")

    def _loop(self, body: GraphWriter, carried: list[Carried], most: str, goes: str, kind: str) -> _Run:
        inputs = [value_info("step", "int64", ()), value_info("go_on_in", "bool", ())]
        inputs += [value_info(f"{one.name}_in", one.kind, one.shape) for one in carried]
        outputs = [value_info("go_on_out", "bool", ())]
        outputs += [value_info(f"{one.name}_out", one.kind, one.shape) for one in carried]
        outputs += [value_info("scan", kind, ("k", v.FIELDS))]
        made = self.outer.ops(
            "Loop",
            most,
            goes,
            *[one.first for one in carried],
            outputs=len(carried) + 1,
            body=body.graph("row", inputs, outputs),
        )
        return _Run(made[:-1], made[-1])

    def _tell(self, forced: _Run, drawn: _Run) -> None:
        """The graph's outputs."""
        graph = self.outer
        names = [one.name for one in self.carried]
        *states, last = [drawn.carried[names.index(name)] for name in (*self.layers, "last")]
        last = graph.op("Cast", self.choosing.last(last), to=TensorProto.FLOAT)
        graph.op("Concat", *states, last, axis=1, name="next_state")
        given = graph.op("Add", graph.op("Unsqueeze", "forced", graph.constant([1], np.int64)), self.zeros)
        rows = graph.op("Concat", given, drawn.scanned, axis=0)  # [rows, k, 5]
        graph.op("Transpose", rows, perm=[1, 0, 2], name="rows")
        position = graph.op("Gather", given, graph.constant([v.POSITION], np.int64), axis=2)
        ends = graph.op("Equal", position, graph.constant(v.END, np.int64))
        is_position = graph.constant(np.arange(v.FIELDS) == v.POSITION, np.bool_)
        counts = graph.op("Or", graph.op("Not", ends), is_position)  # of END, only the position is a choice
        shape = graph.op("Concat", graph.op("Shape", "forced"), self.candidates, axis=0)  # rows, fields, k
        shape = graph.op("Gather", shape, graph.constant([0, 2, 1], np.int64))
        chances = graph.op("Reshape", forced.scanned, shape)  # a loop without steps writes no candidates
        logs = graph.op("Log", graph.op("Where", counts, chances, graph.constant(1.0)))
        logs = graph.op("ReduceSum", logs, graph.constant([2], np.int64), keepdims=0)
        graph.op("Transpose", logs, perm=[1, 0], name="forced_log_probability")

    # Once a row.

    def _step(self, graph: GraphWriter, choose: Choose) -> str:
        """One row for every candidate; one that has ended repeats END and keeps its state. The row: [k, 5]."""
        lower = self._gru(graph, "lower", self._step_input(graph))
        top = self._changed(graph, lower)
        if self.config.layers > 1:
            upper = self._gru(graph, "upper", self._product(graph, top, "upper.weight_ih_l0"))
            top = graph.op("Add", upper, top)
        hidden = self._product(graph, top, "shared.weight")
        chosen = self.choosing.row(graph, hidden, choose)
        graph.op("Add", chosen.row, self.offsets, name="row_out")
        graph.op("Cast", chosen.is_open, to=TensorProto.FLOAT, name="open_out")
        self.countdown.count(graph, chosen)
        self._any(graph, chosen.is_open, "go_on_out")
        return chosen.row

    @staticmethod
    def _any(graph: GraphWriter, is_open: str, name: str = "") -> str:
        """Whether any candidate's bar goes on."""
        return graph.op("Cast", graph.op("ReduceMax", is_open, keepdims=0), to=TensorProto.BOOL, name=name)

    def _product(self, graph: GraphWriter, value: str, matrix: str) -> str:
        return graph.quantized_product(value, matrix, self.scaled[matrix])

    def _linear(self, graph: GraphWriter, name: str, value: str) -> str:
        product = graph.op("MatMul", value, self.weights[f"{name}.weight"])
        return graph.op("Add", product, self.weights[f"{name}.bias"])

    def _step_input(self, graph: GraphWriter) -> str:
        """What the row before, the countdown and the condition put into the lower layer's gates: [k, 3 hidden].

        Rows are looked up and added before the product: to look up what each puts into the gates would spare the
        product, but takes as long, since the table is then six times as large and seldom in the nearer memory.
        """
        figures, places = self.countdown.figures(graph)
        index = graph.op("Concat", "row_in", places, axis=1)
        looked_up = graph.op("Gather", self.table, index)  # [k, 5 + COUNTED, width]
        # A product with ones is a sum, and a quicker one.
        ones = graph.constant(np.ones((1, v.FIELDS + len(COUNTED))))
        rows = graph.op("MatMul", ones, looked_up)  # [k, 1, width]
        rows = graph.op("Reshape", rows, graph.constant([-1, self.config.embedding], np.int64))
        return self._product(graph, graph.op("Gemm", figures, self.told_rows, rows), "lower.weight_ih_l0")

    def _gru(self, graph: GraphWriter, layer: str, from_input: str) -> str:
        """A GRU step as torch.nn.GRU defines it: reset gate, update gate, candidate; `_turned` is the update gate.

        The state of a bar that is over stays.
        """
        hidden, state = self.config.hidden, f"{layer}_in"
        from_state = self._product(graph, state, f"{layer}.weight_hh_l0")
        sizes = graph.constant([2 * hidden, hidden], np.int64)
        gates_in, fresh_in = graph.ops("Split", from_input, sizes, outputs=2, axis=1)
        gates_state, fresh_state = graph.ops("Split", from_state, sizes, outputs=2, axis=1)
        gates = graph.op("Sigmoid", graph.op("Add", gates_in, gates_state))
        halves = graph.constant([hidden, hidden], np.int64)
        reset, change = graph.ops("Split", gates, halves, outputs=2, axis=1)
        fresh = graph.op("Tanh", graph.op("Add", fresh_in, graph.op("Mul", reset, fresh_state)))
        change = graph.op("Mul", change, "open_in")
        return graph.op("Add", state, graph.op("Mul", change, graph.op("Sub", fresh, state)), name=f"{layer}_out")

    def _changed(self, graph: GraphWriter, low: str) -> str:
        """The lower layer with what the look at the reference rows adds: [k, hidden]."""
        config = self.config
        by_head = graph.constant([-1, config.attention_heads, 1, config.attention // config.attention_heads], np.int64)
        query = graph.op("Gemm", low, self.weights["query.weight"], self.weights["query.bias"])
        scores = graph.op("MatMul", graph.op("Reshape", query, by_head), self.keys)  # [k, heads, 1, R]
        seen = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), self.values)  # [k, heads, 1, d]
        joined = graph.op("Reshape", seen, graph.constant([-1, config.attention], np.int64))
        change = graph.op("Gemm", joined, self.weights["look.weight"], self.weights["look.bias"])
        return graph.op("Add", low, change)


def _turned(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights or biases of a GRU [3 hidden, ...] with the update gate's signs turned.

    So it says how much of the candidate to take, not how much of the state to keep: taking nothing leaves the
    state as it is, to the last bit.
    """
    reset, update, fresh = np.split(array, 3)
    return np.concatenate([reset, -update, fresh])


def _inputs(state: int) -> list[onnx.ValueInfoProto]:
    return [
        value_info("state", "float32", ("candidates", state)),
        value_info("condition", "float32", (CONDITION_SIZE,)),
        value_info("parts", "bool", (v.FIELD_SIZES[v.PART],)),
        value_info("bar_ticks", "int64", ()),
        value_info("reference", "int64", ("reference_rows", v.FIELDS)),
        value_info("forced", "int64", ("forced_rows", v.FIELDS)),
        value_info("pitch_bias", "float32", (v.FIELD_SIZES[v.PART], v.PITCHED_VALUES)),
        value_info("noise", "float32", ("candidates", v.MAX_ROWS)),
        value_info("temperature", "float32", ()),
    ]


def _outputs(state: int) -> list[onnx.ValueInfoProto]:
    return [
        value_info("rows", "int64", ("candidates", "rows", v.FIELDS)),
        value_info("forced_log_probability", "float32", ("candidates", "forced_rows")),
        value_info("next_state", "float32", ("candidates", state)),
    ]
