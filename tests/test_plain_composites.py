"""Values made of others as plain data: exactly what they were, or an InputError that says where."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from barwise.commands import Command, Enter, Pause, SetAttributes, SetMood
from barwise.errors import InputError
from barwise.music.harmony import Chord, Key, Quality
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import ChordChange, Note, Part
from barwise.plain import from_plain, pack, to_plain, unpack
from barwise.plain_bytes import Plain
from tests.plain_kinds import Leaf, Tree, Word


@dataclass(frozen=True)
class Sky:
    wind: Word
    twice: float = field(init=False)
    light: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.light)


def exactly(value: Any) -> str:
    """Tells 1 from 1.0 and -0.0 from 0.0."""
    return repr(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Path("a") / "b.yaml", str | os.PathLike[str] | None),
        ("b.yaml", str | os.PathLike[str] | None),
        (None, str | os.PathLike[str] | None),
        ((1, 2.5, "x"), tuple[int, float, str]),
        ((), tuple[()]),
        ([[1], [], [2, 3]], list[list[int]]),
        ((1, 2, 3, 4, 5), tuple[int, ...]),
        (("a", "b"), Sequence[str]),
        (frozenset({Part.DRUMS}), frozenset[Part]),
        ({"b": 1, "a": 2}, dict[str, int]),
        ({Word.SLOW: (1,), Word.FAST: ()}, Mapping[Word, tuple[int, ...]]),
        ((Leaf(1), None, Leaf(2, 0.25)), tuple[Leaf | None, ...]),
        ((Leaf(1), Tree(), "x", 3), tuple[Leaf | Tree | str | int, ...]),
        (Tree((Leaf(1),), (Tree(), Tree((), (Tree((Leaf(9),) * 5),))), "oak"), Tree),
        (Sky(Word.FAST, light=0.3), Sky),
        (Mood(-1, 1, 0.25), Mood),
        (ChordChange(0, Chord(7, Quality.DOMINANT)), ChordChange),
        (Key(3), Key),
    ],
)
def test_values_come_back_exactly(value: Any, kind: Any) -> None:
    kind = type(value) if kind is None else kind
    assert exactly(from_plain(kind, to_plain(value, kind))) == exactly(value)
    assert exactly(unpack(kind, pack(value, kind, name="value"), name="value")) == exactly(value)


def test_a_dataclass_is_the_list_of_its_fields() -> None:
    assert to_plain(Note(24, Part.BASS, 36, 12, 80)) == [24, 2, 36, 12, 80]
    assert to_plain(Leaf(1), Leaf | Tree) == ["Leaf", [1, 0.5]]


def test_what_a_game_says_travels_by_the_name_of_its_class() -> None:
    for command in (SetMood(Mood(0.5, -0.5, 0.1), bars=2.0), SetAttributes({"density": 3.0}), Enter("combat"), Pause()):
        data = to_plain(command, Command)
        assert data == [type(command).__name__, to_plain(command)]
        assert exactly(from_plain(Command, data)) == exactly(command)


def test_equal_sets_give_equal_bytes() -> None:
    words = [f"word {number}" for number in range(50)]
    kind = frozenset[str]
    assert pack(frozenset(words), kind, name="words") == pack(frozenset(reversed(words)), kind, name="words")


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (Mood, Mood, "is no Mood"),
        (Leaf(1, math.nan), Leaf, r"Leaf\.share: nan is no float"),
        (Leaf(True), Leaf, r"Leaf\.number: True is no int"),
        (Leaf(2**63), Leaf, r"Leaf\.number"),
        (Tree((Leaf(1),) * 4 + (Leaf(1, math.inf),)), Tree, r"Tree\.leaves\.4\.share: inf"),
        ((1, 2), tuple[int], "is no tuple"),
        (Leaf(1), Tree | Mood, "is no Tree or Mood"),
    ],
)
def test_what_is_no_such_kind_is_not_written(value: Any, kind: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        to_plain(value, kind)


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        (Leaf, [1], "is no Leaf"),
        (Leaf, {"number": 1}, "is no Leaf"),
        (Leaf, [1.0, 1.0], r"Leaf\.number: 1.0 is no int"),
        (Leaf, [1, True], r"Leaf\.share: True is no float"),
        (Tree, [[[1, 1.0], [2, 1.0], [3, 1.0], [4, "x"]], [], None], r"Tree\.leaves\.3\.share: 'x'"),
        (Leaf | Tree, ["Mood", [0.0, 0.0, 0.0]], "'Mood' is no Leaf or Tree"),
        (Leaf | Tree, [["Leaf"], []], "is no Leaf or Tree"),
        (Mood, [0.0, 3.0, 0.0], "arousal 3 is out of range"),
        (Metre, [4, 3], "denominator"),
        (Metre, [4, 0], "Metre"),
        (dict[str, int], [["a"]], "is no mapping"),
        (frozenset[str], ["a", 1], "1 is no str"),
    ],
)
def test_data_that_is_no_such_kind_is_not_read(kind: Any, data: Plain, told: str) -> None:
    with pytest.raises(InputError, match=told):
        from_plain(kind, data)
