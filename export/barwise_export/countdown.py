"""What is still missing of a bar while it is being written: the counts that steer it to what is wanted.

The rows so far are counted (`counts`); against the wanted attributes the counts become figures
and table indices that enter the network with every row. In training the wanted attributes are the
bar's own, so that a count that reaches its end and the bar's end go together. Definitions are
those of barwise.music.attributes, kept up row by row.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES, UNSCALED
from barwise.music.attributes import BRIGHT, DARK, SUB_BEATS
from barwise.music.notes import LOWEST_PITCH, Part

COUNTS = ("onsets", "drum_onsets", "cells", "notes", "velocity", "voices", "span", "pitch", "bright", "dark")
"""Per bar so far: sub-beats with an onset of pitched parts and of drums, cells of pitch and sub-beat that
sound, pitched notes; sums of velocity / 127 and of one over all notes; sums over pitched notes of
quarters within the bar, and of those times octaves above middle C, and times brightness and darkness."""

COUNTED = ("rhythm", "drum_rhythm", "polyphony", "density")
"""Attributes that are counted down, in the order of the first four counts."""

AVERAGED = ("loudness", "register", "brightness")
"""Attributes whose mean so far is compared with what is wanted."""

BELOW = 4
"""Steps below zero that the tables tell apart: a bar may have more than was wanted."""

TABLE_SIZES = (24, 24, 96, 64)
"""Entries for what is left of sub-beats, drum sub-beats, cells and notes."""

TABLE_OFFSETS = tuple(int(offset) for offset in np.cumsum((0, *TABLE_SIZES[:-1])))
SCALES = (4.0, 4.0, 16.0, 8.0)
"""What is left is divided by these before it enters as a figure."""

CLIP = 3.0
PRIOR = 0.25
"""Weight of the wanted value in a mean so far, so that an empty bar is where it should be."""

FIGURES = 2 * len(COUNTED) + len(AVERAGED) + 1
"""What is left, what is left a sub-beat, means against what is wanted, and the share of the bar that is left."""

MIDDLE_C = 60
TICKS_PER_QUARTER = 24


@dataclass(frozen=True)
class Tables:
    """By pitch value: 1 for pitched values, octaves above middle C, brightness, darkness: [pitches, 4]."""

    by_pitch: NDArray[np.float32]
    durations: NDArray[np.int64]


def tables() -> Tables:
    """The constants of counting."""
    pitch = np.arange(v.PITCHED_VALUES) + LOWEST_PITCH
    by_pitch = np.zeros((v.FIELD_SIZES[v.PITCH], 4), np.float32)
    by_pitch[: v.PITCHED_VALUES, 0] = 1
    by_pitch[: v.PITCHED_VALUES, 1] = (pitch - MIDDLE_C) / 12
    by_pitch[: v.PITCHED_VALUES, 2] = [BRIGHT.get(int(one) % 12, 0.0) for one in pitch]
    by_pitch[: v.PITCHED_VALUES, 3] = [DARK.get(int(one) % 12, 0.0) for one in pitch]
    return Tables(by_pitch, np.array(v.DURATIONS))


def sub_beats(positions: NDArray[np.int64], bar_ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sub-beat (0 to 15) of ticks of bars of some length."""
    return np.asarray(np.minimum(positions * SUB_BEATS // bar_ticks, SUB_BEATS - 1))


def count(rows: NDArray[np.int64], bar: NDArray[np.int64], bar_ticks: NDArray[np.int64]) -> NDArray[np.float32]:
    """What each row adds to the counts of its bar: [rows, COUNTS].

    rows [rows, 5] of whole bars in order, bar [rows] their bars' numbers, rising, bar_ticks [rows].
    """
    position, part, pitch, duration, velocity = rows.T
    is_note = (position != v.END) & (part != v.HARMONY)
    is_drum = is_note & (part == Part.DRUMS)
    is_pitched = is_note & ~is_drum
    start = sub_beats(np.where(is_note, position, 0), bar_ticks)
    constants = tables()
    end = np.minimum(position + constants.durations[duration], bar_ticks)
    last = sub_beats(np.maximum(end - 1, np.where(is_note, position, 0)), bar_ticks)
    added = np.zeros((len(rows), len(COUNTS)), np.float32)
    for column, mine in enumerate((is_pitched, is_drum)):
        slots = bar[mine] * SUB_BEATS + start[mine]
        added[np.flatnonzero(mine), column] = np.diff(slots, prepend=-1) > 0
    added[:, 2] = _new_cells(bar, pitch, start, last + 1, is_pitched)
    added[:, 3] = is_pitched
    added[:, 4] = np.where(is_note, velocity * v.VELOCITY_STEP - v.VELOCITY_STEP // 2, 0) / 127
    added[:, 5] = is_note
    span = np.where(is_pitched, (end - position) / TICKS_PER_QUARTER, 0)
    added[:, 6:] = constants.by_pitch[pitch] * span[:, None]
    return added


def _new_cells(
    bar: NDArray[np.int64],
    pitch: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    is_pitched: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Sub-beats in which a note's pitch did not sound yet in its bar: [rows]."""
    mine = np.flatnonzero(is_pitched)
    group = bar[mine] * v.FIELD_SIZES[v.PITCH] + pitch[mine]
    order = np.argsort(group, kind="stable")  # by bar and pitch, in time within
    mine, group = mine[order], group[order]
    number = np.cumsum(np.diff(group, prepend=-1) > 0)
    base = number * (SUB_BEATS + 1)  # ends of a later group are above all ends of an earlier one
    until = np.maximum.accumulate(base + end[mine])
    before = np.concatenate([[0], until[:-1]])
    new = np.zeros(len(bar), np.float32)
    new[mine] = np.maximum(base + end[mine] - np.maximum(base + start[mine], before), 0)
    return new


def so_far(added: NDArray[np.float32], bar_first: NDArray[np.int64]) -> NDArray[np.float32]:
    """The counts before each row, from zero in every bar: [rows, COUNTS]."""
    total = np.cumsum(added, axis=0, dtype=np.float64)
    before = total - added
    lengths = np.diff(bar_first)
    return np.asarray(before - np.repeat(before[bar_first[:-1]], lengths, axis=0), dtype=np.float32)


def totals(
    added: NDArray[np.float32], bar_first: NDArray[np.int64], quarters: NDArray[np.float64]
) -> NDArray[np.float32]:
    """The counted attributes of whole bars: [bars, COUNTED]."""
    sums = np.add.reduceat(added[:, : len(COUNTED)].astype(np.float64), bar_first[:-1], axis=0)
    return np.asarray(sums / np.stack(_wholes(quarters), -1), dtype=np.float32)


def _wholes(quarters: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Counts that one unit of each counted attribute stands for."""
    return [np.full(len(quarters), float(SUB_BEATS))] * 3 + [quarters]


COUNTED_PLACES = [CONDITION_NAMES.index(name) for name in COUNTED]
AVERAGED_PLACES = [CONDITION_NAMES.index(name) for name in AVERAGED]


def figures(condition: Tensor, counts: Tensor, bar_ticks: Tensor, position: Tensor) -> tuple[Tensor, Tensor]:
    """Figures [..., FIGURES] and table indices [..., COUNTED] before a row.

    condition [..., C] and bar_ticks [...] of the bar, counts [..., COUNTS] of the rows so far,
    position [...] of the row before, 0 at the start of a bar.
    """
    left = wanted_counts(condition, bar_ticks) - counts[..., : len(COUNTED)]
    sub = torch.clamp(position * SUB_BEATS // bar_ticks, max=SUB_BEATS - 1)
    room = (SUB_BEATS - sub)[..., None].to(left)
    wanted = wanted_means(condition)
    sums = counts[..., [4, 7, 8]]
    weights = torch.stack([counts[..., 5], counts[..., 6], counts[..., 8] + counts[..., 9]], -1)
    means = (sums + PRIOR * wanted) / (weights + PRIOR) - wanted
    scaled = torch.clamp(left / left.new_tensor(SCALES), -CLIP, CLIP)
    rates = torch.clamp(left / (room + 1), -CLIP, CLIP)
    sizes, offsets = torch.tensor((TABLE_SIZES, TABLE_OFFSETS), device=left.device)
    places = torch.clamp(torch.floor(left + (BELOW + 0.5)).long(), min=0)
    index = torch.minimum(places, sizes - 1) + offsets
    return torch.cat([scaled, rates, means, room / SUB_BEATS], -1), index


def wanted_counts(condition: Tensor, bar_ticks: Tensor) -> Tensor:
    """Counts that a bar should end with: [..., COUNTED]."""
    wanted = condition[..., COUNTED_PLACES] * condition.new_tensor([UNSCALED[name][1] for name in COUNTED])
    quarters = bar_ticks.to(wanted) / TICKS_PER_QUARTER
    sixteen = torch.full_like(quarters, float(SUB_BEATS))
    return wanted * torch.stack([sixteen, sixteen, sixteen, quarters], -1)


def wanted_means(condition: Tensor) -> Tensor:
    """Loudness, octaves above middle C, brightness: [..., AVERAGED]."""
    low, span = UNSCALED["register"]
    register = (condition[..., AVERAGED_PLACES[1]] * span + low - MIDDLE_C) / 12
    return torch.stack([condition[..., AVERAGED_PLACES[0]], register, condition[..., AVERAGED_PLACES[2]]], -1)
