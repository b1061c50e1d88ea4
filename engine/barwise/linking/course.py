"""What it takes to go on elsewhere: the last checkpoint and what a game has said since. Knows no thread."""

from dataclasses import replace

from barwise.commands import JournalEntry, Pause, Resume, Skip
from barwise.linking.calls import Calls
from barwise.linking.messages import Origin, Place, Report
from barwise.music.reports import Checkpoint


class Course:
    """The course of one piece of music, as far as it is known here."""

    def __init__(self, origin: Origin | None = None) -> None:
        self.calls = Calls()
        self.origin = origin or Origin()

    def note(self, report: Report) -> None:
        """Keep what another host would need."""
        if isinstance(report, JournalEntry):
            self.calls.took_effect(report)
        elif isinstance(report, Checkpoint):
            self.calls.checkpoint()
            self.origin = Origin(report.saved, report.frame, report.sample)

    def going_on(self, heard_frame: float, now: float) -> Origin:
        """For a host that goes on as if there had always been one: time passes meanwhile."""
        origin = replace(self.origin, journal=(*self.origin.journal, *self.calls.journal))
        if heard_frame < 0:
            return origin
        # Frames and samples go together only while the clock of the music runs.
        stands = any(isinstance(entry.command, Pause | Resume | Skip) for entry in origin.journal)
        until = origin.journal[-1].sample if stands else None
        return replace(origin, place=Place(heard_frame, now), until=until)

    def standing(self, heard_frame: float, now: float) -> Origin:
        """For a host that goes on as if no time had passed."""
        origin = self.going_on(heard_frame, now)
        if origin.place is None or origin.until is not None:
            return origin
        return replace(origin, until=origin.sample + max(round(heard_frame) - origin.frame, 0))

    def resume_at(self, now: float) -> None:
        """The place counts on from now."""
        if self.origin.place:
            self.origin = replace(self.origin, place=replace(self.origin.place, at=now))

    def move(self, origin: Origin) -> None:
        """Begin from an origin that holds the journal; what has not taken effect waits again."""
        self.origin = origin
        self.calls.checkpoint()
        self.calls.send_again()
