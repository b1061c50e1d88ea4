"""Choosing a row as operators: heads, grammar, drawing. What BarNetwork.field_logits says, made of tables.

The grammar is added to the logits as rows of tables, FORBIDDEN where a value may not be; a
head's bias is in its table, too. Everything has the candidates in its first axis.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from barwise.composing import vocabulary as v
from barwise.music.notes import LOWEST_PITCH
from barwise_export import race
from barwise_export.graph import Chosen, GraphWriter
from barwise_export.model import FORBIDDEN, KNOWN_FIELDS, PARTS, QUALITIES, BarNetwork

_PITCHES = v.FIELD_SIZES[v.PITCH]
_POSITIONS = v.FIELD_SIZES[v.POSITION]
_OWN = v.PITCHED_VALUES + 1
_DRAWN = 4
"""Choices a row: position, part, pitch, and duration with velocity."""

Choose = Callable[[int, str], str]
"""A choice's number and its logits to the value [k, 1], or the two values [k, 2] of the last choice."""


class Choosing:
    """Heads and drawing within a loop."""

    def __init__(self, outer: GraphWriter, weights: dict[str, str], network: BarNetwork) -> None:
        self.outer, self.weights, self.head = outer, weights, network.config.head

    def before_the_rows(self) -> None:
        """Tables of the grammar with what this bar adds: its length, its parts, its leaning."""
        graph = self.outer
        self.sharpness = graph.op("Reciprocal", "temperature")
        self.clocks = graph.weight("clocks", race.clocks())
        place = graph.op("Mul", "noise", graph.constant(float(race.PLACES)))
        place = graph.op("Min", graph.op("Floor", place), graph.constant(race.PLACES - 1.0))
        axis = graph.constant([2], np.int64)
        self.places = graph.op("Unsqueeze", graph.op("Cast", place, to=TensorProto.INT64), axis)  # [k, rows, 1]
        self.window = graph.constant(np.arange(sum(race.WIDTHS)), np.int64)
        self._positions()
        self._parts()
        self._pitches()
        self._lengths()

    def row(self, graph: GraphWriter, hidden: str, last: str, choose: Choose) -> Chosen:
        """A row from the heads' hidden layers [k, 5 * head] and each part's last pitch + 1 [k, 6]."""
        sizes = graph.constant([1, 2, 2], np.int64)
        position_in, sound_in, _ = graph.ops("Split", "row_in", sizes, outputs=3, axis=1)
        own, rest = self._split(graph, hidden, v.FIELDS - 1)
        row_class = graph.op("GatherND", self.classes, sound_in)  # [k, 1]
        before = graph.op("Add", position_in, graph.op("GatherND", self.stays, row_class))
        position = choose(0, self._logits(graph, 0, own, graph.op("GatherND", self.positions, before)))
        own, rest = self._follow(graph, 0, position, rest)
        is_same = graph.op("Equal", position, position_in)
        following = graph.op("GatherND", self.followers, row_class)
        allowed = graph.op("Where", is_same, following, graph.op("GatherND", self.everyone, row_class))
        part = choose(1, self._logits(graph, 1, own, allowed))
        own, rest = self._follow(graph, 1, part, rest)
        pitch = choose(2, self._logits(graph, 2, own, self._pitch_tables(graph, part, is_same, sound_in, last)))
        own, _ = self._follow(graph, 2, pitch, rest)
        both = graph.op("MatMul", own, self.length_heads)
        both = graph.op("Add", both, graph.op("GatherND", self.lengths, part))
        both = graph.op("Reshape", both, graph.constant([-1, 2, v.FIELD_SIZES[v.DURATION]], np.int64))
        two = choose(3, both)
        duration, velocity = graph.ops("Split", two, graph.constant([1, 1], np.int64), outputs=2, axis=1)
        return Chosen(position, part, pitch, duration, velocity, graph.op("Concat", position, part, pitch, two, axis=1))

    def drawing(self, graph: GraphWriter) -> Choose:
        """Choices by race, with this step's clocks."""
        place = graph.op("Add", self.window, graph.op("Gather", self.places, "step", axis=1))  # [k, clocks]
        clocks = graph.op("Gather", self.clocks, place)
        widths = graph.constant(race.WIDTHS, np.int64)
        split = graph.ops("Split", clocks, widths, outputs=_DRAWN, axis=1)

        def choose(number: int, logits: str) -> str:
            chances = self._chances(graph, logits)
            kept = graph.op("ThresholdedRelu", graph.op("LpNormalization", chances, axis=-1, p=2), alpha=race.CUT)
            is_last = number == _DRAWN - 1
            own = split[number]
            if is_last:
                own = graph.op("Reshape", own, graph.constant([-1, 2, v.FIELD_SIZES[v.DURATION]], np.int64))
            return graph.op("ArgMax", graph.op("Mul", kept, own), axis=-1, keepdims=0 if is_last else 1)

        return choose

    def following(self, graph: GraphWriter, forced: list[str], chances: list[str]) -> Choose:
        """Forced values, one [k, 1] for each choice and [k, 2] for the last; appends their chances [k, n]."""

        def choose(number: int, logits: str) -> str:
            value, probabilities = forced[number], self._chances(graph, logits)
            if number == _DRAWN - 1:
                axis = graph.constant([2], np.int64)
                index = graph.op("Unsqueeze", value, axis)
                chances.append(graph.op("Squeeze", graph.op("GatherElements", probabilities, index, axis=2), axis))
            else:
                chances.append(graph.op("GatherElements", probabilities, value, axis=1))
            return value

        return choose

    def _chances(self, graph: GraphWriter, logits: str) -> str:
        return graph.op("Softmax", graph.op("Mul", logits, self.sharpness), axis=-1)

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
        self.positions = graph.op("Add", graph.constant(table), bar)  # [2 positions, positions]

    def _parts(self) -> None:
        """Who may follow at the position of the row before, whether any may, and who may later.

        By a class of the row before: 2 * part + (room above its pitch), and the last class for an END row, with
        part and pitch 0, which is followed by the chord that begins a bar and nothing else.
        """
        graph, numbers = self.outer, np.arange(PARTS)
        part, pitch = np.mgrid[:PARTS, :_PITCHES]
        classes = 2 * part + ((pitch < v.TOP_PITCH_OF_PART[part]) & (part != v.HARMONY))
        classes[0, 0] = 2 * PARTS
        self.classes = graph.constant(classes[..., None], np.int64)  # [6, pitches, 1]
        after = [(numbers > one // 2) | ((numbers == one // 2) & bool(one % 2)) for one in range(2 * PARTS)]
        nobody, chord = np.zeros(PARTS, bool), numbers == v.HARMONY
        followers = graph.op("And", graph.constant(np.array([*after, nobody]), np.bool_), "parts")  # [13, 6]
        begins = np.arange(2 * PARTS + 1)[:, None] == 2 * PARTS
        later = graph.op("And", graph.constant(np.repeat(~begins, PARTS, axis=1), np.bool_), "parts")
        everyone = graph.op("Or", later, graph.constant(begins & chord, np.bool_))  # [13, 6]
        self.followers, self.everyone = self._part_logits(followers), self._part_logits(everyone)
        some = graph.op("ReduceMax", graph.op("Cast", followers, to=TensorProto.INT32), axes=[1], keepdims=1)
        some = graph.op("Cast", some, to=TensorProto.INT64)
        self.stays = graph.op("Mul", some, graph.constant(_POSITIONS, np.int64))  # [13, 1]

    def _part_logits(self, allowed: str) -> str:
        graph = self.outer
        mask = graph.op("Where", allowed, graph.constant(0.0), graph.constant(FORBIDDEN))
        return graph.op("Add", mask, self.weights["out.1.bias"])

    def _pitches(self) -> None:
        """Pitches above each pitch, and the network's tables of moves and of tones over chords.

        To the moves, by part and its own last pitch, is added what the part may write. The leaning stays apart: to
        add it to a whole table costs more than to add a row of it at each step.
        """
        graph = self.outer
        numbers = np.arange(_PITCHES)
        above = np.concatenate([numbers > numbers[:, None], np.ones((1, _PITCHES), bool)])
        self.above = graph.constant(_mask(above))  # [pitches + 1, pitches]; the last row forbids nothing
        own, pitch = np.arange(_OWN)[:, None], np.arange(v.PITCHED_VALUES)
        steps = np.clip(pitch - own + v.PITCHED_VALUES, 0, 2 * v.PITCHED_VALUES - 2)
        moves = graph.op("Gather", self.weights["interval"], graph.constant(steps, np.int64), axis=1)
        moves = self._wide(graph.op("Mul", moves, graph.constant((own > 0).astype(float))))  # [parts, own, pitches]
        chord = graph.op("Gather", moves, graph.constant([0], np.int64), axis=1)  # what a chord row's own pitch says
        rest = graph.op("Expand", chord, graph.constant([PARTS, 1 + _PITCHES - _OWN, _PITCHES], np.int64))
        moves = graph.op("Concat", moves, rest, axis=1)  # [parts, pitches + 1, pitches]: of drums and chords, none
        self.moves = graph.op("Add", moves, graph.constant(_mask(v.PITCH_OF_PART)[:, None]))
        padding = graph.constant([0, 0, 0, _PITCHES - v.PITCHED_VALUES], np.int64)
        self.leaning = graph.op(
            "Add", graph.op("Pad", "pitch_bias", padding), self.weights["out.2.bias"]
        )  # [6, pitches]
        flat = graph.op("Reshape", self.weights["over_chord"], graph.constant([PARTS, QUALITIES * 12], np.int64))
        over = self._wide(graph.op("Gather", flat, graph.constant(_over_chord(), np.int64), axis=1))
        self.over_chord = over  # [parts, pitches + 1, pitches], by the harmony's last pitch value + 1

    def _wide(self, table: str) -> str:
        """[parts, rows, pitched] to [parts, rows, pitches], 0 for drums and chords."""
        padding = self.outer.constant([0, 0, 0, 0, 0, _PITCHES - v.PITCHED_VALUES], np.int64)
        return self.outer.op("Pad", table, padding)

    def _lengths(self) -> None:
        """Both last heads as one matrix, velocity filled up to duration's width; what each part may write of both."""
        graph, width = self.outer, v.FIELD_SIZES[v.DURATION]
        fill = width - v.FIELD_SIZES[v.VELOCITY]
        duration = graph.op("Pad", self.weights["out.3.weight"], graph.constant([0, 0, self.head, width], np.int64))
        velocity = graph.op("Pad", self.weights["out.4.weight"], graph.constant([self.head, width, 0, fill], np.int64))
        self.length_heads = graph.op("Add", duration, velocity)  # [2 head, 2 width]
        bias = graph.op("Pad", self.weights["out.4.bias"], graph.constant([0, fill], np.int64))
        allowed = np.concatenate([v.DURATION_OF_PART, v.VELOCITY_OF_PART, np.zeros((PARTS, fill), bool)], axis=1)
        both = graph.op("Concat", self.weights["out.3.bias"], bias, axis=0)
        self.lengths = graph.op("Add", graph.constant(_mask(allowed)), both)

    # Steps, within the loop.

    def _split(self, graph: GraphWriter, hidden: str, others: int) -> tuple[str, str]:
        """The next head's hidden layer [k, head], and those after it."""
        sizes = graph.constant([self.head, self.head * others], np.int64)
        own, rest = graph.ops("Split", hidden, sizes, outputs=2, axis=1)
        return graph.op("Relu", own), rest

    def _follow(self, graph: GraphWriter, field: int, value: str, rest: str) -> tuple[str, str]:
        """The next head's hidden layer and what is left for those after, the value known to both."""
        known = graph.op("Add", rest, graph.op("GatherND", self.weights[f"known.{field}.weight"], value))
        if field + 1 == KNOWN_FIELDS:
            return graph.op("Relu", known), ""
        return self._split(graph, known, v.FIELDS - 2 - field)

    def _logits(self, graph: GraphWriter, field: int, own: str, table: str) -> str:
        """A head's logits; its bias is in the table."""
        return graph.op("Add", graph.op("MatMul", own, self.weights[f"out.{field}.weight"]), table)

    def _pitch_tables(self, graph: GraphWriter, part: str, is_same: str, sound_in: str, last: str) -> str:
        part_in, pitch_in = graph.ops("Split", sound_in, graph.constant([1, 1], np.int64), outputs=2, axis=1)
        repeats = graph.op("And", is_same, graph.op("Equal", part, part_in))
        limit = graph.op("Where", repeats, pitch_in, graph.constant(_PITCHES, np.int64))
        own = graph.op("Concat", part, graph.op("GatherElements", last, part, axis=1), axis=1)
        chord = graph.op("Gather", last, graph.constant([v.HARMONY], np.int64), axis=1)
        over = graph.op("GatherND", self.over_chord, graph.op("Concat", part, chord, axis=1))
        moves = graph.op("Add", over, graph.op("GatherND", self.moves, own))
        moves = graph.op("Add", moves, graph.op("GatherND", self.leaning, part))
        return graph.op("Add", moves, graph.op("GatherND", self.above, limit))


def _mask(allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.where(allowed, 0.0, FORBIDDEN).astype(np.float32)


def _over_chord() -> NDArray[np.int64]:
    """Where in a part's table [qualities * 12] a harmony's last value + 1 has each pitch: [pitches + 1, pitched].

    Values that are no chord stand for the first chord value, which is no chord.
    """
    chord = np.maximum(np.arange(_PITCHES + 1) - 1 - v.FIRST_CHORD, 0)
    above_root = (np.arange(v.PITCHED_VALUES) + LOWEST_PITCH - v.ROOT_OF_CHORD[chord, None]) % 12
    return np.asarray(v.QUALITY_OF_CHORD[chord, None] * 12 + above_root)
