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
_LONGEST = len(v.DURATIONS)
_NEVER = -100.0

TALLY = 10
"""Carried sums: sub-beats with an onset, those of drums, cells, notes; octaves, brightness, velocity; and what
these three are divided by: span, brightness and darkness, voices. Means begin with their prior."""

ORDER = (1, 2, 0)
"""The averaged attributes in the order of the sums: register, brightness, loudness."""


class Countdown:
    """Counts kept across the steps of a loop."""

    def __init__(self, outer: GraphWriter) -> None:
        self.outer = outer

    def before_the_rows(self, candidates: str) -> None:
        """What is wanted of the bar, where its positions and durations lead, and the first tally."""
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
        first = graph.op("Concat", graph.constant([0.0] * 4), prior, graph.constant([c.PRIOR] * 3), axis=0)
        self.first_tally = first
        self._reach(graph)
        one = graph.constant([1], np.int64)
        self.ones = graph.op("Expand", graph.constant([[1.0]]), graph.op("Concat", candidates, one, axis=0))

    def _reach(self, graph: GraphWriter) -> None:
        """Of each position and duration: sub-beat, first sub-beat after the note, quarters within the bar."""
        position, duration = np.mgrid[: v.END + 1, :_LONGEST]
        begins = graph.constant(position, np.int64)
        ends = graph.op("Min", graph.constant(position + np.array(v.DURATIONS)[duration], np.int64), "bar_ticks")
        last = graph.op("Max", graph.op("Sub", ends, graph.constant(1, np.int64)), begins)
        of_tick = self._sub_beats()
        sub = graph.op("Gather", of_tick, begins)
        until = graph.op("Add", graph.op("Gather", of_tick, last), graph.constant(1.0))
        # An END lies behind the bar's end: candidates that wait for others must not add less than nothing.
        span = graph.op("Max", graph.op("Sub", ends, begins), graph.constant(0, np.int64))
        span = graph.op("Cast", span, to=TensorProto.FLOAT)
        span = graph.op("Mul", span, graph.constant(1 / c.TICKS_PER_QUARTER))
        axis = graph.constant([2], np.int64)
        columns = [graph.op("Unsqueeze", column, axis) for column in (sub, until, span)]
        self.reach = graph.op("Concat", *columns, axis=2)  # [END + 1, durations, 3]

    def _sub_beats(self) -> str:
        """The sub-beat of each tick: [END + 1]."""
        graph = self.outer
        scaled = graph.constant(np.arange(v.END + 1) * SUB_BEATS, np.int64)
        sub = graph.op("Min", graph.op("Div", scaled, "bar_ticks"), graph.constant(SUB_BEATS - 1, np.int64))
        return graph.op("Cast", sub, to=TensorProto.FLOAT)

    def carried(self, candidates: str) -> list[Carried]:
        """What the loop begins a bar with."""
        graph = self.outer

        def filled(value: str, width: int) -> str:
            shape = graph.op("Concat", candidates, graph.constant([width], np.int64), axis=0)
            return graph.op("Expand", value, shape)

        pitches = v.FIELD_SIZES[v.PITCH]
        return [
            Carried("tally", "float32", ("k", TALLY), filled(self.first_tally, TALLY)),
            Carried("until", "float32", ("k", pitches), filled(graph.constant([0.0]), pitches)),
            Carried("begun", "float32", ("k", 2), filled(graph.constant([-1.0]), 2)),
            Carried("room", "float32", ("k", 1), filled(graph.constant([ROOM_AT_START]), 1)),
        ]

    def figures(self, graph: GraphWriter) -> tuple[str, str]:
        """Figures [k, FIGURES + 1], the last of them 1, and places in the tables, from 0 in each: [k, COUNTED].

        In place of the share of the bar that is left stands its room, 16 times as much and one more; in
        place of the means in their own order, those of ORDER. `weights` says the same of the matrix.
        """
        sizes = graph.constant([4, 3, 3], np.int64)
        counts, sums, weights = graph.ops("Split", "tally_in", sizes, outputs=3, axis=1)
        left = graph.op("Sub", self.wanted, counts)
        scaled = graph.op("Mul", left, graph.constant(1 / np.array(c.SCALES)))
        both = graph.op("Concat", scaled, graph.op("Div", left, "room_in"), axis=1)
        both = graph.op("Clip", both, graph.constant(-c.CLIP), graph.constant(c.CLIP))
        means = graph.op("Sub", graph.op("Div", sums, weights), self.means)
        figures = graph.op("Concat", both, means, "room_in", self.ones, axis=1)
        place = graph.op("Max", graph.op("Add", left, graph.constant(c.BELOW + 0.5)), graph.constant(0.0))
        place = graph.op("Min", place, graph.constant(np.array(c.TABLE_SIZES) - 1.0))
        return figures, graph.op("Cast", place, to=TensorProto.INT64)  # cut off, which is floor above 0

    @staticmethod
    def weights(told: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The matrix of the figures [FIGURES, width] as `figures` orders them, and what goes to the constant one."""
        first, means, share = np.split(told, [2 * len(c.COUNTED), 2 * len(c.COUNTED) + len(c.AVERAGED)])
        of_room = share * np.float32(1 / SUB_BEATS)
        return np.concatenate([first, means[list(ORDER)], of_room]), -of_room

    def count(self, graph: GraphWriter, row: Chosen) -> None:
        """Count the row in."""
        where = graph.op("Concat", row.position, row.duration, axis=1)
        reach = graph.op("GatherND", self.reach, where)  # [k, 3]
        sub, until, span = graph.ops("Split", reach, graph.constant([1, 1, 1], np.int64), outputs=3, axis=1)
        graph.op("Sub", graph.constant(ROOM_AT_START), sub, name="room_out")
        mine = graph.op("Add", graph.op("GatherND", graph.constant(_KINDS), row.part), sub)  # [k, 2], else far below
        onsets = graph.op("Cast", graph.op("Less", "begun_in", mine), to=TensorProto.FLOAT)
        graph.op("Max", "begun_in", mine, name="begun_out")
        before = graph.op("Max", graph.op("GatherElements", "until_in", row.pitch, axis=1), sub)
        until = graph.op("Max", until, before)
        graph.op("ScatterElements", "until_in", row.pitch, until, axis=1, name="until_out")
        cells = graph.op("Sub", until, before)
        loud = graph.op("Gather", graph.constant(_LOUDNESS), row.velocity)  # [k, 1]
        by_row = graph.op("Concat", cells, self.ones, span, span, loud, span, span, self.ones, axis=1)
        added = graph.op("Mul", graph.op("GatherND", graph.constant(_OF_PITCH), row.pitch), by_row)  # [k, 8]
        graph.op("Add", "tally_in", graph.op("Concat", onsets, added, axis=1), name="tally_out")


def _kinds() -> NDArray[np.float32]:
    """0 where a part counts as pitched, as drums: [parts, 2]; elsewhere what no onset comes up to."""
    parts = np.arange(v.FIELD_SIZES[v.PART])
    return np.where(np.stack([parts > Part.DRUMS, parts == Part.DRUMS], 1), 0.0, _NEVER).astype(np.float32)


def _of_pitch() -> NDArray[np.float32]:
    """What a row of each pitch value adds, times cells, 1, span, span, loudness, span, span, 1: [pitches, 8]."""
    is_pitched, octaves, bright, dark = c.tables().by_pitch.T
    is_note = (np.arange(len(is_pitched)) < v.FIRST_CHORD).astype(np.float32)
    return np.stack([is_pitched, is_pitched, octaves, bright, is_note, is_pitched, bright + dark, is_note], 1)


_LEVELS = np.arange(v.VELOCITIES)
_LOUDNESS = np.where(_LEVELS > 0, _LEVELS * v.VELOCITY_STEP - v.VELOCITY_STEP // 2, 0) / 127
_KINDS, _OF_PITCH = _kinds(), _of_pitch()
