"""The last strokes on a composed bar: what was asked for by name is met to the sub-beat.

A mood's attributes are wishes, and candidates are chosen by them. Attributes that somebody asked for
directly are met exactly: onsets are added by striking a sounding note again and taken away by tying
over them, which leaves the sound as full as it was; then notes are held longer or let go earlier, which
leaves the rhythm as it was. Strong places keep their onsets longest, and the melody is touched last.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barwise.music.attributes import SUB_BEATS, Attributes, sounding, sub_beat
from barwise.music.notes import Bar, Note, Part

FINISHED = frozenset({"rhythm", "polyphony"})
"""Attributes that can be met exactly."""

_STRONG = (8, 0, 2, 0, 4, 0, 2, 0, 6, 0, 2, 0, 4, 0, 2, 0)
"""Weight of each sub-beat: what is strong is struck first and tied over last."""

_WEIGHTS = {Part.MELODY: 3.0, Part.BASS: 1.5, Part.COUNTER: 1.0, Part.CHORDS: 0.5}
"""What a part's onset adds to the weight of its sub-beat."""

_TOUCHED = (Part.CHORDS, Part.BASS, Part.COUNTER, Part.MELODY)
"""Parts in the order in which they are changed."""

_SOFTER = 8
"""A note struck again is this much softer."""

_MIDDLE = range(48, 81)
"""Where tones of the chord are added."""


def finished(bar: Bar, wanted: Attributes, exact: Collection[str]) -> Bar:
    """The bar with the attributes named in `exact` as wanted, as nearly as its notes allow; drums stay."""
    drums, pitched = bar.of(Part.DRUMS), [note for note in bar.notes if note.part is not Part.DRUMS]
    if not pitched or not FINISHED & set(exact):
        return bar
    if "rhythm" in exact:
        pitched = _with_onsets(pitched, max(round(wanted.rhythm * SUB_BEATS), 1), bar.metre.bar_ticks)
    if "polyphony" in exact:
        pitched = _with_cells(pitched, round(wanted.polyphony * SUB_BEATS), bar)
    return replace(bar, notes=tuple(sorted((*drums, *pitched))))


# Onsets.


def _with_onsets(notes: list[Note], wanted: int, ticks: int) -> list[Note]:
    """The notes with onsets in `wanted` sub-beats."""
    while len(struck := _struck(notes, ticks)) > wanted:
        slot = min(struck, key=lambda slot: (_weight(slot, notes, ticks), -slot))
        notes = _tied_over(notes, slot, ticks)
    while len(struck := _struck(notes, ticks)) < min(wanted, SUB_BEATS):
        free = [slot for slot in range(SUB_BEATS) if slot not in struck]
        held = [slot for slot in free if _held(notes, _start(slot, ticks))]
        slot = max(held or free, key=lambda slot: (_STRONG[slot], -slot))
        notes = _struck_again(notes, slot, ticks)
    return notes


def _struck(notes: Iterable[Note], ticks: int) -> frozenset[int]:
    return frozenset(sub_beat(note.position, ticks) for note in notes)


def _weight(slot: int, notes: Iterable[Note], ticks: int) -> float:
    parts = {note.part for note in notes if sub_beat(note.position, ticks) == slot}
    return _STRONG[slot] + sum(_WEIGHTS[part] for part in parts)


def _tied_over(notes: list[Note], slot: int, ticks: int) -> list[Note]:
    """Without the onsets of a sub-beat; the part's note before, where there is one, takes their time."""
    gone = [note for note in notes if sub_beat(note.position, ticks) == slot]
    kept = [note for note in notes if sub_beat(note.position, ticks) != slot]
    for note in gone:
        before = [other for other in kept if other.part is note.part and other.position < note.position]
        if before:
            last = max(before, key=lambda other: (other.position, -abs(other.pitch - note.pitch)))
            kept[kept.index(last)] = replace(last, duration=max(last.duration, note.end - last.position))
    return kept


def _struck_again(notes: list[Note], slot: int, ticks: int) -> list[Note]:
    """With an onset in a sub-beat: one part's notes that sound are struck again there, or the nearest ones."""
    start = _start(slot, ticks)
    held = _held(notes, start)
    if held:
        part = min({note.part for note in held}, key=_TOUCHED.index)
        again = [note for note in held if note.part is part]
        kept = [note for note in notes if note not in again]
        cut = [replace(note, duration=start - note.position) for note in again]
        struck = [_softer(replace(note, position=start, duration=note.end - start)) for note in again]
        return [*kept, *cut, *struck]
    nearest = min(
        notes, key=lambda note: (note.position > start, abs(note.position - start), _TOUCHED.index(note.part))
    )
    chord = [note for note in notes if note.part is nearest.part and note.position == nearest.position]
    length = _start(slot + 1, ticks) - start
    return [*notes, *(_softer(replace(note, position=start, duration=length)) for note in chord)]


def _held(notes: Iterable[Note], tick: int) -> list[Note]:
    """Notes that sound on over a tick."""
    return [note for note in notes if note.position < tick < note.end]


def _softer(note: Note) -> Note:
    return replace(note, velocity=max(note.velocity - _SOFTER, 1))


def _start(slot: int, ticks: int) -> int:
    """First tick of a sub-beat."""
    return -(-slot * ticks // SUB_BEATS)


# Fullness.


def _with_cells(notes: list[Note], wanted: int, bar: Bar) -> list[Note]:
    """The notes with `wanted` cells of pitch and sub-beat sounding."""
    ticks = bar.metre.bar_ticks
    notes = _let_go(notes, wanted, ticks)
    notes = _dropped(notes, wanted, ticks)
    notes = _held_on(notes, wanted, ticks)
    return _filled(notes, wanted, bar)


def _cells(notes: Iterable[Note], ticks: int) -> int:
    return int(sounding(notes, ticks).sum())


def _last_slot(note: Note, ticks: int) -> int:
    return sub_beat(max(min(note.end, ticks) - 1, note.position), ticks)


def _slots(note: Note, ticks: int) -> int:
    return _last_slot(note, ticks) - sub_beat(note.position, ticks) + 1


def _until(note: Note, last: int, ticks: int) -> Note:
    """The note sounding up to the end of a sub-beat."""
    return replace(note, duration=_start(last + 1, ticks) - note.position)


def _let_go(notes: list[Note], wanted: int, ticks: int) -> list[Note]:
    """Notes cut short from the longest down, a sub-beat at a time, the parts in turn."""
    notes = list(notes)
    while _cells(notes, ticks) > wanted:
        long = [number for number, note in enumerate(notes) if _slots(note, ticks) > 1]
        if not long:
            break
        number = max(long, key=lambda n: (_slots(notes[n], ticks), -_TOUCHED.index(notes[n].part)))
        notes[number] = _until(notes[number], _last_slot(notes[number], ticks) - 1, ticks)
    return notes


def _dropped(notes: list[Note], wanted: int, ticks: int) -> list[Note]:
    """Without notes that do not sound alone at their onset: inner voices of chords first, the melody last."""
    notes = list(notes)
    while _cells(notes, ticks) > wanted:
        slots = [sub_beat(note.position, ticks) for note in notes]
        doubled = [number for number, slot in enumerate(slots) if slots.count(slot) > 1]
        if not doubled:
            break
        del notes[min(doubled, key=lambda n: (_TOUCHED.index(notes[n].part), _STRONG[slots[n]], -notes[n].pitch))]
    return notes


def _held_on(notes: list[Note], wanted: int, ticks: int) -> list[Note]:
    """Notes held on toward their part's next onset or the end of the bar."""
    notes = list(notes)
    for part in _TOUCHED:
        for number in sorted((n for n, note in enumerate(notes) if note.part is part), key=lambda n: notes[n].position):
            missing = wanted - _cells(notes, ticks)
            if missing <= 0:
                return notes
            note = notes[number]
            after = [other.position for other in notes if other.part is part and other.position > note.position]
            limit = sub_beat(min(after) - 1, ticks) if after else SUB_BEATS - 1
            notes[number] = _grown(notes, number, missing, limit, ticks)
    return notes


def _grown(notes: list[Note], number: int, missing: int, limit: int, ticks: int) -> Note:
    """A note held on by as many sub-beats as bring the missing cells, up to the sub-beat `limit`."""
    note = notes[number]
    taken = sounding(notes, ticks)[:, note.pitch]
    last = best = _last_slot(note, ticks)
    while last < limit and missing > 0:
        last += 1
        missing -= int(not taken[last])
        best = last
    return note if best == _last_slot(note, ticks) else _until(note, best, ticks)


def _filled(notes: list[Note], wanted: int, bar: Bar) -> list[Note]:
    """With tones of the chord added where notes begin, each as long as is missing."""
    notes, ticks = list(notes), bar.metre.bar_ticks
    for slot in sorted(_struck(notes, ticks), key=lambda slot: -_STRONG[slot]):
        begins = min(note.position for note in notes if sub_beat(note.position, ticks) == slot)
        for pitch in _tones(bar, begins, sounding(notes, ticks)):
            missing = wanted - _cells(notes, ticks)
            if missing <= 0:
                return notes
            free = 1
            taken = sounding(notes, ticks)[:, pitch]
            while free < missing and slot + free < SUB_BEATS and not taken[slot + free]:
                free += 1
            velocity = round(float(np.mean([note.velocity for note in notes])))
            notes.append(Note(begins, Part.CHORDS, pitch, _start(slot + free, ticks) - begins, _quiet(velocity)))
    return notes


def _quiet(velocity: int) -> int:
    return max(velocity - 2 * _SOFTER, 1)


def _tones(bar: Bar, tick: int, grid: NDArray[np.bool_]) -> list[int]:
    """Pitches of the chord at a tick that do not sound in that sub-beat, from the middle out.

    Without a chord, of what sounds in the bar.
    """
    chord, slot = bar.chord_at(tick), sub_beat(tick, bar.metre.bar_ticks)
    classes = set(chord.tones) if chord else {int(pitch) % 12 for pitch in np.flatnonzero(grid.any(axis=0))}
    free = [pitch for pitch in _MIDDLE if pitch % 12 in classes and not grid[slot, pitch]]
    return sorted(free, key=lambda pitch: abs(pitch - (_MIDDLE.start + _MIDDLE.stop) / 2))
