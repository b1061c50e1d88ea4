"""Bars as they are played, found once and ahead where that can be: notes, and events at an intensity. No clock.

What is found depends on the seed, the bar and the intensity alone: never on when it is found, or by which thread.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from barwise.arranging.arranger import Arranger
from barwise.arranging.articulation import PlayedNote
from barwise.music.events import ChannelEvent
from barwise.performing.bar_maker import Prepared

KEPT = 4
"""Bars whose notes are kept: the one that sounds, those to come, and one that was to come and is composed anew."""

_PLAYED = 1
"""Stream of random numbers for how notes are played."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """The events of a bar to come, as they will be if the intensity stays."""

    prepared: Prepared
    intensity: float
    events: tuple[ChannelEvent, ...]


class ArrangedBars:
    """The last few bars, as they are arranged; every method may be called beside the others."""

    def __init__(self, arranger: Arranger, seed: int) -> None:
        self._arranger, self._seed = arranger, seed
        self._notes: deque[tuple[Prepared, Sequence[PlayedNote]]] = deque(maxlen=KEPT)
        self._ahead: _Ahead | None = None

    def notes_of(self, prepared: Prepared) -> Sequence[PlayedNote]:
        """The notes of a bar as they are played."""
        known = next((notes for bar, notes in list(self._notes) if bar is prepared), None)
        if known is None:
            random = np.random.default_rng([self._seed, prepared.intent.index, _PLAYED])
            known = self._arranger.played(prepared.composed.bar, prepared.intent, random)
            self._notes.append((prepared, known))
        return known

    def events_of(self, prepared: Prepared, intensity: float) -> tuple[ChannelEvent, ...]:
        """The events of a bar in bank 0, by its ticks; that takes milliseconds where they are not at hand."""
        ahead = self._ahead
        if ahead and ahead.prepared is prepared and ahead.intensity == intensity:
            return ahead.events
        bar, intent = prepared.composed.bar, prepared.intent
        return self._arranger.events_of(bar, intent, self.notes_of(prepared), intensity)

    def arrange_ahead(self, prepared: Prepared, intensity: float) -> None:
        """Have the events of the bar to come at hand."""
        self._ahead = _Ahead(prepared, intensity, self.events_of(prepared, intensity))
