"""The 5-gram that a network must beat: chances are chances, and repetition is learned."""

import math

import numpy as np
import pytest

from barwise.composing import vocabulary as v
from barwise.music.notes import Part
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset

pytest.importorskip("torch", reason="the tiny data set lives beside the tiny network")

from barwise_export.ngram import ngram_losses
from tests.export.tiny import FALLING, RISING, Piece, dataset, tune

HEARD = [Piece((RISING, FALLING) * 4), Piece((FALLING, RISING, RISING) * 2)]
TUNED = [Piece((RISING, FALLING) * 2, split=VALID)]


def losses(data: Dataset) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    split = [np.flatnonzero(data.piece_split == wanted) for wanted in (TRAIN, VALID, TEST)]
    return ngram_losses(data, *split)


@pytest.mark.parametrize(("field", "row"), [(v.PART, -2), (v.PART, 3), (v.VELOCITY, 1), (v.DURATION, -3)])
def test_the_chances_of_all_values_add_up_to_one(field: int, row: int) -> None:
    """One piece a value: all are alike but for the field of one row."""
    size = v.FIELD_SIZES[field]
    asked = [Piece((RISING, FALLING), split=TEST) for _ in range(size)]
    data = dataset(*HEARD, *TUNED, *asked)
    rows = data.events[-14 * size :].reshape(size, 14, v.FIELDS)
    rows[:, row, field] = np.arange(size)
    chances = np.exp(-losses(data).reshape(size, 14, v.FIELDS)[:, row, field])
    assert chances.sum() == pytest.approx(1.0)
    assert (chances > 0).all()


def test_what_was_heard_often_is_expected() -> None:
    got = losses(dataset(*HEARD, *TUNED, Piece((RISING, FALLING), split=TEST))).mean(0)
    assert (got < 0.5 * np.log(v.FIELD_SIZES)).all()


def test_what_was_never_heard_surprises_more() -> None:
    heard, strange = (
        losses(dataset(*HEARD, *TUNED, Piece((bar,), split=TEST))).sum() for bar in (RISING, tune(61, 90, 50, 33))
    )
    assert strange > heard


def test_a_piece_is_not_surprised_by_the_one_before_it() -> None:
    """Contexts end where a piece begins."""
    alone = losses(dataset(*HEARD, *TUNED, Piece((RISING,), split=TEST)))
    after = losses(dataset(*HEARD, *TUNED, Piece((FALLING,), split=TEST), Piece((RISING,), split=TEST)))
    assert after[-len(alone) :] == pytest.approx(alone)


def test_the_rows_before_a_piece_are_context_and_no_music() -> None:
    """After END comes position 0, in every bar that was counted: nothing else may take from its chance."""
    got = losses(dataset(*HEARD, *TUNED, Piece((RISING, FALLING), split=TEST)))
    after_end = got[[0, 7], v.POSITION]
    assert (after_end < -math.log(0.99)).all()
    assert got.shape == (14, v.FIELDS)


def test_drums_and_bass_of_one_position_are_told_apart() -> None:
    data = dataset(*HEARD, *TUNED, Piece((RISING,), split=TEST), Piece((RISING,), split=TEST))
    data.events[-6, v.PART] = Part.DRUMS
    got = losses(data)[:, v.PART]
    assert got[8] > got[1]
