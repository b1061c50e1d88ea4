"""Bridges: which chords lead from one key to another, and what the bars of an approach are."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.directing.approaching import CLOSING_BARS, Approach, closing_bar
from barwise.directing.cadences import is_dominant, tonic_chord
from barwise.directing.director import Director, Memory, Wish
from barwise.directing.pacing import LARGEST_TEMPO_RATIO
from barwise.directing.theming import ThemeCall
from barwise.music.harmony import SCALES, Chord, Key, Mode
from barwise.music.intent import AUTHENTIC, PHRASE_BARS, BarIntent
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.score.load import load_score
from tests.music.strategies import MOODS

BUILTIN = load_score()
TONICS = {"calm": 7, "wonder": 5, "tension": 0, "combat": 4, "victory": 11, "defeat": 8}
SCORE = replace(BUILTIN, states={name: replace(spec, key=TONICS.get(name)) for name, spec in BUILTIN.states.items()})
"""The built-in score with keys far apart."""


def bridge(old: Key, new: Key, bars: int) -> list[tuple[Key, tuple[Chord, ...]]]:
    """The key and the chords of each bar of a bridge from the old key's tonic."""
    found: list[tuple[Key, tuple[Chord, ...]]] = []
    key, before = old, tonic_chord(old.mode)
    for left in range(bars, 0, -1):
        bar = closing_bar(key, before, new, left, left == bars)
        found.append((bar.key, bar.harmony))
        key, before = bar.key, bar.harmony[-1]
    return found


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        # To the dominant, the relative and the parallel key: by a chord that both have.
        (Key(0), Key(7), ["Amin D7", "Amin | D7", "Emin | Amin | D7", "Dmin | G | C | D7"]),
        (Key(0), Key(9, Mode.MINOR), ["Dmin E7", "Dmin | E7", "F | Dmin | E7", "Amin | F | Dmin | E7"]),
        (Key(2), Key(2, Mode.MINOR), ["Gmin A7", "Gmin | A7", "G | Emin | A7", "G | D | Gmin | A7"]),
        # To the far side of the circle of fifths, where they have none.
        (Key(0), Key(6), ["Abmin Db7", "Abmin | Db7", "Dmin | B | Db7", "F | Dmin | B | Db7"]),
        (Key(0), Key(3, Mode.MINOR), ["Fmin Bb7", "Fmin | Bb7", "Amin | Fmin | Bb7", "Dmin | G | Abmin | Bb7"]),
        # A new tonic needs its leading tone, which Phrygian lacks; an old one is led to as the mode does it.
        (Key(2, Mode.MINOR), Key(4, Mode.PHRYGIAN), ["Amin B7", "Amin | B7", "Gmin | Amin | B7"]),
        (Key(2, Mode.MINOR), Key(2, Mode.PHRYGIAN), ["Gmin Eb", "Gmin | Eb"]),
        (Key(2, Mode.DORIAN), Key(2, Mode.MIXOLYDIAN), ["G C", "G | C"]),
        (Key(4, Mode.HARMONIC_MINOR), Key(2, Mode.LYDIAN), ["E A", "E | A"]),
    ],
)
def test_a_bridge_goes_by_common_chords_to_the_new_dominant(old: Key, new: Key, names: Sequence[str]) -> None:
    for bars, expected in enumerate(names, 1):
        found = [" ".join(chord.name(key) for chord in harmony) for key, harmony in bridge(old, new, bars)]
        assert " | ".join(found) == expected


KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(Mode))


@given(KEYS, KEYS, st.integers(1, CLOSING_BARS))
def test_every_bridge_ends_on_a_dominant_of_the_target(old: Key, new: Key, bars: int) -> None:
    found = bridge(old, new, bars)
    key, harmony = found[-1]
    assert key.tonic == new.tonic
    assert key.mode.family is new.mode.family
    assert is_dominant(harmony[-1])
    assert SCALES[key.mode].issuperset(harmony[-1].tones)
    assert all(key in (old, new) for key, _ in found[:-1])
    assert len(found[0][1]) == (2 if bars == 1 else 1)


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("up", [0, 5, 7])
def test_neighboring_keys_are_bridged_by_a_chord_of_both(tonic: int, up: int) -> None:
    old, new = Key(tonic), Key((tonic + up) % 12)
    (_, (pivot,)), _ = bridge(old, new, 2)
    sounding = {(tone + old.tonic) % 12 for tone in pivot.tones}
    for key in (old, new):
        assert sounding <= {(tone + key.tonic) % 12 for tone in SCALES[key.mode]}


def planned(wishes: Sequence[Wish], seek: float = 1.0) -> list[BarIntent]:
    """The intent of each wish's bar."""
    director, memory, intents = Director(SCORE, seek), Memory(), list[BarIntent]()
    for number, wish in enumerate(wishes):
        intent, memory = director.plan(wish, memory, np.random.default_rng(number))
        intents.append(intent)
    return intents


def entering(
    old: str, new: str, stay: int, bars: int, *, fill: bool = False, after: int = 9, seek: float = 1.0
) -> list[BarIntent]:
    """A stay in a state, a bridge, and some bars of another state."""
    approach = Approach.bridge(stay, bars, new, has_fill=fill)
    before = Wish(old, SCORE.states[old].mood)
    led = Wish(new, SCORE.states[new].mood, approach=approach)
    return planned([before] * stay + [led] * (bars + after), seek)


STATES = st.sampled_from(sorted(SCORE.states))


@given(STATES, STATES, st.integers(1, 12), st.integers(1, CLOSING_BARS), st.booleans(), st.sampled_from([1.0, 0.5]))
@settings(max_examples=80)
def test_any_two_states_can_be_bridged(old: str, new: str, stay: int, bars: int, fill: bool, seek: float) -> None:
    intents = entering(old, new, stay, bars, fill=fill, seek=seek)
    closing, first = intents[stay : stay + bars], intents[stay + bars]
    old_spec, new_spec = SCORE.states[old], SCORE.states[new]
    assert [intent.index for intent in intents] == list(range(len(intents)))
    # The old state goes on, and its phrase closes.
    assert {intent.state for intent in closing} == {old}
    assert {intent.condition.metre for intent in closing} == {old_spec.metre}
    assert [intent.condition.phrase_bar for intent in closing] == list(range(PHRASE_BARS - bars, PHRASE_BARS))
    # On a dominant, which the lines are drawn to, with the fill where it was asked for.
    dominant = closing[-1].harmony[-1]
    assert closing[-1].key.tonic == SCORE.tonic_of(new)
    assert is_dominant(dominant)
    assert all(closing[-1].leaning[tone] > 0 for tone in dominant.tones)
    assert [intent.index for intent in intents if intent.holds] == [stay + bars - 1]
    assert [intent.index for intent in intents if intent.fill] == [stay + bars - 1] * fill
    # The new state begins its phrase on its tonic, in its key, metre and tempo.
    assert (first.state, first.condition.phrase_bar, first.cadence) == (new, 0, AUTHENTIC)
    assert first.harmony == (tonic_chord(first.key.mode),)
    assert (first.key.tonic, first.condition.metre) == (SCORE.tonic_of(new), new_spec.metre)
    assert first.condition.tempo == pytest.approx(new_spec.tempo_at(first.mood.arousal), abs=0.01)


@given(STATES, STATES, st.integers(1, CLOSING_BARS))
@settings(max_examples=40)
def test_mood_and_tempo_go_evenly_and_never_back(old: str, new: str, bars: int) -> None:
    intents = entering(old, new, 3, bars)[2 : 3 + bars + 1]
    for name in ("valence", "arousal", "tension"):
        steps = np.diff([getattr(intent.mood, name) for intent in intents])
        assert np.ptp(steps) < 1e-9
    tempos = [intent.condition.tempo for intent in intents]
    ratios = [after / before for before, after in pairwise(tempos[:-1])]
    assert max(ratios) - min(ratios) < 0.01
    assert max(*ratios, 1 / min(ratios)) < LARGEST_TEMPO_RATIO + 0.01 or bars == 1
    assert all(intent.glide_ticks in (0, intent.condition.metre.bar_ticks) for intent in intents[1:-1])
    # The last bar glides to the new tempo, or to one whose beat is a multiple of the new one's.
    assert np.log2(tempos[-2] / tempos[-1]) == pytest.approx(round(np.log2(tempos[-2] / tempos[-1])), abs=0.01)


def test_a_fight_that_calms_down_halves_its_beat_when_there_is_no_time() -> None:
    tempos = {
        bars: [round(intent.condition.tempo) for intent in entering("combat", "calm", 2, bars)[1 : 3 + bars]]
        for bars in (1, 4)
    }
    assert tempos == {1: [164, 129, 64], 4: [164, 130, 103, 81, 64, 64]}


def test_a_fill_may_lead_over_a_cut() -> None:
    cut = Approach.bridge(5, 0, "combat", has_fill=True)
    fight = Wish("combat", SCORE.states["combat"].mood, approach=cut)
    calm = Wish("calm", SCORE.states["calm"].mood)
    plain = planned([calm] * 5 + [replace(fight, approach=None)] * 3)
    for wish in (replace(calm, approach=cut), fight):  # the bar before may be told by either wish
        intents = planned([calm] * 4 + [wish] + [fight] * 3)
        assert [intent.fill for intent in intents] == [False] * 4 + [True] + [False] * 3
        assert [replace(intent, fill=False, leads=False) for intent in intents] == plain
        assert [intent.leads for intent in intents] == [intent.fill for intent in intents]


@pytest.mark.parametrize("bars", [1, 2, 4])
def test_the_last_bar_of_a_bridge_knows_that_another_state_follows(bars: int) -> None:
    calm, fight = (Wish(name, SCORE.states[name].mood) for name in ("calm", "combat"))
    bridged = replace(fight, approach=Approach.bridge(3, bars, "combat"))
    intents = planned([calm] * 3 + [bridged] * (bars + 2))
    assert [intent.index for intent in intents if intent.leads] == [2 + bars]


def test_a_state_may_be_entered_and_led_out_of_at_once() -> None:
    """The bar that sounds is composed anew with the fill that leads over, though it is the state's first."""
    calm, combat = (Wish(name, SCORE.states[name].mood) for name in ("calm", "combat"))
    cut = Approach.bridge(4, 0, "victory", has_fill=True)
    intent = planned([calm] * 3 + [replace(combat, approach=cut)])[-1]
    assert replace(intent, fill=False, leads=False) == planned([calm] * 3 + [combat])[-1]
    assert intent.fill


@given(STATES, STATES, st.integers(0, 12))
@settings(max_examples=30)
def test_an_approach_changes_nothing_before_it_begins(old: str, new: str, wait: int) -> None:
    mood = SCORE.states[old].mood
    approach = Approach.bridge(4 + wait, 2, new)
    plain = planned([Wish(old, mood)] * (4 + wait))
    for told in (Wish(old, mood, approach=approach), Wish(new, SCORE.states[new].mood, approach=approach)):
        assert planned([Wish(old, mood)] * 4 + [told] * wait) == plain


def test_an_approach_from_nothing_begins_with_the_state() -> None:
    approach = Approach.bridge(0, 2, "calm")
    mood = SCORE.states["calm"].mood
    assert planned([Wish("calm", mood, approach=approach)]) == planned([Wish("calm", mood)])


def test_a_long_approach_has_its_metres_and_exact_tempos_and_closes_at_its_end() -> None:
    metres = (None, None, Metre(3, 4), None, None, None, Metre(2, 4))
    tempos = (100.123456, None, 101.5, 102.5, 103.5, 104.5, 105.123456)
    approach = Approach(3, metres, tempos, "victory", has_fill=True, glide_ticks=120)
    explore, victory = (Wish(name, SCORE.states[name].mood) for name in ("explore", "victory"))
    intents = planned([explore] * 3 + [replace(victory, approach=approach)] * 8)[3:]
    assert [intent.state for intent in intents] == ["explore"] * 7 + ["victory"]
    assert [str(intent.condition.metre) for intent in intents] == [*["4/4"] * 2, "3/4", *["4/4"] * 3, "2/4", "4/4"]
    assert [i.condition.tempo for i, tempo in zip(intents, tempos, strict=False) if tempo] == [t for t in tempos if t]
    assert [intent.glide_ticks for intent in intents if intent.condition.tempo in tempos] == [120, 0, 0, 0, 0, 0]
    # The phrase goes on, then it closes.
    assert [intent.condition.phrase_bar for intent in intents] == [3, 4, 5, 4, 5, 6, 7, 0]
    assert [intent.mood == SCORE.states["explore"].mood for intent in intents] == [True] * 3 + [False] * 5
    assert [intent.fill for intent in intents] == [False] * 6 + [True, False]
    assert intents[-1].cadence == AUTHENTIC


def test_an_arrival_in_the_same_state_begins_its_phrase_anew() -> None:
    calm = Wish("calm", SCORE.states["calm"].mood)
    intents = planned([calm] * 5 + [replace(calm, approach=Approach.bridge(5, 2, "calm"))] * 4)
    assert [intent.condition.phrase_bar for intent in intents[5:]] == [6, 7, 0, 1]
    assert intents[7].cadence == AUTHENTIC
    assert [intent.reference for intent in intents[7:]] == [0, 1]


def test_a_bridge_is_no_part_of_what_a_state_is_known_by() -> None:
    calm, combat = (Wish(name, SCORE.states[name].mood) for name in ("calm", "combat"))
    led = [replace(combat, approach=Approach.bridge(3, 2, "combat"))] * 5
    back = planned([calm] * 3 + led + [calm] * 5)[8:]
    assert [intent.reference for intent in back[:3]] == [0, 1, 2]
    assert all(intent.reference not in (3, 4) for intent in back)


def test_an_approach_that_is_called_off_lets_the_old_state_begin_anew() -> None:
    calm, combat = (Wish(name, SCORE.states[name].mood) for name in ("calm", "combat"))
    led = replace(combat, approach=Approach.bridge(3, 3, "combat"))
    intents = planned([calm] * 3 + [led] * 2 + [calm] * 2)
    assert [intent.state for intent in intents] == ["calm"] * 7
    assert [intent.condition.phrase_bar for intent in intents] == [0, 1, 2, 5, 6, 0, 1]
    assert {intent.key.tonic for intent in intents[5:]} == {SCORE.tonic_of("calm")}


def test_a_theme_waits_for_the_end_of_a_bridge() -> None:
    hero = SCORE.themes["hero"]
    calm = Wish("calm", SCORE.states["calm"].mood, themes=(ThemeCall(hero, 2),))
    called = (ThemeCall(hero, 2), ThemeCall(hero, 4))
    led = Wish("combat", SCORE.states["combat"].mood, themes=called, approach=Approach.bridge(4, 2, "combat"))
    intents = planned([calm] * 4 + [led] * 4)
    assert [intent.theme.bar if intent.theme else None for intent in intents] == [None, None, 0, 1, None, None, 0, 1]


@given(st.lists(st.tuples(STATES, MOODS, st.integers(0, 4), st.booleans()), min_size=1, max_size=8), st.integers(0, 9))
@settings(max_examples=60)
def test_approaches_may_be_revised_at_any_time(visits: list[tuple[str, Mood, int, bool]], ahead: int) -> None:
    """Whatever is wanted, each bar has a plan that says its chords, and equal wishes give equal plans."""
    wishes = [
        Wish(state, mood, approach=Approach.bridge(number + ahead % 4, bars, state, has_fill=fill))
        for number, (state, mood, bars, fill) in enumerate(visits)
        for _ in range(1 + ahead % 3)
    ]
    intents = planned(wishes)
    assert intents == planned(wishes)
    for intent in intents:
        assert intent.harmony
        assert intent.condition.metre == SCORE.states[intent.state].metre
        assert 30 <= intent.condition.tempo <= 300
