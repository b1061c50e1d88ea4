"""Intensity: how much of the arrangement sounds, decided as each event is sent; and how hard it is struck.

Pure functions of intensity, arousal and palette. Excited players strike harder, which is heard as a brighter
tone; expression takes away as much again, so that moods are equally loud and intensity alone is level. Layers
come and go, strokes grow softer, and expression takes away what is then missing to a straight line from
SOFTEST_DB to full loudness.
"""

import math
from dataclasses import replace

from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part
from barwise.score.schema import LAYER_RAMP, Palette

SOFTEST_DB = -12.0
"""Loudness at intensity 0 against intensity 1."""

SOFTEST_VELOCITY = 0.8
"""Share of the velocity that is left at intensity 0: softer strokes, and darker ones where the samples differ."""

STROKES = (0.66, 1.2)
"""Share of the velocities at arousal -1 and at arousal 1, equal steps of arousal being equal ratios."""

PART_POWERS = {Part.MELODY: 0.36, Part.BASS: 0.18, Part.CHORDS: 0.17, Part.DRUMS: 0.15, Part.COUNTER: 0.14}
"""About what each part adds to the power of the whole, measured over the palettes of the built-in score."""

_DB_PER_DECADE = 40.0
"""A synthesizer's expression and velocity act on the amplitude as squares."""

_LOUDEST_EXPRESSION = 127


def with_melody(palette: Palette) -> Palette:
    """The palette with its melody there at every intensity."""
    return replace(palette, layers={**palette.layers, Part.MELODY: 0.0})


def layer_gain(part: Part, intensity: float, palette: Palette) -> float:
    """How far a part has entered at an intensity of 0 to 1: 0 silent, 1 in full."""
    entry = palette.layers[part]
    return 1.0 if entry <= 0.0 else min(max((intensity - entry) / LAYER_RAMP, 0.0), 1.0)


def apply_intensity(event: ChannelEvent, intensity: float, palette: Palette) -> ChannelEvent | None:
    """The event as it sounds at an intensity of 0 to 1; None for a note-on of a part that is silent."""
    if event.kind is not ChannelEventKind.NOTE_ON or event.part is None:
        return event
    if layer_gain(event.part, intensity, palette) <= 0.0:
        return None
    return replace(event, value=max(round(event.value * velocity_share(intensity)), 1))


def stroke(arousal: float) -> float:
    """Share of the velocities with which notes are struck at an arousal of -1 to 1."""
    low, high = STROKES
    return low * math.pow(high / low, (arousal + 1.0) / 2.0)


def expression(part: Part, intensity: float, palette: Palette, arousal: float = -1.0) -> int:
    """The expression (controller 11, 0 to 127) of a part's channel at an intensity of 0 to 1.

    It makes up for the strokes at an arousal of -1 to 1; at -1 there is nothing to make up for.

    Send it within one audio block of the change: notes that already sound follow at once, and a part
    that enters or leaves is faded.
    """
    wanted = SOFTEST_DB * (1.0 - intensity)
    layers = sum(power * layer_gain(part, intensity, palette) ** 2 for part, power in PART_POWERS.items())
    strokes = _DB_PER_DECADE * math.log10(velocity_share(intensity))
    missing = min(wanted - 10.0 * math.log10(layers) - strokes, 0.0)
    faded = math.sqrt(layer_gain(part, intensity, palette))
    softer = stroke(-1.0) / stroke(arousal)
    return round(_LOUDEST_EXPRESSION * math.pow(10.0, missing / _DB_PER_DECADE) * faded * softer)


def velocity_share(intensity: float) -> float:
    """Share of the velocity that is left at an intensity of 0 to 1."""
    return SOFTEST_VELOCITY + (1.0 - SOFTEST_VELOCITY) * intensity
