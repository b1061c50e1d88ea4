"""Single values as plain data: exactly what they were, or an InputError that says why."""

import math
from enum import Enum, IntEnum, StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from barwise.errors import InputError
from barwise.plain import from_plain, pack, to_plain, unpack
from barwise.plain_bytes import Plain


class Color(Enum):
    RED = (255, 0, 0)
    BLUE = (0, 0, 255)


class Word(StrEnum):
    FAST = "fast"
    SLOW = "slow"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


def exactly(value: Any) -> str:
    """Tells 1 from 1.0 and -0.0 from 0.0."""
    return repr(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, None),
        (True, bool),
        (-(2**63), int),
        (-0.0, float),
        (5e-324, float),
        ("\ud800 é", str),
        (b"\x00\xff", bytes),
        (Word.SLOW, Word),
        (Level.HIGH, Level),
        (Color.BLUE, Color),
        (range(3, -9, -2), range),
    ],
)
def test_values_come_back_exactly(value: Any, kind: Any) -> None:
    kind = type(value) if kind is None else kind
    assert exactly(from_plain(kind, to_plain(value, kind))) == exactly(value)
    assert exactly(unpack(kind, pack(value, kind, name="value"), name="value")) == exactly(value)


BITS = st.integers(0, 2**32 - 1)


@given(st.lists(BITS, max_size=40))
def test_arrays_keep_every_bit(bits: list[int]) -> None:
    array = np.array(bits, np.uint32).view(np.float32)
    array[~np.isfinite(array)] = -0.0
    kind = NDArray[np.float32]
    back = unpack(kind, pack(array, kind, name="state"), name="state")
    assert back.dtype == np.float32
    assert back.tobytes() == array.tobytes()


def test_arrays_keep_their_shape() -> None:
    table = np.arange(12, dtype=np.int64).reshape(2, 3, 2)
    kind = NDArray[np.int64]
    assert np.array_equal(from_plain(kind, to_plain(table[:, ::2], kind)), table[:, ::2])


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (1, str, "1 is no str"),
        (np.array([1.0, math.nan], np.float32), NDArray[np.float32], "not finite"),
        (np.zeros(3), NDArray[np.float32], "is no array of float32"),
    ],
)
def test_what_is_no_such_kind_is_not_written(value: Any, kind: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        to_plain(value, kind)


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        (float, 10**400, "is no float"),
        (Word, "sharp", "'sharp' is no Word"),
        (Level, True, "True is no Level"),
        (Level, [], "is no Level"),
        (range, [0, 1, 0], "is no range"),
        (range, [0, 2**62, 1], "is no range"),
        (NDArray[np.float32], [[2], b"1234"], "4 bytes are no array of float32 of shape"),
        (NDArray[np.float32], [[-1], b"1234"], "is no array"),
        (NDArray[np.float32], [[1], b"\0\0\xc0\x7f"], "not finite"),
        (NDArray[np.float32], [[0] * 99, b""], "are no array"),
    ],
)
def test_data_that_is_no_such_kind_is_not_read(kind: Any, data: Plain, told: str) -> None:
    with pytest.raises(InputError, match=told):
        from_plain(kind, data)
