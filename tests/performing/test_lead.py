"""While a game turns the music often, a bar is composed shortly before it begins; otherwise as soon as it can be."""

import pytest

from barwise.commands import SetMood
from barwise.composing.rule_composer import RuleComposer
from barwise.music.mood import Mood
from barwise.performing.lead import FORGETTING, LEAST_SECONDS, LIVELY_BARS, SAFETY, Lead
from barwise.performing.session import Session
from barwise.score.load import load_score

RATE = 22050
BLOCK = 512
DARK, BRIGHT = SetMood(Mood(-1.0, 1.0, 1.0)), SetMood(Mood(1.0, -1.0, 0.0))


def begun(*, is_live: bool = True) -> Session:
    """A session in its first bar, with all composed that is to be."""
    session = Session(load_score(None), RuleComposer(), RuleComposer(), sample_rate=RATE, is_live=is_live)
    session.compose()
    session.advance(BLOCK)
    compose_all(session)
    return session


def compose_all(session: Session) -> None:
    while session.compose():
        pass


def seconds_left_when_the_next_bar_is_there(session: Session) -> float:
    """Of the bar that begins next from here on."""
    session.advance(session.frames_left_in_bar() + BLOCK)
    while True:
        compose_all(session)
        if session._composition.upcoming():
            return session.frames_left_in_bar() / RATE
        session.advance(BLOCK)


def test_a_game_that_says_nothing_knows_the_next_bar_at_once() -> None:
    session = begun()
    assert seconds_left_when_the_next_bar_is_there(session) > 1.5 * LEAST_SECONDS


def test_after_a_turn_bars_wait_and_are_there_in_time() -> None:
    session = begun()
    session.call(DARK)
    left = seconds_left_when_the_next_bar_is_there(session)
    assert left == pytest.approx(LEAST_SECONDS, abs=2 * BLOCK / RATE)


def test_when_no_more_turns_come_the_next_bar_is_known_early_again() -> None:
    session = begun()
    session.call(DARK)
    for _ in range(LIVELY_BARS):
        seconds_left_when_the_next_bar_is_there(session)
    assert seconds_left_when_the_next_bar_is_there(session) > 1.5 * LEAST_SECONDS


def test_what_the_game_says_before_the_first_bar_is_no_turn() -> None:
    session = Session(load_score(None), RuleComposer(), RuleComposer(), sample_rate=RATE, is_live=True)
    session.call(BRIGHT)
    session.advance(0)
    session.compose()
    assert seconds_left_when_the_next_bar_is_there(session) > 1.5 * LEAST_SECONDS


def test_music_that_is_not_live_waits_with_no_bar() -> None:
    session = begun(is_live=False)
    session.call(DARK)
    assert seconds_left_when_the_next_bar_is_there(session) > 1.5 * LEAST_SECONDS


def test_where_bars_take_long_they_are_composed_earlier_until_they_no_longer_do() -> None:
    lead = Lead(RATE)
    lead.took(RATE)
    assert lead.samples == SAFETY * RATE
    for _ in range(100):
        lead.took(0.02 * RATE)
    assert lead.samples == LEAST_SECONDS * RATE
    assert FORGETTING < 1.0
