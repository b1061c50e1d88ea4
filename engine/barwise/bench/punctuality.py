"""What the game is told of beats and notes, and when they are really heard in the recorded stream."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from barwise.bench.games import PlayedGame
from barwise.bench.latency import spread_over
from barwise.bench.orders import Announced
from barwise.bench.recording import Recording
from barwise.bench.replays import Comparison, Replayer, SentNote
from barwise.commands import JournalEntry, PlayStinger
from barwise.playing.mastering import LOOKAHEAD_FRAMES

STINGER = "stinger"
ON_THE_GRID = ("beat", "bar", "phrase", "chord", "cadence", "state", "theme")
"""Kinds of events that happen at a sample of the music."""

NEAREST_SECONDS = 0.1
"""An announced note that is struck farther from its time than this is taken for another."""


@dataclass(frozen=True)
class Punctuality:
    """How far from the truth the game was told: what was said, less what was so."""

    grid_errors_ms: tuple[float, ...] = ()
    """Of beats, bars, chords and so on, beside when their sample left."""
    stinger_errors_ms: tuple[float, ...] = ()
    """Of stingers, beside when the first sample that they changed left."""
    note_errors_ms: tuple[float, ...] = ()
    """Of announced notes, beside when the first sample that they changed left."""
    sent_errors_ms: tuple[float, ...] = ()
    """Of all announced notes, beside when the master let the sample go before which the synthesizer was sent them."""
    told_late_ms: tuple[float, ...] = ()
    """From when events were heard to when the game was told: it asks once a frame."""

    @property
    def errors_ms(self) -> tuple[float, ...]:
        """All that is set against the recorded stream, early and late alike."""
        return tuple(abs(error) for error in (*self.grid_errors_ms, *self.stinger_errors_ms, *self.note_errors_ms))


def measure_punctuality(
    games: Sequence[tuple[PlayedGame, Recording, Replayer]],
    compared: Sequence[Comparison],
    most: int,
    seconds: float,
) -> Punctuality:
    """Judge all events of the grid, and up to so many stingers and notes of each game, or what there is time for."""
    grid, late, stingers, notes, sent = [], [], [], [], []
    middle, end = time.monotonic() + seconds / 2, time.monotonic() + seconds
    for (game, recording, replayer), comparison in zip(games, compared, strict=False):
        whole = game.recording or recording
        grid += grid_errors_ms(game.answer.events, whole)
        late += told_late_ms(game.answer.events, whole)
        for told, number in spread_over(stingers_of(game.answer.events, game.journal), most):
            frame = replayer.changed_by_call(recording, number) if time.monotonic() < middle else None
            if frame is not None:
                stingers.append((float(told["heard_at"]) - recording.left_at(frame)) * 1000)
        same = [note for note in comparison.notes if note.frame < len(recording.samples)]
        announced = announced_notes(game.answer.announced, same, recording)
        left = [recording.left_at(comparison.notes[number].frame + LOOKAHEAD_FRAMES) for number, _ in announced]
        sent += [(said - left_at) * 1000 for (_, said), left_at in zip(announced, left, strict=True)]
        for number, said in spread_over(announced, most):
            start = comparison.notes[number].frame
            frame = replayer.changed_by_note(recording, number, start) if time.monotonic() < end else None
            if frame is not None:
                notes.append((said - recording.left_at(frame)) * 1000)
    return Punctuality(tuple(grid), tuple(stingers), tuple(notes), tuple(sent), tuple(late))


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


def announced_notes(
    announced: Sequence[Announced], notes: Sequence[SentNote], recording: Recording
) -> list[tuple[int, float]]:
    """The number of each note that was announced, and when it was last said to be heard.

    What is said is said of the stroke that is nearest to it: a flam's grace note is not announced.
    """
    struck: dict[tuple[str, int], dict[int, float]] = {}
    for number, note in enumerate(notes):
        if note.event.part is not None:
            strokes = struck.setdefault((note.event.part.name, note.event.number), {})
            strokes[number] = recording.left_at(note.frame + LOOKAHEAD_FRAMES)
    last: dict[int, float] = {}
    for one in sorted(announced, key=lambda one: one.told_at):
        strokes = struck.get((one.part, one.pitch), {})
        number, struck_at = min(
            strokes.items(), key=lambda stroke: abs(stroke[1] - one.heard_at), default=(-1, float("-inf"))
        )
        if one.told_at < struck_at and abs(struck_at - one.heard_at) < NEAREST_SECONDS:
            last[number] = one.heard_at
    return sorted(last.items())


def _recorded(events: Sequence[Mapping[str, Any]], recording: Recording) -> list[Mapping[str, Any]]:
    return [
        event for event in events if event["kind"] in ON_THE_GRID and _frame(event, recording) < len(recording.samples)
    ]


def _frame(event: Mapping[str, Any], recording: Recording) -> int:
    """With which its sample of music leaves: the master looks ahead, and lets it go so much later."""
    return round(float(event["seconds"]) * recording.sample_rate) + LOOKAHEAD_FRAMES
