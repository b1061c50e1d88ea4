"""Where a transition lets another state begin: a bar, and perhaps the tick at which the present one ends. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from barwise.music.intent import PHRASE_BARS
from barwise.music.stinger import SIXTEENTH_TICKS
from barwise.performing.telling import Playing
from barwise.score.schema import SyncPoint


@dataclass(frozen=True, slots=True)
class Start:
    """Where a transition begins."""

    bar: int
    cut: int | None = None
    """The tick at which the present bar ends; None: it is as long as it was."""


def start_of(
    at: SyncPoint, now: Playing, open_bar: int, next_tick: Callable[[int], int], exits: tuple[int, ...]
) -> Start:
    """The next start of a kind.

    open_bar is the first that can still be another's; next_tick tells the next tick of the present bar on a grid
    that can still be changed; exits are the bars of a phrase after which the present state may be left.
    """
    if at in (SyncPoint.NOW, SyncPoint.BEAT):
        tick = next_tick(SIXTEENTH_TICKS if at is SyncPoint.NOW else now.clock.metre.beat_ticks)
        if 0 < tick < now.clock.ticks:
            return Start(now.intent.index + 1, tick)
    if at in (SyncPoint.PHRASE, SyncPoint.EXIT):
        ends = exits if at is SyncPoint.EXIT else (PHRASE_BARS,)
        for bar in range(open_bar, open_bar + PHRASE_BARS):
            place = (now.intent.condition.phrase_bar + bar - now.intent.index) % PHRASE_BARS
            if (place or PHRASE_BARS) in ends:
                return Start(bar)
    return Start(open_bar)
