"""What all links have in common: they belong to the process that made them, keep the course of the music, and tell."""

import os
import threading

from barwise.linking.course import Course
from barwise.linking.link import Listener, Plan
from barwise.music.reports import Fault


class GameSide:
    """The part of a link that knows not where the music is made."""

    def __init__(self, plan: Plan, listener: Listener) -> None:
        self._plan, self._listener = plan, listener
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._course = Course()
        self._past_underruns = 0
        self._told: set[str] = set()

    @property
    def _is_mine(self) -> bool:
        """False in a copy of the game that os.fork made: the music belongs to the game."""
        return os.getpid() == self._owner

    def _tell(self, text: str) -> None:
        self._listener.add([Fault(text)])

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._tell(text)
