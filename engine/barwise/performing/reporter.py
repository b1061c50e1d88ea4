"""What a stream of music tells: events with their samples, and reports, kept until somebody asks. Knows no music."""

from collections import deque

from barwise.commands import JournalEntry
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.reports import BarReport, Fault, IntensityReport, Told

EVENTS_KEPT = 4096

SessionReport = Told | BarReport | IntensityReport | Fault | JournalEntry
"""What a session tells; frames are samples of music."""


class Reporter:
    """Events and reports, the oldest forgotten where nobody asks; one tells and one may ask beside it."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._events: deque[tuple[int, MusicEvent]] = deque(maxlen=EVENTS_KEPT)
        self._reports: deque[SessionReport] = deque(maxlen=EVENTS_KEPT)

    def report(self, report: SessionReport) -> None:
        """Keep a report."""
        self._reports.append(report)

    def fault(self, text: str) -> None:
        """Keep a fault, one line with its cure."""
        self._reports.append(Fault(text))

    def tell(self, sample: int, kind: MusicEventKind, bar: int, name: str) -> None:
        """Keep an event of a sample, in a bar of that number."""
        self.told(sample, MusicEvent(kind, sample / self._sample_rate, bar, 0, name))

    def told(self, sample: int, event: MusicEvent) -> None:
        """Keep an event of a sample."""
        self._events.append((sample, event))
        self._reports.append(Told(sample, event))

    def events(self, heard_sample: int | None = None) -> list[MusicEvent]:
        """What has happened up to a sample since the last call, or since reports were asked for, in order."""
        told = []
        while self._events and (heard_sample is None or self._events[0][0] <= heard_sample):
            told.append(self._events.popleft()[1])
        return told

    def reports(self) -> list[SessionReport]:
        """The reports since the last call; they have the events, which are kept no longer."""
        self._events.clear()
        return [self._reports.popleft() for _ in range(len(self._reports))]
