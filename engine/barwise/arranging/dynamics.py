"""Intensity: how much of the arrangement sounds, decided as each event is sent. Knows no mood and no notes to come."""

import math
from dataclasses import replace

from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part
from barwise.score.schema import LAYER_RAMP, Palette

SOFTEST_EXPRESSION_DB = -6.0
"""What expression takes away at intensity 0; layers and velocities add theirs, see the folder's README."""

SOFTEST_VELOCITY = 0.8
"""Share of the velocity that is left at intensity 0: softer strokes, and darker ones where the samples differ."""

_DB_PER_DECADE = 40.0
"""A synthesizer's volume, expression and velocity act on the amplitude as squares."""


def layer_gain(part: Part, intensity: float, palette: Palette) -> float:
    """How far a part has entered at an intensity of 0 to 1: 0 silent, 1 in full."""
    entry = palette.layers[part]
    if entry <= 0.0:
        return 1.0
    return min(max((intensity - entry) / LAYER_RAMP, 0.0), 1.0)


def apply_intensity(event: ChannelEvent, intensity: float, palette: Palette) -> ChannelEvent | None:
    """The event as it sounds at an intensity of 0 to 1; None for a note-on of a part that is silent."""
    if event.kind is not ChannelEventKind.NOTE_ON or event.part is None:
        return event
    if layer_gain(event.part, intensity, palette) <= 0.0:
        return None
    share = SOFTEST_VELOCITY + (1.0 - SOFTEST_VELOCITY) * intensity
    return replace(event, value=max(round(event.value * share), 1))


def expression(part: Part, intensity: float, palette: Palette) -> int:
    """The expression (controller 11, 0 to 127) of a part's channel at an intensity of 0 to 1.

    It falls by the same number of decibels for every step of intensity, and a part that enters or
    leaves is faded, so that sounding notes follow at once.
    """
    steady = math.pow(10, SOFTEST_EXPRESSION_DB * (1.0 - intensity) / _DB_PER_DECADE)
    faded = math.sqrt(layer_gain(part, intensity, palette))
    return round(127 * steady * faded)
