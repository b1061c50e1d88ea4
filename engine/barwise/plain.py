"""Values to plain data and back, by their type hints alone: for pipes between processes, saves and journals.

Frozen dataclasses become lists of their fields' values in order; their own checks run when they are made
again. Nothing is executed and no class is looked up by name: what comes back is what the `kind` allows, or
an InputError. Knows no class of the engine, and numpy only where a value holds an array.

Carried are None, bool, whole numbers of 64 bits, finite floats, str, bytes, enums, paths, ranges, frozen
dataclasses, tuples, lists, sequences, frozensets, mappings, arrays of finite numbers, and unions of these.
A whole number where a float belongs becomes one; a sequence comes back as a tuple, a mapping as a dict.
Here are the verbs, and which kind has which codec; the codecs are in plain_codecs.py and plain_composites.py.
"""

import dataclasses
import enum
import hashlib
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any, TypeVar, overload

from barwise.errors import InputError
from barwise.plain_bytes import LAYOUT_BYTES, Plain, pack_plain, unpack_plain
from barwise.plain_codecs import SCALARS, Array, Codec, EnumMember, MisfitError
from barwise.plain_composites import Items, Maybe, OneOf, Pairs, Record, Row

T = TypeVar("T")


def to_plain(value: Any, kind: Any = None) -> Plain:
    """A value of a kind (None: of its own class) as plain data; raises InputError, saying where, for any other."""
    kind = type(value) if kind is None else kind
    data: Plain = _told(_codec_of(kind).write, value, kind)
    return data


@overload
def from_plain(kind: type[T], data: Plain) -> T: ...
@overload
def from_plain(kind: Any, data: Plain) -> Any: ...
def from_plain(kind: Any, data: Plain) -> Any:
    """The value that `to_plain` was given; raises InputError, saying where, for data that is no such kind."""
    return _told(_codec_of(kind).read, data, kind)


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
    return hashlib.sha256(_codec_of(kind).layout(set()).encode()).digest()[:LAYOUT_BYTES]


def _told(step: Callable[[Any], Any], item: Any, kind: Any) -> Any:
    """What a step makes of an item; a misfit becomes an InputError that names the place."""
    try:
        return step(item)
    except MisfitError as misfit:
        raise InputError(f"{'.'.join([_name_of(kind), *reversed(misfit.place)])}: {misfit.text}") from None
    except RecursionError:
        raise InputError(f"{_name_of(kind)}: too deep") from None


def _name_of(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


_COLLECTIONS: Mapping[Any, tuple[type, Callable[[Iterable[Any]], Any]]] = {
    list: (list, list),
    tuple: (tuple, tuple),
    Sequence: (Sequence, tuple),
    frozenset: (frozenset, frozenset),
    Set: (Set, frozenset),
}
"""What a collection may be when it is written, and what makes it when it is read."""


@cache
def _codec_of(kind: Any) -> Codec:
    """How a kind is written and read; raises TypeError for one that plain data cannot hold."""
    origin = typing.get_origin(kind)
    codec = SCALARS.get(origin or kind) or (_of_parts(origin, typing.get_args(kind)) if origin else _of_class(kind))
    if codec is None:
        raise TypeError(f"plain data cannot hold {_name_of(kind)}")
    return codec


def _of_class(kind: Any) -> Codec | None:
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and not issubclass(kind, enum.Flag):
        return EnumMember(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return Record(kind, _codec_of)
    return None


def _of_parts(origin: Any, parts: Sequence[Any]) -> Codec | None:
    if origin in {typing.Union, types.UnionType}:
        return _union(parts)
    if origin is tuple and parts[1:] != (...,):
        return Row([_codec_of(part) for part in parts])
    if origin in _COLLECTIONS:
        return Items(origin.__name__, *_COLLECTIONS[origin], _codec_of(parts[0]))
    if origin in {dict, Mapping}:
        return Pairs(*map(_codec_of, parts))
    if (origin.__module__, origin.__name__) == ("numpy", "ndarray"):
        return Array(typing.get_args(parts[1])[0].__name__)
    return None


def _union(kinds: Sequence[Any]) -> Codec:
    others = [kind for kind in kinds if kind is not type(None)]
    if len(others) < len(kinds):
        return Maybe(_codec_of(typing.Union[tuple(others)]))  # noqa: UP007
    codecs = [_codec_of(kind) for kind in kinds]
    if len({codec.tag for codec in codecs}) < len(codecs):
        raise TypeError(f"kinds of one name in a union: {', '.join(map(_name_of, kinds))}")
    return OneOf(codecs)
