"""Where channel events leave for the synthesizer: no key is struck while it sounds, and none is left sounding.

It knows what sounds on each channel, keeps what was sent where that is wanted, and no time: an event goes
out when it is handed over. Where a synthesizer fails the music goes on without it until it no longer does,
and each failure is told once.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from barwise.arranging.channels import ALL_NOTES_OFF
from barwise.errors import BarwiseError
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part
from barwise.music.performance import SentEvent
from barwise.playing.outputs import CHANNELS, Block
from barwise.playing.soft_clip import soft_clip
from barwise.playing.synth import Synth


class Sounding:
    """A synthesizer, or none, and what sounds there."""

    def __init__(self, synth: Synth | None, on_fault: Callable[[str], None], *, is_recording: bool = False) -> None:
        self._synth, self._on_fault, self._is_recording = synth, on_fault, is_recording
        self._keys: dict[tuple[int, int], Part | None] = {}
        """Channels and keys that sound, and the part that struck each."""
        self._told: set[str] = set()
        self.is_muted = False
        """Whether notes begin without being heard, as where music is skipped."""
        self.sent: list[SentEvent] = []

    def send(self, event: ChannelEvent, tick: float) -> None:
        """Send an event; the tick is counted from the start of the music.

        A key that still sounds is let go before it is struck again, and whatever sounds on a channel before its
        instrument changes. An off is for the part that struck last; no other's ends its note.
        """
        key = event.channel, event.number
        match event.kind:
            case ChannelEventKind.NOTE_ON:
                if key in self._keys:
                    self._pass(replace(event, kind=ChannelEventKind.NOTE_OFF, value=0), tick)
                self._keys[key] = event.part
            case ChannelEventKind.NOTE_OFF:
                if key not in self._keys or self._keys[key] is not event.part:
                    return
                del self._keys[key]
            case ChannelEventKind.PROGRAM:
                self.let_go({event.channel}, tick)
            case ChannelEventKind.CONTROL if event.number == ALL_NOTES_OFF:
                self.let_go({event.channel}, tick)
        self._pass(event, tick)

    def let_go(self, channels: Iterable[int], tick: float) -> None:
        """End every note that sounds on some channels."""
        ending = set(channels)
        for channel, number in [key for key in self._keys if key[0] in ending]:
            part = self._keys.pop((channel, number))
            self._pass(ChannelEvent(0.0, ChannelEventKind.NOTE_OFF, channel, number, part=part), tick)

    def _pass(self, event: ChannelEvent, tick: float) -> None:
        if self._is_recording:
            self.sent.append(SentEvent(tick, event))
        if self._synth is None or (self.is_muted and event.kind is ChannelEventKind.NOTE_ON):
            return
        try:
            self._synth.send(event)
        except BarwiseError as error:
            self._fail(error)

    def render(self, frames: int) -> Block:
        """The next frames of sound, float32 [frames, 2], within full scale."""
        if self._synth is None:
            return np.zeros((frames, CHANNELS), np.float32)
        try:
            block = soft_clip(self._synth.render(frames))
        except BarwiseError as error:
            self._fail(error)
            return np.zeros((frames, CHANNELS), np.float32)
        return block

    def silence(self) -> None:
        """Release every note, of which none is known to sound any more."""
        self._keys.clear()
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
