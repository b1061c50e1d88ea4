"""A composer that remembers cannot be told from the one that it asks."""

from dataclasses import dataclass, field

import numpy as np

from barwise.bench.bars import ask_for_bars
from barwise.bench.remembering import RememberingComposer
from barwise.composing.composer import ComposedBar, State
from barwise.composing.rule_composer import RuleComposer


@dataclass
class Counting:
    """Rules that count how often they are asked."""

    rules: RuleComposer = field(default_factory=RuleComposer)
    asked: int = 0

    def initial_state(self) -> State:
        return self.rules.initial_state()

    def compose(self, *arguments: object) -> ComposedBar:
        self.asked += 1
        return self.rules.compose(*arguments)  # type: ignore[arg-type]


def test_a_bar_is_written_once_and_the_random_numbers_go_on_as_if_it_were_written_again() -> None:
    asked, counting = ask_for_bars(RuleComposer(), bars=5, seed=1), Counting()
    remembering = RememberingComposer(counting)
    for one in asked:
        intent, state, reference, _, *rest = one.arguments
        first, second = np.random.default_rng(7), np.random.default_rng(7)
        bars = [remembering.compose(intent, state, reference, each, *rest) for each in (first, second)]
        assert bars[0] is bars[1]
        assert bars[0].bar == RuleComposer().compose(intent, state, reference, np.random.default_rng(7)).bar
        assert first.random() == second.random()
    assert counting.asked == len(asked)
