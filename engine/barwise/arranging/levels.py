"""Makeup: how much louder or softer a bar is played so that thin and thick bars are about equally loud.

Loudness follows the energy that sounds, and a bar of twelve notes a beat holds far more of it than a
held chord. The estimate needs the bar's notes alone, for as long as they are played; the folder's README says
how far it is off.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from barwise.arranging.dynamics import layer_gain, note_enters, present_db
from barwise.arranging.overlaps import TOGETHER_TICKS
from barwise.arranging.programs import DRUM_ENERGIES_DB, OTHER_DRUM_DB, PROGRAM_LEVELS_DB, PROGRAM_RINGS
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import Instrument, Layer, Line, Palette

TARGET_DB = 5.0
"""Estimated level that needs no makeup."""

LARGEST_DB = 10.0
"""The most that a bar is raised or lowered."""

LARGEST_FOR_LAYERS_DB = 7.0
"""The most that a bar is raised because fewer of its parts sound than usual: more may enter before it ends."""

THINNEST_DB = 9.0
"""A bar that would have to be raised by more stays softer by the rest: few struck notes, that loud, are all peaks."""

Role = Part | Line | None
"""Who plays: a part, a layer with a line of its own, or None for a layer that doubles."""

ROLES_DB: Mapping[Role, float] = {
    Part.MELODY: -2.0,
    Part.COUNTER: -0.5,
    Part.CHORDS: 0.0,
    Part.BASS: -0.5,
    Part.DRUMS: -2.0,
    Line.HARMONY: -0.5,
    Line.PAD: 4.0,
    None: -1.0,
}
"""What single notes, as the programs' levels have them, come to as each plays them: pads ring into each other.
`python -m tests.mix.many SEED... --fit` prints what fits best."""

RINGING_ON = 0.1
"""Seconds by which what is struck or plucked rings on after a short note."""

_MEASURED_VELOCITY = 90
_FULL = 127


Lines = Mapping[Layer, Sequence[Note]]
"""What layers play that double no part."""


def makeup(bar: Bar, palette: Palette, tempo: float, intensity: float = 1.0, lines: Lines | None = None) -> float:
    """The factor for the velocities of a bar; tempo in quarters a minute, intensity 0 to 1.

    What expression makes up for is left to it: that parts have not entered, as usual bars have them.
    """
    if not bar.notes:
        return 1.0
    goal, energies = TARGET_DB + palette.level, _energies(bar, palette, tempo, lines or {})
    seconds = bar.metre.bar_ticks * 60 / tempo / TICKS_PER_QUARTER
    whole, now = (goal - _estimated_db(energies, seconds, at) for at in (1.0, intensity))
    missing = min(now + present_db(intensity, palette), whole + LARGEST_FOR_LAYERS_DB) - max(whole - THINNEST_DB, 0.0)
    return math.pow(10, min(max(missing, -LARGEST_DB), LARGEST_DB) / 40)


def _estimated_db(energies: Mapping[float, float], seconds: float, intensity: float) -> float:
    """Mean power of what sounds of a bar in decibels.

    0 is one usual instrument holding notes at velocity 90 and full volume.
    """
    total = sum(layer_gain(enters, intensity) * energy for enters, energy in energies.items())
    return 10 * math.log10(total / seconds + 1e-9)


def _energies(bar: Bar, palette: Palette, tempo: float, lines: Lines) -> dict[float, float]:
    """The energy of a bar by the intensity at which it enters."""
    energies: dict[float, float] = defaultdict(float)
    for enters, role, amount in shares(bar, palette, tempo, lines):
        energies[enters] += _ROLES[role] * amount
    return energies


def shares(bar: Bar, palette: Palette, tempo: float, lines: Lines) -> Iterator[tuple[float, Role, float]]:
    """What the notes of a bar and of its layers give: the intensity at which they enter, who plays, the energy.

    The energy is that of single notes; ROLES_DB is still to come. Tempo in quarters a minute.
    """
    tick = 60 / tempo / TICKS_PER_QUARTER
    sounding = {part: _sounding(bar.of(part)) for part in palette.instruments}
    for part, notes in sounding.items():
        for note in notes:
            yield note_enters(note, palette), part, energy(note, palette.instruments[part], tick)
    for layer in palette.layers:
        role = layer.plays if isinstance(layer.plays, Line) else None
        played = lines.get(layer, ()) if isinstance(layer.plays, Line) else sounding[layer.plays]
        yield layer.enters, role, sum(energy(note, layer.instrument, tick) for note in played)


def _sounding(notes: Sequence[Note]) -> Sequence[Note]:
    """A part's notes in order, no longer than overlaps.py lets them sound."""
    again: dict[int, int] = {}
    onsets = [note.position for note in notes]
    found = []
    for note in reversed(notes):
        until = again.get(note.pitch, note.end)
        again[note.pitch] = note.position
        if note.part is Part.BASS:
            after = bisect_right(onsets, note.position + TOGETHER_TICKS)
            until = min(until, onsets[after]) if after < len(onsets) else until
        if until > note.position:
            found.append(note if until >= note.end else replace(note, duration=until - note.position))
    return found


def energy(note: Note, instrument: Instrument, tick_seconds: float) -> float:
    """Power times seconds of a note.

    Velocity and volume act on the amplitude as squares, on the power to the fourth.
    """
    strength = (note.velocity / _MEASURED_VELOCITY * instrument.volume / _FULL) ** 4
    if note.part is Part.DRUMS:
        return strength * _from_db(DRUM_ENERGIES_DB.get(note.pitch, OTHER_DRUM_DB))
    seconds, ring = note.duration * tick_seconds, PROGRAM_RINGS[instrument.program]
    lasting = min(seconds + RINGING_ON, ring) if ring else seconds
    return strength * _from_db(PROGRAM_LEVELS_DB[instrument.program]) * lasting


def _from_db(decibels: float) -> float:
    return math.pow(10, decibels / 10)


_ROLES = {role: _from_db(decibels) for role, decibels in ROLES_DB.items()}
