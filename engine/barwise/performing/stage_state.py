"""What is left of one bar as the next begins: a value, from which a stage goes on."""

from dataclasses import dataclass

from barwise.music.events import ChannelEvent
from barwise.performing.arrivals import Arrival
from barwise.performing.intensity import Intensity
from barwise.performing.stinger_player import AskedStinger
from barwise.playing.transport import BarClock


@dataclass(frozen=True)
class StageState:
    """What is left of one bar as the next begins."""

    sample: int
    clock: BarClock | None
    """Of the bar before."""
    bank: int
    """Which channels its instruments had."""
    state: str
    """Name of its state."""
    palette: str
    """Name of its palette."""
    due: tuple[ChannelEvent, ...]
    """What is left of its events."""
    intensity: Intensity
    arrival: Arrival | None
    fade: float
    stingers: tuple[AskedStinger, ...]
    stinger_channel: int | None
    """Of the last stinger."""
