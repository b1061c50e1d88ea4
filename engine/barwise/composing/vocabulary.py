"""Bars to rows of five small integers and back; the grammar of those rows as tables.

A bar is a list of rows, one per chord change or note, sorted, closed by an END row. A row is
one step of the network; its fields are chosen one after the other within the step. Training
imports this file and never restates it.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from barwise.errors import InputError
from barwise.music.columns import Columns
from barwise.music.harmony import Chord, Quality
from barwise.music.metre import MAX_BAR_TICKS, Metre
from barwise.music.notes import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    PERCUSSION,
    Bar,
    ChordChange,
    Note,
    Part,
)

Rows = NDArray[np.int64]
"""[rows, FIELDS] with the columns of FIELD_NAMES."""

_Numbers = TypeVar("_Numbers", int, Rows)

FIELD_NAMES = ("position", "part", "pitch", "duration", "velocity")
FIELDS = len(FIELD_NAMES)
POSITION, PART, PITCH, DURATION, VELOCITY = range(FIELDS)

END = MAX_BAR_TICKS
"""The position that closes a bar; the other fields of its row are 0."""

HARMONY = 0
"""The part number of a chord change."""

DURATIONS = (0, 1, 2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 21, 24, 30, 32, 36, 42, 48, 60, 72, 84, 96, 120, 144, 192)
"""Ticks; the first stands for no duration. Other lengths become the nearest of these."""

DRUM_DURATION = DURATIONS.index(6)
VELOCITY_STEP = 8
VELOCITIES = 1 + 128 // VELOCITY_STEP
"""0 stands for no velocity; level n covers 8(n - 1) to 8n - 1 and sounds as 8n - 4."""

PITCHED_VALUES = HIGHEST_PITCH - LOWEST_PITCH + 1
"""Pitch values below this are semitones above LOWEST_PITCH; drums and chords follow."""

_DRUMS = tuple(PERCUSSION)
_CHORDS: tuple[Chord | None, ...] = (None, *(Chord(root, quality) for root in range(12) for quality in Quality))
_FIRST_DRUM = PITCHED_VALUES
FIRST_CHORD = PITCHED_VALUES + len(_DRUMS)
_PARTS = (None, *Part)
_PITCHES = (*range(LOWEST_PITCH, HIGHEST_PITCH + 1), *_DRUMS)
_SOUNDING_PITCH = np.array(_PITCHES, dtype=np.int64)
_DURATION_TICKS = np.array(DURATIONS, dtype=np.int64)
_DRUM_NUMBER = {
    heard: _FIRST_DRUM + number for number, drum in enumerate(_DRUMS) for heard in (drum, *PERCUSSION[drum])
}
_CHORD_NUMBER = {chord: FIRST_CHORD + number for number, chord in enumerate(_CHORDS)}

FIELD_SIZES = (END + 1, 1 + len(Part), FIRST_CHORD + len(_CHORDS), len(DURATIONS), VELOCITIES)
"""Number of values of each field."""

MAX_ROWS = 128
"""The longest bar, END included; the corpus has 90 % of its bars under 60 notes."""


def encode(bar: Bar) -> Rows:
    """The rows of a bar, END last. Notes past MAX_ROWS - 1 rows are left out, the latest first."""
    rows = [_harmony_row(change) for change in bar.harmony] + [_note_row(note) for note in bar.notes]
    if not bar.harmony or bar.harmony[0].position:
        rows.append(_harmony_row(ChordChange(0, None)))
    unique = {row[:3]: row for row in rows}
    kept = sorted(unique.values())[: MAX_ROWS - 1]
    return np.array([*kept, (END, 0, 0, 0, 0)], dtype=np.int64)


def decode(rows: Rows, metre: Metre) -> Bar:
    """The bar that rows stand for, up to END; raises InputError where they break the grammar."""
    harmony: list[ChordChange] = []
    notes: list[tuple[int, int, int, int, int]] = []
    for row in rows.tolist():
        position, part, pitch, duration, velocity = row
        if position == END:
            break
        if not _is_grammatical(row, metre.bar_ticks):
            raise InputError(f"row {tuple(row)} is not of a {metre} bar")
        if part == HARMONY:
            harmony.append(ChordChange(position, _CHORDS[pitch - FIRST_CHORD]))
        else:
            notes.append((position, part, _PITCHES[pitch], DURATIONS[duration], _level(velocity)))
    # Plain tuples sort many times faster than notes.
    notes.sort()
    return Bar(metre, tuple(harmony), tuple(Note(position, _PARTS[part], *rest) for position, part, *rest in notes))


def columns(candidates: Rows, metre: Metre) -> Columns:
    """The notes of bars given as rows [bars, rows, FIELDS], each up to its END, as their decoded bars have them.

    Whether the rows are grammatical is not looked at.
    """
    is_over = np.logical_or.accumulate(candidates[:, :, POSITION] == END, axis=1)
    bar, row = np.nonzero(~is_over & (candidates[:, :, PART] != HARMONY))
    return Columns(metre, len(candidates), bar, *_sounding(candidates[bar, row].T))


def _sounding(fields: Rows) -> tuple[Rows, Rows, Rows, Rows, Rows]:
    """The fields of notes [FIELDS, notes] as what a Note has."""
    position, part, pitch, duration, velocity = fields
    return position, part, _SOUNDING_PITCH[pitch], _DURATION_TICKS[duration], _level(velocity)


def _is_grammatical(row: Sequence[int], bar_ticks: int) -> bool:
    """Whether a row, by itself, may stand in a bar of so many ticks."""
    position, part, pitch, duration, velocity = row
    return (
        0 <= position < bar_ticks
        and 0 <= part < len(_PARTS)
        and pitch in _PITCHES_OF[part]
        and duration in _DURATIONS_OF[part]
        and velocity in _VELOCITIES_OF[part]
    )


def _level(velocity: _Numbers) -> _Numbers:
    """What a velocity field sounds as, or a column of them."""
    return velocity * VELOCITY_STEP - VELOCITY_STEP // 2


def velocity_level(velocity: int) -> int:
    """The velocity field of a MIDI velocity."""
    return min(max(velocity, 1), 127) // VELOCITY_STEP + 1


@cache
def nearest_duration(ticks: int) -> int:
    """The duration field whose length is nearest to some ticks; the shorter on a tie."""
    return min(range(1, len(DURATIONS)), key=lambda number: (abs(DURATIONS[number] - ticks), number))


def _harmony_row(change: ChordChange) -> tuple[int, int, int, int, int]:
    return (change.position, HARMONY, _CHORD_NUMBER[change.chord], 0, 0)


def _note_row(note: Note) -> tuple[int, int, int, int, int]:
    level = velocity_level(note.velocity)
    if note.part is Part.DRUMS:
        return (note.position, note.part, _DRUM_NUMBER[note.pitch], DRUM_DURATION, level)
    pitch = min(max(note.pitch, LOWEST_PITCH), HIGHEST_PITCH) - LOWEST_PITCH
    return (note.position, note.part, pitch, nearest_duration(note.duration), level)


def _table(size: int, spans: Sequence[range]) -> NDArray[np.bool_]:
    """A row per span, true within it: [len(spans), size]."""
    return np.array([[number in span for number in range(size)] for span in spans])


_CHORD_PITCHES, _DRUM_PITCHES = range(FIRST_CHORD, FIELD_SIZES[PITCH]), range(_FIRST_DRUM, FIRST_CHORD)
_NONE = range(1)
_PITCHES_OF = (_CHORD_PITCHES, _DRUM_PITCHES, *[range(PITCHED_VALUES)] * 4)
_DURATIONS_OF = (_NONE, range(DRUM_DURATION, DRUM_DURATION + 1), *[range(1, len(DURATIONS))] * 4)
_VELOCITIES_OF = (_NONE, *[range(1, VELOCITIES)] * 5)

PITCH_OF_PART = _table(FIELD_SIZES[PITCH], _PITCHES_OF)
"""Which pitch values a part may write: [parts, pitches], HARMONY first."""

DURATION_OF_PART = _table(FIELD_SIZES[DURATION], _DURATIONS_OF)
"""Which durations a part may write: [parts, durations]."""

VELOCITY_OF_PART = _table(FIELD_SIZES[VELOCITY], _VELOCITIES_OF)
"""Which velocities a part may write: [parts, velocities]."""

ROOT_OF_CHORD = np.array([chord.root if chord else 0 for chord in _CHORDS], dtype=np.int64)
"""Root of each chord value, FIRST_CHORD first; the first value is no chord and has root 0."""

QUALITY_OF_CHORD = np.array([1 + list(Quality).index(chord.quality) if chord else 0 for chord in _CHORDS])
"""Quality of each chord value, counted from 1; 0 is no chord."""

TOP_PITCH_OF_PART = np.array([pitches[-1] for pitches in _PITCHES_OF], dtype=np.int64)
"""The highest pitch value of each part: after it no row of that part can follow at one position."""


def vocabulary_hash() -> str:
    """SHA-256 of every table above: equal hashes read and write the same rows."""
    tables = {
        "fields": FIELD_NAMES,
        "sizes": FIELD_SIZES,
        "end": END,
        "durations": DURATIONS,
        "drums": _DRUMS,
        "chords": [[chord.root, chord.quality.value] if chord else None for chord in _CHORDS],
        "pitch": [LOWEST_PITCH, HIGHEST_PITCH],
        "velocity_step": VELOCITY_STEP,
        "parts": [part.name for part in Part],
        "max_rows": MAX_ROWS,
    }
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()
