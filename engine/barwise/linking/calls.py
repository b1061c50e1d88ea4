"""What a game has said and what became of it: waiting, on its way, or in effect. Knows no pipe and no thread."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from barwise.commands import Command, JournalEntry, SetIntensity, SetMood, SetTempo, SetVolume

REPLACED = (SetMood, SetIntensity, SetTempo, SetVolume)
"""Of these only the last counts, when too many wait to be taken."""

MOST_WAITING = 1024
"""Calls that may wait before those that a later one replaces are forgotten."""

MOST_KEPT = 8 * MOST_WAITING
"""Calls that may wait in all: more can only come from a game that says the same again and again."""

TOO_MANY = "too many calls wait for the music, and some are forgotten; call each verb once, when something changes"


@dataclass(frozen=True, slots=True)
class Said:
    """A command and when the game said it."""

    at: float
    """In seconds of time.monotonic."""
    command: Command


class Calls:
    """Commands in the order in which they were said."""

    def __init__(self) -> None:
        self._waiting: deque[Said] = deque()
        self._sent: deque[Said] = deque()
        self._journal: list[JournalEntry] = []
        self._look_at = MOST_WAITING

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """Commands that took effect since the last checkpoint."""
        return tuple(self._journal)

    @property
    def pending(self) -> tuple[Command, ...]:
        """Commands that have not taken effect yet, as far as is known."""
        return tuple(said.command for said in (*self._sent, *self._waiting))

    def add(self, said: Said) -> bool:
        """Keep a command; False when so many wait that this one is forgotten."""
        if len(self._waiting) >= self._look_at:
            self._waiting = deque(merged(self._waiting))
            # When little could be forgotten, look again only after as many more: each look takes a while.
            self._look_at = max(MOST_WAITING, 2 * len(self._waiting))
        if len(self._waiting) >= MOST_KEPT:
            return False
        self._waiting.append(said)
        return True

    def send(self, take: Callable[[Said], bool]) -> None:
        """Hand over what waits, in order, until it is not taken."""
        while self._waiting and take(self._waiting[0]):
            self._sent.append(self._waiting.popleft())

    def took_effect(self, entry: JournalEntry) -> None:
        """A command is in the journal; one that was sent before it and is not has been refused."""
        self._journal.append(entry)
        commands = [said.command for said in self._sent]
        if entry.command in commands:
            for _ in range(commands.index(entry.command) + 1):
                self._sent.popleft()

    def checkpoint(self) -> None:
        """What took effect so far is in a checkpoint."""
        self._journal.clear()

    def send_again(self) -> None:
        """What was sent and is not in effect waits again: whoever took it is gone."""
        self._waiting.extendleft(reversed(self._sent))
        self._sent.clear()


def merged(calls: Iterable[Said]) -> Sequence[Said]:
    """Calls without those that a later one replaces."""
    seen: set[type] = set()
    kept: list[Said] = []
    for said in reversed(list(calls)):
        if type(said.command) not in seen:
            kept.append(said)
        if isinstance(said.command, REPLACED):
            seen.add(type(said.command))
    return kept[::-1]
