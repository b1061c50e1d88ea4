"""What was told, given out as it is heard."""

from dataclasses import replace

import pytest

from barwise.linking.folded_bars import folded
from barwise.linking.messages import Beat, News
from barwise.linking.news import decode_news, encode_news
from barwise.linking.report_log import MOST_BARS, MOST_EVENTS, ReportLog, bar_moments, heard_event
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.reports import BarReport, Fault, IntensityReport, NoteReport, Told
from barwise.music.status import MusicStatus

RATE = 1000


def told(frame: int) -> Told:
    return Told(frame, MusicEvent(MusicEventKind.BEAT, frame / RATE, 0))


def bar(number: int) -> BarReport:
    status = MusicStatus("calm", Mood(), 0.5, number, 0, 2, 120.0, "C major", "C", "fake")
    frame = number * 1000
    note = NoteReport(frame + 500, frame + 700, Part.MELODY, 60, 80)
    return BarReport(frame, frame + 1000, status, (frame, frame + 500), ((frame, "C"), (frame + 500, "G")), (note,))


def test_events_are_given_out_once_each_listener_when_they_are_heard() -> None:
    log = ReportLog()
    one, other = log.listen(), log.listen()
    log.add([told(10), told(20)])
    assert one.heard(9) == []
    assert one.heard(15) == [told(10)]
    assert one.heard(25) == [told(20)]
    assert other.heard(25) == [told(10), told(20)]


def test_what_is_told_again_after_a_rewind_is_given_out_where_it_was_not() -> None:
    log = ReportLog()
    events = log.listen()
    log.add([told(10), told(20), told(30)])
    events.heard(15)
    log.rewind(15)
    log.add([told(10), told(20), told(30)])
    assert events.heard(40) == [told(20), told(30)]


def test_after_going_elsewhere_all_is_new() -> None:
    log = ReportLog()
    events = log.listen()
    log.add([told(1000), bar(1)])
    events.heard(1000)
    log.rewind(-1)
    log.add([told(5)])
    assert events.heard(5) == [told(5)]
    assert log.status_at(1500) is None


def test_the_status_is_that_of_the_frame_that_is_heard() -> None:
    log = ReportLog()
    log.add([bar(0), bar(1), IntensityReport(1200, 0.75)])
    statuses = [log.status_at(frame) for frame in (-1, 600, 1100, 1600)]
    assert [status and (status.bar, status.beat, status.chord, status.intensity) for status in statuses] == [
        None,
        (0, 1, "G", 0.5),
        (1, 0, "C", 0.5),
        (1, 1, "G", 0.75),
    ]


@pytest.mark.parametrize("step", [1, 7, 130])
def test_the_status_is_the_same_whether_or_not_it_was_asked_for_before(step: int) -> None:
    """Also where bars and intensities are told meanwhile."""
    news: dict[int, News] = {0: bar(0), 300: IntensityReport(420, 0.25), 450: bar(1)}
    news |= {900: IntensityReport(1100, 1.0), 1300: bar(2)}
    asked, told = ReportLog(), list[News]()
    for frame in range(0, 3000, step):
        due = [news.pop(at) for at in list(news) if at <= frame]
        told += due
        asked.add(due)
        fresh = ReportLog()
        fresh.add(told)
        assert asked.status_at(frame) == fresh.status_at(frame)


def test_who_waits_for_an_event_is_not_woken_for_those_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    log, woken = ReportLog(), list[str]()
    monkeypatch.setattr(log.changed, "notify_all", lambda: woken.append("all"))
    events = log.listen()
    log.add([told(10)])
    log.add([told(20), bar(1)])
    assert woken == ["all"]
    events.heard(30)
    log.add([told(40)])
    assert woken == ["all", "all"]


def test_what_was_told_of_the_next_bar_is_forgotten_when_this_one_ends_elsewhere() -> None:
    log = ReportLog()
    log.add([bar(0), bar(1)])
    log.add([replace(bar(0), end_frame=1100)])
    status = log.status_at(1050)
    assert status is not None
    assert status.bar == 0
    assert [one.frame for one in log.bars_after(500)] == [0]
    log.add([bar(1).shifted(100)])
    assert [one.frame for one in log.bars_after(500)] == [0, 1100]


def test_a_game_that_never_asks_costs_no_memory() -> None:
    log = ReportLog()
    events = log.listen()
    for number in range(3 * MOST_EVENTS):
        log.add([told(number), bar(number)])
    assert len(events.heard(1e9)) == MOST_EVENTS
    assert len(log.bars_after(-1)) == MOST_BARS


def test_bars_travel_folded_and_are_there_when_asked_for() -> None:
    arrived = decode_news(encode_news(Beat(reports=(bar(0), Fault("x")))))
    assert isinstance(arrived, Beat)
    log = ReportLog()
    log.add(arrived.reports)
    assert log.bars_after(0) == [bar(0)]
    status = log.status_at(600)
    assert status is not None
    assert (status.beat, status.chord) == (1, "G")
    assert log.heard(log.listen(), 0.0) == ([], ["x"])


def test_a_bar_that_makes_none_is_one_fault_when_it_is_asked_for() -> None:
    log = ReportLog()
    log.add([bar(0), replace(folded(bar(1)), facts=b"nonsense"), replace(folded(bar(2)), notes=b"[1]")])
    assert [one.frame for one in log.bars_after(0)] == [0]
    assert log.status_at(2500) == log.status_at(600)
    _, faults = log.heard(log.listen(), 0.0)
    assert len(faults) == 2
    assert all("not understood" in fault for fault in faults)


def test_a_bar_says_its_beats_and_chords_before_they_are_heard() -> None:
    moments = [(told.frame, told.event.kind, told.event.beat, told.event.name) for told in bar_moments(bar(1), RATE)]
    assert moments == [
        (1000, MusicEventKind.BAR, 0, ""),
        (1000, MusicEventKind.BEAT, 0, ""),
        (1000, MusicEventKind.CHORD, 0, "C"),
        (1500, MusicEventKind.BEAT, 1, ""),
        (1500, MusicEventKind.CHORD, 1, "G"),
    ]


def test_an_event_keeps_the_moment_that_it_was_told_with() -> None:
    event = replace(told(1500).event, heard_at=50.5)
    assert heard_event(Told(1500, event), heard_frame=1600, at=53.0, sample_rate=RATE).heard_at == 50.5


def test_an_event_says_when_it_is_heard() -> None:
    assert heard_event(told(1500), heard_frame=1000, at=50.0, sample_rate=RATE).heard_at == 50.5
