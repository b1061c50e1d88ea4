"""Posts events into pygame's queue at the moment they are heard. It finds pygame where a game has imported it."""

import contextlib
import sys
import threading
import time
from dataclasses import fields
from typing import Any

from barwise.linking.link import Link
from barwise.linking.real_time import hurry_alone
from barwise.linking.report_log import ReportLog, heard_event
from barwise.music.events import MusicEvent

LONGEST_WAIT_SECONDS = 0.25
"""What is heard next is looked at again at least this often: the music may have been paused."""


class EventPoster:
    """A thread that waits for what is heard next. A game's loop sees it with the frame after."""

    def __init__(self, event_type: int, link: Link, log: ReportLog, sample_rate: int) -> None:
        self.event_type = event_type
        self._link, self._log, self._sample_rate = link, log, sample_rate
        self._listening = log.listen()
        threading.Thread(target=self._post_on, name="barwise-post", daemon=True).start()

    def _post_on(self) -> None:
        hurry_alone()
        while True:
            with self._log.changed:
                self._log.changed.wait(self._seconds_to_next())
                at = time.monotonic()
                frame = self._link.heard_frame(at)
                heard = self._listening.heard(frame)
            for told in heard:
                post(self.event_type, heard_event(told, frame, at, self._sample_rate))

    def _seconds_to_next(self) -> float:
        told = self._listening.next
        if told is None:
            return LONGEST_WAIT_SECONDS
        frames = told.frame - self._link.heard_frame(time.monotonic())
        return min(max(frames / self._sample_rate, 0.0), LONGEST_WAIT_SECONDS)


def post(event_type: int, event: MusicEvent) -> None:
    """Put an event into pygame's queue, its fields as attributes; nothing without pygame, or when it has quit."""
    pygame: Any = sys.modules.get("pygame")
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    with contextlib.suppress(Exception):
        pygame.event.post(pygame.event.Event(event_type, {**values, "kind": str(event.kind)}))
