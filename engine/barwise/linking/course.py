"""What it takes to go on elsewhere: the last checkpoint and what a game has said since. Knows no thread."""

from dataclasses import replace

from barwise.commands import JournalEntry
from barwise.linking.calls import Calls
from barwise.linking.messages import Origin, Position, Report
from barwise.music.reports import Checkpoint


class Course:
    """The course of one piece of music, as far as it is known here."""

    def __init__(self, origin: Origin | None = None) -> None:
        self.calls = Calls()
        self.origin = origin or Origin()
        """As of the last checkpoint, with the journal since."""
        self._last_number = max((entry.number for entry in self.origin.journal), default=0)

    def note(self, report: Report) -> bool:
        """Keep what another host would need; False for a command that was known: it was done again."""
        if isinstance(report, JournalEntry):
            if report.number <= self._last_number:
                return False
            self._last_number = report.number
            self.calls.took_effect(report)
            self.origin = replace(self.origin, journal=(*self.origin.journal, report))
        elif isinstance(report, Checkpoint):
            since = tuple(entry for entry in self.origin.journal if entry.number > report.number)
            self.origin = replace(self.origin, checkpoint=report.saved, journal=since)
        return True

    def stand(self, position: Position | None) -> None:
        """Whoever plays is gone: go on from a position, and say again what has not taken effect."""
        self.origin = replace(self.origin, position=position or self.origin.position)
        self.calls.send_again()

    def wait_until(self, at: float) -> None:
        """No time has passed for the music until this moment."""
        if self.origin.position:
            self.origin = replace(self.origin, position=replace(self.origin.position, at=at))
