"""Plain data to bytes and back: JSON with its repetitive parts beside it, small, bounded and checked.

Plain data is None, bools, whole numbers, finite floats, text, bytes, and lists of these. Lists of rows are
turned into columns and long lists of numbers into blobs, because columns are what compresses. Knows nothing
of classes: `plain` makes values of it.
"""

import json
import math
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

from barwise.errors import InputError

Plain: TypeAlias = "bool | int | float | str | bytes | list[Plain] | None"

FORMAT = 1
"""Of the bytes themselves; another format is refused."""

LARGEST_PACKED = 1 << 20
LARGEST_UNPACKED = 1 << 22
"""Bytes before and after unpacking: what a session keeps of 77 bars is some 12 and 28 thousand."""

LARGEST_ITEMS = 1 << 18
"""Items of all lists together: bounds the memory that folded data can ask for."""

LARGEST_DEPTH = 32
"""Lists within lists."""

_UNFOLDING = 4
"""Unfolding passes an item, and a depth, up to so many times where folding passes it once."""

MAGIC = b"BWSE"
LAYOUT_BYTES = 8
_HEAD = struct.Struct(f"<4sBB{LAYOUT_BYTES}sI")
"""Magic, format, length of the name, layout and size of what is unpacked; then come the name, the body and
a CRC-32 of all before it."""

_SHORTEST_COLUMN = 4
"""Shorter lists stay as they are: a blob's entry costs more than they do."""

_JSON_SIZE = _CHECKSUM = struct.Struct("<I")
_LEVEL = 9
"""Of zlib: LZMA would be an eighth smaller, but takes several times as long, and not every Python has it."""


def pack_plain(data: Plain, name: str, layout: bytes) -> bytes:
    """Plain data as compressed bytes, under a name of up to 255 letters and a layout of LAYOUT_BYTES.

    Raises InputError for what is not plain, too large or too deep.
    """
    raw = dump(data)
    label = name.encode()
    packed = _HEAD.pack(MAGIC, FORMAT, len(label), layout, len(raw)) + label + zlib.compress(raw, _LEVEL)
    packed += _CHECKSUM.pack(zlib.crc32(packed))
    if len(packed) > LARGEST_PACKED:
        raise InputError(f"the {name} is too large: {len(packed)} bytes; allowed: {LARGEST_PACKED}")
    return packed


def unpack_plain(packed: bytes, name: str, layout: bytes) -> Plain:
    """What `pack_plain` was given; raises InputError, saying why, for bytes that are anything else."""
    if not isinstance(packed, bytes | bytearray | memoryview):
        raise InputError(f"a {name} is bytes, not {type(packed).__name__}")
    if len(packed) > LARGEST_PACKED:
        raise InputError(f"this is no {name}: it has {len(packed)} bytes; allowed: {LARGEST_PACKED}")
    packed = bytes(packed)
    if len(packed) < _HEAD.size + _CHECKSUM.size or packed[: len(MAGIC)] != MAGIC:
        raise InputError(f"this is no {name} of Barwise: it does not begin as one")
    _, version, name_size, packed_layout, size = _HEAD.unpack_from(packed)
    if version != FORMAT:
        raise InputError(f"this {name} is of format {version}; this version of Barwise reads format {FORMAT}")
    body = packed[: -_CHECKSUM.size]
    if _CHECKSUM.pack(zlib.crc32(body)) != packed[-_CHECKSUM.size :]:
        raise InputError(f"this {name} is damaged or cut short: its checksum is wrong")
    label = body[_HEAD.size : _HEAD.size + name_size]
    if label != name.encode():
        raise InputError(f"this is a {label.decode(errors='replace')!r}, not a {name!r}")
    if packed_layout != layout:
        raise InputError(f"this {name} was written by another version of Barwise, which lays it out differently")
    raw = _decompressed(body[_HEAD.size + name_size :], size, name)
    try:
        return load(raw)
    except InputError as error:
        raise InputError(f"this {name} is damaged: {error}") from None


def layout_in(packed: bytes) -> bytes:
    """The layout that packed bytes say they have; nothing is said of whether they are whole."""
    return bytes(_HEAD.unpack_from(packed)[3]) if len(packed) >= _HEAD.size else bytes(LAYOUT_BYTES)


def _decompressed(body: bytes, size: int, name: str) -> bytes:
    if size > LARGEST_UNPACKED:
        raise InputError(f"this {name} is damaged: it says that it unpacks to {size} bytes")
    unzipper = zlib.decompressobj()
    try:
        raw = unzipper.decompress(body, size + 1)
    except zlib.error as error:
        raise InputError(f"this {name} is damaged: {error}") from None
    if not unzipper.eof or unzipper.unused_data or len(raw) != size:
        raise InputError(f"this {name} is damaged: it does not unpack to {size} bytes")
    return raw


def dump(data: Plain) -> bytes:
    """Plain data as bytes, not compressed; raises InputError for what is not plain, too large or too deep."""
    folder = _Folder()
    text = json.dumps(folder.fold(data, 0), allow_nan=False, separators=(",", ":")).encode()
    raw = b"".join((_JSON_SIZE.pack(len(text)), text, *folder.blobs))
    if len(raw) > LARGEST_UNPACKED:
        raise InputError(f"the data is too large: {len(raw)} bytes; allowed: {LARGEST_UNPACKED}")
    return raw


def load(raw: bytes) -> Plain:
    """What `dump` was given; raises InputError for bytes that are anything else."""
    if not _JSON_SIZE.size <= len(raw) <= LARGEST_UNPACKED:
        raise InputError(f"the data has {len(raw)} bytes; allowed: {_JSON_SIZE.size} to {LARGEST_UNPACKED}")
    end = _JSON_SIZE.size + _JSON_SIZE.unpack_from(raw)[0]
    if end > len(raw):
        raise InputError("the data is cut short")
    try:
        tree = json.loads(raw[_JSON_SIZE.size : end].decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the data is not JSON: {error}") from None
    unfolder = _Unfolder(raw, end)
    try:
        data = unfolder.unfold(tree, 0)
    except RecursionError:  # the caller lies deep already
        raise InputError("the data is too deep") from None
    if unfolder.place != len(raw):
        raise InputError("the data goes on after its end")
    return data


def shuffled(data: bytes, width: int) -> bytes:
    """All first bytes of items so wide, then all second bytes, and so on: floats compress better so."""
    return b"".join(data[byte::width] for byte in range(width))


def unshuffled(data: bytes, width: int) -> bytes:
    """What `shuffled` was given; the length must be a multiple of the width."""
    count = len(data) // width
    items = bytearray(len(data))
    for byte in range(width):
        items[byte::width] = data[byte * count : (byte + 1) * count]
    return bytes(items)


# What stands in JSON for a list or bytes is an object with one entry, named by one of these.
_BYTES, _COLUMNS, _RAGGED = "b", "t", "r"
_SMALL, _SHORT, _FLOAT = "B", "h", "d"
"""Lists of numbers as blobs, by their codes in the module `array`."""

_WIDTHS = {_SMALL: 1, _SHORT: 2, _FLOAT: 8}
_INTEGERS = {_SMALL: range(256), _SHORT: range(-(1 << 15), 1 << 15)}


class _Budget:
    """Counts items of lists, so that a few bytes cannot ask for all memory."""

    def __init__(self, times: int = 1) -> None:
        self._left, self._depth = LARGEST_ITEMS * times, LARGEST_DEPTH * times

    def spend(self, items: int, depth: int) -> None:
        self._left -= items
        if self._left < 0:
            raise InputError(f"the data has too many items; allowed: {LARGEST_ITEMS}")
        if depth > self._depth:
            raise InputError(f"the data is too deep; allowed: {LARGEST_DEPTH} lists within lists")


class _Folder(_Budget):
    """From plain data to JSON and blobs."""

    def __init__(self) -> None:
        super().__init__()
        self.blobs: list[bytes] = []

    def fold(self, data: Plain, depth: int) -> Any:
        if data is None or isinstance(data, bool | int | str):
            return data
        if isinstance(data, float):
            if not math.isfinite(data):
                raise InputError(f"{data} is not a finite number")
            return data
        if isinstance(data, bytes):
            return self._blob(_BYTES, data)
        if not isinstance(data, list):
            raise InputError(f"{type(data).__name__} is not plain data")
        self.spend(len(data), depth)
        return self._fold_list(data, depth + 1)

    def _fold_list(self, data: list[Plain], depth: int) -> Any:
        kinds = set(map(type, data)) if len(data) >= _SHORTEST_COLUMN else None
        if kinds == {list}:
            return self._fold_rows(data, depth)  # type: ignore[arg-type]
        code = _code_of(data, kinds)
        if code:
            return self._blob(code, _array_bytes(code, data))
        return [self.fold(item, depth) for item in data]

    def _fold_rows(self, rows: list[list[Plain]], depth: int) -> Any:
        lengths = [len(row) for row in rows]
        self.spend(sum(lengths), depth)
        if len(set(lengths)) == 1 and lengths[0]:
            return {_COLUMNS: [self._fold_list(list(column), depth + 1) for column in zip(*rows, strict=True)]}
        flat = [item for row in rows for item in row]
        return {_RAGGED: [self._fold_list(list(lengths), depth + 1), self._fold_list(flat, depth + 1)]}

    def _blob(self, code: str, data: bytes) -> dict[str, int]:
        self.blobs.append(data)
        return {code: len(data)}


def _code_of(data: Sequence[Any], kinds: set[type] | None) -> str | None:
    """The code of a list of numbers; None for a list that is no blob."""
    if kinds == {float}:
        return _FLOAT if all(map(math.isfinite, data)) else None
    if kinds == {int}:
        low, high = min(data), max(data)
        return next((code for code, allowed in _INTEGERS.items() if low in allowed and high in allowed), None)
    return None


def _array_bytes(code: str, numbers: Iterable[Any]) -> bytes:
    column = array(code, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return shuffled(column.tobytes(), _WIDTHS[code])


class _Unfolder(_Budget):
    """From JSON and blobs to plain data."""

    def __init__(self, raw: bytes, place: int) -> None:
        super().__init__(_UNFOLDING)
        self._raw, self.place = raw, place

    def unfold(self, tree: Any, depth: int) -> Plain:
        if isinstance(tree, list):
            self.spend(len(tree), depth)
            return [self.unfold(item, depth + 1) for item in tree]
        if isinstance(tree, dict):
            return self._unfold_entry(tree, depth)
        if isinstance(tree, float) and not math.isfinite(tree):  # such as 1e999
            raise InputError("a number is not finite")
        return tree  # type: ignore[no-any-return]

    def _unfold_entry(self, tree: dict[str, Any], depth: int) -> Plain:
        code, entry = next(iter(tree.items())) if len(tree) == 1 else ("", None)
        if code == _BYTES:
            return self._take(entry)
        if code in _WIDTHS:
            return self._numbers(code, self._take(entry), depth)
        if code == _COLUMNS:
            return self._rows(self._lists(entry, depth), depth)
        if code == _RAGGED:
            return self._ragged(self._lists(entry, depth), depth)
        raise InputError("the data has an entry that is not known")

    def _lists(self, entry: Any, depth: int) -> list[list[Any]]:
        lists: Any = self.unfold(entry, depth + 1)
        if not isinstance(lists, list) or not lists or not all(isinstance(column, list) for column in lists):
            raise InputError("the data's columns are not lists")
        return lists

    def _rows(self, columns: list[list[Any]], depth: int) -> Plain:
        if len(set(map(len, columns))) != 1:
            raise InputError("the data's columns differ in length")
        self.spend(len(columns[0]) * len(columns), depth)
        return [list(row) for row in zip(*columns, strict=True)]

    def _ragged(self, parts: list[list[Any]], depth: int) -> Plain:
        lengths, flat = parts if len(parts) == 2 else ([], [None])
        self.spend(len(lengths) + len(flat), depth)
        if not all(type(length) is int and length >= 0 for length in lengths) or sum(lengths) != len(flat):
            raise InputError("the data's rows do not add up")
        items = iter(flat)
        return [list(islice(items, length)) for length in lengths]

    def _numbers(self, code: str, blob: bytes, depth: int) -> Plain:
        width = _WIDTHS[code]
        if len(blob) % width:
            raise InputError("a column of the data is cut short")
        column = array(code, unshuffled(blob, width))
        if sys.byteorder == "big":
            column.byteswap()
        self.spend(len(column), depth)
        if code == _FLOAT and not all(map(math.isfinite, column)):
            raise InputError("a number is not finite")
        return list(column)

    def _take(self, size: Any) -> bytes:
        if type(size) is not int or not 0 <= size <= len(self._raw) - self.place:
            raise InputError("the data is cut short")
        self.place += size
        return self._raw[self.place - size : self.place]


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a finite number")
