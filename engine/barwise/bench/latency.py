"""From the game's call to the first sample that it changed, as it left the output."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from barwise.bench.games import PlayedGame
from barwise.bench.recording import Recording
from barwise.bench.replays import Replayer
from barwise.commands import JournalEntry, SetIntensity

T = TypeVar("T")

VERB = "set_intensity"


@dataclass(frozen=True, slots=True)
class Probe:
    """A call of the game and where it stands in the journal."""

    called_at: float
    """In seconds of time.monotonic, just before the call."""
    number: int
    """Of the journal's entry."""
    before_hold: bool
    """Whether the game held the interpreter's lock right after it."""


@dataclass(frozen=True)
class Latencies:
    """Calls for intensity, each heard or not."""

    ms: tuple[float, ...] = ()
    before_hold_ms: tuple[float, ...] = ()
    """Of those after which the lock was held at once; they are among the others too."""
    unheard: int = 0
    from_journal: int = 0
    """How many of them count from the sample at which the journal has them: the recording is no replay there."""


def probes_of(calls: Sequence[dict[str, object]], journal: Sequence[JournalEntry]) -> list[Probe]:
    """The game's calls for intensity with their entries: both are in the order in which they were made."""
    asked = [call for call in calls if call["verb"] == VERB]
    entries = [number for number, entry in enumerate(journal) if isinstance(entry.command, SetIntensity)]
    return [
        Probe(float(str(call["at"])), number, bool(call["before_hold"]))
        for call, number in zip(asked, entries, strict=False)
    ]


def measure_latency(
    games: Sequence[tuple[PlayedGame, Recording, Replayer]],
    most: int,
    seconds: float,
    progress: Callable[[float], None],
) -> Latencies:
    """Judge up to so many calls of each game, spread over it, or as many as there is time for, but one."""
    todo = [
        (probe, recording, replayer)
        for game, recording, replayer in games
        for probe in spread_over(probes_of(game.answer.calls, game.journal), most)
    ]
    ms, before_hold, unheard, from_journal = [], [], 0, 0
    end = time.monotonic() + seconds
    for number, (probe, recording, replayer) in enumerate(todo):
        frame = replayer.changed_by_call(recording, probe.number)
        if frame is None and replayer.is_judged(recording, probe.number):
            unheard += 1
        else:
            from_journal += frame is None
            frame = replayer.journal[probe.number].sample if frame is None else frame
            ms.append((recording.left_at(frame) - probe.called_at) * 1000)
            before_hold += ms[-1:] if probe.before_hold else []
        progress((number + 1) / len(todo))
        if time.monotonic() > end:
            break
    return Latencies(tuple(ms), tuple(before_hold), unheard, from_journal)


def spread_over(items: Sequence[T], most: int) -> list[T]:
    """Up to so many, evenly from first to last."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]
