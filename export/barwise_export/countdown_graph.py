"""The countdown as operators: what countdown.py counts and tells, row by row, for all candidates.

Everything has the candidates in its first axis: [k, n].
"""

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from barwise.composing import vocabulary as v
from barwise.composing.contract import UNSCALED
from barwise.music.attributes import SUB_BEATS
from barwise.music.notes import Part
from barwise_export import countdown as c
from barwise_export.graph import Carried, Chosen, GraphWriter

ROOM_AT_START = SUB_BEATS + 1.0
_NEVER = -100.0
_ALWAYS = 100.0

SUMS = 6
"""Carried sums: velocity, voices; octaves, brightness, span, brightness and darkness. They begin with their prior."""

_AVERAGED, _DIVISORS = (2, 3, 0), (4, 5, 1)
"""Places among the sums of what is averaged, in ORDER, and of what it is divided by."""

ORDER = (1, 2, 0)
"""The averaged attributes in the order in which the graph has them: register, brightness, loudness."""

TABLE_SIZE = max(c.TABLE_SIZES)
"""All tables of what is left are made as long as the longest: what a shorter one says last, it says on."""

TABLE_ROWS = np.concatenate(
    [
        offset + np.minimum(np.arange(TABLE_SIZE), size - 1)
        for offset, size in zip(c.TABLE_OFFSETS, c.TABLE_SIZES, strict=True)
    ]
)
"""Rows of the network's table `left` that the graph's table is made of."""


class Countdown:
    """Counts kept across the steps of a loop."""

    def __init__(self, outer: GraphWriter, first_place: int) -> None:
        self.outer = outer
        self._shift = c.BELOW + 0.5 + first_place + TABLE_SIZE * np.arange(len(c.COUNTED))

    def before_the_rows(self) -> None:
        """What is wanted of the bar, where its positions and durations lead, and the first sums."""
        graph = self.outer
        ticks = graph.op("Cast", "bar_ticks", to=TensorProto.FLOAT)
        quarters = graph.op("Div", ticks, graph.constant([float(c.TICKS_PER_QUARTER)]))
        counted = graph.op("Gather", "condition", graph.constant(c.COUNTED_PLACES, np.int64))
        wanted = graph.op("Mul", counted, graph.constant([UNSCALED[name][1] for name in c.COUNTED]))
        wholes = graph.op("Concat", graph.constant([float(SUB_BEATS)] * 3), quarters, axis=0)
        self.wanted = graph.op("Mul", wanted, wholes)  # [COUNTED]
        low, span = UNSCALED["register"]
        averaged = graph.op("Gather", "condition", graph.constant([c.AVERAGED_PLACES[n] for n in ORDER], np.int64))
        averaged = graph.op("Mul", averaged, graph.constant([span / 12, 1.0, 1.0]))
        self.means = graph.op("Add", averaged, graph.constant([(low - c.MIDDLE_C) / 12, 0.0, 0.0]))  # [AVERAGED]
        prior = graph.op("Mul", self.means, graph.constant(c.PRIOR))
        prior = graph.op("Concat", prior, graph.constant([c.PRIOR] * 3), axis=0)
        places = np.argsort((*_AVERAGED, *_DIVISORS))
        self.first_sums = graph.op("Gather", prior, graph.constant(places, np.int64))
        self._reach(graph)

    def _reach(self, graph: GraphWriter) -> None:
        """Of each position: its sub-beat, what is left times what, room; of each end: the sub-beat after it, quarters.

        An END lies behind the bar's end, and so do its quarters: candidates that wait for others add no span.
        """
        self.sub = self._sub_beats()  # [END + 1]
        ends = graph.op("Min", graph.constant(np.arange(v.END + max(v.DURATIONS) + 1), np.int64), "bar_ticks")
        last = graph.op("Max", graph.op("Sub", ends, graph.constant(1, np.int64)), graph.constant(0, np.int64))
        self.until = graph.op("Add", graph.op("Gather", self.sub, last), graph.constant(1.0))
        ends = graph.op("Cast", ends, to=TensorProto.FLOAT)
        self.quarters = graph.op("Mul", ends, graph.constant(1 / c.TICKS_PER_QUARTER))  # up to the bar's end
        room = graph.op("Sub", graph.constant(ROOM_AT_START), self.sub)
        room = graph.op("Unsqueeze", room, graph.constant([1], np.int64))  # [END + 1, 1]
        scales = np.tile(1 / np.array(c.SCALES), (v.END + 1, 1))
        rates = graph.op("Expand", graph.op("Reciprocal", room), graph.constant([1, len(c.COUNTED)], np.int64))
        self.rates = graph.op("Concat", graph.constant(scales), rates, axis=1)  # [END + 1, 2 * COUNTED]
        self.rooms = graph.op("Concat", room, graph.constant(np.ones((v.END + 1, 1))), axis=1)  # [END + 1, 2]

    def _sub_beats(self) -> str:
        """The sub-beat of each tick: [END + 1]."""
        graph = self.outer
        scaled = graph.constant(np.arange(v.END + 1) * SUB_BEATS, np.int64)
        sub = graph.op("Min", graph.op("Div", scaled, "bar_ticks"), graph.constant(SUB_BEATS - 1, np.int64))
        return graph.op("Cast", sub, to=TensorProto.FLOAT)

    def carried(self, column: str) -> list[Carried]:
        """What the loop begins a bar with; column is the shape [k, 1]."""
        graph, first = self.outer, self.outer.constant(0, np.int64)

        def filled(name: str, value: str, width: int) -> Carried:
            return Carried(name, "float32", ("k", width), graph.op("Expand", value, column))

        # Drums and chords sound on for ever, so that their cells are never new.
        until = np.where(c.tables().by_pitch[:, 0] > 0, 0.0, _ALWAYS)
        return [
            filled("left", self.wanted, len(c.COUNTED)),
            filled("sums", self.first_sums, SUMS),
            filled("until", graph.constant(until), len(until)),
            filled("begun", graph.constant([-1.0]), 2),
            filled("rates", graph.op("Gather", self.rates, first), 2 * len(c.COUNTED)),
            filled("room", graph.op("Gather", self.rooms, first), 2),
        ]

    def figures(self, graph: GraphWriter) -> tuple[str, str]:
        """Figures [k, FIGURES + 1] and places in the tables, from the first place on: [k, COUNTED].

        In place of the share of the bar that is left stands its room, 16 times as much and one more; in
        place of the means in their own order, those of ORDER; after them 1. `weights` says the same of the matrix.
        """
        twice = graph.op("Gather", "left_in", graph.constant([*range(len(c.COUNTED))] * 2, np.int64), axis=1)
        both = graph.op("Mul", twice, "rates_in")
        both = graph.op("Clip", both, graph.constant(-c.CLIP), graph.constant(c.CLIP))
        sums, divisors = (
            graph.op("Gather", "sums_in", graph.constant(places, np.int64), axis=1) for places in (_AVERAGED, _DIVISORS)
        )
        means = graph.op("Sub", graph.op("Div", sums, divisors), self.means)
        lowest, highest = -(c.BELOW + 0.5), TABLE_SIZE - 0.25 - (c.BELOW + 0.5)
        place = graph.op("Clip", "left_in", graph.constant(lowest), graph.constant(highest))
        place = graph.op("Add", place, graph.constant(self._shift))
        # Cut off, which is floor above 0.
        return graph.op("Concat", both, means, "room_in", axis=1), graph.op("Cast", place, to=TensorProto.INT64)

    @staticmethod
    def weights(told: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The matrix of the figures [FIGURES, width] as `figures` orders them, and what goes to the constant one."""
        first, means, share = np.split(told, [2 * len(c.COUNTED), 2 * len(c.COUNTED) + len(c.AVERAGED)])
        of_room = share * np.float32(1 / SUB_BEATS)
        return np.concatenate([first, means[list(ORDER)], of_room]), -of_room

    def count(self, graph: GraphWriter, row: Chosen) -> None:
        """Count the row in."""
        duration = graph.op("Gather", graph.constant(v.DURATIONS, np.int64), row.duration)
        end = graph.op("Add", row.position, duration)
        sub, until = graph.op("Gather", self.sub, row.position), graph.op("Gather", self.until, end)
        begun, ended = (graph.op("Gather", self.quarters, tick) for tick in (row.position, end))
        span = graph.op("Sub", ended, begun)
        graph.op("GatherND", self.rates, row.position, name="rates_out")
        graph.op("GatherND", self.rooms, row.position, name="room_out")
        mine = graph.op("Add", graph.op("GatherND", graph.constant(_KINDS), row.part), sub)  # [k, 2], else far below
        onsets = graph.op("Cast", graph.op("Less", "begun_in", mine), to=TensorProto.FLOAT)
        graph.op("Max", "begun_in", mine, name="begun_out")
        before = graph.op("Max", graph.op("GatherElements", "until_in", row.pitch, axis=1), sub)
        until = graph.op("Max", until, before)
        graph.op("ScatterElements", "until_in", row.pitch, until, axis=1, name="until_out")
        cells = graph.op("Sub", until, before)
        is_pitched = graph.op("Gather", graph.constant(c.tables().by_pitch[:, 0]), row.pitch)
        counted = graph.op("Concat", onsets, cells, is_pitched, axis=1)
        graph.op("Sub", "left_in", counted, name="left_out")
        by_time = graph.op("Mul", graph.op("GatherND", graph.constant(_OF_PITCH), row.pitch), span)
        by_note = graph.op("GatherND", graph.constant(_OF_VELOCITY), row.velocity)
        graph.op("Add", "sums_in", graph.op("Concat", by_note, by_time, axis=1), name="sums_out")


def _kinds() -> NDArray[np.float32]:
    """0 where a part counts as pitched, as drums: [parts, 2]; elsewhere what no onset comes up to."""
    parts = np.arange(v.FIELD_SIZES[v.PART])
    return np.where(np.stack([parts > Part.DRUMS, parts == Part.DRUMS], 1), 0.0, _NEVER).astype(np.float32)


def _of_pitch() -> NDArray[np.float32]:
    """What a quarter of each pitch value adds to octaves, brightness, span, brightness and darkness: [pitches, 4]."""
    is_pitched, octaves, bright, dark = c.tables().by_pitch.T
    return np.stack([octaves, bright, is_pitched, bright + dark], 1)


_LEVELS = np.arange(v.VELOCITIES)
_LOUDNESS = np.where(_LEVELS > 0, _LEVELS * v.VELOCITY_STEP - v.VELOCITY_STEP // 2, 0) / 127
_OF_VELOCITY = np.stack([_LOUDNESS, _LEVELS > 0], 1).astype(np.float32)
"""What a note of each velocity adds to velocity and voices; only notes have one: [velocities, 2]."""

_KINDS, _OF_PITCH = _kinds(), _of_pitch()
