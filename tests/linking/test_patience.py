"""A process is given up when it is silent, and all of them when they die too often."""

from barwise.linking.patience import DEATHS_SECONDS, MOST_DEATHS, SILENT_LOOKS, STARTING_LOOKS, Patience


def looks(patience: Patience) -> int:
    """How many looks it has patience for."""
    return next(number for number in range(1000) if patience.look())


def test_who_plays_may_be_silent_for_a_second_and_who_loads_for_longer() -> None:
    patience = Patience()
    assert looks(patience) == STARTING_LOOKS
    patience.hear(plays=True)
    assert looks(patience) == SILENT_LOOKS
    patience.begin()
    patience.hear(plays=False)
    assert looks(patience) == STARTING_LOOKS


def test_deaths_count_while_they_are_close_together() -> None:
    often, seldom = Patience(), Patience()
    assert [often.bury(at) for at in range(MOST_DEATHS)] == [False] * (MOST_DEATHS - 1) + [True]
    assert not any(seldom.bury(at * DEATHS_SECONDS / (MOST_DEATHS - 1)) for at in range(20))
