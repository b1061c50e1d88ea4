"""An arrival lands where its state is entered."""

from barwise.bench.arrivals import Arrivals, landing_of
from barwise.music.events import MusicEvent, MusicEventKind


def test_a_landing_is_the_entering_of_the_state() -> None:
    events = [
        MusicEvent(MusicEventKind.STATE, 4.0, 2, name="calm"),
        MusicEvent(MusicEventKind.BAR, 7.5, 3, name="boss"),
        MusicEvent(MusicEventKind.STATE, 7.5, 3, name="boss"),
        MusicEvent(MusicEventKind.STATE, 9.5, 4, name="boss"),
    ]
    assert landing_of(events, "boss") == 7.5
    assert landing_of(events, "fair") is None


def test_early_and_late_count_alike() -> None:
    told = Arrivals(errors_ms=(-30.0, 30.0), tempo_changes=(0.1, 0.02), missed=1).as_dict()
    assert told["rms_ms"] == 30.0
    assert told["error_ms"]["largest"] == 30.0
    assert (told["landed"], told["missed"], told["tempo_change"]["largest"]) == (2, 1, 0.1)
