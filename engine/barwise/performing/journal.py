"""What the music follows from, by samples and numbered: what was said, what was late, what failed. Makes no music.

The notes depend on what was said and when; and, where a composer was too slow for a live session or failed, on that
too. A session that is given its journal back is late in the same places, and so makes the same music.
"""

from collections.abc import Iterable

from barwise.commands import Journaled, JournalEntry, LateBar, LateRest
from barwise.directing.director import Wish
from barwise.performing.reporter import Reporter
from barwise.plain import pack, unpack

WISH = "wish"
"""The name under which what was wanted of a late bar is packed."""


class Journal:
    """Of one stream of music; entries are reported, and kept when recording."""

    def __init__(self, reporter: Reporter, *, is_recording: bool) -> None:
        self._reporter, self._is_recording = reporter, is_recording
        self.entries: list[JournalEntry] = []
        self.number = 0
        """How many entries there have been."""
        self._late_bars: dict[int, tuple[Wish, str]] = {}
        self._late_rests: frozenset[LateRest] = frozenset()

    def enter(self, sample: int, what: Journaled) -> None:
        """Something takes effect at a sample."""
        self.number += 1
        entry = JournalEntry(sample, what, self.number)
        self._reporter.report(entry)
        if self._is_recording:
            self.entries.append(entry)

    def enter_late_bar(self, sample: int, bar: int, wish: Wish, maker: str) -> None:
        """A bar begins at a sample as it was wanted once, or by another composer than its own."""
        self.enter(sample, LateBar(bar, maker, pack(wish, name=WISH)))

    def foretell(self, journaled: Iterable[Journaled]) -> None:
        """What was late when this music was first made is to be so again; raises InputError for what is damaged."""
        for each in journaled:
            if isinstance(each, LateBar):
                self._late_bars[each.bar] = unpack(Wish, each.wish, name=WISH), each.maker
            elif isinstance(each, LateRest):
                self._late_rests |= {each}

    def late_bar(self, bar: int) -> tuple[Wish, str] | None:
        """What is foretold of the bar that begins, and its composer; what was foretold of those before is forgotten."""
        found = self._late_bars.get(bar)
        self._late_bars = {number: late for number, late in self._late_bars.items() if number > bar}
        self._late_rests = frozenset(rest for rest in self._late_rests if rest.bar >= bar)
        return found

    def late_rest(self, bar: int, tick: int) -> LateRest | None:
        """What is foretold of the rest of the bar that sounds."""
        return next((rest for rest in self._late_rests if (rest.bar, rest.tick) == (bar, tick)), None)

    def go_back(self, number: int) -> None:
        """Go to where there had been so many entries: nothing is foretold."""
        self.number, self._late_bars, self._late_rests = number, {}, frozenset()
