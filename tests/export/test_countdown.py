"""What a bar still lacks: counted row by row as barwise.music.attributes measures whole bars."""

import numpy as np
import pytest
from hypothesis import given

from barwise.composing import vocabulary as v
from barwise.music.attributes import measure
from barwise.music.harmony import Mode
from barwise.music.notes import Bar, Note, Part
from tests.music.strategies import bars

pytest.importorskip("torch")

import torch

from barwise.composing.contract import condition_vector
from barwise.music.intent import Condition
from barwise_export import countdown

TUNE = Bar(
    notes=(
        Note(0, Part.DRUMS, 36, 6, 80),
        Note(0, Part.BASS, 36, 48, 80),
        Note(24, Part.MELODY, 72, 24, 80),
        Note(36, Part.MELODY, 72, 24, 80),
    )
)


def counted(bar: Bar) -> np.ndarray:
    """What every row of a bar adds: [rows, COUNTS]."""
    rows = v.encode(bar)
    return countdown.count(rows, np.zeros(len(rows), np.int64), np.full(len(rows), bar.metre.bar_ticks))


@given(bars())
def test_the_counts_of_a_bar_are_its_attributes(bar: Bar) -> None:
    written = v.decode(v.encode(bar), bar.metre)
    added = counted(bar)
    totals = countdown.totals(added, np.array([0, len(added)]), np.array([bar.metre.quarters]))[0]
    attributes = measure(written, Mode.MAJOR)
    assert totals == pytest.approx([getattr(attributes, name) for name in countdown.COUNTED], abs=1e-4)


def test_each_row_is_told_what_the_rows_before_it_have_left_over() -> None:
    added = counted(TUNE)
    before = countdown.so_far(added, np.array([0, len(added)]))
    condition = torch.from_numpy(condition_vector(Condition(measure(TUNE, Mode.MAJOR))))
    left = countdown.wanted_counts(condition, torch.tensor(96)) - torch.from_numpy(before)[:, :4]
    assert left.round(decimals=3).tolist() == [
        # sub-beats, drum sub-beats, cells, notes      before
        [3, 1, 14, 3],  # the chord that begins a bar
        [3, 1, 14, 3],  # the bass drum
        [3, 0, 14, 3],  # the bass, eight cells
        [2, 0, 6, 2],  # the melody's first note, four cells
        [1, 0, 2, 1],  # its second, two of whose cells sound already
        [0, 0, 0, 0],  # the end
    ]


def test_counting_begins_anew_with_every_bar() -> None:
    rows = np.concatenate([v.encode(TUNE)] * 2)
    bar, first = np.repeat([0, 1], len(rows) // 2), np.array([0, len(rows) // 2, len(rows)])
    before = countdown.so_far(countdown.count(rows, bar, np.full(len(rows), 96)), first)
    assert before[: first[1]].tolist() == before[first[1] :].tolist()
    assert not before[first[1]].any()
