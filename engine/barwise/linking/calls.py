"""What a game has said and what became of it: waiting, on its way, or in effect. Knows no pipe and no thread."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from barwise.commands import (
    Arrive,
    Command,
    Duck,
    Journaled,
    JournalEntry,
    Pause,
    Resume,
    SetIntensity,
    SetMood,
    SetTempo,
    SetVolume,
)

REPLACED = (SetMood, SetIntensity, SetTempo, SetVolume)
"""Of these only the last counts, when too many wait to be taken."""

STANDING: dict[type, str] = {Pause: "pause", Resume: "pause", SetVolume: "volume", Duck: "duck"}
"""What each command of the sound is about: the last of its kind holds."""

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
        self._standing: dict[str, Said] = {}
        self._look_at = MOST_WAITING

    @property
    def are_waiting(self) -> bool:
        """Whether some are still to be sent; any thread may ask."""
        return bool(self._waiting)

    @property
    def pending(self) -> tuple[Said, ...]:
        """What has not taken effect yet, as far as is known."""
        return (*self._sent, *self._waiting)

    @property
    def held(self) -> tuple[Said, ...]:
        """The same after what holds of the sound."""
        return (*(Said(said.at, _at_once(said.command)) for said in self._standing.values()), *self.pending)

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
            said = self._waiting.popleft()
            kind = STANDING.get(type(said.command))
            if kind:
                self._standing[kind] = said
            else:
                self._sent.append(said)

    def take_all(self) -> list[Said]:
        """Everything that waits, as sent."""
        taken: list[Said] = []
        self.send(lambda said: taken.append(said) or True)  # type: ignore[func-returns-value]
        return taken

    def took_effect(self, entry: JournalEntry) -> None:
        """A command is in the journal; one that was sent before it and is not has been refused."""
        for place, said in enumerate(self._sent):
            if _is_same(said.command, entry.command):
                for _ in range(place + 1):
                    self._sent.popleft()
                return

    def send_again(self) -> None:
        """Whoever took what was sent is gone: what holds, and what is not in effect, waits again."""
        self._waiting = deque(self.held)
        self._sent.clear()
        self._standing.clear()


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


def _is_same(sent: Command, journaled: Journaled) -> bool:
    """Whether a journal's command is one that was sent: an arrival's seconds are those that were left."""
    if isinstance(sent, Arrive) and isinstance(journaled, Arrive):
        return sent.state == journaled.state
    return sent == journaled


def _at_once(command: Command) -> Command:
    return replace(command, seconds=0.0) if isinstance(command, SetVolume | Duck) else command
