"""The trained network as one ONNX graph that writes a whole bar in one call.

A Loop steps the network; each step samples its row inside the graph from uniform noise given
as an input, under the grammar, or takes it from the forced rows. Names and shapes are those
of barwise.composing.contract.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, CONDITION_SIZE
from barwise_export.graph import OPSET, GraphWriter, Shape, value_info
from barwise_export.model import FORBIDDEN, PARTS, BarNetwork

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_ALMOST_ONE = 1 - 2**-20
"""Noise is kept below this, so that a rounded sum never runs past the last choice."""


def round_weights(network: BarNetwork) -> BarNetwork:
    """The network with every weight rounded to half precision, as the file keeps it."""
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(weight.half().float())
    return network


def to_onnx(network: BarNetwork) -> onnx.ModelProto:
    """The graph of the contract for this network."""
    return _BarGraph(network).model()


class _BarGraph:
    """Writes the graph: `outer` is computed once a bar, `body` once a row."""

    def __init__(self, network: BarNetwork) -> None:
        self.config = network.config
        self.outer = GraphWriter()
        self.body = GraphWriter(self.outer.names)
        self.weights = {name: self._weight(name, value) for name, value in network.state_dict().items()}
        self.state_size = network.state_size
        # Sums of a few weights: rounded already, so single precision keeps them as they are.
        self.chord_table = self.outer.constant(network.chord_table().detach().flatten(0, 1).numpy())
        self.one = self.outer.constant(1, np.int64)
        self.axis_1 = self.outer.constant([1], np.int64)

    def _weight(self, name: str, value: torch.Tensor) -> str:
        array = value.numpy()
        is_linear = array.ndim == 2 and not name.startswith(("embed", "known", "interval"))
        return self.outer.weight(name, np.ascontiguousarray(array.T) if is_linear else array)

    def model(self) -> onnx.ModelProto:
        """The whole graph, checked."""
        self._before_the_rows()
        rows, chances, state = self._loop()
        graph = self.outer
        graph.op("Transpose", rows, perm=[1, 0, 2], name="rows")
        graph.op("Transpose", chances, perm=[1, 0], name="log_probability")
        graph.op("Concat", *state[:2], graph.op("Cast", state[2], to=TensorProto.FLOAT), axis=1, name="next_state")
        model = helper.make_model(
            graph.graph("barwise_composer", _inputs(self.state_size), _outputs(self.state_size)),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=9,
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _before_the_rows(self) -> None:
        graph, config = self.outer, self.config
        hidden = self._linear(graph, "condition.0", graph.op("Unsqueeze", "condition", graph.constant([0], np.int64)))
        self.condition = self._linear(graph, "condition.2", graph.op("Relu", hidden))  # [1, width]
        rows = self._embed(graph, "reference", axis=1)  # [R, width]
        per_head = graph.constant([-1, config.attention_heads, config.attention // config.attention_heads], np.int64)
        keys = graph.op("Reshape", self._linear(graph, "key", rows), per_head)
        values = graph.op("Reshape", self._linear(graph, "value", rows), per_head)
        scale = graph.constant((config.attention // config.attention_heads) ** -0.5)
        self.keys = graph.op("Mul", graph.op("Transpose", keys, perm=[1, 2, 0]), scale)  # [heads, d, R]
        self.values = graph.op("Transpose", values, perm=[1, 0, 2])  # [heads, R, d]
        self.has_reference = graph.op("Gather", "condition", graph.constant(_HAS_REFERENCE, np.int64), axis=0)
        end = graph.constant([[v.END, 0, 0, 0, 0]], np.int64)
        self.forced = graph.op("Concat", "forced", end, axis=0)  # the END row is never used, only indexed
        self.forced_rows = graph.op("Gather", graph.op("Shape", "forced"), graph.constant(0, np.int64), axis=0)
        self.tables = {
            "part": graph.constant(np.arange(v.FIELD_SIZES[v.PART]), np.int64),
            "position": graph.constant(np.arange(v.FIELD_SIZES[v.POSITION]), np.int64),
            "pitch": graph.constant(np.arange(v.FIELD_SIZES[v.PITCH]), np.int64),
            "pitch_of_part": graph.constant(v.PITCH_OF_PART, np.bool_),
            "duration_of_part": graph.constant(v.DURATION_OF_PART, np.bool_),
            "velocity_of_part": graph.constant(v.VELOCITY_OF_PART, np.bool_),
            "top_pitch": graph.constant(v.TOP_PITCH_OF_PART, np.int64),
        }
        self.end = graph.constant(v.END, np.int64)
        self.zero = graph.constant(0, np.int64)
        self.forbidden = graph.constant(FORBIDDEN)

    def _loop(self) -> tuple[str, str, list[str]]:
        """Run the body until every candidate has ended: rows, chances and the two states."""
        graph = self.outer
        candidates = graph.op("Gather", graph.op("Shape", "state"), graph.constant([0], np.int64), axis=0)
        first = graph.op(
            "Expand",
            graph.constant([[v.END, 0, 0, 0, 0]], np.int64),
            graph.op("Concat", candidates, self.axis_1, axis=0),
        )
        done = graph.op("Expand", graph.constant([False], np.bool_), candidates)
        hidden = self.config.hidden
        sizes = graph.constant([hidden, hidden, PARTS], np.int64)
        lower, upper, last = graph.ops("Split", "state", sizes, outputs=3, axis=1)
        outputs = graph.ops(
            "Loop",
            graph.constant(v.MAX_ROWS, np.int64),
            graph.constant(True, np.bool_),
            first,
            lower,
            upper,
            graph.op("Cast", last, to=TensorProto.INT64),
            done,
            outputs=7,
            body=self._body(),
        )
        return outputs[5], outputs[6], outputs[1:4]

    def _body(self) -> onnx.GraphProto:
        """One row for every candidate; a candidate that has ended repeats END and keeps its state."""
        graph, hidden = self.body, self.config.hidden
        self._last_pitches()
        lower = self._gru("lower", self._step_input(), "lower_in")
        context = graph.op("Add", lower, self._linear(graph, "look", self._attend(lower)))
        upper = self._gru("upper", context, "upper_in")
        row, chance = self._row(graph.op("Add", upper, context))
        ended = graph.op("Equal", self._column(row, v.POSITION), self.end)
        was_done = graph.op("Unsqueeze", "done_in", self.axis_1)
        graph.op("Where", was_done, "lower_in", lower, name="lower_out")
        graph.op("Where", was_done, "upper_in", upper, name="upper_out")
        graph.op("Or", "done_in", ended, name="done_out")
        graph.op("Identity", row, name="row_out")
        graph.op("Identity", row, name="row_scan")
        graph.op("Where", "done_in", graph.constant(0.0), chance, name="chance_scan")
        waiting = graph.op("Cast", graph.op("Not", "done_out"), to=TensorProto.INT64)
        any_waiting = graph.op("ReduceMax", waiting, keepdims=0)
        graph.op("Cast", any_waiting, to=TensorProto.BOOL, name="go_on_out")
        carried: list[tuple[str, str, Shape]] = [
            ("row", "int64", ("k", v.FIELDS)),
            ("lower", "float32", ("k", hidden)),
            ("upper", "float32", ("k", hidden)),
            ("last", "int64", ("k", PARTS)),
            ("done", "bool", ("k",)),
        ]
        inputs = [value_info("step", "int64", ()), value_info("go_on_in", "bool", ())]
        inputs += [value_info(f"{name}_in", kind, shape) for name, kind, shape in carried]
        outputs = [value_info("go_on_out", "bool", ())]
        outputs += [value_info(f"{name}_out", kind, shape) for name, kind, shape in carried]
        outputs += [value_info("row_scan", "int64", ("k", 5)), value_info("chance_scan", "float32", ("k",))]
        return graph.graph("row", inputs, outputs)

    # The network, a step at a time.

    def _linear(self, graph: GraphWriter, name: str, value: str) -> str:
        product = graph.op("MatMul", value, self.weights[f"{name}.weight"])
        return graph.op("Add", product, self.weights[f"{name}.bias"])

    def _embed(self, graph: GraphWriter, rows: str, axis: int) -> str:
        """Sum of the fields' embeddings of rows [n, 5]: [n, width]."""
        total = ""
        for field in range(v.FIELDS):
            column = graph.op("Gather", rows, graph.constant(field, np.int64), axis=axis)
            embedded = graph.op("Gather", self.weights[f"embed.{field}.weight"], column, axis=0)
            total = graph.op("Add", total, embedded) if total else embedded
        return total

    def _step_input(self) -> str:
        return self.body.op("Add", self._embed(self.body, "row_in", axis=1), self.condition)

    def _last_pitches(self) -> None:
        """Each part's last pitch + 1, the row before counted in: [k, 6]."""
        graph = self.body
        is_mine = graph.op("Equal", self.tables["part"], self._before(v.PART))
        is_row = graph.op("Not", graph.op("Equal", self._before(v.POSITION), self.end))
        pitch = graph.op("Add", self._before(v.PITCH), self.one)
        graph.op("Where", graph.op("And", is_mine, is_row), pitch, "last_in", name="last_out")

    def _pitch_bias(self, part: str) -> str:
        """What the tables add to the pitch logits of a part [k]: [k, pitches]."""
        graph, values = self.body, v.PITCHED_VALUES
        own = graph.op("GatherElements", "last_out", graph.op("Unsqueeze", part, self.axis_1), axis=1)  # [k, 1]
        offsets = graph.constant(np.arange(values) + values, np.int64)
        steps = graph.op("Clip", graph.op("Sub", offsets, own), self.zero, graph.constant(2 * values - 2, np.int64))
        row = graph.op("Gather", self.weights["interval"], part, axis=0)
        is_known = graph.op("Cast", graph.op("Greater", own, self.zero), to=TensorProto.FLOAT)
        moves = graph.op("Mul", graph.op("GatherElements", row, steps, axis=1), is_known)
        chord = graph.op("Gather", "last_out", self.zero, axis=1)  # HARMONY's: [k]
        chord = graph.op("Max", graph.op("Sub", chord, graph.constant(1 + v.FIRST_CHORD, np.int64)), self.zero)
        place = graph.op("Add", graph.op("Mul", part, graph.constant(len(v.ROOT_OF_CHORD), np.int64)), chord)
        bias = graph.op("Add", moves, graph.op("Gather", self.chord_table, place, axis=0))
        return graph.op("Pad", bias, graph.constant([0, 0, 0, v.FIELD_SIZES[v.PITCH] - values], np.int64))

    def _gru(self, layer: str, value: str, state: str) -> str:
        """A GRU step as torch.nn.GRU defines it: reset gate, update gate, candidate."""
        graph = self.body
        from_input = graph.ops("Split", self._gru_linear(layer, "ih", value), outputs=3, axis=1)
        from_state = graph.ops("Split", self._gru_linear(layer, "hh", state), outputs=3, axis=1)
        reset = graph.op("Sigmoid", graph.op("Add", from_input[0], from_state[0]))
        update = graph.op("Sigmoid", graph.op("Add", from_input[1], from_state[1]))
        fresh = graph.op("Tanh", graph.op("Add", from_input[2], graph.op("Mul", reset, from_state[2])))
        return graph.op("Add", fresh, graph.op("Mul", update, graph.op("Sub", state, fresh)))

    def _gru_linear(self, layer: str, gate: str, value: str) -> str:
        product = self.body.op("MatMul", value, self.weights[f"{layer}.weight_{gate}_l0"])
        return self.body.op("Add", product, self.weights[f"{layer}.bias_{gate}_l0"])

    def _attend(self, low: str) -> str:
        """The look at the reference rows: [k, attention]; zero without a reference."""
        graph, config = self.body, self.config
        width = config.attention // config.attention_heads
        query = graph.op(
            "Reshape",
            self._linear(graph, "query", low),
            graph.constant([-1, config.attention_heads, 1, width], np.int64),
        )
        shares = graph.op("Softmax", graph.op("MatMul", query, self.keys), axis=-1)  # [k, heads, 1, R]
        seen = graph.op("MatMul", shares, self.values)  # [k, heads, 1, d]
        flat = graph.op("Reshape", seen, graph.constant([-1, config.attention], np.int64))
        return graph.op("Mul", flat, self.has_reference)

    # Choosing a row.

    def _row(self, top: str) -> tuple[str, str]:
        """A row [k, 5] and its log-probability [k]."""
        graph, width = self.body, self.config.head
        hidden = self._linear(graph, "shared", top)  # [k, 5 * head], later the fields still open
        chosen: list[str] = []
        chances: list[str] = []
        for field in range(v.FIELDS):
            rest = (v.FIELDS - 1 - field) * width
            own, hidden = graph.ops("Split", hidden, graph.constant([width, rest], np.int64), outputs=2, axis=1)
            logits = self._linear(graph, f"out.{field}", graph.op("Relu", own))
            if field == v.PITCH:
                logits = graph.op("Add", logits, self._pitch_bias(chosen[v.PART]))
            masked = graph.op("Where", self._allowed(field, chosen), logits, self.forbidden)
            value = self._choose(field, masked)
            chosen.append(value)
            chances.append(self._chance(masked, value))
            if rest:
                known = graph.op("Gather", self.weights[f"known.{field}.weight"], value, axis=0)
                hidden = graph.op("Add", hidden, known)
        columns = [graph.op("Unsqueeze", value, self.axis_1) for value in chosen]
        return graph.op("Concat", *columns, axis=1), graph.op("Sum", *chances)

    def _choose(self, field: int, logits: str) -> str:
        """A value by inverse sampling, or the forced one, or END when the bar is over: [k]."""
        graph = self.body
        number = graph.constant(field, np.int64)
        forced_row = graph.op("Gather", self.forced, graph.op("Min", "step", self.forced_rows), axis=0)
        forced = graph.op("Gather", forced_row, number, axis=0)
        free = graph.op("Where", graph.op("Less", "step", self.forced_rows), forced, self._sample(field, logits))
        over = "done_in"
        if field == v.POSITION:
            last = graph.op("Equal", "step", graph.constant(v.MAX_ROWS - 1, np.int64))
            over = graph.op("Or", over, last)
        return graph.op("Where", over, self.end if field == v.POSITION else self.zero, free)

    def _sample(self, field: int, logits: str) -> str:
        """The first value at which the cumulated chances pass the noise: [k]."""
        graph = self.body
        chances = graph.op("Softmax", graph.op("Div", logits, "temperature"), axis=-1)
        floor = graph.op("Mul", graph.op("ReduceMax", chances, axes=[1], keepdims=1), "min_p")
        kept = graph.op("Where", graph.op("Less", chances, floor), graph.constant(0.0), chances)
        sums = graph.op("CumSum", kept, self.one)
        noise = graph.op("Gather", "noise", "step", axis=1)  # [k, 5]
        own = graph.op("Gather", noise, graph.constant([field], np.int64), axis=1)  # [k, 1]
        own = graph.op("Min", own, graph.constant(_ALMOST_ONE))
        total = graph.op("ReduceMax", sums, axes=[1], keepdims=1)
        passed = graph.op("LessOrEqual", sums, graph.op("Mul", own, total))
        return graph.op("ReduceSum", graph.op("Cast", passed, to=TensorProto.INT64), self.axis_1, keepdims=0)

    def _chance(self, logits: str, value: str) -> str:
        """Log-probability of the value at temperature 1: [k]."""
        graph = self.body
        logs = graph.op("LogSoftmax", logits, axis=-1)
        picked = graph.op("GatherElements", logs, graph.op("Unsqueeze", value, self.axis_1), axis=1)
        return graph.op("Squeeze", picked, self.axis_1)

    # The grammar, as BarNetwork.allowed has it.

    def _allowed(self, field: int, chosen: list[str]) -> str:
        match field:
            case v.POSITION:
                return self._allowed_positions()
            case v.PART:
                return self._allowed_parts(chosen[v.POSITION])
            case v.PITCH:
                return self._allowed_pitches(chosen[v.POSITION], chosen[v.PART])
            case v.DURATION:
                return self.body.op("Gather", self.tables["duration_of_part"], chosen[v.PART], axis=0)
            case _:
                return self.body.op("Gather", self.tables["velocity_of_part"], chosen[v.PART], axis=0)

    def _either(self, condition: str, yes: str, no: str) -> str:
        """Where for booleans, which the runtime's own Where does not take."""
        graph = self.body
        otherwise = graph.op("And", graph.op("Not", condition), no)
        return graph.op("Or", graph.op("And", condition, yes), otherwise)

    def _column(self, rows: str, field: int) -> str:
        return self.body.op("Gather", rows, self.body.constant(field, np.int64), axis=1)

    def _before(self, field: int) -> str:
        """A field of the row before: [k, 1]."""
        return self.body.op("Gather", "row_in", self.body.constant([field], np.int64), axis=1)

    def _following_parts(self) -> str:
        graph, numbers = self.body, self.tables["part"]
        part = self._before(v.PART)
        top = graph.op("Gather", self.tables["top_pitch"], part, axis=0)
        has_room = graph.op("Less", self._before(v.PITCH), top)
        has_room = graph.op("And", has_room, graph.op("Not", graph.op("Equal", part, self.zero)))
        same = graph.op("And", graph.op("Equal", numbers, part), has_room)
        return graph.op("And", "parts", graph.op("Or", graph.op("Greater", numbers, part), same))

    def _allowed_positions(self) -> str:
        graph, numbers = self.body, self.tables["position"]
        previous = self._before(v.POSITION)
        some = graph.op("Cast", self._following_parts(), to=TensorProto.INT64)
        some = graph.op("Cast", graph.op("ReduceMax", some, axes=[1], keepdims=1), to=TensorProto.BOOL)
        stays = graph.op("And", graph.op("Equal", numbers, previous), some)
        later = graph.op("And", graph.op("Greater", numbers, previous), graph.op("Less", numbers, "bar_ticks"))
        free = graph.op("Or", graph.op("Or", stays, later), graph.op("Equal", numbers, self.end))
        begins = graph.op("Equal", previous, self.end)
        return self._either(begins, graph.op("Equal", numbers, self.zero), free)

    def _allowed_parts(self, position: str) -> str:
        graph = self.body
        now, previous = graph.op("Unsqueeze", position, self.axis_1), self._before(v.POSITION)
        only_zero = graph.op("Or", graph.op("Equal", previous, self.end), graph.op("Equal", now, self.end))
        free = self._either(graph.op("Equal", now, previous), self._following_parts(), "parts")
        return self._either(only_zero, graph.op("Equal", self.tables["part"], self.zero), free)

    def _allowed_pitches(self, position: str, part: str) -> str:
        graph, numbers = self.body, self.tables["pitch"]
        now, own = graph.op("Unsqueeze", position, self.axis_1), graph.op("Unsqueeze", part, self.axis_1)
        same_part = graph.op("Equal", own, self._before(v.PART))
        repeats = graph.op("And", same_part, graph.op("Equal", now, self._before(v.POSITION)))
        higher = graph.op("Or", graph.op("Not", repeats), graph.op("Greater", numbers, self._before(v.PITCH)))
        free = graph.op("And", graph.op("Gather", self.tables["pitch_of_part"], part, axis=0), higher)
        ended = graph.op("Equal", now, self.end)
        return self._either(ended, graph.op("Equal", numbers, self.zero), free)


def _inputs(state: int) -> list[onnx.ValueInfoProto]:
    return [
        value_info("state", "float32", ("candidates", state)),
        value_info("condition", "float32", (CONDITION_SIZE,)),
        value_info("parts", "bool", (v.FIELD_SIZES[v.PART],)),
        value_info("bar_ticks", "int64", ()),
        value_info("reference", "int64", ("reference_rows", v.FIELDS)),
        value_info("forced", "int64", ("forced_rows", v.FIELDS)),
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
