"""Plain data and bytes: whole or refused, small, and never more than was allowed."""

import json
import math
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.plain_bytes import LARGEST_DEPTH, LARGEST_UNPACKED, Plain, dump, load, pack_plain, unpack_plain

LAYOUT, OTHER_LAYOUT = b"layout 1", b"layout 2"

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ITEMS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), FLOATS, st.text(), st.binary())
COLUMNS = st.lists(st.integers(-5, 300)) | st.lists(st.integers(-(2**15), 2**15 - 1)) | st.lists(FLOATS)
TREES = st.recursive(ITEMS | COLUMNS, lambda inner: st.lists(inner, max_size=8), max_leaves=60)


def exactly(data: Plain) -> str:
    """Tells 1 from 1.0 and True, and -0.0 from 0.0."""
    return repr(data)


def raw(tree: object, *blobs: bytes) -> bytes:
    text = json.dumps(tree).encode()
    return struct.pack("<I", len(text)) + text + b"".join(blobs)


@given(TREES)
def test_what_is_dumped_is_loaded_exactly(data: Plain) -> None:
    assert exactly(load(dump(data))) == exactly(data)


@pytest.mark.parametrize(
    "data",
    [
        [[1, 2.5, "a"], [3, -0.0, "b"], [5, 1e-320, "c"], [7, 1e308, "d"]],
        [[[1, 2]], [], [[3, 4], [5, 6]], [[7, 8]]],
        [[], [], [], []],
        [[True, 1], [False, 0], [True, 1], [1, True]],
        [255, 0, 256, -1],
    ],
)
def test_rows_and_columns_come_back_as_they_were(data: Plain) -> None:
    assert exactly(load(dump(data))) == exactly(data)


def test_rows_of_numbers_take_a_byte_a_number_at_most() -> None:
    assert len(dump([[n % 96, 1 + n % 5, 60] for n in range(1000)])) < 3100


@given(TREES)
def test_what_is_packed_is_unpacked_exactly(data: Plain) -> None:
    assert exactly(unpack_plain(pack_plain(data, "save", LAYOUT), "save", LAYOUT)) == exactly(data)


@pytest.mark.parametrize(
    ("packed", "told"),
    [
        (b"", "does not begin as one"),
        (b"PK\x03\x04" + bytes(60), "does not begin as one"),
        (pack_plain([1], "journal", LAYOUT), "'journal', not a 'save'"),
        (pack_plain([1], "save", OTHER_LAYOUT), "another version"),
        (pack_plain([1], "save", LAYOUT)[:-1], "cut short"),
        (pack_plain([1], "save", LAYOUT) + b"\0", "cut short"),
        (pack_plain([1], "save", LAYOUT).replace(b"BWSE\x01", b"BWSE\x63"), "format 99"),
        (bytes(2_000_000), "2000000 bytes"),
        ("text", "not str"),
    ],
)
def test_other_bytes_are_refused_by_name(packed: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        unpack_plain(packed, "save", LAYOUT)


def test_a_flipped_bit_is_always_found() -> None:
    packed = pack_plain([[n, n / 7, "bass"] for n in range(20)], "save", LAYOUT)
    for bit in range(len(packed) * 8):
        flipped = bytearray(packed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InputError, match="save"):
            unpack_plain(bytes(flipped), "save", LAYOUT)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (raw({"b": 9}, b"short"), "cut short"),
        (raw({"b": -1}, b"short"), "cut short"),
        (raw({"d": 5}, b"short"), "cut short"),
        (raw([], b"more"), "goes on"),
        (raw({"x": 1}), "not known"),
        (raw({}), "not known"),
        (raw({"t": [[1, 2], [3]]}), "differ in length"),
        (raw({"t": 7}), "not lists"),
        (raw({"r": [[1, 1], [5]]}), "add up"),
        (raw({"r": [[-1, 2], [5]]}), "add up"),
        (raw({"r": [["a"], [5]]}), "add up"),
        (raw({"d": 8}, struct.pack("<d", math.nan)), "finite"),
        (struct.pack("<I", 3) + b"NaN", "finite"),
        (struct.pack("<I", 5) + b"1e999", "finite"),
        (struct.pack("<I", 9000) + b"9" * 9000, "not JSON"),
        (struct.pack("<I", 90000) + b"[" * 90000, "not JSON"),
        (struct.pack("<I", 400) + b"[" * 200 + b"]" * 200, "too deep"),
        (struct.pack("<I", 9) + b"[]", "cut short"),
        (b"", "bytes"),
    ],
)
def test_bytes_that_are_no_data_are_refused(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        load(data)


@given(TREES, st.data())
@settings(max_examples=100)
def test_any_bytes_are_data_or_refused(data: Plain, draw: st.DataObject) -> None:
    """Past the checksum too."""
    changed = bytearray(dump(data))
    for _ in range(draw.draw(st.integers(1, 4))):
        changed[draw.draw(st.integers(0, len(changed) - 1))] = draw.draw(st.integers(0, 255))
    try:
        loaded = load(bytes(changed))
    except InputError:
        return
    assert loaded is None or isinstance(loaded, bool | int | float | str | bytes | list)


def test_a_few_bytes_cannot_ask_for_much_memory() -> None:
    nested: object = {"B": 1_000_000}
    for _ in range(20):
        nested = {"t": [nested]}
    with pytest.raises(InputError, match="too many items"):
        load(raw(nested, bytes(1_000_000)))
    bomb = pack_plain([1], "save", LAYOUT)[:22] + zlib.compress(bytes(LARGEST_UNPACKED))
    with pytest.raises(InputError, match="does not unpack to 7 bytes"):
        unpack_plain(bomb + struct.pack("<I", zlib.crc32(bomb)), "save", LAYOUT)


@pytest.mark.parametrize(
    "data", [math.nan, [math.inf], [1.0, 2.0, 3.0, -math.inf], {"a": 1}, [(1, 2)], "x" * 5_000_000]
)
def test_what_is_not_plain_is_not_dumped(data: Plain) -> None:
    with pytest.raises(InputError):
        dump(data)


def test_what_is_too_deep_is_not_dumped() -> None:
    deep: Plain = []
    for _ in range(LARGEST_DEPTH + 1):
        deep = [deep]
    with pytest.raises(InputError, match="too deep"):
        dump(deep)


@given(st.integers(1, LARGEST_DEPTH // 2), st.integers(1, 5))
def test_what_is_dumped_is_never_too_deep_or_too_much_to_load(depth: int, width: int) -> None:
    deep: Plain = [0] * width
    for _ in range(depth):
        deep = [deep] * (width if depth < 6 else 1)
    assert load(dump(deep)) == deep
