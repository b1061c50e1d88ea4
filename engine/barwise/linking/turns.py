"""How long a thread may keep Python's lock when another asks for it: shorter while music plays beside a game's thread.

The interval is the interpreter's, one for all players in it. The first lowers it, the last to stop gives it back.
"""

import sys
import threading

SHARED_SECONDS = 0.001
"""With Python's own 5 ms the music of a busy game could not keep up: each block asks for the lock many times."""


class Turns:
    """Who shares the interpreter with the game; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sharing = 0
        self._usual = 0.0

    def share(self) -> None:
        """Music plays from now on, until `leave`; once for each player."""
        with self._lock:
            if not self._sharing:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(self._usual, SHARED_SECONDS))
            self._sharing += 1

    def leave(self) -> None:
        """One player's music has ended."""
        with self._lock:
            self._sharing -= 1
            if not self._sharing:
                sys.setswitchinterval(self._usual)


TURNS = Turns()
"""Of this interpreter."""
