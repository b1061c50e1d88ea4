"""Intensity: how much of the arrangement sounds, decided as each event is sent; and how hard it is struck.

Pure functions of intensity, arousal and palette. Excited players strike harder, which is heard as a brighter
tone; expression takes away as much again, so that moods are equally loud and intensity alone is level. Layers
come and go, strokes grow softer, and expression takes away what is then missing to a straight line from
SOFTEST_DB to full loudness.
"""

import math
from dataclasses import replace

from barwise.arranging.channels import Voice, voices
from barwise.arranging.idioms import kit_group
from barwise.arranging.programs import PROGRAM_LEVELS_DB
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Note, Part
from barwise.score.schema import LAYER_RAMP, Palette

SOFTEST_DB = -10.0
"""Level at intensity 0 against intensity 1; loudness falls by a little more, since what is soft is darker."""

SOFTEST_VELOCITY = 0.8
"""Share of the velocity that is left at intensity 0: softer strokes, and darker ones where the samples differ."""

STROKES = (0.66, 1.2)
"""Share of the velocities at arousal -1 and at arousal 1, equal steps of arousal being equal ratios."""

PART_POWERS = {Part.MELODY: 0.36, Part.BASS: 0.18, Part.CHORDS: 0.17, Part.DRUMS: 0.15, Part.COUNTER: 0.14}
"""About what each part adds to the power of the whole, measured over the palettes of the built-in score."""

_DB_PER_DECADE = 40.0
"""A synthesizer's expression and velocity act on the amplitude as squares."""

_LOUDEST_EXPRESSION = 127

# Each event asks for these, and a name of the module is found much sooner than a member of an enumeration.
_ON, _DRUMS = ChannelEventKind.NOTE_ON, Part.DRUMS


def with_melody(palette: Palette) -> Palette:
    """The palette with its melody there at every intensity."""
    return replace(palette, enters={**palette.enters, Part.MELODY: 0.0})


def layer_gain(enters: float, intensity: float) -> float:
    """How far what enters at one intensity is there at another, both 0 to 1: 0 silent, 1 in full."""
    return 1.0 if enters <= 0.0 else min(max((intensity - enters) / LAYER_RAMP, 0.0), 1.0)


def note_enters(note: Note, palette: Palette) -> float:
    """The intensity at which a note's part enters, or its group of the drums; as it is written."""
    enters = palette.enters[note.part]
    return palette.kit.get(kit_group(note.pitch), enters) if note.part is Part.DRUMS else enters


def apply_intensity(event: ChannelEvent, intensity: float, palette: Palette) -> ChannelEvent | None:
    """The event as it sounds at an intensity of 0 to 1; None for a note-on of a part that is silent."""
    if event.kind is not _ON or event.part is None:
        return event
    gain = layer_gain(event.enters, intensity)
    if gain <= 0.0:
        return None
    share = velocity_share(intensity)
    if event.part is _DRUMS and event.enters > palette.enters[_DRUMS]:
        share *= math.sqrt(gain)  # a group of the kit has no channel that could fade it
    velocity = max(round(event.value * share), 1)
    return event if velocity == event.value else event.struck(velocity)


def stroke(arousal: float) -> float:
    """Share of the velocities with which notes are struck at an arousal of -1 to 1."""
    low, high = STROKES
    return low * math.pow(high / low, (arousal + 1.0) / 2.0)


def expressions(intensity: float, palette: Palette, arousal: float = -1.0) -> list[tuple[Voice, int]]:
    """Every voice of a palette, and the expression (controller 11, 0 to 127) of its channel at an intensity of 0 to 1.

    It makes up for the strokes at an arousal of -1 to 1; at -1 there is nothing to make up for.

    Send it within one audio block of the change: notes that already sound follow at once, and what
    enters or leaves is faded.
    """
    wanted = SOFTEST_DB * (1.0 - intensity)
    strokes = _DB_PER_DECADE * math.log10(velocity_share(intensity))
    missing = min(wanted - present_db(intensity, palette) - strokes, 0.0)
    softer = stroke(-1.0) / stroke(arousal)
    loudest = _LOUDEST_EXPRESSION * math.pow(10.0, missing / _DB_PER_DECADE) * softer
    return [(voice, round(loudest * math.sqrt(layer_gain(voice.enters, intensity)))) for voice in voices(palette)]


def expression(part: Part, intensity: float, palette: Palette, arousal: float = -1.0) -> int:
    """The expression of a part's own channel; see `expressions`."""
    return next(value for voice, value in expressions(intensity, palette, arousal) if voice.part is part)


def present_db(intensity: float, palette: Palette) -> float:
    """About how much softer a palette is at an intensity for the voices alone that have not entered, in decibels."""
    powers = [(voice_power(voice, palette), layer_gain(voice.enters, intensity)) for voice in voices(palette)]
    return 10.0 * math.log10(sum(power * gain**2 for power, gain in powers) / sum(power for power, _ in powers))


def voice_power(voice: Voice, palette: Palette) -> float:
    """About what a voice adds to the power of the whole, the five parts together being 1."""
    power = PART_POWERS[voice.part]
    if voice.layer is None:
        return power
    followed, instrument = palette.instruments[voice.part], voice.instrument
    decibels = PROGRAM_LEVELS_DB[instrument.program] - PROGRAM_LEVELS_DB[followed.program]
    return power * (instrument.volume / max(followed.volume, 1)) ** 4 * math.pow(10.0, decibels / 10.0)


def velocity_share(intensity: float) -> float:
    """Share of the velocity that is left at an intensity of 0 to 1."""
    return SOFTEST_VELOCITY + (1.0 - SOFTEST_VELOCITY) * intensity
