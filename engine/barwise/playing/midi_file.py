"""Writes a performance as a MIDI file: a conductor, a track per part, one for stingers. theme_midi reads them.

What layers add to a part has tracks of its own. Channels above MIDI's sixteen are on a second port.

It knows what was played, as values; it reads no MIDI and touches no synthesizer.
"""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import mido

from barwise.music.events import DRUM_CHANNEL, PORT_CHANNELS, ChannelEvent, ChannelEventKind, is_layer
from barwise.music.glide import TempoChange, tick_length
from barwise.music.harmony import PITCH_CLASSES, Key
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Part
from barwise.music.performance import Performance, PlayedBar, SentEvent
from barwise.playing.atomic_file import write_whole

FILE_TICKS_PER_QUARTER = 480
FILE_TICKS_PER_TICK = FILE_TICKS_PER_QUARTER // TICKS_PER_QUARTER

MICROSECONDS = 1_000_000
"""In a second; MIDI writes a tempo as whole microseconds a quarter."""

STRAY_SECONDS = 0.0006
"""A glide is written in steps, a beat each or less, so that what lies within a step strays no further."""

DRIFT_SECONDS = 0.0002
"""What the rounding of tempos may add up to before it is made good: within a bar at 120 by a hundredth of a percent."""

FILE_DENOMINATORS = (2, 4, 8, 16, 32)
"""Of time signatures; a bar that was cut may have thirty-seconds, which no metre has."""

CONDUCTOR_NAME = "Conductor"
TRACK_NAMES = {
    Part.MELODY: "Melody",
    Part.COUNTER: "Counter",
    Part.CHORDS: "Chords",
    Part.BASS: "Bass",
    Part.DRUMS: "Drums",
}
"""Parts in the order of their tracks."""

_KINDS = ("", " layers", " layers 2")
"""Tracks of a part: its own, and those of the layers that follow it, on the first port and on the second."""

STINGERS_NAME = "Stingers"
"""The track of what no part plays on channels of its own."""

_MINOR_KEY_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")
"""By tonic; at most six accidentals each."""

_CENTRED_BEND = 8192
_NO_STATE = "-"

_NOTE_OFF, _SETTING, _NOTE_ON = range(3)
"""Order of messages at one tick: a note ends, settings change, the next note begins."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A message and where it stands."""

    tick: int
    """Ticks of the file from its start."""
    rank: int
    track: str
    """Its name."""
    message: mido.Message


@dataclass(slots=True)
class _Span:
    """A note as a stretch of ticks of the file."""

    start: int
    end: int
    event: ChannelEvent


def write_midi(performance: Performance, path: Path) -> None:
    """Write a type 1 MIDI file of 480 ticks a quarter; raises InputError when the folder does not exist."""
    file = mido.MidiFile(type=1, ticks_per_beat=FILE_TICKS_PER_QUARTER, charset="utf-8")
    file.tracks.extend(_tracks(performance))
    stream = io.BytesIO()
    file.save(file=stream)
    write_whole(path, stream.getvalue())


def _tracks(performance: Performance) -> Iterator[mido.MidiTrack]:
    placed = [*_conducted(performance), *_played(performance)]
    end = max([_end_tick(performance), *(each.tick for each in placed)])
    yield _track(CONDUCTOR_NAME, (each for each in placed if each.track == CONDUCTOR_NAME), end)
    sounding = {each.track for each in placed if each.rank == _NOTE_ON}
    for name in (*(part + kind for part in TRACK_NAMES.values() for kind in _KINDS), STINGERS_NAME):
        if name in sounding:
            yield _track(name, (each for each in placed if each.track == name), end)


def _track(name: str, placed: Iterable[_Placed], end: int) -> mido.MidiTrack:
    """A track from messages in any order, closed at a tick."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    if name.endswith(_KINDS[2]):
        track.append(mido.MetaMessage("midi_port", port=1))
    now = 0
    for each in sorted(placed, key=lambda each: (each.tick, each.rank)):
        track.append(each.message.copy(time=each.tick - now))
        now = each.tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _origin_tick(performance: Performance) -> int:
    """The engine's tick at which the file begins."""
    return performance.bars[0].start_tick if performance.bars else 0


def _file_tick(tick: float, origin: int) -> int:
    return max(0, round((tick - origin) * FILE_TICKS_PER_TICK))


def _end_tick(performance: Performance) -> int:
    """Where the last bar ends, in ticks of the file."""
    if not performance.bars:
        return 0
    return _file_tick(performance.bars[-1].end_tick, _origin_tick(performance))


def _conducted(performance: Performance) -> Iterator[_Placed]:
    """Tempo, metre and key where they change, and a marker for every bar."""
    yield from _tempos(performance)
    last: dict[str, mido.MetaMessage] = {}
    for played in performance.bars:
        tick = _file_tick(played.start_tick, _origin_tick(performance))
        for message in _signatures(played):
            if message.type not in last or last[message.type] != message:
                last[message.type] = message
                yield _Placed(tick, _SETTING, CONDUCTOR_NAME, message)
        yield _Placed(tick, _SETTING, CONDUCTOR_NAME, mido.MetaMessage("marker", text=_marker(played)))


def _tempos(performance: Performance) -> Iterator[_Placed]:
    """The tempo where it changes, in steps along a glide; what rounding loses is made good."""
    origin, written, behind = _origin_tick(performance), 0, 0.0
    for played in performance.bars:
        start = _file_tick(played.start_tick, origin)
        for first, last in pairwise(_steps(played)):
            seconds = played.curve.span(last / FILE_TICKS_PER_TICK) - played.curve.span(first / FILE_TICKS_PER_TICK)
            quarters = (last - first) / FILE_TICKS_PER_QUARTER
            # A step shorter than a quarter would have to change its tempo audibly to catch up.
            owed = behind if abs(behind) > DRIFT_SECONDS and quarters >= 1 else 0.0
            tempo = round((seconds + owed) / quarters * MICROSECONDS)
            if tempo != written:
                yield _Placed(start + first, _SETTING, CONDUCTOR_NAME, mido.MetaMessage("set_tempo", tempo=tempo))
            written = tempo
            behind += seconds - tempo / MICROSECONDS * quarters


def _steps(played: PlayedBar) -> list[int]:
    """Where the tempo is written within a bar, and its end, in ticks of the file from the bar's beginning."""
    ends = [*(change.tick for change in played.curve.changes[1:]), float(played.ticks)]
    ticks = {0.0, float(played.ticks)}
    for change, end in zip(played.curve.changes, ends, strict=False):
        glided = min(change.tick + change.glide_ticks, end)
        ticks |= {change.tick, glided}
        if change.glide_ticks:
            step = _step(played, change)
            ticks.update(float(tick) for tick in range(0, played.ticks, step) if change.tick < tick < glided)
    return sorted({round(tick * FILE_TICKS_PER_TICK) for tick in ticks if tick <= played.ticks})


def _step(played: PlayedBar, change: TempoChange) -> int:
    """The longest even part of a beat, in ticks, within which a glide strays little from its mean tempo."""
    first, last = tick_length(played.curve.tempo_at(change.tick)), tick_length(change.tempo_to)
    slope = abs(last - first) / change.glide_ticks
    beat = played.bar.metre.beat_ticks
    # The time of a parabola, slope t^2 / 2, lies furthest from its chord in the middle: slope step^2 / 8.
    return next((step for step in range(beat, 1, -1) if beat % step == 0 and slope * step**2 / 8 <= STRAY_SECONDS), 1)


def _signatures(played: PlayedBar) -> Iterator[mido.MetaMessage]:
    numerator, denominator = _time_signature(played)
    yield mido.MetaMessage(
        "time_signature",
        numerator=numerator,
        denominator=denominator,
        # MIDI's clocks, 24 a quarter, happen to be the engine's ticks.
        clocks_per_click=played.bar.metre.beat_ticks,
    )
    yield mido.MetaMessage("key_signature", key=_key_name(played.intent.key))


def _time_signature(played: PlayedBar) -> tuple[int, int]:
    """The bar's metre, or for one that was cut the nearest that has its length, such as 3/4 or 7/16.

    No signature is as long as a bar cut within a thirty-second; it gets the next longer one.
    """
    whole = 4 * TICKS_PER_QUARTER
    for denominator in FILE_DENOMINATORS:
        if denominator >= played.bar.metre.denominator and played.ticks * denominator % whole == 0:
            return played.ticks * denominator // whole, denominator
    return math.ceil(played.ticks * FILE_DENOMINATORS[-1] / whole), FILE_DENOMINATORS[-1]


def _key_name(key: Key) -> str:
    return (PITCH_CLASSES if key.mode.is_major else _MINOR_KEY_NAMES)[key.tonic]


def _marker(played: PlayedBar) -> str:
    """Such as 'bar 6 explore valence +0.30 arousal -0.10 tension 0.20 intensity 0.80'."""
    intent, mood = played.intent, played.intent.mood
    return (
        f"bar {intent.index + 1} {intent.state or _NO_STATE} valence {mood.valence:+.2f} arousal {mood.arousal:+.2f}"
        f" tension {mood.tension:.2f} intensity {played.intensity:.2f}"
    )


def _played(performance: Performance) -> Iterator[_Placed]:
    """Every channel event as a message, notes in pairs."""
    origin = _origin_tick(performance)
    events = sorted(performance.events, key=lambda sent: sent.tick)
    tracks = _tracks_of_channels(events)
    for span in _spans(events, origin, _end_tick(performance)):
        track = _track_of(span.event, tracks)
        yield _Placed(span.start, _NOTE_ON, track, _note("note_on", span.event, span.event.value))
        yield _Placed(span.end, _NOTE_OFF, track, _note("note_off", span.event, 0))
    for sent in events:
        if sent.event.kind in _SETTING_MESSAGES:
            message = _SETTING_MESSAGES[sent.event.kind](sent.event)
            yield _Placed(_file_tick(sent.tick, origin), _SETTING, _track_of(sent.event, tracks), message)


def _tracks_of_channels(events: Sequence[SentEvent]) -> dict[int, str]:
    """The track of the first part that uses each channel; of stingers where one plays that belongs to no part."""
    tracks = {DRUM_CHANNEL: TRACK_NAMES[Part.DRUMS]}
    for sent in events:
        if sent.event.part is not None:
            tracks.setdefault(sent.event.channel, TRACK_NAMES[sent.event.part])
    for sent in events:
        if _starts(sent.event):
            tracks.setdefault(sent.event.channel, STINGERS_NAME)
    return tracks


def _track_of(event: ChannelEvent, tracks: dict[int, str]) -> str:
    if event.part is None:
        return tracks.get(event.channel, CONDUCTOR_NAME)
    return TRACK_NAMES[event.part] + _KINDS[is_layer(event.channel) + event.channel // PORT_CHANNELS]


def _spans(events: Iterable[SentEvent], origin: int, last_tick: int) -> Iterable[_Span]:
    """The notes of events in order: each ends, lasts at least a tick and overlaps none of its pitch and channel."""
    spans: dict[tuple[int, int, int], _Span] = {}
    sounding: dict[tuple[int, int], _Span] = {}
    for sent in events:
        event, tick = sent.event, _file_tick(sent.tick, origin)
        if event.kind not in _NOTE_KINDS:
            continue
        key = event.channel, event.number
        # A note that starts again ends the one that sounds, as it does in FluidSynth.
        if ended := sounding.pop(key, None):
            ended.end = max(tick, ended.start + 1)
        if _starts(event):
            sounding[key] = spans[*key, tick] = _Span(tick, max(last_tick, tick + 1), event)
    return spans.values()


_NOTE_KINDS = (ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF)


def _starts(event: ChannelEvent) -> bool:
    """Whether an event begins a note: a velocity of 0 ends one."""
    return event.kind is ChannelEventKind.NOTE_ON and event.value > 0


def _note(kind: str, event: ChannelEvent, velocity: int) -> mido.Message:
    return mido.Message(kind, channel=event.channel % PORT_CHANNELS, note=event.number, velocity=velocity)


def _control(event: ChannelEvent) -> mido.Message:
    return mido.Message(
        "control_change", channel=event.channel % PORT_CHANNELS, control=event.number, value=event.value
    )


def _program(event: ChannelEvent) -> mido.Message:
    return mido.Message("program_change", channel=event.channel % PORT_CHANNELS, program=event.number)


def _bend(event: ChannelEvent) -> mido.Message:
    return mido.Message("pitchwheel", channel=event.channel % PORT_CHANNELS, pitch=event.number - _CENTRED_BEND)


_SETTING_MESSAGES: dict[ChannelEventKind, Callable[[ChannelEvent], mido.Message]] = {
    ChannelEventKind.CONTROL: _control,
    ChannelEventKind.PROGRAM: _program,
    ChannelEventKind.BEND: _bend,
}
