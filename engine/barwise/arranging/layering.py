"""What layers play: doublings, held chords and a second voice, all of it following from the bar's own notes.

Nothing is composed here. Pitches are those that sound; how loud and when is taken from the part that is followed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean

from barwise.arranging.articulation import PlayedNote
from barwise.arranging.channels import Voice
from barwise.arranging.ranges import OCTAVE, playable_range, shift_beside
from barwise.arranging.voicing import CLEAR_FROM, without_mud
from barwise.music.events import ChannelEvent
from barwise.music.harmony import Chord, Key
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import Line

PAD_FROM = 55
"""G3: each tone of a held chord lies in the octave from here up, so that tones which two chords share stay."""

HARMONY_INTERVAL = 3
"""Semitones by which a second voice lies below the melody at least."""


def line_of(voice: Voice, bar: Bar, sounding: Sequence[PlayedNote], key: Key) -> list[PlayedNote]:
    """The notes of a layer that has a line of its own, over those of the parts as they sound."""
    if voice.layer is None or not isinstance(voice.layer.plays, Line):
        return []
    if voice.layer.plays is Line.PAD:
        return list(_held(voice, bar, sounding, key))
    return list(_below(voice, bar, sounding, key))


def doubled(voice: Voice, events: Iterable[ChannelEvent], shifts: Mapping[Part, int]) -> Iterator[ChannelEvent]:
    """The events of a part, whose own pitches were shifted so, on the instrument of a layer that doubles it.

    Every pitch moves by the same octaves, so what keeps the laws of events in the part keeps them here. What the
    instrument lacks, and what would make the low register close, is left to the part.
    """
    part, channel, enters = voice.part, voice.channel, voice.enters
    shift = shift_beside(part, shifts[part], voice.instrument)
    span = playable_range(voice.instrument.program)
    pitches = range(span.start if part is Part.BASS else max(span.start, CLEAR_FROM), span.stop)
    for event in events:
        pitch = event.number + shift
        if event.part is part and pitch in pitches:
            yield ChannelEvent(event.tick, event.kind, channel, pitch, event.value, part, event.position, enters)


def _held(voice: Voice, bar: Bar, sounding: Sequence[PlayedNote], key: Key) -> Iterator[PlayedNote]:
    played = [each for each in sounding if each.note.part is Part.CHORDS] or sounding
    if not played:
        return
    velocity = round(mean(each.velocity for each in played))
    span = playable_range(voice.instrument.program)
    low = PAD_FROM + OCTAVE * voice.instrument.octave
    bass = [each.note for each in sounding if each.note.part is Part.BASS]
    for start, end, chord in _stretches(bar):
        pitches = sorted(low + (tone + key.tonic - low) % OCTAVE for tone in chord.tones)
        notes = [Note(start, Part.CHORDS, pitch, end - start, velocity) for pitch in pitches]
        clear = [note for note in without_mud([*bass, *notes]) if note.part is Part.CHORDS]
        playable = (note for note in clear if note.pitch in span)
        yield from (PlayedNote(note, float(start), float(end), velocity) for note in playable)


def _stretches(bar: Bar) -> Iterator[tuple[int, int, Chord]]:
    """From where to where each chord of a bar lasts."""
    changes = [change for change in bar.harmony if change.position < bar.metre.bar_ticks]
    changes = [now for before, now in pairwise([None, *changes]) if now and (not before or now.chord != before.chord)]
    ends = [*(change.position for change in changes[1:]), bar.metre.bar_ticks]
    for change, end in zip(changes, ends, strict=False):
        if change.chord is not None:
            yield change.position, end, change.chord


def _below(voice: Voice, bar: Bar, sounding: Sequence[PlayedNote], key: Key) -> Iterator[PlayedNote]:
    shift, span = shift_beside(Part.MELODY, key.shift, voice.instrument), playable_range(voice.instrument.program)
    for each in sounding:
        chord = bar.chord_at(each.note.position)
        if each.note.part is not Part.MELODY or chord is None:
            continue
        tones = {(tone + key.tonic) % OCTAVE for tone in chord.tones}
        highest = each.note.pitch - HARMONY_INTERVAL
        pitch = shift + next(pitch for pitch in range(highest, highest - OCTAVE, -1) if pitch % OCTAVE in tones)
        if pitch >= CLEAR_FROM and pitch in span:
            yield replace(each, note=replace(each.note, pitch=pitch))
