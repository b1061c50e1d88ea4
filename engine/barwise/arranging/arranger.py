"""Composed bars to channel events: which instrument plays what, where, how long and how loud.

Knows nothing of clocks and intensity: what it writes is everything there is to play, at ticks
counted from the start of the bar. dynamics.py thins it out as it is sent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from barwise.arranging.articulation import PlayedNote, play
from barwise.arranging.channels import CHANNELS, Voice, voices
from barwise.arranging.channels import setup as channel_setup
from barwise.arranging.drum_rolls import flams, roll
from barwise.arranging.dynamics import note_enters, stroke, with_melody
from barwise.arranging.evenness import evened
from barwise.arranging.expressing import controls
from barwise.arranging.groove import STRAIGHT, Swing, learned_groove, touches
from barwise.arranging.idioms import drum_key, idiomatic
from barwise.arranging.layering import doubled, line_of
from barwise.arranging.levels import makeup
from barwise.arranging.overlaps import in_order, without_overlaps
from barwise.arranging.ranges import part_shifts, playable
from barwise.arranging.strums import spread
from barwise.arranging.voicing import without_mud
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.harmony import Key
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import SIXTEENTH, Line, Palette, Score


class Arranger:
    """Arranges bars with the palettes of a score; keeps nothing between bars."""

    def __init__(self, score: Score) -> None:
        self._score = score
        learned_groove()  # read here, not with the first bar: bars are arranged where they are played

    def palette_of(self, state: str) -> Palette:
        """The palette of a state; of the score's first state where the score has none of that name."""
        return self._score.palette_of(state if state in self._score.states else self._score.initial)

    def palette_for(self, intent: BarIntent) -> Palette:
        """The palette of a bar: its state's in its mood."""
        return self._score.palettes.get(intent.palette) or self.palette_of(intent.state)

    def swing_of(self, state: str) -> Swing:
        """How a state's off-beats come."""
        spec = self._score.states.get(state)
        return Swing(spec.swing, spec.swing_note == SIXTEENTH) if spec else STRAIGHT

    def setup(self, palette: Palette) -> tuple[ChannelEvent, ...]:
        """What gives the channels a palette's instruments, to be sent in order when the palette changes."""
        return channel_setup(palette)

    def played(self, bar: Bar, intent: BarIntent, random: np.random.Generator) -> list[PlayedNote]:
        """The notes of a bar, as written for its instruments, with the ticks at which they sound."""
        palette = self.palette_for(intent)
        programs = {part: instrument.program for part, instrument in palette.instruments.items()}
        notes = evened(idiomatic(bar, palette), intent.condition.attributes.loudness)
        touched = touches(notes, bar.metre, intent.condition.tempo, random, self.swing_of(intent.state))
        return spread(play(notes, touched, bar.metre, intent, random, programs), programs, bar.metre, intent)

    def events_of(
        self, bar: Bar, intent: BarIntent, played: Sequence[PlayedNote], intensity: float = 1.0
    ) -> tuple[ChannelEvent, ...]:
        """All events of a bar whose notes are `played`, in order, the first at tick 0 or later; every on has its off.

        The intensity (0 to 1) as the bar begins sets the level only: dynamics.py takes parts away.
        """
        palette = self.palette_for(intent)
        written = replace(bar, notes=tuple(each.note for each in played))
        layered = with_melody(palette) if intent.theme else palette
        shifts = part_shifts(written.notes, palette.instruments, intent.key.shift)
        placed = _placed(written, palette, intent.key, shifts)
        sounding = [
            PlayedNote(note, each.on, each.off, each.velocity) for each, note in zip(played, placed, strict=True)
        ]
        added = [(voice, line_of(voice, bar, sounding, intent.key)) for voice in voices(palette) if voice.layer]
        lines = {voice.layer: [each.note for each in line] for voice, line in added if voice.layer}
        heard = {voice.layer: [_as_long_as_heard(each) for each in line] for voice, line in added if voice.layer}
        sounded = replace(written, notes=tuple(_as_long_as_heard(each) for each in played))
        made_up = makeup(sounded, layered, intent.condition.tempo, intensity, heard)
        louder = made_up * stroke(intent.mood.arousal)
        entries = [note_enters(note, layered) for note in written.notes]
        events = [
            event
            for each, enters in zip(sounding, entries, strict=True)
            for event in _events(each, louder, CHANNELS[each.note.part], enters)
        ]
        events += [*flams(events, palette, bar.metre, intent), *roll(palette, bar.metre, intent, intensity)]
        of_parts = without_overlaps(events)
        of_layers = [event for voice, line in added for event in _added(voice, line, of_parts, shifts, louder)]
        expressed = controls(palette, bar, intent, played, lines)
        return in_order([*of_parts, *of_layers, *expressed])


def _as_long_as_heard(played: PlayedNote) -> Note:
    """The note for as many ticks as it is played: excited players leave a third of a short note to silence."""
    return replace(played.note, duration=max(round(played.off - played.on), 1))


def _placed(bar: Bar, palette: Palette, key: Key, shifts: Mapping[Part, int]) -> tuple[Note, ...]:
    """The notes of a bar with the pitches and drum keys that its instruments sound."""

    def pitch(note: Note) -> int:
        program = palette.instruments[note.part].program
        if note.part is Part.DRUMS:
            return drum_key(note.pitch, program, key)
        return playable(note.pitch + shifts[note.part], program)

    notes = (Note(note.position, note.part, pitch(note), note.duration, note.velocity) for note in bar.notes)
    return without_mud(list(notes))


def _added(
    voice: Voice,
    line: Sequence[PlayedNote],
    of_parts: Sequence[ChannelEvent],
    shifts: Mapping[Part, int],
    louder: float,
) -> Iterable[ChannelEvent]:
    """The events of a layer: of its own line, or of the part that it doubles."""
    if voice.layer and not isinstance(voice.layer.plays, Line):
        return doubled(voice, of_parts, shifts)
    return without_overlaps([event for each in line for event in _events(each, louder, voice.channel, voice.enters)])


def _events(played: PlayedNote, louder: float, channel: int, enters: float) -> Iterator[ChannelEvent]:
    part, pitch, position = played.note.part, played.note.pitch, played.note.position
    velocity = min(max(round(played.velocity * louder), 1), 127)
    yield ChannelEvent(played.on, ChannelEventKind.NOTE_ON, channel, pitch, velocity, part, position, enters)
    yield ChannelEvent(played.off, ChannelEventKind.NOTE_OFF, channel, pitch, 0, part, position, enters)
