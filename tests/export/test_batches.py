"""Pieces to batches: streams that go on where they stopped, with each bar's labels and reference."""

from dataclasses import fields
from itertools import islice

import numpy as np
import pytest

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_NAMES
from barwise.music.attributes import Attributes

pytest.importorskip("torch")

import torch

from barwise_export.batches import Chunks, Noise, collate, piece_chunks
from barwise_export.countdown import COUNTED
from tests.export.tiny import FALLING, RISING, Piece, dataset

START = [v.END, 0, 0, 0, 0]
ROWS = 7
"""Of a tune: harmony, bass, four notes, END."""
DATA = dataset(Piece((RISING, FALLING, RISING)), Piece((FALLING, RISING), has_velocity=False))
SILENT = Noise()


def chunks(steps: int, noise: Noise = SILENT, seed: int = 1) -> Chunks:
    return Chunks(DATA, np.array([0, 1]), np.array([0.5, 0.5]), 2, steps, np.random.default_rng(seed), noise)


def test_a_stream_goes_on_where_it_stopped_or_begins_another_piece() -> None:
    ends: list[list[int]] = [START, START]
    for batch, fresh in islice(chunks(steps=5), 12):
        for stream in range(2):
            length = int(batch.weight[stream, :, v.POSITION].sum())
            first = batch.previous[stream, 0].tolist()
            assert first == ends[stream] or (fresh[stream] and first == START)
            ends[stream] = batch.target[stream, length - 1].tolist()


def test_every_row_follows_the_one_before() -> None:
    for batch, _ in islice(chunks(steps=5), 6):
        assert (batch.previous[:, 1:] == batch.target[:, :-1])[batch.weight[:, 1:, 0] > 0].all()


def test_a_stream_that_is_not_fresh_never_reads_a_piece_again() -> None:
    """Every row of a piece is read once, in order, before another piece begins."""
    read: list[list[int]] = []
    for batch, fresh in islice(chunks(steps=4), 12):
        if fresh[0]:
            read = []
        length = int(batch.weight[0, :, 0].sum())
        read += batch.target[0, :length].tolist()
        pieces = [DATA.events[: 3 * ROWS].tolist(), DATA.events[3 * ROWS :].tolist()]
        assert any(read == piece[start : start + len(read)] for piece in pieces for start in range(0, 21, ROWS))


def test_equal_seeds_give_equal_chunks() -> None:
    for (first, _), (second, _) in zip(islice(chunks(4), 5), islice(chunks(4), 5), strict=True):
        assert all((one == other).all() for one, other in zip(first, second, strict=True))


def test_a_piece_is_cut_without_gaps() -> None:
    assert piece_chunks(DATA, 1, 10) == [(21, 31, 1), (31, 35, 1)]


def test_each_bar_has_its_own_labels_and_looks_at_its_own_reference() -> None:
    batch = collate(DATA, [(ROWS - 1, 3 * ROWS, 0)], SILENT, np.random.default_rng(1))  # END of bar 0, bars 1 and 2
    assert batch.bar[0].tolist() == [0, *[1] * ROWS, *[2] * ROWS]
    assert batch.reference_bar[0].tolist() == [*[1] * ROWS, *[2] * ROWS]
    assert batch.reference[0].tolist() == DATA.events[: 2 * ROWS].tolist()
    assert batch.condition[0].tolist() == DATA.condition[[0, *[1] * ROWS, *[2] * ROWS]].tolist()
    assert batch.bar_ticks[0].tolist() == [96] * (2 * ROWS + 1)
    assert batch.parts[0].tolist() == [DATA.parts[0].tolist()] * (2 * ROWS + 1)


def test_a_shorter_sequence_is_padded_with_what_counts_for_nothing() -> None:
    batch = collate(DATA, [(0, 9, 0), (21, 24, 1)], SILENT, np.random.default_rng(1))
    assert batch.weight[1, 3:].sum() == 0
    assert not set(batch.bar[1, 3:].tolist()) & set(batch.reference_bar[1].tolist())
    assert batch.target.shape == (2, 9, v.FIELDS)


def test_velocities_that_nobody_played_are_not_learned() -> None:
    batch = collate(DATA, [(0, ROWS, 0), (21, 21 + ROWS, 1)], SILENT, np.random.default_rng(1))
    assert batch.weight[:, :, v.VELOCITY].tolist() == [[1.0] * ROWS, [0.0] * ROWS]
    assert (batch.weight[..., : v.VELOCITY] == 1).all()


def test_a_hidden_reference_is_hidden_whole() -> None:
    batch = collate(DATA, [(0, 3 * ROWS, 0)], Noise(reference_dropout=1.0), np.random.default_rng(1))
    assert (batch.reference_bar == -1).all()
    hidden = [CONDITION_NAMES.index(name) for name in ("has_reference", "similarity")]
    assert not batch.condition[..., hidden].any()


def test_noise_blurs_the_measured_attributes_alone() -> None:
    batch = collate(DATA, [(0, ROWS, 0)], Noise(condition_noise=0.1), np.random.default_rng(1))
    blurred = (batch.condition[0, 0] != torch.from_numpy(DATA.condition[0])).nonzero().flatten().tolist()
    assert blurred == list(range(len(COUNTED), len(fields(Attributes))))  # what is counted down stays exact


def test_of_a_hidden_bar_nothing_is_told_but_its_length() -> None:
    noise = Noise(condition_dropout=1.0)
    batch = collate(DATA, [(0, 7, 0)], noise, np.random.default_rng(0))
    assert not batch.condition.any()
    assert batch.parts.all()
    assert (batch.bar_ticks == 96).all()
