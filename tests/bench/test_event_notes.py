"""What a simulated game notes of events."""

from dataclasses import replace

from barwise.bench.event_notes import EventNotes
from barwise.music.events import MusicEvent, MusicEventKind


def test_events_are_noted_as_they_were_told() -> None:
    notes, told = EventNotes(), MusicEvent(MusicEventKind.CHORD, 1.5, 3, 2, "Bb7")
    for event in (told, replace(told, name="", heard_at=70.25)):
        notes.add(event, 71.0)
    fields = {"kind": "chord", "seconds": 1.5, "bar": 3, "beat": 2, "name": "Bb7", "heard_at": None, "told_at": 71.0}
    assert notes.as_dicts() == [fields, {**fields, "name": "", "heard_at": 70.25}]
    assert notes.has("chord")
    assert not notes.has("bar")
