"""A thread that sees to a process while the game does not: at once when it is rung or the pipe ends, else now and then.

A game that asks with every frame sees to it itself; each look of a thread would cost one of its frames a wait for
Python's lock. It knows no process.
"""

import threading
import time
from collections.abc import Callable

from barwise.linking.alarm import Alarm
from barwise.linking.real_time import hurry_alone

WATCH_SECONDS, DOZE_SECONDS = 0.25, 2.0
"""How often it looks, and after how long at the latest while the game asks: a game may cease to, and a process hang."""


class Watch:
    """Kept between `begin` and `end`; every method may be called from any thread."""

    def __init__(self) -> None:
        self._alarm: Alarm | None = None
        self._asked_at = 0.0
        self._is_prompt = False

    def begin(self, descriptor: Callable[[], int | None], see_to: Callable[[bool], None]) -> None:
        """From now on see to it, which is told whether the game does not hear; a pipe of a descriptor may end."""
        alarm = self._alarm = Alarm()
        work = alarm, descriptor, see_to
        threading.Thread(target=self._look_on, args=work, name="barwise-watch", daemon=True).start()

    def end(self) -> None:
        """Look no more; harmless when it does not."""
        alarm, self._alarm = self._alarm, None
        if alarm:
            alarm.ring()

    def ring(self) -> None:
        """Look now."""
        alarm = self._alarm
        if alarm:
            alarm.ring()

    def asked(self, at: float) -> None:
        """The game asks for itself, at a moment of time.monotonic."""
        self._asked_at = at

    def hear_at_once(self) -> None:
        """From now on look whenever there is data as well."""
        self._is_prompt = True
        self.ring()

    def _look_on(self, alarm: Alarm, descriptor: Callable[[], int | None], see_to: Callable[[bool], None]) -> None:
        hurry_alone()
        seconds = WATCH_SECONDS
        while alarm is self._alarm:
            began = time.monotonic()
            has_news = alarm.wait(seconds, descriptor(), for_data=self._is_prompt)
            now = time.monotonic()
            is_asked = now - self._asked_at < WATCH_SECONDS
            seconds = min(2 * seconds, DOZE_SECONDS) if is_asked and now - began >= seconds else WATCH_SECONDS
            if alarm is self._alarm:
                see_to(has_news or not is_asked)
        alarm.close()
