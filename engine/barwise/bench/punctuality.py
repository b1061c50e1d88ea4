"""What the game is told of beats and notes, and when they are really heard in the recorded stream."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from barwise.bench.games import PlayedGame
from barwise.bench.latency import spread_over
from barwise.bench.recording import Recording
from barwise.bench.replays import Replayer
from barwise.commands import JournalEntry, PlayStinger

STINGER = "stinger"
ON_THE_GRID = ("beat", "bar", "phrase", "chord", "cadence", "state", "theme")
"""Kinds of events that happen at a sample of the music."""


@dataclass(frozen=True)
class Punctuality:
    """How far from the truth the game was told."""

    grid_errors_ms: tuple[float, ...] = ()
    """Of beats, bars, chords and states: when they were said to be heard, beside when their sample left."""
    note_errors_ms: tuple[float, ...] = ()
    """Of stingers: when they were said to be heard, beside when the first sample that they changed left."""
    told_late_ms: tuple[float, ...] = ()
    """From when events were heard to when the game was told: it asks once a frame."""

    @property
    def errors_ms(self) -> tuple[float, ...]:
        """All errors, early and late alike."""
        return tuple(abs(error) for error in (*self.grid_errors_ms, *self.note_errors_ms))


def measure_punctuality(
    games: Sequence[tuple[PlayedGame, Recording, Replayer]], most: int, seconds: float
) -> Punctuality:
    """Judge all events of the grid, and up to so many stingers of each game, or as many as there is time for."""
    grid = [error for game, recording, _ in games for error in grid_errors_ms(game.answer.events, recording)]
    late = [error for game, recording, _ in games for error in told_late_ms(game.answer.events, recording)]
    notes: list[float] = []
    end = time.monotonic() + seconds
    for game, recording, replayer in games:
        for told, number in spread_over(stingers_of(game.answer.events, game.journal), most):
            frame = replayer.changed_by_call(recording, number) if time.monotonic() < end else None
            if frame is not None:
                notes.append((float(told["heard_at"]) - recording.left_at(frame)) * 1000)
    return Punctuality(tuple(grid), tuple(notes), tuple(late))


def grid_errors_ms(events: Sequence[Mapping[str, Any]], recording: Recording) -> list[float]:
    """Of each event of the grid that was recorded."""
    return [
        (float(event["heard_at"]) - recording.left_at(_frame(event, recording))) * 1000
        for event in _recorded(events, recording)
    ]


def told_late_ms(events: Sequence[Mapping[str, Any]], recording: Recording) -> list[float]:
    """Of each event of the grid that was recorded."""
    return [
        (float(event["told_at"]) - recording.left_at(_frame(event, recording))) * 1000
        for event in _recorded(events, recording)
    ]


def stingers_of(
    events: Sequence[Mapping[str, Any]], journal: Sequence[JournalEntry]
) -> list[tuple[Mapping[str, Any], int]]:
    """Each stinger that was told, with its entry: both are in the order in which they sounded."""
    told = [event for event in events if event["kind"] == STINGER]
    entries = [number for number, entry in enumerate(journal) if isinstance(entry.command, PlayStinger)]
    return list(zip(told, entries, strict=False))


def _recorded(events: Sequence[Mapping[str, Any]], recording: Recording) -> list[Mapping[str, Any]]:
    return [
        event for event in events if event["kind"] in ON_THE_GRID and _frame(event, recording) < len(recording.samples)
    ]


def _frame(event: Mapping[str, Any], recording: Recording) -> int:
    return round(float(event["seconds"]) * recording.sample_rate)
