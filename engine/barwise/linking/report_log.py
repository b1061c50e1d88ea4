"""What a link has told, kept until it is heard: events, bars and intensities by the output frame.

Any thread tells it, and the game asks it. It holds a few bars and some thousand events, however long nobody asks.
"""

import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from math import inf
from typing import NamedTuple

from barwise.commands import JournalEntry
from barwise.errors import InputError
from barwise.linking.folded_bars import FoldedBar
from barwise.linking.messages import News
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.reports import BarReport, Fault, IntensityReport, Told
from barwise.music.status import MusicStatus

LOG = logging.getLogger("barwise")

MOST_EVENTS = 4096
"""Kept for a game that does not ask: about ten minutes; the oldest are forgotten first."""

MOST_BARS = 12
"""Around what is heard: the bars to come, and enough of the past for a latency of seconds."""

MOST_JOURNALED = 100_000
"""Calls kept for a replay: hours of a game that says something with every beat."""


class Listening:
    """Events for one who asks: each is given out once, as soon as it is heard."""

    def __init__(self) -> None:
        self._events: deque[Told] = deque(maxlen=MOST_EVENTS)
        self._last_frame = -1
        """All up to here was given out, and is not given out again."""

    @property
    def next(self) -> Told | None:
        """What is heard next."""
        return self._events[0] if self._events else None

    def add(self, told: Told) -> None:
        """Another event, not heard before those that were added."""
        if told.frame > self._last_frame:
            self._events.append(told)

    def rewind(self, frame: float) -> None:
        """Forget what is not heard by a frame."""
        self._events = deque((told for told in self._events if told.frame <= frame), MOST_EVENTS)
        self._last_frame = -1 if frame < 0 else self._last_frame

    def heard(self, frame: float) -> list[Told]:
        """What has come to be heard since the last call, in order."""
        heard = []
        while self._events and self._events[0].frame <= frame:
            heard.append(self._events.popleft())
        if heard:
            self._last_frame = max(self._last_frame, heard[-1].frame)
        return heard


class _Shown(NamedTuple):
    """A status, and the frames for which it holds by what is known."""

    begin: float
    end: float
    status: MusicStatus


class ReportLog:
    """A listener for links; every method may be called from any thread."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        """Notified when one who had no more to hear has; its lock guards those who listen."""
        self._listening: list[Listening] = []
        self._bars: dict[int, BarReport | FoldedBar] = {}
        self._intensities: deque[IntensityReport] = deque(maxlen=MOST_EVENTS)
        self._shown: _Shown | None = None
        """What was asked for last; games ask with every frame, and it changes with each beat."""
        self._journal: deque[JournalEntry] = deque(maxlen=MOST_JOURNALED)
        self._faults: deque[str] = deque(maxlen=MOST_EVENTS)

    @property
    def journal(self) -> list[JournalEntry]:
        """What took effect, each with its sample of music."""
        with self.changed:
            return list(self._journal)

    def listen(self) -> Listening:
        """From now on keep events for one more who asks."""
        with self.changed:
            self._listening.append(Listening())
            return self._listening[-1]

    def add(self, reports: Iterable[News]) -> None:
        """More happened; faults go to the log at once.

        Events come in order: who waits for one goes on waiting for that, however many follow.
        """
        with self.changed:
            has_waited = any(listening.next is None for listening in self._listening)
            for report in reports:
                self._take(report)
            if has_waited:
                self.changed.notify_all()

    def rewind(self, frame: float) -> None:
        """What is told next may lie before what was told last: what was not heard by this frame counts no more."""
        with self.changed:
            for listening in self._listening:
                listening.rewind(frame)
            if frame < 0:
                self._bars.clear()
                self._intensities.clear()
                self._shown = None

    def heard(self, listening: Listening, frame: float) -> tuple[list[Told], list[str]]:
        """For one who listens: what has come to be heard by a frame, and what went wrong, since the last call."""
        with self.changed:
            faults = list(self._faults)
            self._faults.clear()
            return listening.heard(frame), faults

    def bars_after(self, frame: float) -> list[BarReport]:
        """Bars that are known and not over, with their notes, in order."""
        with self.changed:
            bars = [self._unfolded(bar, has_notes=True) for bar in list(self._bars.values()) if bar.end_frame > frame]
            return sorted((bar for bar in bars if bar), key=lambda bar: bar.frame)

    def status_at(self, frame: float) -> MusicStatus | None:
        """What is heard at a frame; None before the first bar."""
        with self.changed:
            if self._shown is None or not self._shown.begin <= frame < self._shown.end:
                self._shown = self._show(frame)
            return self._shown and self._shown.status

    def _show(self, frame: float) -> _Shown | None:
        begun = [bar for bar in self._bars.values() if bar.frame <= frame]
        bar = self._unfolded(max(begun, key=lambda bar: bar.frame), has_notes=False) if begun else None
        if bar is None:
            return None
        while len(self._intensities) > 1 and self._intensities[1].frame <= frame:
            self._intensities.popleft()
        is_known = bool(self._intensities) and self._intensities[0].frame <= frame
        status = bar.status_at(frame, self._intensities[0].intensity if is_known else bar.status.intensity)
        of_others = (other.frame for others in (self._bars.values(), self._intensities) for other in others)
        changes = (*bar.beats, *(at for at, _ in bar.chords), *of_others)
        return _Shown(frame, min((at for at in changes if at > frame), default=inf), status)

    def _unfolded(self, bar: BarReport | FoldedBar, *, has_notes: bool) -> BarReport | None:
        """A bar to be looked at; None, and a fault, where what was told of it makes none."""
        if isinstance(bar, BarReport):
            return bar
        try:
            return bar.unfolded(has_notes=has_notes)
        except InputError as error:
            self._bars.pop(bar.number, None)
            self._take(Fault(f"a bar of the music is not understood: {error}"))
            return None

    def _take(self, report: News) -> None:
        match report:
            case Told():
                for listening in self._listening:
                    listening.add(report)
            case BarReport():
                self._take_bar(report.status.bar, report)
            case FoldedBar():
                self._take_bar(report.number, report)
            case IntensityReport():
                self._intensities.append(report)
                self._shown = None
            case JournalEntry():
                self._journal.append(report)
            case Fault():
                LOG.warning(report.text)
                self._faults.append(report.text)
            case _:
                pass  # checkpoints are kept by links

    def _take_bar(self, number: int, bar: BarReport | FoldedBar) -> None:
        self._bars[number] = bar
        self._shown = None
        following = self._bars.get(number + 1)
        if following and following.frame != bar.end_frame:
            # The bar has turned out longer or shorter: what was told of the next holds no more.
            self._bars.pop(number + 1)
        while len(self._bars) > MOST_BARS:
            self._bars.pop(min(self._bars))


def heard_event(told: Told, heard_frame: float, at: float, sample_rate: int) -> MusicEvent:
    """An event with the moment at which it is heard, from what is heard at a moment, unless it has one."""
    if told.event.heard_at is not None:
        return told.event
    return replace(told.event, heard_at=at + (told.frame - heard_frame) / sample_rate)


def bar_moments(bar: BarReport, sample_rate: int) -> list[Told]:
    """A bar, its beats and its chords as they will be told; seconds are counted by the output's frames."""

    def told(frame: int, kind: MusicEventKind, beat: int = 0, name: str = "") -> Told:
        return Told(frame, MusicEvent(kind, frame / sample_rate, bar.status.bar, beat, name))

    beats = [told(frame, MusicEventKind.BEAT, beat) for beat, frame in enumerate(bar.beats)]
    chords = [
        told(frame, MusicEventKind.CHORD, max(sum(at <= frame for at in bar.beats) - 1, 0), name)
        for frame, name in bar.chords
    ]
    moments = [told(bar.frame, MusicEventKind.BAR), *beats, *chords]
    return sorted(moments, key=lambda item: item.frame)


def warning(text: str, seconds: float) -> MusicEvent:
    """A fault as an event."""
    return MusicEvent(MusicEventKind.WARNING, max(seconds, 0.0), 0, name=text)
