"""A composer whose bass stands on the root where a phrase turns: at its beginning and at its cadences.

Elsewhere the bass goes as it was composed. Knows another composer by its protocol alone.
"""

from dataclasses import replace

import numpy as np

from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.vocabulary import Rows
from barwise.music.attributes import measure
from barwise.music.intent import PHRASE_BARS, BarIntent
from barwise.music.notes import LOWEST_PITCH, Bar, Note, Part

TURNS = frozenset({0, PHRASE_BARS // 2 - 1, PHRASE_BARS - 2, PHRASE_BARS - 1})
"""Bars of a phrase that are heard as its joints: the opening, the half close, the dominant and the close."""

_OCTAVE = 12


class Bassist:
    """Writes what another composer writes, on its roots where they count; keeps nothing between calls."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    def initial_state(self) -> State:
        """The other composer's."""
        return self._composer.initial_state()

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        """The other composer's bar, its bass on the root of each chord it takes up where the phrase turns."""
        composed = self._composer.compose(intent, state, reference, random, forced)
        if intent.exact or intent.condition.phrase_bar % PHRASE_BARS not in TURNS:
            return composed  # a figure that was asked for by name is not to be moved again
        bar = rooted(composed.bar)
        return replace(composed, bar=bar, achieved=measure(bar, intent.condition.mode))


def rooted(bar: Bar) -> Bar:
    """The bar with every lone bass note that is struck with a new chord, on another of its tones, moved to the root."""
    roots = {change.position: change.chord for change in bar.harmony if change.chord}

    def moved(note: Note) -> Note:
        chord = roots.get(note.position)
        is_other = chord is not None and note.pitch % _OCTAVE in chord.tones[1:]
        if note.part is not Part.BASS or chord is None or not is_other or note.position in doubled:
            return note
        return replace(note, pitch=_nearest(note.pitch, chord.root))

    struck = [note.position for note in bar.of(Part.BASS)]
    doubled = {position for position in struck if struck.count(position) > 1}
    return replace(bar, notes=tuple(sorted(moved(note) for note in bar.notes)))


def _nearest(pitch: int, root: int) -> int:
    """The pitch of a root that lies nearest to a pitch; the lower on a tie."""
    below = pitch - (pitch - root) % _OCTAVE
    is_near = pitch - below <= _OCTAVE // 2
    return below if is_near and below >= LOWEST_PITCH else below + _OCTAVE
