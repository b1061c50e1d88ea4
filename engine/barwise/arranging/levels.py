"""Makeup: how much louder or softer a bar is played so that thin and thick bars are about equally loud.

Loudness follows the energy that sounds, and a bar of twelve notes a beat holds far more of it than a
held chord. The estimate needs the notes alone; its figures were measured with FluidSynth.
"""

import math

from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Note, Part
from barwise.score.schema import Palette

TARGET_DB = -10.0
"""Estimated level that needs no makeup."""

SHARE = 0.7
"""How much of the difference is made up: some of it is the music's own dynamics."""

LARGEST_DB = 6.0
"""The most that a bar is raised or lowered."""

_DECAY_SECONDS = 0.5
"""A struck note counts as sounding no longer than this."""


def makeup(bar: Bar, palette: Palette, tempo: float) -> float:
    """The factor for the velocities of a bar, near 1; tempo in quarters a minute."""
    if not bar.notes:
        return 1.0
    missing = (TARGET_DB - estimated_db(bar, palette, tempo)) * SHARE
    return float(10 ** (min(max(missing, -LARGEST_DB), LARGEST_DB) / 40))


def estimated_db(bar: Bar, palette: Palette, tempo: float) -> float:
    """Mean power of a bar's notes in decibels, of which 0 is one note held at full velocity and volume."""
    seconds_per_tick = 60 / tempo / TICKS_PER_QUARTER
    energy = sum(_energy(note, palette, seconds_per_tick) for note in bar.notes)
    return 10 * math.log10(energy / (bar.metre.bar_ticks * seconds_per_tick) + 1e-9)


def _energy(note: Note, palette: Palette, seconds_per_tick: float) -> float:
    instrument = palette.instruments[note.part]
    amplitude = (note.velocity / 127) ** 2 * (instrument.volume / 127) ** 2
    seconds = note.duration * seconds_per_tick
    return amplitude**2 * (min(seconds, _DECAY_SECONDS) if note.part is Part.DRUMS else seconds)
