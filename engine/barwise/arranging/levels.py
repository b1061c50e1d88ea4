"""Makeup: how much louder or softer a bar is played so that thin and thick bars are about equally loud.

Loudness follows the energy that sounds, and a bar of twelve notes a beat holds far more of it than a
held chord. The estimate needs the bar's notes alone; the folder's README says how far it is off.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from barwise.arranging.dynamics import layer_gain, note_enters, present_db
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
    tick = 60 / tempo / TICKS_PER_QUARTER
    energies: dict[float, float] = defaultdict(float)
    for note in bar.notes:
        energies[note_enters(note, palette)] += energy(note, palette.instruments[note.part], tick)
    for layer in palette.layers:
        notes = lines.get(layer, ()) if isinstance(layer.plays, Line) else bar.of(layer.plays)
        energies[layer.enters] += sum(energy(note, layer.instrument, tick) for note in notes)
    return energies


def energy(note: Note, instrument: Instrument, tick_seconds: float) -> float:
    """Power times seconds of a note.

    Velocity and volume act on the amplitude as squares, on the power to the fourth.
    """
    strength = (note.velocity / _MEASURED_VELOCITY * instrument.volume / _FULL) ** 4
    if note.part is Part.DRUMS:
        return strength * _from_db(DRUM_ENERGIES_DB.get(note.pitch, OTHER_DRUM_DB))
    seconds, ring = note.duration * tick_seconds, PROGRAM_RINGS[instrument.program]
    return strength * _from_db(PROGRAM_LEVELS_DB[instrument.program]) * (min(seconds, ring) if ring else seconds)


def _from_db(decibels: float) -> float:
    return math.pow(10, decibels / 10)
