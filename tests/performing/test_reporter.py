"""What is told is kept for whoever asks, once."""

from barwise.music.events import MusicEventKind
from barwise.performing.reporter import Reporter

RATE = 22050


def told(*samples: int) -> Reporter:
    reporter = Reporter(RATE)
    for sample in samples:
        reporter.tell(sample, MusicEventKind.STATE, 0, "combat")
    return reporter


def test_events_are_given_as_they_are_heard() -> None:
    reporter = told(10, 20, 30)
    assert [event.seconds for event in reporter.events(20)] == [10 / RATE, 20 / RATE]
    assert [event.seconds for event in reporter.events()] == [30 / RATE]


def test_who_reads_the_reports_has_the_events_in_them_and_leaves_none_behind() -> None:
    reporter = told(10, 20)
    assert len(reporter.reports()) == 2
    assert reporter.events() == []
    assert reporter.reports() == []
