"""How one state leads to another: bars that close in the old one on a dominant of the new one's key. Pure.

Knows chords, keys and moods; the director makes bars of them.
"""

from dataclasses import dataclass

from barwise.music.metre import Metre

CLOSING_BARS = 4
"""So many bars of an approach close at most: those before go on as the old state has them."""


@dataclass(frozen=True, slots=True)
class Approach:
    """The bars that lead to a state; without bars it is a cut, which a fill may announce."""

    first: int
    """Number of the first bar of the approach."""
    metres: tuple[Metre | None, ...]
    """A metre for each of its bars; None has the old state's."""
    tempos: tuple[float | None, ...]
    """The tempo that each bar glides to, in quarter notes a minute; None goes evenly to the new state's."""
    state: str
    """Name of the state, which is entered at the bar after the last."""
    has_fill: bool = False
    """Whether the last bar before the state ends in a fill of the drums."""
    glide_ticks: float | None = None
    """Ticks over which each of its bars glides to its tempo, at most the bar; None takes the whole bar."""

    @staticmethod
    def bridge(first: int, bars: int, state: str, *, has_fill: bool = False) -> "Approach":
        """So many bars, 0 or more, in the old metre that go evenly to the new tempo."""
        return Approach(first, (None,) * bars, (None,) * bars, state, has_fill)

    @property
    def end(self) -> int:
        """Number of the bar at which the state is entered."""
        return self.first + len(self.metres)

    @property
    def closing(self) -> range:
        """The numbers of the bars that close: the last CLOSING_BARS."""
        return range(max(self.first, self.end - CLOSING_BARS), self.end)

    @property
    def fill_bar(self) -> int | None:
        """Number of the bar that ends in a fill: the last before the state; None without one."""
        return self.end - 1 if self.has_fill else None
