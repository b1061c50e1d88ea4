"""Values of a YAML document and the places where they stand, so that every refusal names both.

Knows nothing of music: load.py says what a score may hold.
"""

import difflib
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from barwise.errors import ScoreError

_Item = TypeVar("_Item")

MAX_BYTES = 64 * 1024
"""A score is a page or two; a larger file is a mistake."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a document and the way to it."""

    content: object
    source: str
    """The file's name, for messages."""
    path: tuple[str | int, ...] = ()
    """Keys and indices from the top of the document."""

    def refused(self, allowed: str) -> ScoreError:
        """The error for a value that is not allowed here."""
        return ScoreError(f"{self.source}: {self.where}: {_shown(self.content)} is not {allowed}")

    @property
    def where(self) -> str:
        """The path in words, such as 'states.combat.tempo[0]'."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path]
        return "".join(steps).lstrip(".") or "the document"

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> "dict[str, Value]":
        """The values of a mapping by key; raises ScoreError for unknown or missing keys."""
        names = list(allowed)
        values = self.entries()
        for key, value in values.items():
            if key not in names:
                raise value.unknown("key", key, names)
        for key in required:
            if key not in values:
                raise ScoreError(f"{self.source}: {self.where}: {key!r} is missing; needed: {', '.join(required)}")
        return values

    def entries(self) -> "dict[str, Value]":
        """The values of a mapping whose keys the score's author makes up; raises ScoreError."""
        if not isinstance(self.content, dict):
            raise self.refused("a mapping of names to values")
        for key in self.content:
            if not (isinstance(key, str) and key and len(key) <= 64 and key.isprintable()):
                raise Value(key, self.source, self.path).refused("a name of 1 to 64 letters")
        return {key: Value(item, self.source, (*self.path, key)) for key, item in self.content.items()}

    def items(self, length: int) -> "list[Value]":
        """The values of a list of a known length; raises ScoreError."""
        if not isinstance(self.content, list) or len(self.content) != length:
            raise self.refused(f"a list of {length} values")
        return [Value(item, self.source, (*self.path, index)) for index, item in enumerate(self.content)]

    def several(self, most: int) -> "list[Value]":
        """The values of a list of up to so many; raises ScoreError."""
        if not isinstance(self.content, list) or len(self.content) > most:
            raise self.refused(f"a list of up to {most} values")
        return self.items(len(self.content))

    def flag(self) -> bool:
        """Yes or no; raises ScoreError."""
        if isinstance(self.content, bool):
            return self.content
        raise self.refused("true or false")

    def number(self, low: float, high: float) -> float:
        """A number from low to high; raises ScoreError."""
        content = self.content
        if isinstance(content, (int, float)) and not isinstance(content, bool) and low <= content <= high:
            return float(content)
        raise self.refused(f"a number from {low:g} to {high:g}")

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high; raises ScoreError."""
        content = self.content
        if isinstance(content, int) and not isinstance(content, bool) and low <= content <= high:
            return content
        raise self.refused(f"a whole number from {low} to {high}")

    def text(self, longest: int = 64) -> str:
        """A text of 1 to 64 printable letters, or up to a longer limit; raises ScoreError."""
        content = self.content
        if isinstance(content, str) and 0 < len(content) <= longest and content.isprintable():
            return content
        raise self.refused(f"a text of 1 to {longest} letters")

    def one_of(self, kind: str, names: Iterable[str]) -> str:
        """One of some names; raises ScoreError with the nearest of them."""
        allowed = list(names)
        if isinstance(self.content, str) and self.content in allowed:
            return self.content
        raise self.unknown(kind, self.content, allowed)

    def unknown(self, kind: str, name: object, allowed: list[str]) -> ScoreError:
        """The error for a name that nothing here has, with the nearest name where one is near."""
        near = difflib.get_close_matches(name, allowed, n=1) if isinstance(name, str) else []
        guess = f"did you mean {str(near[0])!r}? " if near else ""
        return ScoreError(
            f"{self.source}: {self.where}: there is no {kind} {_shown(name)}; {guess}allowed: {', '.join(allowed)}"
        )


def given(fields: Mapping[str, Value], name: str, read: Callable[[Value], _Item], default: _Item) -> _Item:
    """What a mapping has under a name, as `read` reads it; the default where it has nothing."""
    return read(fields[name]) if name in fields else default


def read_file(path: Path) -> str:
    """The text of a file; raises ScoreError when it cannot be read, is too long or is not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return _bounded(content, path.name).decode()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ScoreError(f"{path}: the score cannot be read: {error}") from error


def parse(text: str, source: str) -> Value:
    """The document that a YAML text holds; raises ScoreError when it is no YAML."""
    try:
        return Value(yaml.load(_bounded(text.encode(), source), Loader=_loader_for(text)), source)
    except ScoreError:
        raise
    # PyYAML also lets ValueError, KeyError, AttributeError and RecursionError out of malformed documents.
    except Exception as error:
        raise ScoreError(f"{source}: not a YAML document: {_one_line(error)}") from error


def _shown(content: object) -> str:
    try:
        return reprlib.repr(content)
    except ValueError:  # Python refuses to write out a number of thousands of digits
        return "a huge number"


def _bounded(content: bytes, source: str) -> bytes:
    if len(content) > MAX_BYTES:
        raise ScoreError(f"{source}: the file is larger than the {MAX_BYTES // 1024} KiB allowed for a score")
    return content


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


class _Strict:
    """What a loader of plain values refuses besides: no key twice, no merging of mappings."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Leave '<<' alone: a few nested merges can grow to gigabytes."""

    def construct_mapping(self: Any, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a key that stands there twice is refused, where YAML would take the last."""
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)  # type: ignore[misc]
        if len(mapping) < len(node.value):
            names = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = next(name for name in names if names.count(name) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice!r} stands twice", node.start_mark)
        return mapping


class _Loader(_Strict, yaml.SafeLoader):
    """Plain values only: no tags that make objects."""


class _QuickLoader(_Strict, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, a quarter of the time, where PyYAML has it."""


MOST_NESTING = 640
"""Marks that may nest, in a text for the loader in C: with indents, of which 64 KiB hold some 360, it goes down
1,000 levels at most, and from 2,000 on it has crashed a thread with half a megabyte of stack."""


def _loader_for(text: str) -> type[yaml.SafeLoader]:
    return _QuickLoader if sum(map(text.count, "[{-?")) <= MOST_NESTING else _Loader
