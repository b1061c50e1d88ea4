"""Where channel events leave for the synthesizer: no key is struck while it sounds, and none is left sounding.

It knows what sounds on each channel, keeps what was sent where that is wanted, and no time: an event goes
out when it is handed over. Where a synthesizer fails the music goes on without it until it no longer does,
and each failure is told once.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from barwise.arranging.channels import ALL_NOTES_OFF, SUSTAIN
from barwise.errors import BarwiseError
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import PARTS, Part
from barwise.music.performance import SentEvent
from barwise.playing.mastering import Master, Voices
from barwise.playing.outputs import CHANNELS
from barwise.playing.synth import Synth

STEMS: tuple[Part | None, ...] = (*PARTS, None)
"""What a split synthesizer's sound is told apart as: the parts, and stingers, which belong to none."""

# Each event asks for these, and a name of the module is found much sooner than a member of an enumeration.
_ON, _OFF, _CONTROL, _PROGRAM = (
    ChannelEventKind.NOTE_ON,
    ChannelEventKind.NOTE_OFF,
    ChannelEventKind.CONTROL,
    ChannelEventKind.PROGRAM,
)


class Sounding:
    """A synthesizer, or none, and what sounds there; one that is split gives the stems, any other the mix."""

    def __init__(
        self, synth: Synth | None, on_fault: Callable[[str], None], *, sample_rate: int, is_recording: bool = False
    ) -> None:
        self._synth, self._on_fault, self._is_recording = synth, on_fault, is_recording
        self._voices = len(STEMS) if synth is not None and synth.is_split else 1
        self._master = Master(sample_rate, self._voices)
        self._stem_of: dict[int, int] = {}
        """By channel; what has had no instrument of a part is a stinger's."""
        self._keys: dict[tuple[int, int], Part | None] = {}
        """Channels and keys that sound, and the part that struck each."""
        self._pedals: dict[int, Part | None] = {}
        """Channels whose pedal is down, and the part that has it."""
        self._told: set[str] = set()
        self.is_muted = False
        """Whether notes begin without being heard, as where music is skipped."""
        self.sent: list[SentEvent] = []

    def send(self, event: ChannelEvent, tick: float) -> None:
        """Send an event; the tick is counted from the start of the music.

        A key that still sounds is let go before it is struck again, and whatever sounds on a channel before its
        instrument changes. An off is for the part that struck last; no other's ends its note.
        """
        kind, key = event.kind, (event.channel, event.number)
        if kind is _ON:
            if key in self._keys:
                self._pass(event.ended(event.tick), tick)
            self._keys[key] = event.part
        elif kind is _OFF:
            if key not in self._keys or self._keys[key] is not event.part:
                return
            del self._keys[key]
        elif kind is _PROGRAM:
            self.let_go({event.channel}, tick)
            self._stem_of[event.channel] = STEMS.index(event.part)
        elif kind is _CONTROL:
            self._follow(event, tick)
        self._pass(event, tick)

    def _follow(self, event: ChannelEvent, tick: float) -> None:
        """Know what a controller does to what sounds."""
        if event.number == ALL_NOTES_OFF:
            self.let_go({event.channel}, tick)
        elif event.number == SUSTAIN and event.value:
            self._pedals[event.channel] = event.part
        elif event.number == SUSTAIN:
            self._pedals.pop(event.channel, None)

    def lift_pedals(self, tick: float, channels: Collection[int] | None = None) -> None:
        """Take the foot off every pedal, or off those of some channels."""
        for channel in [channel for channel in self._pedals if channels is None or channel in channels]:
            part = self._pedals.pop(channel)
            self._pass(ChannelEvent(0.0, _CONTROL, channel, SUSTAIN, 0, part), tick)

    def let_go(self, channels: Iterable[int], tick: float) -> None:
        """End every note that sounds on some channels, and what their pedals hold."""
        ending = set(channels)
        self.lift_pedals(tick, ending)
        for channel, number in [key for key in self._keys if key[0] in ending]:
            part = self._keys.pop((channel, number))
            self._pass(ChannelEvent(0.0, _OFF, channel, number, part=part), tick)

    def _pass(self, event: ChannelEvent, tick: float) -> None:
        if self._is_recording:
            self.sent.append(SentEvent(tick, event))
        if self._synth is None or (self.is_muted and event.kind is _ON):
            return
        try:
            self._synth.send(event)
        except BarwiseError as error:
            self._fail(error)

    def render(self, frames: int) -> Voices:
        """The next frames as the synthesizer gives them, at any level: [voices, frames, 2]."""
        if self._synth is None:
            return np.zeros((self._voices, frames, CHANNELS), np.float32)
        try:
            return self._stems(self._synth, frames) if self._synth.is_split else self._synth.render(frames)[None]
        except BarwiseError as error:
            self._fail(error)
            return np.zeros((self._voices, frames, CHANNELS), np.float32)

    def _stems(self, synth: Synth, frames: int) -> Voices:
        stems = np.zeros((self._voices, frames, CHANNELS), np.float32)
        for channel, sound in enumerate(synth.render_channels(frames)):
            stems[self._stem_of.get(channel, STEMS.index(None))] += sound
        return stems

    def master(self, rendered: Sequence[Voices]) -> Voices:
        """What `render` gave, one after the other, as it is to be heard, within full scale: as many frames."""
        sound = np.concatenate(rendered, axis=1) if rendered else np.zeros((self._voices, 0, CHANNELS), np.float32)
        return sound if self._synth is None else self._master.process(sound)

    def silence(self) -> None:
        """Release every note, of which none is known to sound any more."""
        self._keys.clear()
        self._pedals.clear()
        if self._synth is None:
            return
        try:
            self._synth.silence()
        except BarwiseError as error:
            self._fail(error)

    def _fail(self, error: BarwiseError) -> None:
        text = f"the music goes on without what cannot be played, until it can be: {error}"
        if text not in self._told:
            self._told.add(text)
            self._on_fault(text)
