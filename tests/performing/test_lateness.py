"""Where a composer was too slow the journal says so: with that it gives the music that was heard."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from barwise.commands import Command, Enter, JournalEntry, LateBar, LateRest, SetIntensity, SetMood
from barwise.composing.composer import ComposedBar
from barwise.composing.rule_composer import RuleComposer
from barwise.errors import InputError
from barwise.music.events import ChannelEvent
from barwise.music.mood import Mood
from barwise.performing.session import Session
from barwise.score.load import load_score

RATE = 22050
BLOCK = 512
SECONDS = 20


def new_session(*, is_live: bool = False) -> Session:
    # Two names for one composer: bars that the rules write because it is late are told apart from its own.
    return Session(
        load_score(None), RuleComposer(), RuleComposer(), seed=3, sample_rate=RATE, is_live=is_live, is_recording=True
    )


def heard(session: Session, first_tick: float = 0.0) -> list[tuple[float, ChannelEvent]]:
    return [(sent.tick, sent.event) for sent in session.performance().events if sent.tick >= first_tick]


def play_late(seed: int) -> Session:
    """A game with turns of mood and state, whose composer is given time in one block of two hundred."""
    chance, live = random.Random(seed), new_session(is_live=True)
    while live.sample < SECONDS * RATE:
        if chance.random() < 0.02:
            mood = Mood(chance.uniform(-1, 1), chance.uniform(-1, 1), chance.random())
            say: list[Command] = [
                SetMood(mood),
                Enter(chance.choice(["combat", "tension"])),
                SetIntensity(chance.random()),
            ]
            live.call(chance.choice(say))
        if chance.random() < 0.005:
            live.compose()
        live.advance(BLOCK)
    return live


def play_back(session: Session, journal: list[JournalEntry], end: int) -> None:
    """As whoever plays a journal does it: up to a sample, then what took effect there."""
    for entry in journal:
        session.advance(max(entry.sample - session.sample, 0))
        session.call(entry.command)
    session.advance(end - session.sample)


@pytest.mark.parametrize("seed", range(3))
def test_a_journal_played_back_is_late_where_the_music_was(seed: int) -> None:
    live, replay = play_late(seed), new_session()
    said = [entry.command for entry in live.journal]
    assert {type(each) for each in said} >= {LateBar, LateRest}
    assert {each.maker for each in said if isinstance(each, LateBar)} == {"network", "rules"}
    play_back(replay, live.journal, live.sample)
    assert heard(replay) == heard(live)
    assert replay.journal == live.journal


def test_the_same_calls_in_time_give_other_music() -> None:
    live, in_time = play_late(0), new_session()
    play_back(in_time, [entry for entry in live.journal if not isinstance(entry.command, LateBar | LateRest)], 5 * RATE)
    assert heard(in_time) != heard(live)[: len(heard(in_time))]


@pytest.mark.parametrize("bar", [4, 9, 13])
def test_from_any_bar_on_late_music_goes_on_as_it_was(bar: int) -> None:
    chance, live, restored = random.Random(7), new_session(is_live=True), new_session()
    while len(live.performance().bars) < bar:
        live.call(SetMood(Mood(chance.uniform(-1, 1), 0.5, 0.5)))
        if chance.random() < 0.02:
            live.compose()
        live.advance(BLOCK)
    state = live.checkpoint()
    live.advance(live.frames_left_in_bar() // 2)
    since = [entry for entry in live.journal if entry.number > state.commands]
    restored.restore(state)
    restored.skip_to(live.sample, since)
    now = [one.performance().bars[-1] for one in (live, restored)]
    assert now[0] == now[1]
    assert restored.journal == since


def test_a_late_bar_that_is_damaged_is_refused_before_anything_plays() -> None:
    damaged = JournalEntry(60 * RATE, LateBar(30, "rules", b"no wish"), 1)
    with pytest.raises(InputError, match="wish"):
        new_session().skip_to(RATE, [damaged])


class SlowRules(RuleComposer):
    """While it composes, the music goes on."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], None] = lambda: None

    def compose(self, *asked: Any) -> ComposedBar:
        composed = super().compose(*asked)
        self.meanwhile()
        return composed


def test_a_composer_that_takes_longer_than_a_beat_is_late_once_and_not_with_each_beat() -> None:
    slow = SlowRules()
    live = Session(load_score(None), slow, RuleComposer(), sample_rate=RATE, is_live=True, is_recording=True)
    while live.compose():
        pass
    beat = live.frames_left_in_bar() // 4
    slow.meanwhile = lambda: live.advance(round(1.2 * beat))
    live.call(SetMood(Mood(-1.0, 1.0, 1.0)))
    while live.sample < 4 * beat - BLOCK:
        live.advance(BLOCK)
        live.compose()
    assert [type(entry.command) for entry in live.journal] == [SetMood, LateRest]
    assert live.performance().bars[0].intent.mood.valence < 0
