"""What the game was told is set against when its sample left the output."""

import numpy as np
import pytest

from barwise.bench.orders import Announced
from barwise.bench.punctuality import announced_notes, grid_errors_ms, stingers_of, told_late_ms
from barwise.bench.recording import Recording
from barwise.bench.replays import SentNote
from barwise.commands import JournalEntry, PlayStinger, SetIntensity
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part
from barwise.playing.mastering import LOOKAHEAD_FRAMES

RECORDING = Recording(np.zeros((3000, 2), np.int16), 1000, began_at=50.0, underruns=((2000, 500),))

LATE = LOOKAHEAD_FRAMES / RECORDING.sample_rate
"""Seconds that the master takes."""


def event(kind: str, seconds: float, heard_at: float = 0.0, told_at: float = 0.0) -> dict[str, object]:
    return {"kind": kind, "seconds": seconds, "heard_at": heard_at, "told_at": told_at}


def test_a_beat_is_as_wrong_as_its_time_is_beside_its_sample() -> None:
    events = [event("beat", 1.0, heard_at=51.002 + LATE), event("beat", 2.0, heard_at=52.497 + LATE)]
    assert grid_errors_ms(events, RECORDING) == pytest.approx([2.0, -3.0]), "the gap counts"


def test_a_game_is_told_late_by_up_to_a_frame() -> None:
    assert told_late_ms([event("bar", 1.0, told_at=51.016 + LATE)], RECORDING) == pytest.approx([16.0])


def test_what_was_not_recorded_and_what_is_no_beat_says_nothing() -> None:
    events = [event("beat", 3.5), event("warning", 1.0), event("stinger", 1.0)]
    assert grid_errors_ms(events, RECORDING) == []


def test_each_stinger_has_its_entry() -> None:
    journal = [
        JournalEntry(0, SetIntensity(1.0), 1),
        JournalEntry(10, PlayStinger("hit"), 2),
        JournalEntry(20, PlayStinger("hit"), 3),
    ]
    events = [event("stinger", 1.0), event("beat", 1.5), event("stinger", 2.0)]
    assert stingers_of(events, journal) == [(events[0], 1), (events[2], 2)]


NOTE = ChannelEvent(0.0, ChannelEventKind.NOTE_ON, 0, 60, 90, Part.MELODY)


def test_a_note_is_as_it_was_last_announced_before_it_was_struck() -> None:
    announced = [
        Announced(50.0, 51.003 + LATE, "MELODY", 60),
        Announced(50.5, 51.001 + LATE, "MELODY", 60),
        Announced(51.2, 51.0 + LATE, "MELODY", 60),  # after it was struck
        Announced(50.5, 51.0 + LATE, "BASS", 60),
        Announced(50.5, 51.5 + LATE, "MELODY", 60),  # another note
    ]
    assert announced_notes(announced, [SentNote(1000, NOTE)], RECORDING) == [(0, 51.001 + LATE)]
    assert announced_notes(announced[3:], [SentNote(1000, NOTE)], RECORDING) == []


def test_a_grace_note_is_not_taken_for_the_note_that_was_announced() -> None:
    strokes = [SentNote(972, NOTE), SentNote(1000, NOTE), SentNote(1400, NOTE)]
    announced = [Announced(50.0, 51.002 + LATE, "MELODY", 60), Announced(50.0, 51.401 + LATE, "MELODY", 60)]
    assert [number for number, _ in announced_notes(announced, strokes, RECORDING)] == [1, 2]
