"""Stingers to channel events: on channels of their own, a little louder than the music into which they are played.

Knows what sounds around a stinger as a value; no clock, and not which bar it is.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from barwise.arranging.channels import ALL_NOTES_OFF, EXPRESSION, PAN, REVERB, VOLUME
from barwise.arranging.dynamics import SOFTEST_DB, STROKES, expression, layer_gain, stroke, velocity_share
from barwise.arranging.groove import STRAIGHT, Swing, swung
from barwise.arranging.idioms import drum_key
from barwise.arranging.levels import TARGET_DB, energy
from barwise.arranging.overlaps import without_overlaps
from barwise.arranging.ranges import comfortable_range
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.harmony import Key
from barwise.music.metre import COMMON_TIME, TICKS_PER_QUARTER, Metre
from barwise.music.notes import Note, Part
from barwise.music.stinger import Stinger, grid_tick
from barwise.music.stinger_fitting import FittedNote, HeardChord, fitted
from barwise.score.schema import Instrument, Palette

STINGER_CHANNELS = (10, 11)
"""Two, so that one stinger may ring on while the next begins."""

LOUDER_DB = 3.2
"""How far above the music, at its intensity, a stinger lies."""

WEAKEST = 0.6
"""Share of the velocities that is left at strength 0."""

SHORTEST_SECONDS = 0.4
"""Loudness is heard over about this long: shorter stingers are no louder for it."""

_DB_PER_DECADE = 40.0
_FULL = 127
_STROKE_TICKS = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """What a stinger is played into."""

    palette: Palette
    intensity: float = 1.0
    """0 to 1."""
    arousal: float = 0.0
    """-1 to 1."""
    key: Key = field(default_factory=Key)
    metre: Metre = COMMON_TIME
    tempo: float = 120.0
    """Quarter notes a minute."""
    swing: Swing = STRAIGHT


def next_channel(last: int | None = None) -> int:
    """The channel for a stinger after one that was played on the last."""
    return STINGER_CHANNELS[last == STINGER_CHANNELS[0]]


def placed(
    stinger: Stinger, start: float, chords: Sequence[HeardChord], kept: Sequence[FittedNote] = ()
) -> tuple[FittedNote, ...]:
    """A stinger's notes as they sound on its instrument; see `fitted`."""
    return fitted(stinger, start, chords, comfortable_range(stinger.program), kept)


def stinger_setup(stinger: Stinger, channel: int, scene: Scene) -> tuple[ChannelEvent, ...]:
    """What makes a channel ready for a stinger, to be sent in order before its first note, its ticks being no matter.

    A stinger that still sounds there is let go.
    """
    volume = _FULL * _factor(min(_missing_db(stinger, scene), 0.0))
    controls = (
        (VOLUME, max(round(volume), 1)),
        (PAN, stinger.pan),
        (REVERB, stinger.reverb),
        (EXPRESSION, _FULL),
    )
    return (
        _control(channel, ALL_NOTES_OFF, 0),
        ChannelEvent(0.0, ChannelEventKind.PROGRAM, channel, stinger.program),
        *(_control(channel, number, value) for number, value in controls),
    )


def stinger_events(
    stinger: Stinger,
    notes: Iterable[FittedNote],
    start: float,
    channel: int,
    scene: Scene,
    strength: float = 1.0,
) -> tuple[ChannelEvent, ...]:
    """A stinger's events, in order, counted as its start is: from a bar's start, past its end perhaps.

    Every on has its off. What begins it sounds at its start, all else on the swung grid of sixteenths about it.
    The strength (0 to 1) scales the velocities. The events belong to no part: no layer takes them away.
    """
    harder = (WEAKEST + (1 - WEAKEST) * strength) * velocity_share(scene.intensity)
    place = _Place(start, scene)
    louder = harder * _factor(max(_missing_db(stinger, scene), 0.0))
    melodic = (event for note in notes for event in _note(note, channel, place, louder))
    return without_overlaps([*melodic, *_drums(stinger, place, scene, harder)])


class _Place:
    """Ticks of a stinger to ticks of the bar."""

    def __init__(self, start: float, scene: Scene) -> None:
        self._start, self._origin, self._scene = start, grid_tick(start), scene

    def of(self, position: int) -> float:
        """Where a position comes to lie: the first at the start itself, no other before it."""
        tick = self._origin + position
        if position == 0 and tick != self._start:
            return self._start
        return max(swung(tick, self._scene.metre, self._scene.tempo, self._scene.swing), self._start)


def _note(note: FittedNote, channel: int, place: _Place, louder: float) -> Iterator[ChannelEvent]:
    velocity = min(max(round(note.velocity * louder), 1), _FULL)
    on = place.of(note.position)
    off = max(place.of(note.end), on + 1)
    yield ChannelEvent(on, ChannelEventKind.NOTE_ON, channel, note.pitch, velocity, position=note.position)
    yield ChannelEvent(off, ChannelEventKind.NOTE_OFF, channel, note.pitch, position=note.position)


def _drums(stinger: Stinger, place: _Place, scene: Scene, harder: float) -> Iterator[ChannelEvent]:
    """The strokes, on the music's own drums, and what makes these heard where they have not entered."""
    kit, palette = scene.palette.instruments[Part.DRUMS].program, scene.palette
    # Excited music strikes harder, and its expression takes as much away again: strokes go with it.
    harder *= stroke(scene.arousal) / STROKES[1]
    is_silent = layer_gain(palette.enters[Part.DRUMS], scene.intensity) <= 0.0
    present = replace(palette, enters={**palette.enters, Part.DRUMS: 0.0})
    heard = expression(Part.DRUMS, scene.intensity, present, scene.arousal)
    for each in stinger.drums:
        on, key = place.of(each.position), drum_key(each.drum, kit, scene.key)
        if is_silent:
            yield replace(_control(DRUM_CHANNEL, EXPRESSION, heard), tick=on, position=each.position)
        velocity = min(max(round(each.velocity * harder), 1), _FULL)
        yield ChannelEvent(on, ChannelEventKind.NOTE_ON, DRUM_CHANNEL, key, velocity, position=each.position)
        yield ChannelEvent(on + _STROKE_TICKS, ChannelEventKind.NOTE_OFF, DRUM_CHANNEL, key, position=each.position)


def _missing_db(stinger: Stinger, scene: Scene) -> float:
    """Decibels by which the stinger at full volume is to be raised; lowered when negative."""
    tick = 60 / scene.tempo / TICKS_PER_QUARTER
    instrument = Instrument(stinger.program, volume=_FULL)
    share = velocity_share(scene.intensity)
    notes = [
        Note(note.position, Part.MELODY, 60, note.duration, max(round(note.velocity * share), 1))
        for note in stinger.notes
    ]
    if not notes:
        return 0.0
    seconds = max(max(note.end for note in stinger.notes) * tick, SHORTEST_SECONDS)
    level = 10 * math.log10(sum(energy(note, instrument, tick) for note in notes) / seconds)
    # Music is as loud at every arousal as with its softest strokes: expression takes the rest away.
    music = TARGET_DB + _DB_PER_DECADE * math.log10(stroke(-1.0)) + SOFTEST_DB * (1 - scene.intensity)
    return music + LOUDER_DB + stinger.level - level


def _factor(decibels: float) -> float:
    """Velocities and volumes act on the amplitude as squares."""
    return math.pow(10, decibels / _DB_PER_DECADE)


def _control(channel: int, number: int, value: int) -> ChannelEvent:
    return ChannelEvent(0.0, ChannelEventKind.CONTROL, channel, number, value)
