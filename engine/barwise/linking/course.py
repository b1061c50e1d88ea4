"""What it takes to go on elsewhere: the last checkpoints and what a game has said since. Knows no thread."""

from collections import deque
from dataclasses import dataclass, replace

from barwise.commands import Duck, JournalEntry, SetVolume
from barwise.linking.calls import Calls, Said
from barwise.linking.messages import News, Origin, Position
from barwise.music.reports import Checkpoint

KEPT = 4
"""Checkpoints: bars are made, and told, before they are heard, and it is where the music is heard that it goes on."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """From where the music can go on."""

    sample: float
    number: int
    """Commands that had taken effect before it."""
    checkpoint: bytes | None


class Course:
    """The course of one piece of music, as far as it is known here."""

    def __init__(self, origin: Origin | None = None, before: "Course | None" = None) -> None:
        """Begin at an origin; levels that it does not tell stay as they were before."""
        origin = origin or Origin()
        self.calls = Calls()
        told = {type(command) for command in origin.said}
        for said in before.calls.held if before else ():
            if isinstance(said.command, SetVolume | Duck) and type(said.command) not in told:
                self.calls.add(said)
        for command in origin.said:
            self.calls.add(Said(origin.position.at if origin.position else 0.0, command))
        self.position = origin.position
        """Where the music began, or stood last."""
        self._journal = origin.journal
        """Since the first of the marks."""
        self._marks = deque([_Mark(-1.0, -1, origin.checkpoint)], KEPT)
        self._last_number = max((entry.number for entry in origin.journal), default=0)

    def note(self, report: News) -> bool:
        """Keep what another host would need; False for a command that was known: it was done again."""
        if isinstance(report, JournalEntry):
            if report.number <= self._last_number:
                return False
            self._last_number = report.number
            self.calls.took_effect(report)
            self._journal = (*self._journal, report)
        elif isinstance(report, Checkpoint):
            while self._marks and self._marks[-1].sample >= report.sample:  # it was made again
                self._marks.pop()
            self._marks.append(_Mark(report.sample, report.number, report.saved))
            self._journal = self._since(self._marks[0])
        return True

    def origin_at(self, position: Position | None) -> Origin:
        """What it takes to go on from a position: the last checkpoint before it, with the journal since."""
        if position is None:
            return Origin(self._marks[-1].checkpoint, self._since(self._marks[-1]))
        before = [mark for mark in self._marks if mark.sample <= position.sample]
        mark = before[-1] if before else self._marks[0]
        return Origin(mark.checkpoint, self._since(mark), position)

    def saved_at(self, position: Position | None) -> Origin:
        """The same with what was said and is in no journal."""
        return replace(self.origin_at(position), said=tuple(said.command for said in self.calls.held))

    @property
    def origin(self) -> Origin:
        """What it takes to go on from where the music began, or stood last."""
        return self.origin_at(self.position)

    def _since(self, mark: _Mark) -> tuple[JournalEntry, ...]:
        return tuple(entry for entry in self._journal if entry.number > mark.number)

    def stand(self, position: Position | None) -> None:
        """Whoever plays is gone: go on from a position, and say again what has not taken effect."""
        self.position = position or self.position
        self.calls.send_again()

    def wait_until(self, at: float) -> None:
        """No time has passed for the music until this moment."""
        if self.position:
            self.position = replace(self.position, at=at)
