"""A dataset comes back from disk as it went, and another vocabulary is refused."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from barwise.composing.contract import CONDITION_SIZE
from barwise.composing.vocabulary import END
from barwise.errors import InputError
from barwise_export.dataset import NAMES_FILE, NO_REFERENCE, TRAIN, Dataset, Names, SourceNote


@pytest.fixture
def small() -> Dataset:
    """One piece of two empty bars."""
    end = [END, 0, 0, 0, 0]
    return Dataset(
        events=np.array([end, end], dtype=np.int16),
        bar_first=np.array([0, 1, 2], dtype=np.int64),
        condition=np.zeros((2, CONDITION_SIZE), dtype=np.float32),
        parts=np.ones((2, 6), dtype=np.bool_),
        bar_ticks=np.array([96, 72], dtype=np.int16),
        reference=np.array([NO_REFERENCE, 0], dtype=np.int32),
        piece_first=np.array([0, 2], dtype=np.int32),
        piece_source=np.array([0], dtype=np.int8),
        piece_variant=np.array([0], dtype=np.int8),
        piece_split=np.array([TRAIN], dtype=np.int8),
        piece_has_velocity=np.array([True]),
        names=Names((SourceNote("a", "b", "c", "d", "e"),), ("a/piece",), ("a/family",), (((0, 4, "minor"),),)),
    )


def test_what_is_saved_is_loaded(small: Dataset, tmp_path: Path) -> None:
    small.save(tmp_path / "new")
    again = Dataset.load(tmp_path / "new")
    assert again.names == small.names
    for field in fields(Dataset):
        if field.name != "names":
            saved, loaded = getattr(small, field.name), getattr(again, field.name)
            assert saved.dtype == loaded.dtype
            assert (saved == loaded).all()


def test_bars_and_their_rows_are_counted(small: Dataset) -> None:
    assert (small.bars, small.pieces) == (2, 1)
    assert small.rows_of(1).tolist() == [[END, 0, 0, 0, 0]]


@pytest.mark.parametrize(("field", "value"), [("vocabulary_hash", "0"), ("condition", ["mood"])])
def test_another_vocabulary_or_condition_is_refused(small: Dataset, tmp_path: Path, field: str, value: object) -> None:
    small.save(tmp_path)
    page = json.loads((tmp_path / NAMES_FILE).read_text())
    (tmp_path / NAMES_FILE).write_text(json.dumps({**page, field: value}))
    with pytest.raises(InputError, match="run `barwise_export prepare` again"):
        Dataset.load(tmp_path)


def test_arrays_that_hold_objects_are_refused(small: Dataset, tmp_path: Path) -> None:
    small.save(tmp_path)
    np.savez(tmp_path / "dataset.npz", events=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        Dataset.load(tmp_path)
