"""Instruments of a piece of music loaded ahead, a palette's at a time: where a program change loads one, it is late.

It knows what is still to be loaded, and no time; a font that can no longer be read ends it.
"""

from collections import deque
from collections.abc import Iterable

from barwise.errors import BarwiseError
from barwise.music.reports import Fault
from barwise.playing.synth import Synth


class Preparing:
    """What is still to be loaded into a synthesizer; without one that is nothing."""

    def __init__(self, synth: Synth | None, instruments: Iterable[tuple[list[int], list[int]]]) -> None:
        """Take programs and drum kits, in the order in which they are wanted."""
        self._synth = synth
        self._left = deque(instruments if synth else ())

    @property
    def is_done(self) -> bool:
        """Whether all is loaded, or no more can be."""
        return not self._left

    def go_on(self) -> Fault | None:
        """Load the next, where some are left; what went wrong, if something did."""
        if self._synth is None or not self._left:
            return None
        programs, kits = self._left.popleft()
        try:
            self._synth.prepare(programs, kits)
        except BarwiseError as error:
            self._left.clear()  # one line is enough: what can be loaded later is
            return Fault(f"the music goes on with the instruments that it has: {error}")
        return None
