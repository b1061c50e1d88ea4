"""Makeup: how much louder or softer a bar is played so that thin and thick bars are about equally loud.

Loudness follows the energy that sounds, and a bar of twelve notes a beat holds far more of it than a
held chord. The estimate needs the bar's notes alone; the folder's README says how far it is off.
"""

import math

from barwise.arranging.dynamics import layer_gain
from barwise.arranging.programs import DRUM_ENERGIES_DB, OTHER_DRUM_DB, PROGRAM_LEVELS_DB, PROGRAM_RINGS
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import Instrument, Palette

TARGET_DB = 5.0
"""Estimated level that needs no makeup."""

LARGEST_DB = 10.0
"""The most that a bar is raised or lowered."""

LARGEST_FOR_LAYERS_DB = 7.0
"""The most that a bar is raised because few of its parts sound: more may enter before it ends."""

_MEASURED_VELOCITY = 90
_FULL = 127


def makeup(bar: Bar, palette: Palette, tempo: float, intensity: float = 1.0) -> float:
    """The factor for the velocities of a bar; tempo in quarters a minute, intensity 0 to 1."""
    whole = _missing_db(bar, palette, tempo, 1.0)
    missing = min(_missing_db(bar, palette, tempo, intensity), whole + LARGEST_FOR_LAYERS_DB)
    return math.pow(10, min(max(missing, -LARGEST_DB), LARGEST_DB) / 40)


def estimated_db(bar: Bar, palette: Palette, tempo: float, intensity: float = 1.0) -> float:
    """Mean power of what sounds of a bar in decibels.

    0 is one usual instrument holding notes at velocity 90 and full volume.
    """
    tick = 60 / tempo / TICKS_PER_QUARTER
    shares = {part: layer_gain(part, intensity, palette) for part in bar.parts}
    total = sum(shares[note.part] * energy(note, palette.instruments[note.part], tick) for note in bar.notes)
    return 10 * math.log10(total / (bar.metre.bar_ticks * tick) + 1e-9)


def _missing_db(bar: Bar, palette: Palette, tempo: float, intensity: float) -> float:
    return TARGET_DB + palette.level - estimated_db(bar, palette, tempo, intensity) if bar.notes else 0.0


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
