"""Wishes and memories to intents, bar after bar."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.directing.director import Director, Memory, Wish
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from barwise.performing.bar_maker import KEPT_BARS
from barwise.score.load import load_score
from barwise.score.schema import LARGEST_TEMPO_STEP
from tests.music.strategies import MOODS

SCORE = load_score()
CALM, EXCITED = Mood(arousal=-1.0), Mood(arousal=1.0)


def planned(wishes: Sequence[Wish], seek: float = 1.0) -> list[tuple[BarIntent, Memory]]:
    """The intent of each wish's bar, with the memory after it."""
    director, memory, plans = Director(SCORE, seek), Memory(), list[tuple[BarIntent, Memory]]()
    for number, wish in enumerate(wishes):
        intent, memory = director.plan(wish, memory, np.random.default_rng(number))
        plans.append((intent, memory))
    return plans


def stays(*visits: tuple[str, int]) -> list[Wish]:
    """So many bars of one state after the other."""
    return [Wish(state, Mood()) for state, bars in visits for _ in range(bars)]


VISITS = st.lists(st.tuples(st.sampled_from(["explore", "calm", "combat"]), st.integers(1, 30)), min_size=1, max_size=8)
WISHES = st.builds(Wish, st.sampled_from(sorted(SCORE.states)), MOODS, st.none() | st.floats(30, 300))


@given(VISITS)
@settings(max_examples=30)
def test_a_bar_answers_an_earlier_bar_of_its_own_state(visits: list[tuple[str, int]]) -> None:
    intents = [intent for intent, _ in planned(stays(*visits))]
    for intent in intents:
        if intent.reference is not None:
            assert intent.reference < intent.index
            assert intents[intent.reference].state == intent.state


@given(VISITS)
@settings(max_examples=30)
def test_what_is_answered_was_kept(visits: list[tuple[str, int]]) -> None:
    kept: set[int] = set()
    for intent, memory in planned(stays(*visits)):
        assert intent.reference is None or intent.reference in kept
        kept &= memory.kept_bars | set(range(intent.index - KEPT_BARS, intent.index))
        kept.add(intent.index)


@pytest.mark.parametrize(
    ("visits", "references"),
    [
        ([("calm", 10), ("combat", 5), ("calm", 8)], [0, 1, 2, 3, 4, 5, 6, 7]),
        ([("calm", 3), ("combat", 5), ("calm", 3)], [0, 1, 2]),
        # The second stay was the longer one: it is the theme from then on.
        ([("calm", 3), ("combat", 1), ("calm", 8), ("combat", 1), ("calm", 8)], [4, 5, 6, 7, 8, 9, 10, 11]),
    ],
)
def test_a_state_that_comes_back_answers_its_theme(visits: list[tuple[str, int]], references: list[int]) -> None:
    intents = [intent for intent, _ in planned(stays(*visits))]
    assert [intent.reference for intent in intents[-len(references) :]] == references


def test_a_theme_comes_back_over_its_chords() -> None:
    intents = [intent for intent, _ in planned(stays(("calm", 8), ("combat", 3), ("calm", 8)))]
    assert [intent.harmony for intent in intents[:8]] == [intent.harmony for intent in intents[-8:]]


def test_a_return_under_another_mood_is_asked_to_be_less_alike() -> None:
    same = [intent.condition.similarity or 0 for intent, _ in planned([Wish("calm", CALM)] * 16)]
    turned = planned([Wish("calm", CALM)] * 8 + [Wish("calm", EXCITED)] * 8)
    assert all(
        (intent.condition.similarity or 0) < before for (intent, _), before in zip(turned[8:], same[8:], strict=True)
    )


def test_what_was_asked_is_forgotten_with_the_bars_that_may_be_answered() -> None:
    _, memory = planned([Wish("calm", CALM)] * 100)[-1]
    assert len(memory.asked) < 50


@given(st.lists(WISHES, min_size=2, max_size=12))
@settings(max_examples=30)
def test_within_a_state_the_tempo_never_jolts(wishes: list[Wish]) -> None:
    for (before, _), (after, _) in pairwise(planned(wishes)):
        low, high = sorted((before.condition.tempo, after.condition.tempo))
        assert after.state != before.state or high - low <= low * (LARGEST_TEMPO_STEP - 1) + 0.02  # two roundings


def test_a_state_begins_in_its_own_tempo() -> None:
    intents = [intent for intent, _ in planned([Wish("calm", CALM), Wish("combat", EXCITED)])]
    assert [intent.condition.tempo for intent in intents] == [60.0, 168.0]


def test_a_wished_tempo_is_reached_in_steps() -> None:
    intents = [intent for intent, _ in planned([Wish("calm", CALM), *[Wish("calm", CALM, 70.0)] * 3])]
    assert [intent.condition.tempo for intent in intents] == [60.0, 67.2, 70.0, 70.0]


def test_the_mood_goes_its_share_of_the_way_each_bar() -> None:
    intents = [intent for intent, _ in planned([Wish("calm", CALM), *[Wish("calm", EXCITED)] * 3], seek=0.5)]
    assert [intent.mood.arousal for intent in intents] == [-1.0, 0.0, 0.5, 0.75]


def test_a_phrase_begins_with_its_section() -> None:
    intents = [intent for intent, _ in planned(stays(("calm", 10), ("combat", 3)))]
    assert [intent.condition.phrase_bar for intent in intents] == [*range(8), 0, 1, 0, 1, 2]
    assert [intent.index for intent in intents] == list(range(13))


def test_the_key_has_the_scores_tonic_and_the_moods_mode() -> None:
    (bright, _), (dark, _) = planned([Wish("calm", Mood(0.5)), Wish("calm", Mood(-0.5))])
    assert (bright.key, bright.condition.mode) == (Key(SCORE.key, Mode.MAJOR), Mode.MAJOR)
    assert (dark.key, dark.condition.mode) == (Key(SCORE.key, Mode.MINOR), Mode.MINOR)


def test_bars_have_the_states_metre() -> None:
    ((intent, _),) = planned([Wish("wonder", Mood())])
    assert intent.condition.metre == SCORE.states["wonder"].metre


def test_a_part_may_rest_for_a_phrase_and_not_for_a_bar() -> None:
    intents = [intent for intent, _ in planned([Wish("calm", CALM)] * 64)]
    phrases = [{intent.condition.parts for intent in intents[start : start + 8]} for start in range(0, 64, 8)]
    assert all(len(parts) == 1 for parts in phrases)
    assert len(set.union(*phrases)) > 1


@pytest.mark.parametrize("directly", [{}, {"rhythm": 0.5}])
def test_while_chords_rest_the_others_are_asked_for_a_voice_each_at_most(directly: dict[str, float]) -> None:
    wish = replace(Wish("combat", EXCITED), attributes=directly)
    conditions = [intent.condition for intent, _ in planned([wish] * 512)]
    thin = [one for one in conditions if Part.CHORDS not in one.parts]
    assert 0 < len(thin) < len(conditions) / 2
    assert all(one.attributes.polyphony <= len(one.parts - {Part.DRUMS}) for one in thin)


def test_a_game_that_asks_for_voices_has_them_whoever_rests() -> None:
    asked = replace(Wish("combat", EXCITED), attributes={"polyphony": 5.0})
    assert {intent.condition.attributes.polyphony for intent, _ in planned([asked] * 128)} == {5.0}


def test_a_turn_of_mood_brings_every_part_in() -> None:
    for before in range(1, 8):
        intents = [intent for intent, _ in planned([Wish("calm", CALM)] * before + [Wish("calm", EXCITED)])]
        assert intents[-1].condition.parts == set(PARTS)


@given(st.lists(WISHES, min_size=1, max_size=6))
@settings(max_examples=20)
def test_equal_wishes_give_equal_intents(wishes: list[Wish]) -> None:
    assert planned(wishes) == planned(wishes)
