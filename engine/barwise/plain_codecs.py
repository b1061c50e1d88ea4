"""Single values as plain data: what a codec is, and those of what has no parts that are values of their own.

Scalars, enums, paths, ranges and arrays; numpy is loaded only where a value holds an array. What is made of
other values is in plain_composites.py, and which kind has which codec in plain.py.
"""

import enum
import importlib
import math
import operator
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from barwise.plain_bytes import Plain, shuffled, unshuffled

LONGEST_RANGE = 1 << 20
"""A range is three numbers however long it is, and whoever walks it takes the time."""

LARGEST_ARRAY = 1 << 20
"""Numbers of an array."""

_MOST_DIMENSIONS = 8
_ARRAY_TYPES = ("float32", "float64", "int32", "int64", "uint8")

_LEAST_WHOLE, _LARGEST_WHOLE = -(1 << 63), (1 << 63) - 1


class MisfitError(Exception):
    """A value or data does not fit; collects on its way up where that is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text, self.place = text, list[str]()


class Codec:
    """How values of one kind are written and read."""

    def __init__(self, holds: Callable[[Any], bool], tag: str) -> None:
        self.holds, self.tag = holds, tag
        """Whether a value is of this kind at first sight, and the name of the kind in unions and messages."""

    def write(self, value: Any) -> Plain:
        """A value as plain data; raises MisfitError."""
        raise NotImplementedError

    def read(self, data: Any) -> Any:
        """Plain data as a value; raises MisfitError."""
        raise NotImplementedError

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        """Many values at once."""
        return each(self.write, values)

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        """Many values at once."""
        return each(self.read, items)

    def layout(self, seen: set[str]) -> str:
        """All that the plain data depends on, as text; classes that were seen are not told again."""
        return self.tag

    def misfit(self, value: Any) -> MisfitError:
        """What to raise for a value, or data, of another kind."""
        text = repr(value)
        return MisfitError(f"{text[:60]}{'...' if len(text) > 60 else ''} is no {self.tag}")


def each(step: Callable[[Any], Any], items: Collection[Any]) -> list[Any]:
    """What a step makes of each item; a misfit tells at which."""
    made: list[Any] = []
    try:
        for item in items:
            made.append(step(item))  # noqa: PERF401
    except MisfitError as misfit:
        misfit.place.append(str(len(made)))
        raise
    return made


def items_of(codec: Codec, data: Any, count: int | None = None) -> list[Any]:
    """The items of a list, as many as there must be."""
    if not isinstance(data, list) or count not in {None, len(data)}:
        raise codec.misfit(data)
    return data


class _Scalar(Codec):
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
        return list(values) if set(map(type, values)) == {self._plain} else each(self.write, values)

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
        return list(values) if is_plain else each(self.write, values)


class _Float(_Scalar):
    """Finite numbers; a whole one becomes a float."""

    def __init__(self) -> None:
        super().__init__("float", (float, int), _finite)

    def write(self, value: Any) -> Plain:
        return value if type(value) is float and math.isfinite(value) else super().write(value)

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        is_plain = set(map(type, values)) == {float} and all(map(math.isfinite, values))
        return list(values) if is_plain else each(self.write, values)


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


class EnumMember(Codec):
    """A member of an enum, by its value where that is plain and by its name elsewhere."""

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__(lambda value: isinstance(value, kind), kind.__name__)
        has_plain_values = all(isinstance(member.value, str | int) for member in kind)
        self._plain = {member: member.value if has_plain_values else member.name for member in kind}
        self._members = {plain: member for member, plain in self._plain.items()}

    def write(self, value: Any) -> Plain:
        """The plain name of a member."""
        if not self.holds(value):
            raise self.misfit(value)
        return self._plain[value]

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        """Many members at once, from a table."""
        return list(map(self._plain.__getitem__, values)) if all(map(self.holds, values)) else each(self.write, values)

    def read(self, data: Any) -> Any:
        """The member of a plain name."""
        if not isinstance(data, str | int) or isinstance(data, bool) or data not in self._members:
            raise self.misfit(data)
        return self._members[data]

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        """Many members at once, from a table."""
        are_known = set(map(type, items)) <= {int, str} and self._members.keys() >= set(items)
        return list(map(self._members.__getitem__, items)) if are_known else each(self.read, items)

    def layout(self, seen: set[str]) -> str:
        """The class, and the plain names of all its members."""
        return f"{self.tag}{sorted(map(str, self._members))}"


class _Range(Codec):
    def __init__(self) -> None:
        super().__init__(lambda value: isinstance(value, range), "range")

    def write(self, value: Any) -> Plain:
        if not self.holds(value):
            raise self.misfit(value)
        return [value.start, value.stop, value.step]

    def read(self, data: Any) -> range:
        numbers = [_WHOLE.read(number) for number in items_of(self, data, 3)]
        if numbers[2] == 0 or len(made := range(*numbers)) > LONGEST_RANGE:
            raise self.misfit(data)
        return made


class Array(Codec):
    """A numpy array: its shape and its bits."""

    def __init__(self, scalar: str) -> None:
        """Take the name of its numbers' type; raises TypeError for one that is not carried."""
        if scalar not in _ARRAY_TYPES:
            raise TypeError(f"plain data cannot hold arrays of {scalar}; allowed: {', '.join(_ARRAY_TYPES)}")
        super().__init__(_is_array, f"array of {scalar}")
        self._scalar = scalar

    def write(self, value: Any) -> Plain:
        """The shape, and the numbers' little-endian bytes, shuffled."""
        if not self.holds(value) or value.dtype.name != self._scalar:
            raise self.misfit(value)
        self._check(value)
        little_endian = value.astype(value.dtype.newbyteorder("<"))
        return [list(value.shape), shuffled(little_endian.tobytes(), value.dtype.itemsize)]

    def read(self, data: Any) -> Any:
        """An array of that shape, once its size is known to be allowed."""
        shape, bits = items_of(self, data, 2)
        numpy = importlib.import_module("numpy")
        kind = numpy.dtype(self._scalar)
        sizes = [_WHOLE.read(size) for size in items_of(self, shape)]
        if not isinstance(bits, bytes) or any(not 0 <= size <= LARGEST_ARRAY for size in sizes):
            raise self.misfit(data)
        if len(bits) != math.prod(sizes) * kind.itemsize or len(sizes) > _MOST_DIMENSIONS:
            raise MisfitError(f"{len(bits)} bytes are no {self.tag} of shape {sizes[:_MOST_DIMENSIONS]}")
        numbers = numpy.frombuffer(unshuffled(bits, kind.itemsize), kind.newbyteorder("<"))
        array = numbers.reshape(sizes).astype(kind)
        self._check(array)
        return array

    def _check(self, array: Any) -> None:
        if array.size > LARGEST_ARRAY or not importlib.import_module("numpy").isfinite(array).all():
            raise MisfitError(f"an {self.tag} that is too large or not finite")


def _is_array(value: Any) -> bool:
    kind = type(value)
    return (kind.__module__, kind.__name__) == ("numpy", "ndarray")


_WHOLE = _Whole()

SCALARS: Mapping[Any, Codec] = {
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
"""Codecs of what needs nothing but its kind."""
