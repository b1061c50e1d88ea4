"""Calls of the game stand in the journal in the order in which they were made."""

from barwise.bench.latency import Probe, probes_of, spread_over
from barwise.commands import JournalEntry, SetIntensity, SetMood
from barwise.music.mood import Mood


def test_each_call_for_intensity_has_its_entry() -> None:
    calls = [
        {"verb": "set_intensity", "at": 1.0, "before_hold": False},
        {"verb": "set_mood", "at": 2.0, "before_hold": False},
        {"verb": "set_intensity", "at": 3.0, "before_hold": True},
    ]
    journal = [
        JournalEntry(100, SetIntensity(0.3)),
        JournalEntry(200, SetMood(Mood())),
        JournalEntry(300, SetIntensity(1.0)),
    ]
    assert probes_of(calls, journal) == [Probe(1.0, 0, False), Probe(3.0, 2, True)]


def test_a_few_are_taken_from_all_over() -> None:
    assert spread_over(range(10), 5) == [0, 2, 4, 6, 8]
    assert spread_over(range(3), 5) == [0, 1, 2]
