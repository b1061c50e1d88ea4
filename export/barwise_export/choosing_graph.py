"""Choosing a row as operators: heads, grammar, drawing. What BarNetwork.field_logits says, made of tables.

The grammar is added to the logits as rows of tables, FORBIDDEN where a value may not be; a
head's bias is in its table, too. Everything has the candidates in its first axis.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from barwise.composing import vocabulary as v
from barwise.music.notes import LOWEST_PITCH
from barwise_export import race
from barwise_export.graph import Carried, Chosen, GraphWriter
from barwise_export.model import FORBIDDEN, KNOWN_FIELDS, PARTS, QUALITIES, BarNetwork

_PITCHES = v.FIELD_SIZES[v.PITCH]
_POSITIONS = v.FIELD_SIZES[v.POSITION]
_OWN = v.PITCHED_VALUES + 1
_DRAWN = 4
"""Choices a row: position, part, pitch, and duration with velocity."""

_LASTS = 1 + _PITCHES
"""Values that a part's last pitch can have: 0 for none, else the pitch value + 1."""

_BEGINS = 2 * PARTS
"""The class of the END row that a bar begins after, and of END itself."""


class Choose(Protocol):
    """How values come to be."""

    def __call__(self, number: int, logits: str, name: str = "") -> str:
        """A choice's number and its logits to the value [k, 1], or the two values [k, 2] of the last choice."""
        ...


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
        self.blocks = graph.op("Reshape", self.clocks, graph.constant([-1, race.BLOCK], np.int64))
        self.window = graph.constant(np.arange(race.BLOCKS), np.int64)
        self._positions()
        self._parts()
        self._pitches()
        self._lengths()

    def carried(self, column: str, last: str) -> list[Carried]:
        """What the loop begins a bar with.

        column is the shape [k, 1]; last is each part's last pitch value + 1, 0 for none: int64 [k, parts].
        """
        graph = self.outer

        def filled(name: str, value: int, width: int = 1) -> Carried:
            first = graph.op("Expand", graph.constant([[value] * width], np.int64), column)
            return Carried(name, "int64", ("k", width), first)

        nobody = filled("repeat", 0, PARTS + 1)
        none = graph.op("Gather", nobody.first, graph.constant([0], np.int64), axis=1)
        last = graph.op("Concat", graph.op("Add", last, graph.constant(_FIRST_LASTS, np.int64)), none, axis=1)
        return [
            filled("position", -1),
            filled("before", 2 * _POSITIONS),
            filled("class", 2 * _BEGINS),
            Carried("last", "int64", ("k", PARTS + 1), last),
            nobody,
        ]

    def last(self, carried: str) -> str:
        """Each part's last pitch value + 1, from what was carried: int64 [k, parts]."""
        parts = self.outer.op("Gather", carried, self.outer.constant(np.arange(PARTS), np.int64), axis=1)
        return self.outer.op("Sub", parts, self.outer.constant(_FIRST_LASTS, np.int64))

    def row(self, graph: GraphWriter, hidden: str, choose: Choose) -> Chosen:
        """A row from the heads' hidden layers [k, 5 * head]; of END, and ever after, all fields but the position are 0.

        Tables of one axis are indexed by numbers that are added up, which is cheaper than to put indices together.
        """
        own, rest = self._split(graph, hidden, v.FIELDS - 1)
        logits = self._logits(graph, 0, own, graph.op("GatherND", self.positions, "before_in"))
        logits = graph.op("Add", logits, self.bar)
        position = choose(0, logits, "position_out")
        is_open = graph.op("Less", position, graph.constant([v.END], np.int64))
        is_open = graph.op("Cast", is_open, to=TensorProto.INT64)
        own, rest = self._follow(graph, 0, position, rest)
        is_same = graph.op("Cast", graph.op("Equal", position, "position_in"), to=TensorProto.INT64)
        allowed = graph.op("GatherND", self.followers, graph.op("Add", "class_in", is_same))
        part = graph.op("Mul", choose(1, self._logits(graph, 1, own, allowed)), is_open)
        own, rest = self._follow(graph, 1, part, rest)
        block = graph.op("Mul", part, graph.constant([_LASTS], np.int64))
        table = self._pitch_table(graph, part, block, is_same)
        pitch = graph.op("Mul", choose(2, self._logits(graph, 2, own, table)), is_open)
        own, _ = self._follow(graph, 2, pitch, rest)
        both = graph.op("MatMul", own, self.length_heads)
        both = graph.op("Add", both, graph.op("GatherND", self.lengths, part))
        both = graph.op("Reshape", both, graph.constant([-1, 2, v.FIELD_SIZES[v.DURATION]], np.int64))
        two = choose(3, both)
        duration, velocity = (graph.op("Gather", two, graph.constant([n], np.int64), axis=1) for n in range(2))
        row = graph.op("Concat", position, part, pitch, two, axis=1)
        self._note(graph, position, part, graph.op("Add", block, pitch))
        return Chosen(position, part, pitch, duration, velocity, row, is_open)

    def _note(self, graph: GraphWriter, position: str, part: str, sound: str) -> None:
        """What the next row must know of this one; sound tells part and pitch value: [k, 1]."""
        row_class = graph.op("Gather", self.classes, sound, name="class_out")
        graph.op("Add", position, graph.op("Gather", self.stays, row_class), name="before_out")
        slot = graph.op("Gather", self.slots, sound)
        newest = graph.op("Add", sound, graph.constant([1], np.int64))
        graph.op("ScatterElements", "last_in", slot, newest, axis=1, name="last_out")
        graph.op("GatherND", self.repeats, part, name="repeat_out")

    def drawing(self, graph: GraphWriter) -> Choose:
        """Choices by race, with this step's clocks."""
        place = graph.op("Add", self.window, graph.op("Gather", self.places, "step", axis=1))  # [k, blocks]
        clocks = graph.op("Gather", self.blocks, place)  # [k, blocks, BLOCK]
        clocks = graph.op("Reshape", clocks, graph.constant([-1, race.BLOCKS * race.BLOCK], np.int64))
        widths = graph.constant([*race.WIDTHS, race.BLOCKS * race.BLOCK - sum(race.WIDTHS)], np.int64)
        split = graph.ops("Split", clocks, widths, outputs=_DRAWN + 1, axis=1)

        def choose(number: int, logits: str, name: str = "") -> str:
            chances = self._chances(graph, logits)
            kept = graph.op("ThresholdedRelu", graph.op("LpNormalization", chances, axis=-1, p=2), alpha=race.CUT)
            is_last = number == _DRAWN - 1
            own = split[number]
            if is_last:
                own = graph.op("Reshape", own, graph.constant([-1, 2, v.FIELD_SIZES[v.DURATION]], np.int64))
            return graph.op("ArgMax", graph.op("Mul", kept, own), axis=-1, keepdims=0 if is_last else 1, name=name)

        return choose

    def following(self, graph: GraphWriter, forced: list[str], chances: list[str]) -> Choose:
        """Forced values, one [k, 1] for each choice and [k, 2] for the last; appends their chances [k, n]."""

        def choose(number: int, logits: str, name: str = "") -> str:
            value, probabilities = forced[number], self._chances(graph, logits)
            if number == _DRAWN - 1:
                axis = graph.constant([2], np.int64)
                index = graph.op("Unsqueeze", value, axis)
                chances.append(graph.op("Squeeze", graph.op("GatherElements", probabilities, index, axis=2), axis))
            else:
                chances.append(graph.op("GatherElements", probabilities, value, axis=1))
            return graph.op("Identity", value, name=name) if name else value

        return choose

    def _chances(self, graph: GraphWriter, logits: str) -> str:
        return graph.op("Softmax", graph.op("Mul", logits, self.sharpness), axis=-1)

    # Tables, made before the loop.

    def _positions(self) -> None:
        """Rows 0 to END: later positions or END; the same again with the position itself; then what begins a bar: 0."""
        numbers = np.arange(_POSITIONS)
        later = (numbers > numbers[:, None]) | (numbers == v.END)
        table = _mask(np.concatenate([later, later | np.eye(_POSITIONS, dtype=bool), [numbers == 0]]))
        graph = self.outer
        ticks = graph.constant(np.where(numbers == v.END, -1, numbers), np.int64)
        outside = graph.op("Cast", graph.op("GreaterOrEqual", ticks, "bar_ticks"), to=TensorProto.FLOAT)
        self.positions = graph.constant(table)  # [2 positions + 1, positions]
        # To add it to the whole table would cost more than to add it to a row of it at each step.
        self.bar = graph.op("Add", graph.op("Mul", outside, graph.constant(FORBIDDEN)), self.weights["out.0.bias"])

    def _parts(self) -> None:
        """Who may follow the row before, later and at its own position, and whether anyone may at its own.

        By twice a class of the row before, and 1 more at its own position. A class is 2 * part + (room above its
        pitch); the last one is that of an END row, with part and pitch 0, which is followed by the chord that begins
        a bar and nothing else.
        """
        graph, numbers = self.outer, np.arange(PARTS)
        part, pitch = np.divmod(np.arange(PARTS * _LASTS), _LASTS)
        classes = 2 * part + ((pitch < v.TOP_PITCH_OF_PART[part]) & (part != v.HARMONY))
        classes[0] = _BEGINS
        self.classes = graph.constant(2 * classes, np.int64)
        # An END leaves what its part, which is that of chords, had.
        self.slots = graph.constant(np.where(np.arange(len(part)) == 0, PARTS, part), np.int64)
        self.repeats = graph.constant(np.eye(PARTS, PARTS + 1) * (PARTS * _LASTS), np.int64)
        own = [(numbers > one // 2) | ((numbers == one // 2) & bool(one % 2)) for one in range(_BEGINS)]
        table = np.ones((2 * (_BEGINS + 1), PARTS), bool)
        table[1 : 2 * _BEGINS : 2] = own
        table[2 * _BEGINS :] = False
        begins = np.zeros(table.shape, bool)
        begins[2 * _BEGINS, v.HARMONY] = True
        allowed = graph.op("And", graph.constant(table, np.bool_), "parts")
        self.followers = self._part_logits(graph.op("Or", allowed, graph.constant(begins, np.bool_)))
        some = graph.op("ReduceMax", graph.op("Cast", allowed, to=TensorProto.INT32), axes=[1], keepdims=0)
        at_own = graph.constant(np.arange(len(table)) // 2 * 2 + 1, np.int64)
        some = graph.op("Cast", graph.op("Gather", some, at_own), to=TensorProto.INT64)
        self.stays = graph.op("Mul", some, graph.constant(_POSITIONS, np.int64))

    def _part_logits(self, allowed: str) -> str:
        graph = self.outer
        mask = graph.op("Where", allowed, graph.constant(0.0), graph.constant(FORBIDDEN))
        return graph.op("Add", mask, self.weights["out.1.bias"])

    def _pitches(self) -> None:
        """The network's tables of moves and of tones over chords, by part and last pitch: [parts * lasts, pitches].

        To the moves, by a part's own last pitch, is added what the part may write; the same again where only what is
        above that pitch may follow. The leaning stays apart: to add it to a whole table costs more than to add a row
        of it at each step.
        """
        graph = self.outer
        own, pitch = np.arange(_OWN)[:, None], np.arange(v.PITCHED_VALUES)
        steps = np.clip(pitch - own + v.PITCHED_VALUES, 0, 2 * v.PITCHED_VALUES - 2)
        moves = graph.op("Gather", self.weights["interval"], graph.constant(steps, np.int64), axis=1)
        moves = self._wide(graph.op("Mul", moves, graph.constant((own > 0).astype(float))))  # [parts, own, pitches]
        chord = graph.op("Gather", moves, graph.constant([0], np.int64), axis=1)  # what a chord row's own pitch says
        rest = graph.op("Expand", chord, graph.constant([PARTS, _LASTS - _OWN, _PITCHES], np.int64))
        moves = graph.op("Concat", moves, rest, axis=1)  # [parts, lasts, pitches]: of drums and chords, none
        moves = graph.op("Add", moves, graph.constant(_mask(v.PITCH_OF_PART)[:, None]))
        moves = graph.op("Add", moves, self.weights["out.2.bias"])
        last = graph.constant(np.arange(_LASTS)[:, None], np.int64)
        is_above = graph.op("GreaterOrEqual", graph.constant(np.arange(_PITCHES), np.int64), last)
        above = graph.op("Where", is_above, graph.constant(0.0), graph.constant(FORBIDDEN))
        both = self._flat(moves), self._flat(graph.op("Add", moves, above))
        self.moves = graph.op("Concat", *both, axis=0)
        padding = graph.constant([0, 0, 0, _PITCHES - v.PITCHED_VALUES], np.int64)
        self.leaning = graph.op("Pad", "pitch_bias", padding)  # [parts, pitches]
        flat = graph.op("Reshape", self.weights["over_chord"], graph.constant([PARTS, QUALITIES * 12], np.int64))
        over = self._wide(graph.op("Gather", flat, graph.constant(_over_chord(), np.int64), axis=1))
        self.over_chord = self._flat(over)  # by the harmony's last pitch value + 1

    def _flat(self, table: str) -> str:
        return self.outer.op("Reshape", table, self.outer.constant([PARTS * _LASTS, _PITCHES], np.int64))

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

    def _pitch_table(self, graph: GraphWriter, part: str, block: str, is_same: str) -> str:
        """What moves, harmony and leaning say of each pitch: [k, pitches]."""
        last = graph.op("Add", "last_in", graph.op("Mul", "repeat_in", is_same))
        own = graph.op("GatherElements", last, part, axis=1)
        chord = graph.op("Gather", "last_in", graph.constant([v.HARMONY], np.int64), axis=1)
        moves = graph.op("GatherND", self.moves, own)
        moves = graph.op("Add", moves, graph.op("GatherND", self.over_chord, graph.op("Add", block, chord)))
        return graph.op("Add", moves, graph.op("GatherND", self.leaning, part))


_FIRST_LASTS = np.arange(PARTS) * _LASTS
"""What each part's last pitch is counted from, while it is carried: an index into the tables of pitches."""


def _mask(allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.where(allowed, 0.0, FORBIDDEN).astype(np.float32)


def _over_chord() -> NDArray[np.int64]:
    """Where in a part's table [qualities * 12] a harmony's last value + 1 has each pitch: [pitches + 1, pitched].

    Values that are no chord stand for the first chord value, which is no chord.
    """
    chord = np.maximum(np.arange(_PITCHES + 1) - 1 - v.FIRST_CHORD, 0)
    above_root = (np.arange(v.PITCHED_VALUES) + LOWEST_PITCH - v.ROOT_OF_CHORD[chord, None]) % 12
    return np.asarray(v.QUALITY_OF_CHORD[chord, None] * 12 + above_root)
