"""Where a composer failed the journal says so: with it a composer that works makes the same music."""

import random
from collections.abc import Callable
from typing import Any

from barwise.commands import JournalEntry, LateBar, LateRest, SetMood
from barwise.composing.composer import ComposedBar, Composer
from barwise.composing.rule_composer import RuleComposer
from barwise.errors import ModelError
from barwise.music.mood import Mood
from barwise.performing.session import Session
from barwise.score.load import load_score
from tests.performing.test_lateness import BLOCK, RATE, heard, play_back

SECONDS = 20


class OtherRules(RuleComposer):
    """Draws first, and so writes other bars than the rules that stand in for it."""

    def compose(self, intent: Any, state: Any, reference: Any, random: Any, *forced: Any) -> ComposedBar:
        random.random()
        return super().compose(intent, state, reference, random, *forced)


class FailingRules(OtherRules):
    """The same, every third time of which it fails."""

    def __init__(self) -> None:
        self.times = 0

    def compose(self, *asked: Any) -> ComposedBar:
        self.times += 1
        if self.times % 3 == 0:
            raise ModelError("no numbers come out")
        return super().compose(*asked)


def new_session(composer: Composer, *, is_live: bool = False) -> Session:
    return Session(
        load_score(None), composer, RuleComposer(), seed=5, sample_rate=RATE, is_live=is_live, is_recording=True
    )


def play_failing(is_over: Callable[[Session], bool] = lambda live: live.sample >= SECONDS * RATE) -> Session:
    """A game with turns of mood, its composer quick enough for all of them."""
    chance, live = random.Random(2), new_session(FailingRules(), is_live=True)
    while not is_over(live):
        if chance.random() < 0.03:
            live.call(SetMood(Mood(chance.uniform(-1, 1), chance.uniform(-1, 1), chance.random())))
        while live.compose():
            pass
        live.advance(BLOCK)
    return live


def without_failures(journal: list[JournalEntry]) -> list[JournalEntry]:
    return [entry for entry in journal if not isinstance(entry.command, LateBar | LateRest)]


def since_the_bar_began(session: Session) -> list[JournalEntry]:
    return [entry for entry in session.journal if entry.number > session.checkpoint().commands]


def is_by_the_rules(entry: JournalEntry) -> bool:
    return isinstance(entry.command, LateRest) and bool(entry.command.maker)


def test_bars_and_rests_by_the_rules_are_by_the_rules_again() -> None:
    live, replay = play_failing(), new_session(OtherRules())
    assert any(isinstance(entry.command, LateBar) for entry in live.journal)
    assert any(map(is_by_the_rules, live.journal))
    play_back(replay, live.journal, live.sample)
    assert heard(replay) == heard(live)
    assert replay.journal == live.journal


def test_without_what_the_journal_says_of_failures_the_music_is_another() -> None:
    live, replay = play_failing(), new_session(OtherRules())
    play_back(replay, without_failures(live.journal), live.sample)
    assert heard(replay) != heard(live)


def test_music_goes_on_from_a_bar_whose_rest_the_rules_wrote() -> None:
    live = play_failing(lambda live: any(map(is_by_the_rules, since_the_bar_began(live))))
    restored = new_session(OtherRules())
    restored.restore(live.checkpoint())
    restored.skip_to(live.sample, since_the_bar_began(live))
    assert restored.performance().bars[-1] == live.performance().bars[-1]
