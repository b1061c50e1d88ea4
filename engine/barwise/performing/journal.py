"""What the music follows from, by samples and numbered: what was said, and what was late. Knows no music.

The notes depend on what was said and when; and, where a composer was too slow for a live session, on that too.
A session that is given its journal back is late in the same places, and so makes the same music.
"""

from collections.abc import Iterable

from barwise.commands import Journaled, JournalEntry, LateBar, LateRest
from barwise.performing.reporter import Reporter


class Journal:
    """Of one stream of music; entries are reported, and kept when recording."""

    def __init__(self, reporter: Reporter, *, is_recording: bool) -> None:
        self._reporter, self._is_recording = reporter, is_recording
        self.entries: list[JournalEntry] = []
        self.number = 0
        """How many entries there have been."""
        self._foretold: list[LateBar | LateRest] = []

    def enter(self, sample: int, what: Journaled) -> None:
        """Something takes effect at a sample."""
        self.number += 1
        entry = JournalEntry(sample, what, self.number)
        self._reporter.report(entry)
        if self._is_recording:
            self.entries.append(entry)

    def foretell(self, journaled: Iterable[Journaled]) -> None:
        """What was late when this music was first made is to be so again."""
        self._foretold += [each for each in journaled if isinstance(each, LateBar | LateRest)]

    def late_bar(self, bar: int) -> LateBar | None:
        """What is foretold of the bar that begins; what was foretold of those before it is forgotten."""
        self._foretold = [late for late in self._foretold if late.bar >= bar]
        return next((late for late in self._foretold if isinstance(late, LateBar) and late.bar == bar), None)

    def is_foretold(self, late: LateRest) -> bool:
        """Whether the rest of the bar that sounds is known to be late."""
        return late in self._foretold

    def go_back(self, number: int) -> None:
        """Go to where there had been so many entries: nothing is foretold."""
        self.number = number
        self._foretold.clear()
