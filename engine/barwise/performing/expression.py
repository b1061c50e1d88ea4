"""How much of a bar is heard: expression and brightness at the intensity in force, and what is silent at it.

It makes events and sends none.
"""

from collections.abc import Iterator

from barwise.arranging.channels import BRIGHTNESS, control_event, expression_event, is_pad, voices
from barwise.arranging.dynamics import apply_intensity, expressions
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.performing.brightness import STEP_SECONDS, Brightness
from barwise.performing.telling import Playing


class Expression:
    """Of one bar after another; intensities are 0 to 1."""

    def __init__(self, sample_rate: int) -> None:
        self._brightness = Brightness(max(round(STEP_SECONDS * sample_rate), 1))
        self._has_drums = True
        """Whether the drums of a palette may sound, as far as is known."""
        self._unheard: list[ChannelEvent] = []
        """What would sound by now if the intensity were higher, of pads: they may join within their chord."""

    def begin_bar(self) -> None:
        """What was silent so far no longer joins."""
        self._unheard.clear()

    def change_instruments(self) -> None:
        """Others begin: their brightness is theirs at once."""
        self._brightness.forget()

    def forget(self) -> None:
        """Nothing is known of what sounds."""
        self._has_drums = True
        self._unheard.clear()
        self._brightness.forget()

    def want_brightness(self, now: Playing, intensity: float, sample: int) -> None:
        """Go to the brightness of a bar, from a sample on."""
        self._brightness.want(now, intensity, sample)

    def express(self, now: Playing, intensity: float, sample: int) -> Iterator[ChannelEvent]:
        """Have an intensity heard from a sample on; pads that it lets in come with it, not with their next chord."""
        tick = max(now.clock.tick_at(sample), 0.0)
        for voice, value in expressions(intensity, now.layered, now.intent.mood.arousal):
            is_drums = voice.channel == DRUM_CHANNEL
            # Where drums stay silent, what a roll or a stinger has struck on them rings out.
            if value or self._has_drums or not is_drums:
                yield expression_event(voice, value, now.bank, tick)
            self._has_drums = value > 0 if is_drums else self._has_drums
        self.want_brightness(now, intensity, sample)
        silent, self._unheard = self._unheard, []
        for event in silent:
            if heard := self.heard(event, now, intensity):
                yield heard

    def heard(self, event: ChannelEvent, now: Playing, intensity: float) -> ChannelEvent | None:
        """An event that is due, as it sounds at an intensity; None where it does not: a pad's may do so later."""
        sounding = apply_intensity(event, intensity, now.layered)
        if sounding is None and is_pad(event.channel):
            self._unheard.append(event)
        elif self._unheard and event.kind is ChannelEventKind.NOTE_OFF:
            self._unheard = [on for on in self._unheard if (on.channel, on.number) != (event.channel, event.number)]
        return sounding

    @property
    def next_sample(self) -> int | None:
        """When the next step of brightness is due; None: it is where it is wanted."""
        return self._brightness.next_sample

    def take(self, sample: int, now: Playing) -> Iterator[ChannelEvent]:
        """The step of brightness that is due by a sample."""
        brightness = self._brightness.take(sample)
        if brightness is not None:
            tick = max(now.clock.tick_at(sample), 0.0)
            for voice in voices(now.layered):
                yield control_event(voice, BRIGHTNESS, brightness, now.bank, tick)


def is_expressed_otherwise(old: Playing, now: Playing) -> bool:
    """Whether a bar's expression may differ from that of the bar before, at the same intensity."""
    has_new_layers = (old.intent.theme is None) != (now.intent.theme is None)
    return has_new_layers or old.bank != now.bank or old.intent.mood.arousal != now.intent.mood.arousal
