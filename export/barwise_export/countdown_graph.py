"""The countdown as operators: what countdown.py counts and tells, row by row, for all candidates.

Everything has the candidates in its last axis: [n, k].
"""

from typing import Protocol

import numpy as np
from onnx import TensorProto

from barwise.composing import vocabulary as v
from barwise.music.attributes import SUB_BEATS
from barwise.music.notes import Part
from barwise_export import countdown as c
from barwise_export.graph import GraphWriter, Shape

Carried = tuple[str, str, Shape, str]
"""Name, type, shape and first value of what a step hands to the next."""


class Written(Protocol):
    """The row that a step has chosen, each field int64 [k]."""

    @property
    def position(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def pitch(self) -> str: ...
    @property
    def duration(self) -> str: ...
    @property
    def velocity(self) -> str: ...


class Countdown:
    """Counts kept across the steps of the loop."""

    def __init__(self, outer: GraphWriter, body: GraphWriter) -> None:
        self.outer, self.body = outer, body

    def before_the_rows(self) -> None:
        """What is wanted of the bar, and the sub-beat of each tick."""
        graph = self.outer
        counted, averaged = graph.constant(c.COUNTED_PLACES, np.int64), graph.constant(c.AVERAGED_PLACES, np.int64)
        quarters = graph.op("Div", graph.op("Cast", "bar_ticks", to=TensorProto.FLOAT), graph.constant(24.0))
        spans = graph.constant([c.UNSCALED[name][1] for name in c.COUNTED])
        wanted = graph.op("Mul", graph.op("Gather", "condition", counted), spans)
        one = graph.constant([0], np.int64)
        wholes = graph.op("Concat", graph.constant([16.0] * 3), graph.op("Unsqueeze", quarters, one), axis=0)
        upright = graph.constant([-1, 1], np.int64)
        self.wanted = graph.op("Reshape", graph.op("Mul", wanted, wholes), upright)  # [COUNTED, 1]
        low, span = c.UNSCALED["register"]
        means = graph.op("Mul", graph.op("Gather", "condition", averaged), graph.constant([1.0, span / 12, 1.0]))
        means = graph.op("Add", means, graph.constant([0.0, (low - c.MIDDLE_C) / 12, 0.0]))
        self.means = graph.op("Reshape", means, upright)  # [AVERAGED, 1]
        ticks = graph.constant(np.arange(v.END + 1) * SUB_BEATS, np.int64)
        sub = graph.op("Min", graph.op("Div", ticks, "bar_ticks"), graph.constant(SUB_BEATS - 1, np.int64))
        self.sub_beats = graph.op("Cast", sub, to=TensorProto.FLOAT)  # [END + 1]
        self.ticks = graph.op("Cast", "bar_ticks", to=TensorProto.FLOAT)

    def carried(self, candidates: str) -> list[Carried]:
        """What the loop begins a bar with."""
        graph = self.outer

        def filled(rows: int, value: float) -> str:
            shape = graph.op("Concat", graph.constant([rows], np.int64), candidates, axis=0)
            return graph.op("Expand", graph.constant([[value]]), shape)

        prior = graph.op("Mul", self.means, graph.constant(c.PRIOR))
        shape = graph.op("Concat", graph.constant([3], np.int64), candidates, axis=0)
        pitches = graph.op("Concat", candidates, graph.constant([v.FIELD_SIZES[v.PITCH]], np.int64), axis=0)
        return [
            ("tally", "float32", (len(c.COUNTED), "k"), filled(len(c.COUNTED), 0.0)),
            ("sums", "float32", (3, "k"), graph.op("Expand", prior, shape)),
            ("weights", "float32", (3, "k"), filled(3, c.PRIOR)),
            ("until", "float32", ("k", v.FIELD_SIZES[v.PITCH]), graph.op("Expand", graph.constant([[0.0]]), pitches)),
            ("begun", "float32", (2, "k"), filled(2, -1.0)),
            ("sub", "float32", (1, "k"), filled(1, 0.0)),
        ]

    def figures(self, offset: int) -> tuple[str, str]:
        """Figures [FIGURES, k], and places in the table [COUNTED, k] counted from an offset."""
        graph = self.body
        left = graph.op("Sub", self.wanted, "tally_in")
        room = graph.op("Sub", graph.constant(float(SUB_BEATS)), "sub_in")  # [1, k]
        scaled = graph.op("Mul", left, graph.constant(1 / np.array(c.SCALES)[:, None]))
        rates = graph.op("Div", left, graph.op("Add", room, graph.constant(1.0)))
        both = graph.op("Concat", scaled, rates, axis=0)
        both = graph.op("Clip", both, graph.constant(-c.CLIP), graph.constant(c.CLIP))
        means = graph.op("Sub", graph.op("Div", "sums_in", "weights_in"), self.means)
        share = graph.op("Mul", room, graph.constant(1 / SUB_BEATS))
        figures = graph.op("Concat", both, means, share, axis=0)
        first = np.array(c.TABLE_OFFSETS)[:, None] + offset
        last = first + np.array(c.TABLE_SIZES)[:, None] - 1
        place = graph.op("Add", left, graph.constant(first + c.BELOW + 0.5))
        place = graph.op("Min", graph.op("Max", place, graph.constant(first)), graph.constant(last))
        return figures, graph.op("Cast", place, to=TensorProto.INT64)  # cut off, which is floor above 0

    def count(self, row: Written) -> None:
        """Count the row in."""
        graph = self.body
        pitched, drums = (np.arange(v.FIELD_SIZES[v.PART]) == part for part in (None, Part.DRUMS))
        pitched = np.arange(v.FIELD_SIZES[v.PART]) > Part.DRUMS
        kinds = graph.op("Gather", graph.constant(np.stack([pitched, drums])), row.part, axis=1)  # [2, k]
        sub = graph.op("Gather", self.sub_beats, row.position)  # [k]
        new = graph.op("Cast", graph.op("Less", "begun_in", sub), to=TensorProto.FLOAT)
        onsets = graph.op("Mul", kinds, new)  # [2, k]
        graph.op("Max", "begun_in", graph.op("Sub", graph.op("Mul", kinds, graph.op("Add", sub, graph.constant(1.0))), graph.constant(1.0)), name="begun_out")
        axis = graph.constant([0], np.int64)
        graph.op("Unsqueeze", sub, axis, name="sub_out")
        end = graph.op("Add", row.position, graph.op("Gather", graph.constant(v.DURATIONS, np.int64), row.duration))
        end = graph.op("Min", end, "bar_ticks")
        last = graph.op("Max", graph.op("Sub", end, graph.constant(1, np.int64)), row.position)
        until = graph.op("Add", graph.op("Gather", self.sub_beats, last), graph.constant(1.0))  # [k]
        upright = graph.constant([-1, 1], np.int64)
        place = graph.op("Reshape", row.pitch, upright)
        before = graph.op("GatherElements", "until_in", place, axis=1)  # [k, 1]
        before = graph.op("Max", graph.op("Reshape", before, graph.constant([-1], np.int64)), sub)
        until = graph.op("Max", until, before)
        is_pitched = graph.op("Gather", graph.constant(pitched), row.part)
        cells = graph.op("Mul", graph.op("Sub", until, before), is_pitched)
        graph.op("ScatterElements", "until_in", place, graph.op("Reshape", until, upright), axis=1, name="until_out")
        added = graph.op("Concat", onsets, graph.op("Unsqueeze", cells, axis), graph.op("Unsqueeze", is_pitched, axis), axis=0)
        graph.op("Add", "tally_in", added, name="tally_out")
        span = graph.op("Cast", graph.op("Sub", end, row.position), to=TensorProto.FLOAT)
        loud = graph.op("Gather", graph.constant(_LOUDNESS), row.velocity, axis=1)  # [2, k]: velocity / 127, one
        of_pitch = graph.op("Mul", graph.op("Gather", graph.constant(_OF_PITCH), row.pitch, axis=1), span)  # [4, k]
        velocity, voice = graph.ops("Split", loud, graph.constant([1, 1], np.int64), outputs=2, axis=0)
        sums, weights = graph.ops("Split", of_pitch, graph.constant([2, 2], np.int64), outputs=2, axis=0)
        graph.op("Add", "sums_in", graph.op("Concat", velocity, sums, axis=0), name="sums_out")
        graph.op("Add", "weights_in", graph.op("Concat", voice, weights, axis=0), name="weights_out")


def _loudness() -> np.ndarray:
    level = np.arange(v.VELOCITIES)
    loud = np.where(level > 0, level * v.VELOCITY_STEP - v.VELOCITY_STEP // 2, 0) / 127
    return np.stack([loud, (level > 0).astype(float)])


def _of_pitch() -> np.ndarray:
    """Octaves and brightness, then one and brightness with darkness, a tick: [4, pitches]."""
    one, octaves, bright, dark = c.tables().by_pitch.T / c.TICKS_PER_QUARTER
    return np.stack([octaves, bright, one, bright + dark])


_LOUDNESS, _OF_PITCH = _loudness(), _of_pitch()
