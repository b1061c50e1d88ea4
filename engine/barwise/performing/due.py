"""Events of the bar that sounds which are still to be sent, and when the next of them is. Sends none."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator

from barwise.arranging.overlaps import without_overlaps
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.playing.transport import BarClock


class DueEvents:
    """Events in order, by ticks of the bar that sounds."""

    def __init__(self) -> None:
        self._events: deque[ChannelEvent] = deque()
        self._known: tuple[ChannelEvent | None, BarClock | None, int] = None, None, 0
        """When an event is due by a clock: kept, because it is asked for with every step."""

    @property
    def left(self) -> tuple[ChannelEvent, ...]:
        """All of them."""
        return tuple(self._events)

    def put(self, events: Iterable[ChannelEvent]) -> None:
        """Have others in their place."""
        self._events = deque(events)

    def add(self, events: Iterable[ChannelEvent]) -> None:
        """More are due; no note sounds twice at once."""
        self.put(without_overlaps([*self._events, *events]))

    def carry(self, ticks: int) -> None:
        """Another bar begins, so many ticks after the one that ends."""
        self.put(event.at(event.tick - ticks) for event in self._events)

    def leave_out(self, channels: Collection[int]) -> None:
        """Nothing is due on some channels."""
        self.put(event for event in self._events if event.channel not in channels)

    def begin_none_from(self, tick: int) -> None:
        """Nothing begins from a tick of the bar on: notes that have begun still end."""
        waiting = {
            (event.channel, event.number, event.position)
            for event in self._events
            if event.kind is ChannelEventKind.NOTE_ON and event.position >= tick
        }
        self.put(
            event
            for event in self._events
            if (event.channel, event.number, event.position) not in waiting
            and not (event.kind is ChannelEventKind.CONTROL and event.position >= tick)
        )

    def next_sample(self, clock: BarClock) -> int | None:
        """When the next one is due by the bar's clock; None: none is."""
        if not self._events:
            return None
        event = self._events[0]
        known, by, sample = self._known
        if known is not event or by is not clock:
            sample = clock.sample_at(event.tick)
            self._known = event, clock, sample
        return sample

    def take(self, sample: int, clock: BarClock) -> Iterator[ChannelEvent]:
        """Those that are due by a sample."""
        while (due := self.next_sample(clock)) is not None and due <= sample:
            yield self._events.popleft()
