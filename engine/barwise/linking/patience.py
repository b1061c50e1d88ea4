"""When a process is given up, and when all of them are: by looks without a beat of life, and by deaths."""

SILENT_LOOKS = 6
"""Looks in a row without a beat of life before the process is given up: over a second.

Looks are counted and not seconds: when the game itself stood still, both did.
"""

STARTING_LOOKS = 80
"""The same, while the process loads what it needs."""

EXIT_SECONDS = 0.5
"""How long a process may take to end by itself."""

MOST_DEATHS, DEATHS_SECONDS = 3, 10.0
"""So many deaths within so long: another process would do no better."""


class Patience:
    """With one process after another."""

    def __init__(self) -> None:
        self._looks_left = STARTING_LOOKS
        self._deaths: list[float] = []

    def begin(self) -> None:
        """Another process has been started."""
        self._looks_left = STARTING_LOOKS

    def hear(self, *, plays: bool) -> None:
        """It has given a beat of life; whether it plays already."""
        self._looks_left = SILENT_LOOKS if plays else STARTING_LOOKS

    @property
    def is_exhausted(self) -> bool:
        """Whether it has been silent for too long by the last look."""
        return self._looks_left < 0

    def look(self) -> bool:
        """The same by now."""
        self._looks_left -= 1
        return self.is_exhausted

    def bury(self, at: float) -> bool:
        """It has died at a moment, in seconds; whether that was too often."""
        self._deaths = [death for death in self._deaths if at - death < DEATHS_SECONDS] + [at]
        return len(self._deaths) >= MOST_DEATHS
