"""Values made of others as plain data: each codec is given those of its parts.

Items, rows, mappings, unions and dataclasses. Which kind has which codec is in plain.py.
"""

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from barwise.errors import BarwiseError
from barwise.plain_bytes import Plain
from barwise.plain_codecs import Codec, MisfitError, each, items_of

_MANY = 4
"""Fewer values are written and read one by one."""


class Items(Codec):
    """Any number of items of one kind."""

    def __init__(self, tag: str, holds: type, make: Callable[[Iterable[Any]], Any], item: Codec) -> None:
        super().__init__(lambda value: isinstance(value, holds) and not isinstance(value, str | bytes), tag)
        self._make, self._item = make, item

    def write(self, value: Any) -> Plain:
        """A list; that of a set is sorted, so that equal sets are equal data."""
        if not self.holds(value):
            raise self.misfit(value)
        written = self._item.write_all(tuple(value))
        return sorted(written, key=repr) if self._make is frozenset else written

    def read(self, data: Any) -> Any:
        """A collection of all that a list holds."""
        return self._make(self._item.read_all(items_of(self, data)))

    def layout(self, seen: set[str]) -> str:
        """The collection and its items."""
        return f"{self.tag}[{self._item.layout(seen)}]"


class Row(Codec):
    """A tuple of so many items, each of its own kind."""

    def __init__(self, codecs: Sequence[Codec]) -> None:
        super().__init__(lambda value: isinstance(value, tuple), "tuple")
        self._codecs = codecs

    def write(self, value: Any) -> Plain:
        """A list as long."""
        if not self.holds(value) or len(value) != len(self._codecs):
            raise self.misfit(value)
        return [codec.write(item) for codec, item in zip(self._codecs, value, strict=True)]

    def read(self, data: Any) -> tuple[Any, ...]:
        """A tuple of a list as long."""
        items = items_of(self, data, len(self._codecs))
        return tuple(codec.read(item) for codec, item in zip(self._codecs, items, strict=True))

    def layout(self, seen: set[str]) -> str:
        """The kinds in their order."""
        return f"tuple({','.join(codec.layout(seen) for codec in self._codecs)})"


class Pairs(Codec):
    """A mapping: keys and values in pairs; their order is kept."""

    def __init__(self, key: Codec, value: Codec) -> None:
        super().__init__(lambda value: isinstance(value, Mapping), "mapping")
        self._key, self._value = key, value

    def write(self, value: Any) -> Plain:
        """A list of lists of a key and a value."""
        if not self.holds(value):
            raise self.misfit(value)
        keys, items = self._key.write_all(tuple(value)), self._value.write_all(tuple(value.values()))
        return [[key, item] for key, item in zip(keys, items, strict=True)]

    def read(self, data: Any) -> dict[Any, Any]:
        """A dict; of equal keys the last one counts."""
        pairs = [items_of(self, pair, 2) for pair in items_of(self, data)]
        keys = self._key.read_all([key for key, _ in pairs])
        return dict(zip(keys, self._value.read_all([item for _, item in pairs]), strict=True))

    def layout(self, seen: set[str]) -> str:
        """The kinds of keys and values."""
        return f"mapping[{self._key.layout(seen)},{self._value.layout(seen)}]"


class Maybe(Codec):
    """A value of a kind, or None."""

    def __init__(self, codec: Codec) -> None:
        super().__init__(lambda value: value is None or codec.holds(value), f"{codec.tag} or None")
        self._codec = codec

    def write(self, value: Any) -> Plain:
        """None, or what the value is written as."""
        return None if value is None else self._codec.write(value)

    def read(self, data: Any) -> Any:
        """None, or what the data is read as."""
        return None if data is None else self._codec.read(data)

    def layout(self, seen: set[str]) -> str:
        """The kind that may be missing."""
        return f"optional[{self._codec.layout(seen)}]"


class OneOf(Codec):
    """One of several kinds: its name, then its data."""

    def __init__(self, codecs: Iterable[Codec]) -> None:
        """Take codecs whose names differ."""
        self._codecs = {codec.tag: codec for codec in codecs}
        super().__init__(lambda value: self._of(value) is not None, " or ".join(self._codecs))

    def _of(self, value: Any) -> Codec | None:
        named = self._codecs.get(type(value).__name__)
        if named is not None and named.holds(value):
            return named
        return next((codec for codec in self._codecs.values() if codec.holds(value)), None)

    def write(self, value: Any) -> Plain:
        """The name of the first kind that holds the value, its own class before others, and its data."""
        codec = self._of(value)
        if codec is None:
            raise self.misfit(value)
        return [codec.tag, codec.write(value)]

    def read(self, data: Any) -> Any:
        """A value of the kind that is named."""
        tag, item = items_of(self, data, 2)
        if not isinstance(tag, str) or tag not in self._codecs:
            raise self.misfit(tag)
        return self._codecs[tag].read(item)

    def layout(self, seen: set[str]) -> str:
        """The kinds in their order."""
        return f"union[{','.join(codec.layout(seen) for codec in self._codecs.values())}]"


class Record(Codec):
    """A dataclass: the values of its fields in order."""

    def __init__(self, kind: type, codec_of: Callable[[Any], Codec]) -> None:
        """Take the class, and what gives the codec of each field's kind."""
        super().__init__(lambda value: type(value) is kind, kind.__name__)
        self._kind, self._codec_of = kind, codec_of

    @cached_property
    def _make(self) -> Callable[..., Any]:
        """What makes one of its fields' values in order."""
        if not any(field.kw_only for field in dataclasses.fields(self._kind)):
            return self._kind
        return lambda *values: self._kind(**dict(zip(self._fields, values, strict=True)))

    @cached_property
    def _fields(self) -> dict[str, Codec]:
        """Late, because a class may hold itself."""
        hints = typing.get_type_hints(self._kind)
        return {field.name: self._codec_of(hints[field.name]) for field in dataclasses.fields(self._kind) if field.init}

    def write(self, value: Any) -> Plain:
        """A list of what the fields hold; a misfit tells in which."""
        if type(value) is not self._kind:
            raise self.misfit(value)
        written: list[Plain] = []
        try:
            for name, codec in self._fields.items():
                written.append(codec.write(getattr(value, name)))
        except MisfitError as misfit:
            misfit.place.append(list(self._fields)[len(written)])
            raise
        return written

    def read(self, data: Any) -> Any:
        """A new one of its class, which checks itself; a misfit tells in which field."""
        values: list[Any] = []
        items = items_of(self, data, len(self._fields))
        try:
            for codec, item in zip(self._fields.values(), items, strict=True):
                values.append(codec.read(item))
        except MisfitError as misfit:
            misfit.place.append(list(self._fields)[len(values)])
            raise
        return self._made(values)

    def write_all(self, values: Sequence[Any]) -> list[Plain]:
        """Field by field, which is several times faster; what does not fit is found one by one."""
        if len(values) < _MANY or not all(map(self.holds, values)):
            return each(self.write, values)
        try:
            columns = [
                codec.write_all([getattr(value, name) for value in values]) for name, codec in self._fields.items()
            ]
        except MisfitError:
            return each(self.write, values)
        return list(map(list, zip(*columns, strict=True)))

    def read_all(self, items: Sequence[Any]) -> list[Any]:
        """Field by field too."""
        if len(items) < _MANY or any(type(row) is not list or len(row) != len(self._fields) for row in items):
            return each(self.read, items)
        try:
            columns = zip(*items, strict=True)
            fields = [codec.read_all(column) for codec, column in zip(self._fields.values(), columns, strict=True)]
            return list(map(self._made, zip(*fields, strict=True)))
        except MisfitError:
            return each(self.read, items)

    def _made(self, values: Iterable[Any]) -> Any:
        try:
            return self._make(*values)
        except BarwiseError as error:
            raise MisfitError(str(error)) from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise MisfitError(f"these fields make no {self.tag}: {error}") from None

    def layout(self, seen: set[str]) -> str:
        """The class, and the names and kinds of its fields."""
        if self.tag in seen:
            return self.tag
        seen.add(self.tag)
        return f"{self.tag}({','.join(f'{name}:{codec.layout(seen)}' for name, codec in self._fields.items())})"
