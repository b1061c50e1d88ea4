"""What any composer can do: write the next bar. Knows no game, no clock and no sound."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from barwise.composing.vocabulary import Rows
from barwise.music.attributes import Attributes
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar

State = NDArray[np.float32]


@dataclass(frozen=True)
class ComposedBar:
    """A bar and what is needed to go on from it."""

    bar: Bar
    """Pitches count from tonic C."""
    state: State
    """The composer's memory after this bar: a value, to be kept, copied or thrown away."""
    achieved: Attributes
    composer: str
    """Who wrote it: 'network' or 'rules'."""


class Composer(Protocol):
    """Writes one bar at a time; keeps nothing between calls."""

    def initial_state(self) -> State:
        """The memory of a piece that has not begun."""
        ...

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        """The next bar, answering the reference where one is given; equal arguments give equal bars.

        A composer that can begins it with the forced rows; one that cannot leaves that to splicing.
        """
        ...
