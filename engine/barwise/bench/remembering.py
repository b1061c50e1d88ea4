"""A composer that remembers what it wrote: a piece that is played back again and again is composed once."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.vocabulary import Rows
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar


class RememberingComposer:
    """Writes what another composer writes, each bar once; equal arguments give equal bars, so nobody can tell."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._written: dict[Hashable, tuple[ComposedBar, Any]] = {}

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
        """The next bar; the random numbers that it took are taken again."""
        rows = None if forced is None else forced.tobytes()
        asked = (intent, state.tobytes(), reference, str(random.bit_generator.state), rows)
        if asked not in self._written:
            composed = self._composer.compose(intent, state, reference, random, forced)
            self._written[asked] = composed, random.bit_generator.state
        composed, random.bit_generator.state = self._written[asked]
        return composed
