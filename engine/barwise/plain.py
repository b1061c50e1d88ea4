"""Values to plain data and back, by their type hints alone: for pipes between processes, saves and journals.

Frozen dataclasses become lists of their fields' values in order; their own checks run when they are made
again. Nothing is executed and no class is looked up by name: what comes back is what the `kind` allows, or
an InputError. Knows no class of the engine, and numpy only where a value holds an array.

Carried are None, bool, whole numbers of 64 bits, finite floats, str, bytes, enums, paths, ranges, frozen
dataclasses, tuples, lists, sequences, frozensets, mappings, arrays of finite numbers, and unions of these.
A whole number where a float belongs becomes one; a sequence comes back as a tuple, a mapping as a dict.
"""

import dataclasses
import enum
import hashlib
import importlib
import math
import operator
import os
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar, overload

from barwise.errors import BarwiseError, InputError
from barwise.plain_bytes import LAYOUT_BYTES, Plain, pack_plain, shuffled, unpack_plain, unshuffled

T = TypeVar("T")

LONGEST_RANGE = 1 << 20
"""A range is three numbers however long it is, and whoever walks it takes the time."""

LARGEST_ARRAY = 1 << 20
"""Numbers of an array."""

_LEAST_WHOLE, _LARGEST_WHOLE = -(1 << 63), (1 << 63) - 1
_ARRAY_TYPES = ("float32", "float64", "int32", "int64", "uint8")


def to_plain(value: Any, kind: Any = None) -> Plain:
    """A value of a kind (None: of its own class) as plain data; raises InputError, saying where, for any other."""
    kind = type(value) if kind is None else kind
    data: Plain = _told(_codec(kind).write, value, kind)
    return data


@overload
def from_plain(kind: type[T], data: Plain) -> T: ...
@overload
def from_plain(kind: Any, data: Plain) -> Any: ...
def from_plain(kind: Any, data: Plain) -> Any:
    """The value that `to_plain` was given; raises InputError, saying where, for data that is no such kind."""
    return _told(_codec(kind).read, data, kind)


def pack(value: Any, kind: Any = None, *, name: str) -> bytes:
    """A value of a kind (None: of its own class) as a few bytes, under the name of what it is."""
    kind = type(value) if kind is None else kind
    return pack_plain(to_plain(value, kind), name, layout_of(kind))


@overload
def unpack(kind: type[T], data: bytes, *, name: str) -> T: ...
@overload
def unpack(kind: Any, data: bytes, *, name: str) -> Any: ...
def unpack(kind: Any, data: bytes, *, name: str) -> Any:
    """The value that `pack` was given; raises InputError, saying why, for any other bytes."""
    return from_plain(kind, unpack_plain(data, name, layout_of(kind)))


@cache
def layout_of(kind: Any) -> bytes:
    """A hash of what the plain data of a kind depends on: classes, fields in their order, members of enums."""
    return hashlib.sha256(_codec(kind).layout(set()).encode()).digest()[:LAYOUT_BYTES]


class _MisfitError(Exception):
    """A value or data does not fit; collects on its way up where that is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text, self.place = text, list[str]()


def _told(step: Callable[[Any], Any], item: Any, kind: Any) -> Any:
    """What a step makes of an item; a misfit becomes an InputError that names the place."""
    try:
        return step(item)
    except _MisfitError as misfit:
        raise InputError(f"{'.'.join([_name_of(kind), *reversed(misfit.place)])}: {misfit.text}") from None
    except RecursionError:
        raise InputError(f"{_name_of(kind)}: too deep") from None


def _name_of(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


class _Codec:
    """How values of one kind are written and read."""

    def __init__(self, holds: Callable[[Any], bool], tag: str) -> None:
        self.holds, self.tag = holds, tag
        """Whether a value is of this kind at first sight, and the name of the kind in unions and messages."""

    def write(self, value: Any) -> Plain:
        """A value as plain data; raises _MisfitError."""
        raise NotImplementedError

    def read(self, data: Any) -> Any:
        """Plain data as a value; raises _MisfitError."""
        raise NotImplementedError

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        """Many values at once."""
        return _each(self.write, values)

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        """Many values at once."""
        return _each(self.read, items)

    def layout(self, seen: set[str]) -> str:
        """All that the plain data depends on, as text; classes that were seen are not told again."""
        return self.tag

    def misfit(self, value: Any) -> _MisfitError:
        text = repr(value)
        return _MisfitError(f"{text[:60]}{'...' if len(text) > 60 else ''} is no {self.tag}")


class _Scalar(_Codec):
    """What is plain already, or nearly."""

    def __init__(
        self, tag: str, holds: type | tuple[type, ...], make: Callable[[Any], Any], plain: type | None = None
    ) -> None:
        """What it holds is made plain by a function; of one class it may be plain as it is."""
        super().__init__(lambda value: isinstance(value, holds) and (tag == "bool" or type(value) is not bool), tag)
        self._make, self._plain = make, plain

    def write(self, value: Any) -> Any:
        if type(value) is self._plain:
            return value
        if not self.holds(value):
            raise self.misfit(value)
        try:
            return self._make(value)
        except (ValueError, OverflowError):
            raise self.misfit(value) from None

    def read(self, data: Any) -> Any:
        return self.write(data)

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        return list(values) if set(map(type, values)) == {self._plain} else _each(self.write, values)

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        return self.write_all(items)


class _Whole(_Scalar):
    """Whole numbers, those of numpy too."""

    def __init__(self) -> None:
        super().__init__("int", int, _whole)
        self.holds = lambda value: hasattr(value, "__index__") and not isinstance(value, bool)

    def write(self, value: Any) -> Plain:
        return value if type(value) is int and _LEAST_WHOLE <= value <= _LARGEST_WHOLE else super().write(value)

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        is_plain = set(map(type, values)) == {int} and _LEAST_WHOLE <= min(values) <= max(values) <= _LARGEST_WHOLE
        return list(values) if is_plain else _each(self.write, values)


class _Float(_Scalar):
    """Finite numbers; a whole one becomes a float."""

    def __init__(self) -> None:
        super().__init__("float", (float, int), _finite)

    def write(self, value: Any) -> Plain:
        return value if type(value) is float and math.isfinite(value) else super().write(value)

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        is_plain = set(map(type, values)) == {float} and all(map(math.isfinite, values))
        return list(values) if is_plain else _each(self.write, values)


def _whole(value: Any) -> int:
    number = operator.index(value)
    if not _LEAST_WHOLE <= number <= _LARGEST_WHOLE:
        raise OverflowError(value)
    return int(number)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


class _Path(_Scalar):
    """File names that are not text: they come back as Path."""

    def __init__(self) -> None:
        super().__init__("path", os.PathLike, lambda value: str(os.fspath(value)))

    def read(self, data: Any) -> Path:
        if not isinstance(data, str):
            raise self.misfit(data)
        return Path(data)


class _Enum(_Codec):
    """A member of an enum, by its value where that is plain and by its name elsewhere."""

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__(lambda value: isinstance(value, kind), kind.__name__)
        has_plain_values = all(isinstance(member.value, str | int) for member in kind)
        self._plain = {member: member.value if has_plain_values else member.name for member in kind}
        self._members = {plain: member for member, plain in self._plain.items()}

    def write(self, value: Any) -> Plain:
        if not self.holds(value):
            raise self.misfit(value)
        return self._plain[value]

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        return list(map(self._plain.__getitem__, values)) if all(map(self.holds, values)) else _each(self.write, values)

    def read(self, data: Any) -> Any:
        if not isinstance(data, str | int) or isinstance(data, bool) or data not in self._members:
            raise self.misfit(data)
        return self._members[data]

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        are_known = set(map(type, items)) <= {int, str} and self._members.keys() >= set(items)
        return list(map(self._members.__getitem__, items)) if are_known else _each(self.read, items)

    def layout(self, seen: set[str]) -> str:
        return f"{self.tag}{sorted(map(str, self._members))}"


class _Range(_Codec):
    def __init__(self) -> None:
        super().__init__(lambda value: isinstance(value, range), "range")

    def write(self, value: Any) -> Plain:
        if not self.holds(value):
            raise self.misfit(value)
        return [value.start, value.stop, value.step]

    def read(self, data: Any) -> range:
        numbers = [_WHOLE.read(number) for number in _items(self, data, 3)]
        if numbers[2] == 0 or len(made := range(*numbers)) > LONGEST_RANGE:
            raise self.misfit(data)
        return made


class _Items(_Codec):
    """Any number of items of one kind."""

    def __init__(self, tag: str, holds: type, make: Callable[[Iterable[Any]], Any], item: Any) -> None:
        super().__init__(lambda value: isinstance(value, holds) and not isinstance(value, str | bytes), tag)
        self._make, self._item = make, _codec(item)

    def write(self, value: Any) -> Plain:
        if not self.holds(value):
            raise self.misfit(value)
        written = self._item.write_all(tuple(value))
        return sorted(written, key=repr) if self._make is frozenset else written

    def read(self, data: Any) -> Any:
        return self._make(self._item.read_all(_items(self, data)))

    def layout(self, seen: set[str]) -> str:
        return f"{self.tag}[{self._item.layout(seen)}]"


class _Row(_Codec):
    """A tuple of so many items, each of its own kind."""

    def __init__(self, kinds: Sequence[Any]) -> None:
        super().__init__(lambda value: isinstance(value, tuple), "tuple")
        self._codecs = [_codec(kind) for kind in kinds]

    def write(self, value: Any) -> Plain:
        if not self.holds(value) or len(value) != len(self._codecs):
            raise self.misfit(value)
        return [codec.write(item) for codec, item in zip(self._codecs, value, strict=True)]

    def read(self, data: Any) -> tuple[Any, ...]:
        items = _items(self, data, len(self._codecs))
        return tuple(codec.read(item) for codec, item in zip(self._codecs, items, strict=True))

    def layout(self, seen: set[str]) -> str:
        return f"tuple({','.join(codec.layout(seen) for codec in self._codecs)})"


class _Mapping(_Codec):
    """Keys and values in pairs; their order is kept."""

    def __init__(self, key: Any, value: Any) -> None:
        super().__init__(lambda value: isinstance(value, Mapping), "mapping")
        self._key, self._value = _codec(key), _codec(value)

    def write(self, value: Any) -> Plain:
        if not self.holds(value):
            raise self.misfit(value)
        keys, items = self._key.write_all(tuple(value)), self._value.write_all(tuple(value.values()))
        return [[key, item] for key, item in zip(keys, items, strict=True)]

    def read(self, data: Any) -> dict[Any, Any]:
        pairs = [_items(self, pair, 2) for pair in _items(self, data)]
        keys = self._key.read_all([key for key, _ in pairs])
        return dict(zip(keys, self._value.read_all([item for _, item in pairs]), strict=True))

    def layout(self, seen: set[str]) -> str:
        return f"mapping[{self._key.layout(seen)},{self._value.layout(seen)}]"


class _Optional(_Codec):
    def __init__(self, kind: Any) -> None:
        self._codec = _codec(kind)
        super().__init__(lambda value: value is None or self._codec.holds(value), f"{self._codec.tag} or None")

    def write(self, value: Any) -> Plain:
        return None if value is None else self._codec.write(value)

    def read(self, data: Any) -> Any:
        return None if data is None else self._codec.read(data)

    def layout(self, seen: set[str]) -> str:
        return f"optional[{self._codec.layout(seen)}]"


class _Union(_Codec):
    """One of several kinds: its name, then its data."""

    def __init__(self, kinds: Sequence[Any]) -> None:
        self._codecs = {codec.tag: codec for codec in map(_codec, kinds)}
        if len(self._codecs) < len(kinds):
            raise TypeError(f"kinds of one name in a union: {', '.join(map(_name_of, kinds))}")
        super().__init__(lambda value: self._of(value) is not None, " or ".join(self._codecs))

    def _of(self, value: Any) -> _Codec | None:
        named = self._codecs.get(type(value).__name__)
        if named is not None and named.holds(value):
            return named
        return next((codec for codec in self._codecs.values() if codec.holds(value)), None)

    def write(self, value: Any) -> Plain:
        codec = self._of(value)
        if codec is None:
            raise self.misfit(value)
        return [codec.tag, codec.write(value)]

    def read(self, data: Any) -> Any:
        tag, item = _items(self, data, 2)
        if not isinstance(tag, str) or tag not in self._codecs:
            raise self.misfit(tag)
        return self._codecs[tag].read(item)

    def layout(self, seen: set[str]) -> str:
        return f"union[{','.join(codec.layout(seen) for codec in self._codecs.values())}]"


class _Record(_Codec):
    """A dataclass: the values of its fields in order."""

    def __init__(self, kind: type) -> None:
        super().__init__(lambda value: type(value) is kind, kind.__name__)
        self._kind = kind

    @cached_property
    def _make(self) -> Callable[..., Any]:
        """What makes one of its fields' values in order."""
        if not any(field.kw_only for field in dataclasses.fields(self._kind)):
            return self._kind
        return lambda *values: self._kind(**dict(zip(self._fields, values, strict=True)))

    @cached_property
    def _fields(self) -> dict[str, _Codec]:
        """Late, because a class may hold itself."""
        hints = typing.get_type_hints(self._kind)
        return {field.name: _codec(hints[field.name]) for field in dataclasses.fields(self._kind) if field.init}

    def write(self, value: Any) -> Plain:
        if type(value) is not self._kind:
            raise self.misfit(value)
        written: list[Plain] = []
        try:
            for name, codec in self._fields.items():
                written.append(codec.write(getattr(value, name)))
        except _MisfitError as misfit:
            misfit.place.append(list(self._fields)[len(written)])
            raise
        return written

    def read(self, data: Any) -> Any:
        values: list[Any] = []
        items = _items(self, data, len(self._fields))
        try:
            for codec, item in zip(self._fields.values(), items, strict=True):
                values.append(codec.read(item))
        except _MisfitError as misfit:
            misfit.place.append(list(self._fields)[len(values)])
            raise
        return self._made(values)

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        """Field by field, which is several times faster; what does not fit is found one by one."""
        if len(values) < _MANY or not all(map(self.holds, values)):
            return _each(self.write, values)
        try:
            columns = [
                codec.write_all([getattr(value, name) for value in values]) for name, codec in self._fields.items()
            ]
        except _MisfitError:
            return _each(self.write, values)
        return list(map(list, zip(*columns, strict=True)))

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        """As in `write_all`."""
        if len(items) < _MANY or any(type(row) is not list or len(row) != len(self._fields) for row in items):
            return _each(self.read, items)
        try:
            columns = zip(*items, strict=True)
            fields = [codec.read_all(column) for codec, column in zip(self._fields.values(), columns, strict=True)]
            return list(map(self._made, zip(*fields, strict=True)))
        except _MisfitError:
            return _each(self.read, items)

    def _made(self, values: Iterable[Any]) -> Any:
        try:
            return self._make(*values)
        except BarwiseError as error:
            raise _MisfitError(str(error)) from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _MisfitError(f"these fields make no {self.tag}: {error}") from None

    def layout(self, seen: set[str]) -> str:
        if self.tag in seen:
            return self.tag
        seen.add(self.tag)
        return f"{self.tag}({','.join(f'{name}:{codec.layout(seen)}' for name, codec in self._fields.items())})"


class _Array(_Codec):
    """A numpy array: its shape and its bits."""

    def __init__(self, scalar: str) -> None:
        super().__init__(_is_array, f"array of {scalar}")
        self._scalar = scalar

    def write(self, value: Any) -> Plain:
        if not self.holds(value) or value.dtype.name != self._scalar:
            raise self.misfit(value)
        self._check(value)
        little_endian = value.astype(value.dtype.newbyteorder("<"))
        return [list(value.shape), shuffled(little_endian.tobytes(), value.dtype.itemsize)]

    def read(self, data: Any) -> Any:
        shape, bits = _items(self, data, 2)
        numpy = importlib.import_module("numpy")
        kind = numpy.dtype(self._scalar)
        sizes = [_WHOLE.read(size) for size in _items(self, shape)]
        if not isinstance(bits, bytes) or any(not 0 <= size <= LARGEST_ARRAY for size in sizes):
            raise self.misfit(data)
        if len(bits) != math.prod(sizes) * kind.itemsize or len(sizes) > _MOST_DIMENSIONS:
            raise _MisfitError(f"{len(bits)} bytes are no {self.tag} of shape {sizes[:_MOST_DIMENSIONS]}")
        numbers = numpy.frombuffer(unshuffled(bits, kind.itemsize), kind.newbyteorder("<"))
        array = numbers.reshape(sizes).astype(kind)
        self._check(array)
        return array

    def _check(self, array: Any) -> None:
        if array.size > LARGEST_ARRAY or not importlib.import_module("numpy").isfinite(array).all():
            raise _MisfitError(f"an {self.tag} that is too large or not finite")


_MOST_DIMENSIONS = 8

_MANY = 4
"""Fewer values are written and read one by one."""


def _is_array(value: Any) -> bool:
    kind = type(value)
    return (kind.__module__, kind.__name__) == ("numpy", "ndarray")


def _each(step: Callable[[Any], Any], items: Collection[Any]) -> list[Any]:
    made: list[Any] = []
    try:
        for item in items:
            made.append(step(item))  # noqa: PERF401
    except _MisfitError as misfit:
        misfit.place.append(str(len(made)))
        raise
    return made


def _items(codec: _Codec, data: Any, count: int | None = None) -> list[Any]:
    """The items of a list, as many as there must be."""
    if not isinstance(data, list) or count not in {None, len(data)}:
        raise codec.misfit(data)
    return data


_WHOLE = _Whole()

_SCALARS: Mapping[Any, _Codec] = {
    type(None): _Scalar("None", type(None), lambda value: value),
    bool: _Scalar("bool", bool, bool, bool),
    int: _WHOLE,
    float: _Float(),
    str: _Scalar("str", str, str, str),
    bytes: _Scalar("bytes", bytes, bytes, bytes),
    range: _Range(),
    Path: _Path(),
    os.PathLike: _Path(),
}

_COLLECTIONS: Mapping[Any, tuple[type, Callable[[Iterable[Any]], Any]]] = {
    list: (list, list),
    tuple: (tuple, tuple),
    Sequence: (Sequence, tuple),
    frozenset: (frozenset, frozenset),
    Set: (Set, frozenset),
}
"""What a collection may be when it is written, and what makes it when it is read."""


@cache
def _codec(kind: Any) -> _Codec:
    """How a kind is written and read; raises TypeError for one that plain data cannot hold."""
    origin = typing.get_origin(kind)
    codec = _SCALARS.get(origin or kind) or (_of_parts(origin, typing.get_args(kind)) if origin else _of_class(kind))
    if codec is None:
        raise TypeError(f"plain data cannot hold {_name_of(kind)}")
    return codec


def _of_class(kind: Any) -> _Codec | None:
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and not issubclass(kind, enum.Flag):
        return _Enum(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _Record(kind)
    return None


def _of_parts(origin: Any, parts: Sequence[Any]) -> _Codec | None:
    if origin in {typing.Union, types.UnionType}:
        return _union(parts)
    if origin is tuple and parts[1:] != (...,):
        return _Row(parts)
    if origin in _COLLECTIONS:
        return _Items(origin.__name__, *_COLLECTIONS[origin], parts[0])
    if origin in {dict, Mapping}:
        return _Mapping(*parts)
    if (origin.__module__, origin.__name__) == ("numpy", "ndarray"):
        return _array(typing.get_args(parts[1])[0])
    return None


def _union(kinds: Sequence[Any]) -> _Codec:
    others = [kind for kind in kinds if kind is not type(None)]
    if len(others) == len(kinds):
        return _Union(kinds)
    return _Optional(typing.Union[tuple(others)])  # noqa: UP007


def _array(scalar: Any) -> _Codec:
    if scalar.__name__ not in _ARRAY_TYPES:
        raise TypeError(f"plain data cannot hold arrays of {scalar.__name__}; allowed: {', '.join(_ARRAY_TYPES)}")
    return _Array(scalar.__name__)
