"""What a bar keeps of the bar it answers: a head of it, or only its rhythm. Writes nothing of its own."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from barwise.composing.rules.memory import Memory
from barwise.composing.rules.pitches import OCTAVE
from barwise.composing.rules.rhythm import Event
from barwise.music.harmony import SCALES, Mode
from barwise.music.intent import Condition
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise.music.progressions import CHROMATIC

_CHANCE_LIKENESS = 0.25
"""Similarity of bars that have only the progression and the patterns in common."""


def kept_reference(reference: Bar | None, condition: Condition) -> Bar | None:
    """The reference in this bar's mode; None where there is nothing to answer."""
    if reference is None or condition.similarity is None or reference.metre != condition.metre:
        return None
    mean = round(sum(note.velocity for note in reference.notes) / max(len(reference.notes), 1))
    notes = tuple(replace(note, velocity=note.velocity - mean) for note in reference.notes)
    if condition.attributes.chromaticism >= CHROMATIC or _is_in(condition.mode, reference):
        return replace(reference, notes=notes)
    return Bar(reference.metre, (), tuple(_bent(note, condition.mode) for note in notes))


def _bent(note: Note, mode: Mode) -> Note:
    """The note as the mode has it: what lies outside becomes the mode's own form of its degree."""
    pitch_class = note.pitch % OCTAVE
    if note.part is Part.DRUMS or pitch_class in SCALES[mode]:
        return note
    return replace(note, pitch=note.pitch + mode.at_home(pitch_class) - pitch_class)


def _is_in(mode: Mode, bar: Bar) -> bool:
    pitches = {note.pitch % OCTAVE for note in bar.notes if note.part is not Part.DRUMS}
    tones = {tone for change in bar.harmony if change.chord for tone in change.chord.tones}
    return pitches | tones <= SCALES[mode]


def cut_position(condition: Condition, memory: Memory, kept: Bar | None) -> int:
    """The tick up to which the reference is repeated: its head stays and its tail is new."""
    if kept is None or condition.similarity is None:
        return 0
    metre = condition.metre
    share = (condition.similarity - _CHANCE_LIKENESS) / (1 - _CHANCE_LIKENESS)
    cut = max(round(share * metre.beats), 0) * metre.beat_ticks
    latest = 0 if memory.endings else metre.bar_ticks // 2 if condition.is_ending else metre.bar_ticks
    return min(cut, latest)


def kept_rhythm(kept: Bar | None, cut: int) -> tuple[Event, ...]:
    """The rhythm of a reference too unlike to be repeated, within the bar: the likeness that ears find first."""
    if kept is None or cut:
        return ()
    ticks = kept.metre.bar_ticks
    return tuple((note.position, min(note.end, ticks) - note.position) for note in kept.of(Part.MELODY))


def joined_harmony(own: tuple[ChordChange, ...], kept: Bar | None, cut: int) -> tuple[ChordChange, ...]:
    """The reference's chords up to the cut, the bar's own from there on."""
    if kept is None:
        return own
    head = [change for change in kept.harmony if change.position < cut and change.chord]
    if not head or head[0].position:
        return own
    tail = [change for change in own if change.position >= cut]
    resumed = Bar(kept.metre, own).chord_at(cut)
    if cut < kept.metre.bar_ticks and head[-1].chord != resumed:
        tail = [ChordChange(cut, resumed), *(change for change in tail if change.position > cut)]
    return (*head, *tail)


def joined_notes(fresh: Sequence[Note], kept: Bar | None, cut: int, parts: Iterable[Part]) -> list[Note]:
    """The reference up to the cut and fresh notes from there on, part by part."""
    heads = [note for note in kept.notes if note.position < cut] if kept else []
    joined: list[Note] = []
    for part in parts:
        mine = [note for note in fresh if note.part is part]
        tail = [note for note in mine if note.position >= cut]
        end = min((note.position for note in tail), default=math.inf)
        head = [_until(note, end) for note in heads if note.part is part]
        joined += head + tail or mine
    return joined


def _until(note: Note, end: float) -> Note:
    return note if note.end <= end else replace(note, duration=int(end) - note.position)
