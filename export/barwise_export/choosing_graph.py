"""Choosing a row as operators: heads, grammar, sampling. What BarNetwork.masked_logits says, made of tables.

The grammar is added to the logits as rows of tables, FORBIDDEN where a value may not be; a
head's bias is in its table, too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from barwise.composing import vocabulary as v
from barwise.music.notes import LOWEST_PITCH
from barwise_export.countdown_graph import Carried
from barwise_export.graph import GraphWriter
from barwise_export.model import FORBIDDEN, KNOWN_FIELDS, PARTS, QUALITIES, BarNetwork

_ALMOST_ONE = 1 - 2**-20
"""Noise is kept below this, so that a rounded sum never runs past the last choice."""

_PITCHES = v.FIELD_SIZES[v.PITCH]
_POSITIONS = v.FIELD_SIZES[v.POSITION]
_CHORDS = len(v.ROOT_OF_CHORD)
_OWN = v.PITCHED_VALUES + 1
_FREE, _FIRST = 2 * PARTS, 2 * PARTS + 1
"""Rows of the table of parts after those for staying at a position: any part, and the chord that begins a bar."""


@dataclass(frozen=True)
class Chosen:
    """The row that a step has chosen: names of int64 [k], the row [5, k] and the chances of its fields [k, 5]."""

    position: str
    part: str
    pitch: str
    duration: str
    velocity: str
    row: str
    chances: str


class Choosing:
    """Heads and sampling within the loop."""

    def __init__(self, outer: GraphWriter, body: GraphWriter, weights: dict[str, str], network: BarNetwork) -> None:
        self.outer, self.body, self.weights = outer, body, weights
        self.head = network.config.head

    def before_the_rows(self) -> None:
        """Tables of the grammar with what this bar adds: its length, its parts, its leaning."""
        graph = self.outer
        self.sharpness = graph.op("Reciprocal", "temperature")
        self.noise = graph.op("Min", "noise", graph.constant(_ALMOST_ONE))
        forced_end = graph.constant([[v.END, 0, 0, 0, 0]], np.int64)
        self.forced = graph.op("Concat", "forced", forced_end, axis=0)  # the END row is never used, only indexed
        self.forced_rows = graph.op("Gather", graph.op("Shape", "forced"), graph.constant(0, np.int64), axis=0)
        self._positions()
        self._parts()
        self._pitches()
        self._lengths()

    def carried(self, candidates: str) -> list[Carried]:
        """What the loop begins a bar with: the row before is an END."""
        graph = self.outer

        def all_of(value: int) -> str:
            return graph.op("Expand", graph.constant([value], np.int64), candidates)

        return [
            ("position", "int64", ("k",), all_of(v.END)),
            ("part", "int64", ("k",), all_of(0)),
            ("pitch", "int64", ("k",), all_of(0)),
            ("other_parts", "int64", (), graph.constant(_FIRST, np.int64)),
        ]

    def row(self, hidden: str, last: str) -> Chosen:
        """A row from the heads' hidden layers [k, 5 * head] and each part's last pitch + 1 [k, 6]."""
        graph = self.body
        noise = graph.op("Gather", self.noise, "step", axis=1)  # [k, 5]
        noises = graph.ops("Split", noise, graph.constant([1, 1, 1, 2], np.int64), outputs=4, axis=1)
        forced = graph.op("Gather", self.forced, graph.op("Min", "step", self.forced_rows))
        forces = graph.ops("Split", forced, graph.constant([1, 1, 1, 2], np.int64), outputs=4, axis=0)
        is_forced = graph.op("Less", "step", self.forced_rows)
        stay = self._stay()
        chances: list[str] = []

        def choose(field: int, logits: str) -> str:
            value, chance = self._sample(logits, noises[field], is_forced, forces[field], f"{v.FIELD_NAMES[field]}_out")
            chances.append(chance)
            return value

        def follow(field: int, value: str, rest: str) -> tuple[str, str]:
            """The next head's hidden layer and what is left for those after, the value known to both."""
            known = graph.op("Add", rest, graph.op("Gather", self.weights[f"known.{field}.weight"], value))
            width = self.head * (v.FIELDS - 2 - field)
            if field + 1 == KNOWN_FIELDS:
                return graph.op("Relu", known), ""
            own, others = graph.ops("Split", known, graph.constant([self.head, width], np.int64), outputs=2, axis=1)
            return graph.op("Relu", own), others

        sizes = graph.constant([self.head, self.head * (v.FIELDS - 1)], np.int64)
        own, rest = graph.ops("Split", hidden, sizes, outputs=2, axis=1)
        logits = self._logits(0, graph.op("Relu", own))
        before = graph.op("Add", "position_in", graph.op("Gather", self.stays, stay))
        position = choose(v.POSITION, graph.op("Add", logits, graph.op("Gather", self.positions, before)))
        own, rest = follow(v.POSITION, position, rest)
        is_same = graph.op("Equal", position, "position_in")
        allowed = graph.op("Gather", self.parts, graph.op("Where", is_same, stay, "other_parts_in"))
        part = choose(v.PART, graph.op("Add", self._logits(1, own), allowed))
        own, rest = follow(v.PART, part, rest)
        pitch = choose(v.PITCH, self._pitch_logits(self._logits(2, own), part, is_same, last))
        own, _ = follow(v.PITCH, pitch, rest)
        both = graph.op("Add", graph.op("MatMul", own, self.length_heads), graph.op("Gather", self.lengths, part))
        both = graph.op("Reshape", both, graph.constant([-1, 2, self.length_width], np.int64))
        two = self._sample_two(both, noises[3], is_forced, forces[3])
        chances.append(two[1])
        graph.op("Identity", graph.constant(_FREE, np.int64), name="other_parts_out")
        turned = graph.op("Transpose", two[0], perm=[1, 0])  # [2, k]
        duration = graph.op("Gather", turned, graph.constant(0, np.int64), axis=0)
        velocity = graph.op("Gather", turned, graph.constant(1, np.int64), axis=0)
        axis = graph.constant([0], np.int64)
        columns = [graph.op("Unsqueeze", value, axis) for value in (position, part, pitch)]
        row = graph.op("Concat", *columns, turned, axis=0)
        return Chosen(position, part, pitch, duration, velocity, row, graph.op("Concat", *chances, axis=1))

    # Tables, made before the loop.

    def _positions(self) -> None:
        """Rows 0 to END: later positions or END; the same again with the position itself; only 0 after an END."""
        numbers = np.arange(_POSITIONS)
        later = (numbers > numbers[:, None]) | (numbers == v.END)
        later[v.END] = numbers == 0
        table = _mask(np.concatenate([later, later | np.eye(_POSITIONS, dtype=bool)]))
        table[_POSITIONS + v.END] = table[v.END]
        graph = self.outer
        ticks = graph.constant(np.where(numbers == v.END, -1, numbers), np.int64)
        outside = graph.op("Cast", graph.op("GreaterOrEqual", ticks, "bar_ticks"), to=TensorProto.FLOAT)
        bar = graph.op("Add", graph.op("Mul", outside, graph.constant(FORBIDDEN)), self.weights["out.0.bias"])
        self.positions = graph.op("Add", graph.constant(table), bar)

    def _parts(self) -> None:
        """Rows by 2 * part + (room above its pitch): who may follow at a position; then all parts; then the chord alone."""
        numbers = np.arange(PARTS)
        stays = [(numbers > part) | ((numbers == part) & bool(room)) for part in range(PARTS) for room in (0, 1)]
        graph = self.outer
        followers = graph.op("And", graph.constant(np.array(stays), np.bool_), "parts")  # [12, 6]
        everyone = graph.op("Unsqueeze", "parts", graph.constant([0], np.int64))
        chord = graph.constant((numbers == v.HARMONY)[None], np.bool_)
        allowed = graph.op("Concat", followers, everyone, chord, axis=0)
        mask = graph.op("Where", allowed, graph.constant(0.0), graph.constant(FORBIDDEN))
        self.parts = graph.op("Add", mask, self.weights["out.1.bias"])
        some = graph.op("ReduceMax", graph.op("Cast", followers, to=TensorProto.INT32), axes=[1], keepdims=0)
        self.stays = graph.op("Mul", graph.op("Cast", some, to=TensorProto.INT64), graph.constant(_POSITIONS, np.int64))
        room = [[2 * part + int(part != v.HARMONY and pitch < v.TOP_PITCH_OF_PART[part]) for pitch in range(_PITCHES)] for part in range(PARTS)]
        self.rooms = graph.constant(np.array(room).reshape(-1), np.int64)

    def _pitches(self) -> None:
        """What a part may write with this bar's leaning; pitches above each pitch; the network's two tables."""
        graph = self.outer
        padding = graph.constant([0, 0, 0, _PITCHES - v.PITCHED_VALUES], np.int64)
        bias = graph.op("Add", graph.op("Pad", "pitch_bias", padding), self.weights["out.2.bias"])
        self.of_part = graph.op("Add", graph.constant(_mask(v.PITCH_OF_PART)), bias)  # [6, pitches]
        numbers = np.arange(_PITCHES)
        above = np.concatenate([numbers > numbers[:, None], np.ones((1, _PITCHES), bool)])
        self.above = graph.constant(_mask(above))  # [pitches + 1, pitches]; the last row forbids nothing
        own, pitch = np.arange(_OWN)[:, None], np.arange(v.PITCHED_VALUES)
        steps = np.clip(pitch - own + v.PITCHED_VALUES, 0, 2 * v.PITCHED_VALUES - 2)
        moves = graph.op("Gather", self.weights["interval"], graph.constant(steps, np.int64), axis=1)
        moves = graph.op("Mul", moves, graph.constant((own > 0).astype(float)))  # [parts, own, pitched]
        self.moves = self._wide(moves, _OWN)
        over = graph.constant(_over_chord(), np.int64)  # [chords, pitched]
        flat = graph.op("Reshape", self.weights["over_chord"], graph.constant([PARTS, QUALITIES * 12], np.int64))
        self.over_chord = self._wide(graph.op("Gather", flat, over, axis=1), _CHORDS)

    def _wide(self, table: str, rows: int) -> str:
        """[parts, rows, pitched] to [parts * rows, pitches], 0 for drums and chords."""
        graph = self.outer
        wide = graph.op("Pad", table, graph.constant([0, 0, 0, 0, 0, _PITCHES - v.PITCHED_VALUES], np.int64))
        return graph.op("Reshape", wide, graph.constant([PARTS * rows, _PITCHES], np.int64))

    def _lengths(self) -> None:
        """Both last heads as one matrix, velocity filled up to duration's width; what each part may write of both."""
        graph = self.outer
        self.length_width = width = v.FIELD_SIZES[v.DURATION]
        fill = width - v.FIELD_SIZES[v.VELOCITY]
        duration = graph.op("Pad", self.weights["out.3.weight"], graph.constant([0, 0, self.head, width], np.int64))
        velocity = graph.op("Pad", self.weights["out.4.weight"], graph.constant([self.head, width, 0, fill], np.int64))
        self.length_heads = graph.op("Add", duration, velocity)  # [2 head, 2 width]
        bias = graph.op("Pad", self.weights["out.4.bias"], graph.constant([0, fill], np.int64))
        allowed = np.concatenate([v.DURATION_OF_PART, v.VELOCITY_OF_PART, np.zeros((PARTS, fill), bool)], axis=1)
        both = graph.op("Concat", self.weights["out.3.bias"], bias, axis=0)
        self.lengths = graph.op("Add", graph.constant(_mask(allowed)), both)

    # Steps, within the loop.

    def _logits(self, field: int, own: str) -> str:
        """A head's logits without its bias, which is in the grammar's table."""
        return self.body.op("MatMul", own, self.weights[f"out.{field}.weight"])

    def _stay(self) -> str:
        """2 * part + (room above its pitch) of the row before: [k]."""
        graph = self.body
        row = graph.op("Mul", "part_in", graph.constant(_PITCHES, np.int64))
        return graph.op("Gather", self.rooms, graph.op("Add", row, "pitch_in"))

    def _pitch_logits(self, logits: str, part: str, is_same: str, last: str) -> str:
        graph = self.body
        repeats = graph.op("And", is_same, graph.op("Equal", part, "part_in"))
        limit = graph.op("Where", repeats, "pitch_in", graph.constant(_PITCHES, np.int64))
        axis = graph.constant([1], np.int64)
        own = graph.op("GatherElements", last, graph.op("Unsqueeze", part, axis), axis=1)
        own = graph.op("Min", graph.op("Squeeze", own, axis), graph.constant(_OWN - 1, np.int64))
        move = graph.op("Add", graph.op("Mul", part, graph.constant(_OWN, np.int64)), own)
        chord = graph.op("Gather", last, graph.constant(v.HARMONY, np.int64), axis=1)
        chord = graph.op("Sub", chord, graph.constant(1 + v.FIRST_CHORD, np.int64))
        chord = graph.op("Max", chord, graph.constant(0, np.int64))
        over = graph.op("Add", graph.op("Mul", part, graph.constant(_CHORDS, np.int64)), chord)
        return graph.op(
            "Sum",
            logits,
            graph.op("Gather", self.of_part, part),
            graph.op("Gather", self.above, limit),
            graph.op("Gather", self.moves, move),
            graph.op("Gather", self.over_chord, over),
        )

    def _sample(self, logits: str, noise: str, is_forced: str, forced: str, name: str) -> tuple[str, str]:
        """The first value at which the cumulated chances pass the noise, or the forced one [k]; its chance [k, 1]."""
        graph = self.body
        value, chances = self._passed(logits, noise, 1)
        value = graph.op("Where", is_forced, forced, value, name=name)
        index = graph.op("Unsqueeze", value, graph.constant([1], np.int64))
        return value, graph.op("GatherElements", chances, index, axis=1)

    def _sample_two(self, logits: str, noise: str, is_forced: str, forced: str) -> tuple[str, str]:
        """The same for two fields at once, logits [k, 2, width], noise [k, 2]: values and chances [k, 2]."""
        graph = self.body
        axis = graph.constant([2], np.int64)
        value, chances = self._passed(logits, graph.op("Unsqueeze", noise, axis), 2)
        value = graph.op("Where", is_forced, forced, value)
        picked = graph.op("GatherElements", chances, graph.op("Unsqueeze", value, axis), axis=2)
        return value, graph.op("Squeeze", picked, axis)

    def _passed(self, logits: str, noise: str, axis: int) -> tuple[str, str]:
        graph = self.body
        chances = graph.op("Softmax", graph.op("Mul", logits, self.sharpness), axis=-1)
        floor = graph.op("Mul", graph.op("ReduceMax", chances, axes=[axis], keepdims=1), "min_p")
        kept = graph.op("Where", graph.op("Less", chances, floor), graph.constant(0.0), chances)
        sums = graph.op("CumSum", kept, graph.constant(axis, np.int64))
        total = graph.op("ReduceMax", sums, axes=[axis], keepdims=1)
        passed = graph.op("LessOrEqual", sums, graph.op("Mul", noise, total))
        counted = graph.op("Cast", passed, to=TensorProto.INT64)
        return graph.op("ReduceSum", counted, graph.constant([axis], np.int64), keepdims=0), chances


def _mask(allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.where(allowed, 0.0, FORBIDDEN).astype(np.float32)


def _over_chord() -> NDArray[np.int64]:
    """Where in a part's table [qualities * 12] each chord has each pitch: [chords, pitched]."""
    above_root = (np.arange(v.PITCHED_VALUES) + LOWEST_PITCH - v.ROOT_OF_CHORD[:, None]) % 12
    return np.asarray(v.QUALITY_OF_CHORD[:, None] * 12 + above_root)
