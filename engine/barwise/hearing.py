"""What a game hears of its music: events, notes to come and where it stands, all by what is heard now.

It asks a link where the music is and a log what was told. It knows nothing of how music is asked for.
"""

import sys
import time
from dataclasses import dataclass

from barwise.errors import InputError
from barwise.linking.link import Link
from barwise.linking.poster import EventPoster
from barwise.linking.report_log import ReportLog, bar_moments, heard_event, warning
from barwise.music.events import MusicEvent
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.reports import BarReport, NoteReport
from barwise.music.status import MusicStatus

LARGEST_WAVER_SECONDS = 1.0
"""By so much the heard frame never goes back: what goes back further is another beginning."""


@dataclass(frozen=True, slots=True)
class ComingNote:
    """A note before it is heard."""

    seconds: float
    """From now until it is heard."""
    length: float
    """Seconds that it is held."""
    part: Part
    pitch: int
    """MIDI's number, or General MIDI's drum."""
    velocity: int
    """1 to 127."""
    is_settled: bool
    """False while the bar may still be composed anew."""
    heard_at: float
    """When it is heard, in seconds of time.monotonic(): so it is also for a game that was held up since it asked."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What is known of the music to come: the rest of the bar that is heard, and the bar after.

    In a game that has lately turned the music, the bar after is composed a second before it begins.
    """

    notes: tuple[ComingNote, ...]
    events: tuple[MusicEvent, ...]
    """Bars, beats and chords, with the moments at which they will be heard."""


class Hearing:
    """Of one player, which calls it from any thread."""

    def __init__(self, link: Link, log: ReportLog, sample_rate: int) -> None:
        self._link, self._log, self._sample_rate = link, log, sample_rate
        self._events = log.listen()
        self._poster: EventPoster | None = None
        self._latest_frame = -1.0

    def events(self) -> list[MusicEvent]:
        """What has been heard since the last call, in order, and what went wrong."""
        at, frame, _ = self._now()
        told, faults = self._log.heard(self._events, frame)
        heard = [heard_event(item, frame, at, self._sample_rate) for item in told]
        seconds = heard[-1].seconds if heard else frame / self._sample_rate
        return heard + [warning(text, seconds) for text in faults]

    def post_events(self, event_type: int) -> None:
        """From now on post each event to pygame's queue; raises InputError while pygame is not imported."""
        if "pygame" not in sys.modules:
            raise InputError("events are posted to pygame, and that is not imported; use events() without it")
        if self._poster is None:
            self._link.hear_at_once()
            self._poster = EventPoster(event_type, self._link, self._log, self._sample_rate)
        self._poster.event_type = event_type

    def upcoming(self) -> Coming:
        """The notes, beats and chords that are known before they are heard: the rest of this bar, and the next."""
        at, frame, latest = self._now()
        bars = self._log.bars_after(latest)
        notes = [self._coming(note, bar, at, frame) for bar in bars for note in bar.notes if note.frame > latest]
        told = [told for bar in bars for told in bar_moments(bar, self._sample_rate) if told.frame > latest]
        return Coming(tuple(notes), tuple(heard_event(item, frame, at, self._sample_rate) for item in told))

    def status(self, state: str, mood: Mood, intensity: float) -> MusicStatus:
        """What is heard now; before the first bar, what it will begin with: these."""
        heard = self._log.status_at(self._now()[2])
        return heard or MusicStatus(state, mood, intensity, 0, 0, 4, 0.0, "", "", "")

    def begin_again(self) -> None:
        """What is heard from now on is another music."""
        self._latest_frame = -1.0

    def _now(self) -> tuple[float, float, float]:
        """The present moment, the output frame that is heard, by what was told up to now, and the latest so far.

        After a gap the one is behind the other for as long as the gap was: what is to come is as far away as it is
        from the first, and what was to come before, and is no longer, is known by the second.
        """
        self._link.poll()
        at = time.monotonic()
        frame = self._link.heard_frame(at)
        # What devices tell of where they are wavers; music goes forward, but for a restore or another beginning.
        if not 0.0 < self._latest_frame - frame < LARGEST_WAVER_SECONDS * self._sample_rate:
            self._latest_frame = frame
        return at, frame, self._latest_frame

    def _coming(self, note: NoteReport, bar: BarReport, at: float, frame: float) -> ComingNote:
        seconds = (note.frame - frame) / self._sample_rate
        return ComingNote(
            seconds=seconds,
            length=(note.end_frame - note.frame) / self._sample_rate,
            part=note.part,
            pitch=note.pitch,
            velocity=note.velocity,
            is_settled=bar.is_settled,
            heard_at=at + seconds,
        )
