"""Calibrating: the table of moves goes toward what lines lack, part by part, and the nearest table is kept."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from barwise.composing.vocabulary import PITCHED_VALUES, vocabulary_hash
from barwise.music.notes import Bar, Note, Part
from barwise_export.calibrating import LARGEST, LINES, WIDEST, calibrate, moved, shares
from barwise_export.dataset import TRAIN
from barwise_export.training import load_network, save_network
from tests.export.tiny import RISING, Piece, dataset, network

MELODY = LINES.index(Part.MELODY)
UNISON = PITCHED_VALUES - 1


def line(*pitches: int, part: Part = Part.MELODY) -> Bar:
    return Bar(notes=tuple(Note(12 * place, part, pitch, 12, 80) for place, pitch in enumerate(pitches)))


def test_moves_are_counted_within_a_bar_by_semitones_up_or_down() -> None:
    found = shares([[line(60, 62, 60, 60), line(48, 90)], [line(60, 60)]])
    assert found[MELODY, [0, 2, WIDEST]].tolist() == [2 / 5, 2 / 5, 1 / 5]
    assert found[LINES.index(Part.COUNTER)].sum() == 0  # nobody plays it


def test_of_a_chord_the_highest_note_moves() -> None:
    chord = Bar(notes=(Note(0, Part.MELODY, 60, 12, 80), Note(0, Part.MELODY, 67, 12, 80), *line(60, 69).notes[1:]))
    assert shares([[chord]])[MELODY, 2] == 1


def test_what_is_lacking_becomes_likelier_and_what_is_too_much_rarer_in_its_part_alone() -> None:
    real, made = np.zeros((2, 2, WIDEST + 1))
    real[MELODY, [0, 7]], made[MELODY, [0, 7]] = (0.2, 0.8), (0.6, 0.4)
    first = torch.zeros(6, 2 * PITCHED_VALUES - 1)
    table = moved(first, real, made, first)
    assert table[Part.MELODY, UNISON] < 0 < table[Part.MELODY, UNISON + 7]
    assert table[Part.MELODY, UNISON - 7] == table[Part.MELODY, UNISON + 7]
    assert not table[[0, Part.DRUMS, Part.BASS, Part.CHORDS, Part.COUNTER]].any()


def test_no_move_is_pushed_without_bounds() -> None:
    real, made = np.zeros((2, 2, WIDEST + 1))
    real[:, 1], made[:, 0] = 1, 1
    first = table = torch.zeros(6, 2 * PITCHED_VALUES - 1)
    for _ in range(5):
        table = moved(table, real, made, first)
    assert table.abs().max() == LARGEST


@pytest.mark.slow
def test_the_table_that_came_nearest_stays_in_the_network_and_is_kept(tmp_path: Path) -> None:
    lines = [line(*(60 + step * place for place in range(8))) for step in (1, 2)]
    data = dataset(Piece(tuple(lines * 16), split=TRAIN), Piece((RISING,), split=TRAIN), sources=("freedoom",))
    tuned = network()
    found = calibrate(tuned, data, pieces=1, rounds=1)
    assert found.rounds[found.best].distance == min(one.distance for one in found.rounds)
    saved = {"model": tuned.config.as_dict(), "vocabulary_hash": vocabulary_hash()}
    save_network(tmp_path / "calibrated.pt", tuned, saved)
    assert torch.equal(load_network(tmp_path / "calibrated.pt").interval, tuned.interval)
