"""The conditioning vector: as long as its names, in range, and each figure in its place."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.composing.contract import CONDITION_NAMES, CONDITION_SIZE, condition_vector, parts_mask
from barwise.directing.mood_table import attributes_of
from barwise.music.harmony import Mode
from barwise.music.intent import Condition, Style
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from tests.music.strategies import METRES, MOODS

PLAIN = Condition(attributes_of(Mood()))
CONDITIONS = st.builds(
    Condition,
    MOODS.map(attributes_of),
    st.frozensets(st.sampled_from(PARTS)),
    st.sampled_from(Mode),
    METRES,
    tempo=st.floats(60, 240),
    style=st.sampled_from(Style),
    phrase_bar=st.integers(0, 7),
    is_ending=st.booleans(),
    similarity=st.none() | st.floats(0, 1),
)


def figure(condition: Condition, name: str) -> float:
    return float(condition_vector(condition)[CONDITION_NAMES.index(name)])


@given(CONDITIONS)
@settings(max_examples=30)
def test_there_is_one_figure_a_name_between_0_and_1(condition: Condition) -> None:
    vector = condition_vector(condition)
    assert vector.shape == (CONDITION_SIZE,) == (len(set(CONDITION_NAMES)),)
    assert vector.dtype == np.float32
    assert ((vector >= 0) & (vector <= 1.2)).all()


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"parts": frozenset({Part.BASS})}, "has_bass", 1),
        ({"parts": frozenset({Part.BASS})}, "has_melody", 0),
        ({"mode": Mode.MINOR}, "is_major", 0),
        ({"metre": Metre(6, 8)}, "quarters", 0.5),
        ({"metre": Metre(6, 8)}, "is_compound", 1),
        ({"tempo": 10.0}, "tempo", -0.5),  # as 30: no music is slower
        ({"tempo": 60.0}, "tempo", 0),
        ({"tempo": 120.0}, "tempo", 0.5),
        ({"tempo": 240.0}, "tempo", 1),
        ({"style": Style.PIANO}, "style_piano", 1),
        ({"style": Style.PIANO}, "style_game", 0),
        ({"phrase_bar": 3}, "phrase_3", 1),
        ({"phrase_bar": 11}, "phrase_3", 1),
        ({"is_ending": True}, "is_ending", 1),
        ({"similarity": 0.25}, "has_reference", 1),
        ({"similarity": 0.25}, "similarity", 0.25),
        ({"similarity": 0.0}, "has_reference", 1),  # a bar unlike its reference still has one
        ({}, "has_reference", 0),
        ({"attributes": replace(PLAIN.attributes, register=60.0)}, "register", 0.5),
        ({"attributes": replace(PLAIN.attributes, density=6.0)}, "density", 0.5),
        ({"attributes": replace(PLAIN.attributes, polyphony=400.0)}, "polyphony", 1.5),
        ({"attributes": replace(PLAIN.attributes, rhythm=0.75)}, "rhythm", 0.75),
    ],
)
def test_a_wish_has_its_figure(changes: dict[str, object], name: str, value: float) -> None:
    assert figure(replace(PLAIN, **changes), name) == pytest.approx(value)  # type: ignore[arg-type]


def test_harmony_may_always_write() -> None:
    assert parts_mask(frozenset()).tolist() == [True, False, False, False, False, False]
    assert parts_mask(frozenset({Part.DRUMS, Part.MELODY})).tolist() == [True, True, False, False, False, True]
