"""Composed bars to channel events: which instrument plays what, where, how long and how loud.

Knows nothing of clocks and intensity: what it writes is everything there is to play, at ticks
counted from the start of the bar. dynamics.py thins it out as it is sent.
"""

from collections.abc import Iterator

import numpy as np

from barwise.arranging.articulation import PlayedNote, play
from barwise.arranging.channels import CHANNELS
from barwise.arranging.channels import setup as channel_setup
from barwise.arranging.levels import makeup
from barwise.arranging.overlaps import without_overlaps
from barwise.arranging.ranges import part_shifts
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar
from barwise.score.schema import Palette, Score


class Arranger:
    """Arranges bars with the palettes of a score; keeps nothing between bars."""

    def __init__(self, score: Score) -> None:
        self._score = score

    def palette_of(self, state: str) -> Palette:
        """The palette of a state; of the score's first state where the score has none of that name."""
        return self._score.palette_of(state if state in self._score.states else self._score.initial)

    def setup(self, palette: Palette) -> tuple[ChannelEvent, ...]:
        """What gives the channels a palette's instruments, to be sent in order when the palette changes."""
        return channel_setup(palette)

    def arrange(self, bar: Bar, intent: BarIntent, random: np.random.Generator) -> tuple[ChannelEvent, ...]:
        """The events of a bar at full intensity, in order, the first at tick 0 or later; every on has its off."""
        palette = self.palette_of(intent.state)
        shifts = part_shifts(bar.notes, palette.instruments, intent.key.shift)
        louder = makeup(bar, palette, intent.condition.tempo)
        played = play(bar.notes, bar.metre, intent, random)
        return without_overlaps(
            [event for note in played for event in _events(note, shifts.get(note.note.part, 0), louder)]
        )


def _events(played: PlayedNote, shift: int, louder: float) -> Iterator[ChannelEvent]:
    part = played.note.part
    pitch = _audible(played.note.pitch + shift)
    velocity = min(max(round(played.velocity * louder), 1), 127)
    yield ChannelEvent(played.on, ChannelEventKind.NOTE_ON, CHANNELS[part], pitch, velocity, part)
    yield ChannelEvent(played.off, ChannelEventKind.NOTE_OFF, CHANNELS[part], pitch, 0, part)


def _audible(pitch: int) -> int:
    """The pitch, or the nearest octave of it that MIDI has."""
    return pitch % 12 + (108 if pitch > 127 else 0) if not 0 <= pitch <= 127 else pitch
