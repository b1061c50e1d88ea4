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
        known = self._known_notes(prepared)
        if known is None:
            random = np.random.default_rng([self._seed, prepared.intent.index, _PLAYED])
            known = self._arranger.played(prepared.composed.bar, prepared.intent, random)
            self._notes.append((prepared, known))
        return known

    def _known_notes(self, prepared: Prepared) -> Sequence[PlayedNote] | None:
        return next((notes for bar, notes in list(self._notes) if bar is prepared), None)

    def events_of(self, prepared: Prepared, intensity: float) -> tuple[ChannelEvent, ...]:
        """The events of a bar in bank 0, by its ticks; that takes milliseconds where they are not at hand."""
        ahead = self._ahead
        if ahead and ahead.prepared is prepared and ahead.intensity == intensity:
            return ahead.events
        bar, intent = prepared.composed.bar, prepared.intent
        return self._arranger.events_of(bar, intent, self.notes_of(prepared), intensity)

    def is_at_hand(self, coming: Sequence[Prepared]) -> bool:
        """Whether there are the notes of the bars to come, and the events of the first, at whatever intensity."""
        return self._first_without_notes(coming) is None and (not coming or self._is_ahead(coming[0]))

    def arrange_ahead(self, coming: Sequence[Prepared], intensity: float) -> None:
        """One step of having them at hand, which takes a few milliseconds."""
        without_notes = self._first_without_notes(coming)
        if without_notes:
            self.notes_of(without_notes)
        elif coming:
            self._ahead = _Ahead(coming[0], intensity, self.events_of(coming[0], intensity))

    def _first_without_notes(self, coming: Sequence[Prepared]) -> Prepared | None:
        return next((prepared for prepared in coming if self._known_notes(prepared) is None), None)

    def _is_ahead(self, prepared: Prepared) -> bool:
        return self._ahead is not None and self._ahead.prepared is prepared
