"""What a game hears goes by what is heard now, also where that goes back: after a gap."""

from types import SimpleNamespace
from typing import Any

import pytest

from barwise.hearing import Hearing
from barwise.linking.report_log import ReportLog
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.reports import BarReport, NoteReport, Told
from barwise.music.status import MusicStatus

RATE = 1000


class Playing:
    """A link that says what is heard."""

    def __init__(self) -> None:
        self.frame = 0.0

    def poll(self) -> None:
        """There is nothing to hear."""

    def heard_frame(self, at: float) -> float:
        return self.frame


@pytest.fixture
def playing(monkeypatch: pytest.MonkeyPatch) -> Playing:
    monkeypatch.setattr("barwise.hearing.time", SimpleNamespace(monotonic=lambda: 50.0))
    return Playing()


def hearing_of(link: Any) -> Hearing:
    """Of one bar with notes at 100, 500 and 900, and beats at 0 and 500."""
    log = ReportLog()
    hearing = Hearing(link, log, RATE)
    status = MusicStatus("calm", Mood(), 0.5, 0, 0, 2, 120.0, "C major", "C", "fake")
    notes = tuple(NoteReport(at, at + 50, Part.MELODY, 60, 80) for at in (100, 500, 900))
    log.add([BarReport(0, 1000, status, (0, 500), (), notes)])
    log.add(Told(at, MusicEvent(MusicEventKind.BEAT, at / RATE, 0)) for at in (0, 500))
    return hearing


def test_after_a_gap_what_is_to_come_is_as_far_away_as_it_is(playing: Playing) -> None:
    hearing = hearing_of(playing)
    playing.frame = 530.0
    hearing.upcoming()
    playing.frame = 490.0  # the game knew nothing of a gap of 40 ms
    (note,) = hearing.upcoming().notes
    assert (note.seconds, note.heard_at) == (0.41, 50.41)


def test_after_a_gap_nothing_comes_again_and_the_status_does_not_go_back(playing: Playing) -> None:
    hearing = hearing_of(playing)
    playing.frame = 530.0
    assert len(hearing.events()) == 2
    playing.frame = 490.0
    assert hearing.events() == []
    assert not hearing.upcoming().events
    assert hearing.status("", Mood(), 0.0).beat == 1


def test_an_event_waits_until_it_is_heard_though_the_game_thought_to_be_there(playing: Playing) -> None:
    hearing = hearing_of(playing)
    playing.frame = 498.0
    hearing.events()
    playing.frame = 460.0
    assert hearing.events() == []
    playing.frame = 505.0
    (beat,) = hearing.events()
    assert beat.heard_at == pytest.approx(50.0 - 0.005)


def test_before_the_first_sound_there_is_what_the_music_will_begin_with(playing: Playing) -> None:
    hearing = hearing_of(playing)
    playing.frame = -20.0  # on its way through a device
    assert hearing.events() == []
    assert hearing.status("war", Mood(), 0.25).state == "war"
