"""Values as plain data: exactly what they were, or an InputError that says where."""

import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from barwise.commands import Command, Enter, Pause, SetAttributes, SetMood
from barwise.composing.rule_composer import RuleComposer
from barwise.directing.director import Director, Memory, Wish
from barwise.directing.theming import ThemeCall
from barwise.errors import InputError
from barwise.music.harmony import Chord, Key, Quality
from barwise.music.intent import BarIntent
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise.plain import from_plain, layout_of, pack, to_plain, unpack
from barwise.plain_bytes import Plain, dump, load, pack_plain
from barwise.score.load import load_score


class Color(Enum):
    RED = (255, 0, 0)
    BLUE = (0, 0, 255)


class Word(StrEnum):
    FAST = "fast"
    SLOW = "slow"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    number: int
    share: float = 0.5


@dataclass(frozen=True)
class Tree:
    """Holds itself."""

    leaves: tuple[Leaf, ...] = ()
    branches: "tuple[Tree, ...]" = ()
    name: str | None = None


@dataclass(frozen=True)
class Sky:
    color: Color
    twice: float = field(init=False)
    light: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.light)


@dataclass(frozen=True)
class Kept:
    """What a session keeps from bar to bar, in small."""

    memory: Memory
    states: Mapping[str, NDArray[np.float32]]
    bars: Mapping[int, Bar]


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
        (Sky(Color.RED, light=0.3), Sky),
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
        (Mood, Mood, "is no Mood"),
        (Leaf(1, math.nan), Leaf, r"Leaf\.share: nan is no float"),
        (Leaf(True), Leaf, r"Leaf\.number: True is no int"),
        (Leaf(2**63), Leaf, r"Leaf\.number"),
        (Tree((Leaf(1),) * 4 + (Leaf(1, math.inf),)), Tree, r"Tree\.leaves\.4\.share: inf"),
        (1, str, "1 is no str"),
        ((1, 2), tuple[int], "is no tuple"),
        (Leaf(1), Tree | Mood, "is no Tree or Mood"),
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
        (Leaf, [1], "is no Leaf"),
        (Leaf, {"number": 1}, "is no Leaf"),
        (Leaf, [1.0, 1.0], r"Leaf\.number: 1.0 is no int"),
        (Leaf, [1, True], r"Leaf\.share: True is no float"),
        (float, 10**400, "is no float"),
        (Tree, [[[1, 1.0], [2, 1.0], [3, 1.0], [4, "x"]], [], None], r"Tree\.leaves\.3\.share: 'x'"),
        (Leaf | Tree, ["Mood", [0.0, 0.0, 0.0]], "'Mood' is no Leaf or Tree"),
        (Leaf | Tree, [["Leaf"], []], "is no Leaf or Tree"),
        (Mood, [0.0, 3.0, 0.0], "arousal 3 is out of range"),
        (Metre, [4, 3], "denominator"),
        (Metre, [4, 0], "Metre"),
        (Word, "sharp", "'sharp' is no Word"),
        (Level, True, "True is no Level"),
        (Level, [], "is no Level"),
        (range, [0, 1, 0], "is no range"),
        (range, [0, 2**62, 1], "is no range"),
        (dict[str, int], [["a"]], "is no mapping"),
        (frozenset[str], ["a", 1], "1 is no str"),
        (NDArray[np.float32], [[2], b"1234"], "4 bytes are no array of float32 of shape"),
        (NDArray[np.float32], [[-1], b"1234"], "is no array"),
        (NDArray[np.float32], [[1], b"\0\0\xc0\x7f"], "not finite"),
        (NDArray[np.float32], [[0] * 99, b""], "are no array"),
    ],
)
def test_data_that_is_no_such_kind_is_not_read(kind: Any, data: Plain, told: str) -> None:
    with pytest.raises(InputError, match=told):
        from_plain(kind, data)


def test_kinds_that_plain_data_cannot_hold_are_a_programming_error() -> None:
    for kind in (object, Any, type(print), tuple, NDArray[np.complex64], Leaf | Any):
        with pytest.raises(TypeError):
            to_plain(None, kind)


def test_other_fields_or_members_are_another_layout() -> None:
    layouts = {layout_of(kind) for kind in (Leaf, Tree, Word, tuple[Leaf, ...], tuple[Leaf], int, float, int | None)}
    assert len(layouts) == 8
    with pytest.raises(InputError, match="another version"):
        unpack(Metre, pack(Leaf(1), name="save"), name="save")


def made(name: str, *fields: tuple[str, Any]) -> Any:
    return make_dataclass(name, fields, frozen=True)


@pytest.mark.parametrize(
    "later",
    [
        made("Old", ("share", float), ("word", Word)),
        made("Old", ("word", Word), ("part", float)),
        made("Old", ("word", Word), ("share", float), ("more", float)),
        made("Old", ("word", Word), ("share", int)),
        made("Old", ("word", StrEnum("Word", {"FAST": "fast"})), ("share", float)),
        made("New", ("word", Word), ("share", float)),
    ],
)
def test_what_another_version_packed_is_refused_before_it_is_read(later: Any) -> None:
    old = made("Old", ("word", Word), ("share", float))
    with pytest.raises(InputError, match="this save was written by another version of Barwise"):
        unpack(later, pack(old(Word.FAST, 1.0), name="save"), name="save")


def test_layouts_are_the_same_in_every_process() -> None:
    code = "from barwise.plain import layout_of; from barwise.music.notes import Bar; print(layout_of(Bar).hex())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == layout_of(Bar).hex()


def test_plain_needs_no_numpy() -> None:
    code = (
        "import sys; from dataclasses import make_dataclass; from barwise.plain import pack, unpack\n"
        "kind = make_dataclass('Call', [('numbers', tuple[float, ...])], frozen=True)\n"
        "assert unpack(kind, pack(kind((1.0,) * 9), name='call'), name='call') == kind((1.0,) * 9)\n"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def composed(bars: int) -> tuple[Kept, list[BarIntent]]:
    """What a session keeps after so many bars, with themes and changes of state, and what was wanted."""
    score, composer = load_score(None), RuleComposer()
    director, memory, state = Director(score), Memory(), composer.initial_state()
    music: dict[int, Bar] = {}
    intents = []
    theme = next(iter(score.themes.values()))
    for bar in range(bars):
        random = np.random.default_rng([7, bar])
        name = list(score.states)[bar // 20 % 3]
        wish = Wish(name, score.states[name].mood, themes=(ThemeCall(theme, 4),))
        intent, memory = director.plan(wish, memory, random)
        made = composer.compose(intent, state, None, random)
        state = made.state
        music[bar] = made.bar
        intents.append(intent)
    noise = np.random.default_rng(0).normal(size=774).astype(np.float32)
    return Kept(memory, {"network": noise, "rules": state}, music), intents


@pytest.fixture(scope="module")
def session() -> tuple[Kept, list[BarIntent]]:
    return composed(70)


@pytest.fixture(scope="module")
def kept(session: tuple[Kept, list[BarIntent]]) -> Kept:
    return session[0]


def test_a_session_comes_back_exactly(kept: Kept) -> None:
    back = unpack(Kept, pack(kept, name="save"), name="save")
    assert exactly(back.memory) == exactly(kept.memory)
    assert exactly(back.bars) == exactly(kept.bars)
    assert {name: state.tobytes() for name, state in back.states.items()} == {
        name: state.tobytes() for name, state in kept.states.items()
    }


def test_intents_come_back_exactly(session: tuple[Kept, list[BarIntent]]) -> None:
    kind, intents = tuple[BarIntent, ...], tuple(session[1])
    assert exactly(from_plain(kind, to_plain(intents, kind))) == exactly(intents)


def test_a_session_is_a_few_kilobytes(kept: Kept) -> None:
    assert len(pack(kept, name="save")) < 14_000


@given(st.data())
@settings(max_examples=60)
def test_changed_data_is_refused_or_of_the_kind(kept: Kept, draw: st.DataObject) -> None:
    """Past the checksum: as another program could write it."""
    raw = bytearray(dump(to_plain(kept)))
    for _ in range(draw.draw(st.integers(1, 3))):
        raw[draw.draw(st.integers(0, len(raw) - 1))] = draw.draw(st.integers(0, 255))
    try:
        back = unpack(Kept, pack_plain(load(bytes(raw)), "save", layout_of(Kept)), name="save")
    except InputError:
        return
    assert type(back) is Kept
    assert all(type(bar) is Bar for bar in back.bars.values())
    assert all(type(note) is Note for bar in back.bars.values() for note in bar.notes)


@given(st.data())
def test_changed_or_cut_bytes_are_refused(kept: Kept, draw: st.DataObject) -> None:
    packed = pack(kept.memory, name="save")
    place = draw.draw(st.integers(0, len(packed) - 1))
    flipped = bytes([packed[place] ^ draw.draw(st.integers(1, 255))])
    for changed in (packed[:place], packed[:place] + flipped + packed[place + 1 :]):
        with pytest.raises(InputError, match="save"):
            unpack(Memory, changed, name="save")
