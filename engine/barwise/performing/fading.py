"""Instruments that fade once others have begun: expression steps of a bank, by the sample. No synthesizer."""

from collections.abc import Collection, Iterator
from operator import itemgetter

from barwise.arranging.channels import expression_event, let_go
from barwise.arranging.dynamics import expressions
from barwise.music.events import DRUM_CHANNEL, ChannelEvent
from barwise.performing.intensity import RAMP_SECONDS
from barwise.performing.telling import Playing

MOOD_FADE_BEATS = 2.0
"""Over which instruments fade where a mood, and no transition, brings others."""


class Fades:
    """What fades: events that are due at samples."""

    def __init__(self) -> None:
        self._due: list[tuple[int, ChannelEvent]] = []

    def fade(self, old: Playing, intensity: float, start: int, end: int, sample_rate: int) -> None:
        """Fade the pitched instruments of a bar's bank away from a sample to another, and let go of them."""
        steps = max(round((end - start) / (RAMP_SECONDS * sample_rate)), 1)
        playing = expressions(intensity, old.layered, old.intent.mood.arousal)
        pitched = [(voice, now) for voice, now in playing if voice.channel != DRUM_CHANNEL]
        for voice, now in pitched:
            last: int | None = None
            for step in range(1, steps + 1) if now else ():
                value = round(now * (1 - step / steps))
                if value != last:
                    event = expression_event(voice, value, old.bank)
                    self._due.append((start + (end - start) * step // steps, event))
                    last = value
        self._due += [(end, event) for event in let_go((voice for voice, _ in pitched), old.bank)]
        self._due.sort(key=itemgetter(0))

    def forget(self, channels: Collection[int]) -> None:
        """Fade some channels no further."""
        self._due = [item for item in self._due if item[1].channel not in channels]

    def forget_all(self) -> None:
        """Fade nothing any more."""
        self._due.clear()

    @property
    def next_sample(self) -> int | None:
        """When the next event is due; None: nothing fades."""
        return self._due[0][0] if self._due else None

    def take(self, sample: int) -> Iterator[ChannelEvent]:
        """The events that are due by a sample."""
        while self._due and self._due[0][0] <= sample:
            yield self._due.pop(0)[1]
