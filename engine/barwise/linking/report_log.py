"""What a link has told, kept until it is heard: events, bars and intensities by the output frame.

It is told by the link's thread and asked by the game's. It holds a few bars and some thousand
events, however long nobody asks.
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping

from barwise.linking.messages import Report, notes_of
from barwise.music.events import MusicEvent
from barwise.music.reports import BarReport, IntensityReport, NoteReport, Told
from barwise.music.status import MusicStatus

MOST_EVENTS = 4096
"""Kept for a game that does not ask: about ten minutes; the oldest are forgotten first."""

MOST_BARS = 12
"""Around what is heard: the bars to come, and enough of the past for a latency of seconds."""


class ReportLog:
    """A listener for links; every method may be called from any thread."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        """Notified when more was told."""
        self._events: deque[Told] = deque(maxlen=MOST_EVENTS)
        self._bars: dict[int, BarReport] = {}
        self._notes: dict[int, str] = {}
        self._intensities: deque[IntensityReport] = deque(maxlen=MOST_EVENTS)
        self._last_frame = -1.0
        """All up to here was given out, and is not given out again."""

    def add(self, reports: Iterable[Report], notes: Mapping[int, str] | None = None) -> None:
        """More happened."""
        with self.changed:
            for report in reports:
                self._take(report)
            self._notes.update(notes or {})
            for bar in sorted(self._bars)[:-MOST_BARS]:
                self._bars.pop(bar)
                self._notes.pop(bar, None)
            self.changed.notify_all()

    def rewind(self, frame: float) -> None:
        """What is told next may lie before what was told last: what was not heard by this frame counts no more."""
        with self.changed:
            self._last_frame = min(self._last_frame, frame) if frame < 0 else self._last_frame
            self._events = deque((told for told in self._events if told.frame <= frame), MOST_EVENTS)
            if frame < 0:
                self._bars.clear()
                self._notes.clear()
                self._intensities.clear()

    def heard(self, frame: float) -> list[MusicEvent]:
        """What has come to be heard since the last call, in order."""
        with self.changed:
            told = []
            while self._events and self._events[0].frame <= frame:
                told.append(self._events.popleft())
            if told:
                self._last_frame = max(self._last_frame, told[-1].frame)
            return [item.event for item in told]

    def coming(self, frame: float) -> list[Told]:
        """Events that are told and not yet heard."""
        with self.changed:
            return [told for told in self._events if told.frame > frame]

    def coming_notes(self, frame: float) -> list[NoteReport]:
        """Notes of the bars that are known, and that begin after a frame."""
        with self.changed:
            bars = [(bar, self._notes.get(number)) for number, bar in self._bars.items() if bar.end_frame > frame]
        notes = [note for bar, text in bars for note in (bar.notes if text is None else notes_of(text))]
        return sorted((note for note in notes if note.frame > frame), key=lambda note: note.frame)

    def status_at(self, frame: float) -> MusicStatus | None:
        """What is heard at a frame; None before the first bar."""
        with self.changed:
            begun = [bar for bar in self._bars.values() if bar.frame <= frame]
            if not begun:
                return None
            bar = max(begun, key=lambda bar: bar.frame)
            while len(self._intensities) > 1 and self._intensities[1].frame <= frame:
                self._intensities.popleft()
            known = bool(self._intensities) and self._intensities[0].frame <= frame
            return bar.status_at(frame, self._intensities[0].intensity if known else bar.status.intensity)

    def _take(self, report: Report) -> None:
        if isinstance(report, Told):
            if report.frame > self._last_frame:
                self._events.append(report)
        elif isinstance(report, BarReport):
            self._bars[report.status.bar] = report
        elif isinstance(report, IntensityReport):
            self._intensities.append(report)
