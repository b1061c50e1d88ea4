"""Transitions, dwells and exits of a score: what the door lets in, and which transition holds."""

import pytest

from barwise.errors import ScoreError
from barwise.score.load import load_score, read_score
from barwise.score.schema import (
    DEFAULT_EXITS,
    DEFAULT_TRANSITION,
    MOST_BRIDGE_BARS,
    MoodChange,
    SyncPoint,
    Transition,
)
from tests.score.test_load_score import PARTS_YAML

GAME = f"""
key: D
moods: {{calm: {{}}}}
palettes: {{plain: {PARTS_YAML}}}
states:
  rest: {{mood: calm, palette: plain}}
  fight: {{mood: calm, palette: plain, key: F#, dwell: 4, exits: [2, 4, 8]}}
transitions:
  - {{from: rest, to: fight, at: beat, fill: true, fade: 0.5}}
  - {{from: fight, at: exit, bridge: 2}}
  - {{to: rest, at: phrase}}
mood_changes: bar
"""


def test_the_first_transition_that_fits_holds() -> None:
    score = read_score(GAME)
    assert score.transition_between("rest", "fight") == Transition("rest", "fight", SyncPoint.BEAT, True, 0, 0.5)
    assert score.transition_between("fight", "rest") == Transition("fight", at=SyncPoint.EXIT, bridge=2)
    assert score.transition_between("rest", "rest") == Transition(target="rest", at=SyncPoint.PHRASE)


def test_without_a_transition_the_new_state_begins_at_the_next_bar() -> None:
    score = read_score(GAME.partition("transitions:")[0])
    assert score.transition_between("rest", "fight") == DEFAULT_TRANSITION
    assert Transition("any", "any", SyncPoint.BAR, False, 0, 1.0) == DEFAULT_TRANSITION
    assert score.mood_changes is MoodChange.BEAT


def test_a_state_may_have_a_tonic_a_dwell_and_exits_of_its_own() -> None:
    score = read_score(GAME)
    assert (score.tonic_of("rest"), score.tonic_of("fight")) == (2, 6)
    assert (score.states["rest"].dwell, score.states["fight"].dwell) == (0.0, 4.0)
    assert (score.states["rest"].exits, score.states["fight"].exits) == (DEFAULT_EXITS, (2, 4, 8))
    assert score.mood_changes is MoodChange.BAR


def test_a_fight_of_the_built_in_score_begins_at_once_and_is_no_flicker() -> None:
    score = load_score()
    for state in score.states:
        assert score.transition_between(state, "combat").at is SyncPoint.BEAT
        assert score.transition_between("combat", state).at is not SyncPoint.NOW
    assert 4 <= score.states["combat"].dwell <= 8
    assert score.mood_changes is MoodChange.BEAT


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from: rest", "from: rset", "transitions[0].from: there is no state 'rset'; did you mean 'rest'?"),
        ("to: fight", "too: fight", "transitions[0].too: there is no key 'too'; did you mean 'to'?"),
        ("at: beat", "at: beet", "transitions[0].at: there is no sync point 'beet'; did you mean 'beat'?"),
        ("fill: true", "fill: 1", "transitions[0].fill: 1 is not true or false"),
        ("fade: 0.5", "fade: 17", "transitions[0].fade: 17 is not a number from 0 to 16"),
        ("fade: 0.5", "fade: .inf", "transitions[0].fade: inf is not a number from 0 to 16"),
        ("bridge: 2", "bridge: 2.5", "transitions[1].bridge: 2.5 is not a whole number from 0 to 4"),
        ("bridge: 2", f"bridge: {MOST_BRIDGE_BARS + 1}", "transitions[1].bridge: 5 is not a whole number from 0 to 4"),
        ("exits: [2, 4, 8]", "exits: []", "states.fight.exits: [] is not one or more bars of the phrase"),
        ("exits: [2, 4, 8]", "exits: [4, 2]", "states.fight.exits: [4, 2] is not one or more bars of the phrase"),
        ("exits: [2, 4, 8]", "exits: [9]", "states.fight.exits[0]: 9 is not a whole number from 1 to 8"),
        ("exits: [2, 4, 8]", "exits: 4", "states.fight.exits: 4 is not a list of up to 8 values"),
        ("dwell: 4", "dwell: -1", "states.fight.dwell: -1 is not a number from 0 to 600"),
        ("key: F#", "key: H", "states.fight.key: there is no key 'H'"),
        ("  rest:", "  any:", "states: {'any': "),
        ("mood_changes: bar", "mood_changes: now", "mood_changes: there is no place for moods to change 'now'"),
    ],
)
def test_a_refusal_names_place_value_and_what_is_allowed(old: str, new: str, message: str) -> None:
    assert old in GAME
    with pytest.raises(ScoreError) as refusal:
        read_score(GAME.replace(old, new, 1), "game.yaml")
    assert f"game.yaml: {message}" in str(refusal.value)
