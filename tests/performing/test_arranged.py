"""How a bar is arranged depends on the bar, the seed and the intensity: not on whether it was found ahead."""

from barwise.arranging.arranger import Arranger
from barwise.composing.rule_composer import RuleComposer
from barwise.performing.arranged import ArrangedBars
from barwise.performing.bar_maker import Prepared
from barwise.performing.composition import Composition
from barwise.score.load import load_score

SCORE = load_score(None)


def two_bars() -> tuple[Prepared, Prepared]:
    composition = Composition(SCORE, None, RuleComposer(), seed=2)
    first, second = (composition.take(waits=True)[0] for _ in range(2))
    return first, second


def bars(seed: int = 0) -> ArrangedBars:
    return ArrangedBars(Arranger(SCORE), seed)


def arrange(found: ArrangedBars, coming: Prepared, intensity: float) -> None:
    while not found.is_at_hand([coming]):
        found.arrange_ahead([coming], intensity)


def test_what_was_arranged_ahead_is_what_is_arranged_on_the_spot() -> None:
    first, second = two_bars()
    ahead = bars()
    arrange(ahead, first, 0.6)
    assert ahead.events_of(first, 0.6) == bars().events_of(first, 0.6)
    assert ahead.events_of(second, 0.6) == bars().events_of(second, 0.6)


def test_at_another_intensity_or_for_another_bar_what_is_ahead_is_not_taken() -> None:
    first, second = two_bars()
    ahead = bars()
    arrange(ahead, first, 0.2)
    at_hand = ahead.events_of(first, 0.2)
    assert ahead.events_of(first, 0.2) is at_hand
    assert ahead.events_of(first, 0.9) is not at_hand
    assert ahead.events_of(second, 0.2) != at_hand


def test_a_bar_is_played_the_same_each_time_and_otherwise_by_another_seed() -> None:
    first, _ = two_bars()
    once = bars(seed=1)
    assert once.notes_of(first) is once.notes_of(first)
    assert once.notes_of(first) == bars(seed=1).notes_of(first) != bars(seed=2).notes_of(first)


def test_bars_are_arranged_one_step_after_the_other_and_none_is_done_twice() -> None:
    coming, ahead, steps = two_bars(), bars(), 0
    while not ahead.is_at_hand(coming):
        ahead.arrange_ahead(coming, 0.5)
        steps += 1
    assert steps == len(["notes of the first", "notes of the second", "events of the first"])
    assert ahead.is_at_hand([])
    assert not ahead.is_at_hand(coming[1:])
