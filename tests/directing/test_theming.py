"""Which bars have a theme, in which form and on which chord."""

from dataclasses import replace

import numpy as np
import pytest

from barwise.directing.director import Director, Memory, Wish
from barwise.directing.harmonizing import harmonized
from barwise.directing.mood_table import attributes_of
from barwise.directing.theming import DEVELOPMENTS, LIKENESS, ThemeCall
from barwise.music.development import Development
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import Note, Part
from barwise.music.progressions import NUMERALS
from barwise.music.theme import Theme, sounded, theme_of
from barwise.score.load import load_score
from tests.music.themes import CALL, DARK

SCORE = load_score()
FOUR_BARS = theme_of("long", [(96 * bar, 96, 60 + 2 * bar) for bar in range(4)], Key())


def plan(*calls: ThemeCall, bars: int = 40, seed: int = 0, mood: Mood | None = None) -> list[BarIntent]:
    return plan_wishes([Wish("explore", mood or Mood(0.5), themes=calls)] * bars, seed)


def plan_wishes(wishes: list[Wish], seed: int = 0) -> list[BarIntent]:
    """The intents of bars that are wanted one after the other."""
    director, memory, intents = Director(SCORE), Memory(), []
    for wish in wishes:
        intent, memory = director.plan(wish, memory, np.random.default_rng([seed, memory.bar]))
        intents.append(intent)
    return intents


def forms(intents: list[BarIntent]) -> list[tuple[int, Development]]:
    """First bars of appearances and what they are."""
    return [(intent.index, intent.theme.development) for intent in intents if intent.theme and intent.theme.bar == 0]


def test_without_a_call_no_bar_has_a_theme() -> None:
    assert not any(intent.theme for intent in plan())


def test_a_theme_is_stated_from_the_bar_that_was_asked_for() -> None:
    intents = plan(ThemeCall(CALL, 3))
    stated = [intent for intent in intents if intent.theme and intent.theme.development is Development.STATEMENT]
    assert [intent.index for intent in stated] == [3, 4]
    assert [len(intent.theme.notes) for intent in stated if intent.theme] == [3, 1]


@pytest.mark.parametrize(("theme", "call", "start"), [(CALL, 1, 4), (FOUR_BARS, 1, 4), (FOUR_BARS, 4, 4), (CALL, 8, 8)])
def test_a_theme_may_wait_for_its_phrase(theme: Theme, call: int, start: int) -> None:
    assert forms(plan(ThemeCall(theme, call, waits_for_phrase=True)))[0] == (start, Development.STATEMENT)


def test_developments_follow_where_phrases_begin_all_different_with_room_to_breathe() -> None:
    for seed in range(20):
        found = forms(plan(ThemeCall(CALL, 1), seed=seed, bars=60))
        assert found[0] == (1, Development.STATEMENT)
        assert len(found) == 1 + DEVELOPMENTS
        assert len({form for _, form in found}) == len(found)
        assert [bar % 8 for bar, _ in found[2:]] == [0] * (DEVELOPMENTS - 1)
        assert found[1][0] == 4


def test_a_new_call_ends_the_old_plan() -> None:
    intents = plan(ThemeCall(CALL, 0), ThemeCall(FOUR_BARS, 8), bars=60)
    names = {intent.theme.name for intent in intents[8:] if intent.theme}
    assert names == {"long"}


def test_the_same_theme_called_again_is_stated_again() -> None:
    found = forms(plan(ThemeCall(CALL, 0), ThemeCall(CALL, 16)))
    assert (16, Development.STATEMENT) in found


def test_a_development_answers_its_statement_bar_by_bar_however_long_ago() -> None:
    intents = plan(ThemeCall(CALL, 0), bars=60)
    answering = [intent for intent in intents if intent.theme and intent.theme.development is not Development.STATEMENT]
    assert {intent.reference for intent in answering} == {0, 1}
    assert {intent.condition.similarity for intent in answering} == {LIKENESS}


def test_the_mood_leans_the_choice_of_development() -> None:
    def share(mood: Mood, form: Development) -> float:
        drawn = [forms(plan(ThemeCall(CALL, 0), seed=seed, bars=8, mood=mood))[1][1] for seed in range(60)]
        return drawn.count(form) / len(drawn)

    calm, wild = Mood(0.5, -0.9, 0.1), Mood(0.5, 0.9, 0.1)
    assert share(calm, Development.AUGMENTATION) > share(wild, Development.AUGMENTATION)
    assert share(wild, Development.DIMINUTION) > share(calm, Development.DIMINUTION)


def test_a_theme_is_in_the_mode_of_its_bar() -> None:
    bright, dark = (plan(ThemeCall(CALL, 0), mood=Mood(valence))[0] for valence in (0.6, -0.6))
    for intent in (bright, dark):
        assert intent.theme
        home = sounded(CALL, intent.condition.mode)[:3]
        assert [note.pitch for note in intent.theme.notes] == [note.pitch for note in home]
    assert bright.theme != dark.theme


def test_a_statement_begins_again_when_the_metre_changes_under_it() -> None:
    call = ThemeCall(FOUR_BARS, 1)
    here, there = (Wish(state, Mood(0.5), themes=(call,)) for state in ("explore", "wonder"))
    found = forms(plan_wishes([here, here, here, *[there] * 8]))
    assert found[:2] == [(1, Development.STATEMENT), (3, Development.STATEMENT)]


def test_equal_calls_and_seeds_give_equal_plans() -> None:
    assert plan(ThemeCall(CALL, 2), seed=4) == plan(ThemeCall(CALL, 2), seed=4)
    assert forms(plan(ThemeCall(CALL, 2), seed=4)) != forms(plan(ThemeCall(CALL, 2), seed=5))


def melody(*pitches: int) -> tuple[Note, ...]:
    return tuple(Note(24 * at, Part.MELODY, pitch, 24, 80) for at, pitch in enumerate(pitches))


@pytest.mark.parametrize(
    ("mode", "pitches", "chord"),
    [
        (Mode.MAJOR, (72, 76, 79, 76), "I"),
        (Mode.MAJOR, (77, 81, 84, 81), "IV"),
        (Mode.MAJOR, (79, 83, 74, 74), "V"),
        (Mode.MINOR, (72, 75, 79, 75), "i"),
        (Mode.MINOR, (80, 84, 75, 80), "bVI"),
    ],
)
def test_a_chord_carries_the_notes_of_its_bar(mode: Mode, pitches: tuple[int, ...], chord: str) -> None:
    found, _ = harmonized(melody(*pitches), Metre(), mode, attributes_of(Mood()), (), None)
    assert found == NUMERALS[chord]


def test_the_planned_chord_stays_where_the_melody_leaves_a_choice() -> None:
    for planned in ("vi", "IV", "I"):
        found, _ = harmonized(melody(72), Metre(), Mode.MAJOR, attributes_of(Mood()), (NUMERALS[planned],), None)
        assert found == NUMERALS[planned]


def test_the_seventh_degree_of_minor_is_as_its_chord_has_it() -> None:
    natural = melody(79, 82, 74, 74)  # G Bb D D
    leading = melody(79, 83, 74, 74)
    for line in (natural, leading):
        for planned, seventh in (("V", 83), ("v", 82)):
            _, bent = harmonized(line, Metre(), Mode.MINOR, attributes_of(Mood(-0.5)), (NUMERALS[planned],), None)
            assert bent[1].pitch == seventh


def test_the_leading_tone_of_a_minor_theme_has_a_dominant_or_gives_way() -> None:
    intents = plan(ThemeCall(DARK, 0), mood=Mood(-0.6))
    assert intents[0].theme
    leading = {note.pitch % 12 for note in intents[0].theme.notes} & {10, 11}
    assert leading <= set(intents[0].harmony[0].tones) or leading == {11}


def test_a_bar_in_which_the_theme_only_holds_on_keeps_its_planned_chord() -> None:
    held = theme_of("held", [(0, 24, 60), (24, 24, 64), (48, 240, 67)], Key())
    free, carried = plan()[1], plan(ThemeCall(held, 0))[1]
    assert carried.theme is not None
    assert carried.theme.notes == ()
    assert carried.harmony == free.harmony[-1:]


def test_a_theme_changes_nothing_in_bars_before_it() -> None:
    assert plan(ThemeCall(CALL, 6))[:6] == plan()[:6]
    assert replace(plan(ThemeCall(CALL, 6))[6], theme=None) != plan()[6]
