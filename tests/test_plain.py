"""Which kinds plain data holds, that their layouts are told apart, and that a session comes back exactly."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from barwise.composing.rule_composer import RuleComposer
from barwise.directing.director import Director, Memory, Wish
from barwise.directing.theming import ThemeCall
from barwise.errors import InputError
from barwise.music.intent import BarIntent
from barwise.music.metre import Metre
from barwise.music.notes import Bar, Note
from barwise.plain import from_plain, layout_of, pack, to_plain, unpack
from barwise.plain_bytes import dump, load, pack_plain
from barwise.score.load import load_score
from tests.plain_kinds import Leaf, Tree, Word


@dataclass(frozen=True)
class Kept:
    """What a session keeps from bar to bar, in small."""

    memory: Memory
    states: Mapping[str, NDArray[np.float32]]
    bars: Mapping[int, Bar]


def exactly(value: Any) -> str:
    """Tells 1 from 1.0 and -0.0 from 0.0."""
    return repr(value)


def test_kinds_that_plain_data_cannot_hold_are_a_programming_error() -> None:
    for kind in (object, Any, type(print), tuple, NDArray[np.complex64], Leaf | Any, list[int] | list[str]):
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
