"""Small pieces of music for the tests of the corpus: as arrays, as MIDI files, as MusicXML files."""

import zipfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np

from barwise.music.metre import COMMON_TIME, Metre
from barwise_export.corpus.grid import GridBar, GridPiece
from barwise_export.corpus.raw import Notes, Track, sorted_notes

Event = tuple[float, float, int]
"""Start and length in quarters, and pitch."""


def notes(events: Iterable[Event], velocity: int = 90, ticks_per_quarter: int = 24) -> Notes:
    """Notes on the grid, or on another number of ticks a quarter."""
    rows = [[round(s * ticks_per_quarter), round(d * ticks_per_quarter), pitch, velocity] for s, d, pitch in events]
    return sorted_notes(np.array(rows, dtype=np.int64).reshape(-1, 4))


def repeated(events: Sequence[Event], times: int, quarters: float = 4.0) -> list[Event]:
    """Events played again and again, a length in quarters apart."""
    return [(start + time * quarters, length, pitch) for time in range(times) for start, length, pitch in events]


def track(events: Iterable[Event], program: int = 0, name: str = "", velocity: int = 90) -> Track:
    """A pitched track on the grid."""
    return Track(name, program, False, notes(events, velocity))


def drum_track(events: Iterable[Event]) -> Track:
    """A track of drums on the grid."""
    return Track("drums", 0, True, notes(events))


def grid_bars(count: int, metre: Metre = COMMON_TIME, tempo: float = 120.0) -> tuple[GridBar, ...]:
    """Bars one after the other."""
    return tuple(GridBar(number * metre.bar_ticks, metre, tempo) for number in range(count))


def piece(tracks: Sequence[Track], bars: int, metre: Metre = COMMON_TIME) -> GridPiece:
    """Tracks as a piece on the grid."""
    return GridPiece(tuple(tracks), grid_bars(bars, metre), 0, sum(len(found.notes) for found in tracks))


def write_midi(
    path: Path,
    tracks: Sequence[tuple[int, int, Sequence[Event]]],
    signature: tuple[int, int] | None = (4, 4),
    tempo: float = 120.0,
) -> Path:
    """A MIDI file of (channel, program, events) tracks."""
    file = mido.MidiFile(ticks_per_beat=96)
    head = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo))])
    if signature:
        head.append(mido.MetaMessage("time_signature", numerator=signature[0], denominator=signature[1]))
    file.tracks.append(head)
    file.tracks += [_midi_track(*found) for found in tracks]
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)
    return path


def _midi_track(channel: int, program: int, events: Sequence[Event]) -> mido.MidiTrack:
    timed = [(round((start + length) * 96), 0, pitch) for start, length, pitch in events]
    timed += [(round(start * 96), 90, pitch) for start, _, pitch in events]
    timed.sort()
    made = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
    times = [0, *(time for time, _, _ in timed)]
    for (before, now), (_, velocity, pitch) in zip(pairwise(times), timed, strict=True):
        made.append(mido.Message("note_on", channel=channel, note=pitch, velocity=velocity, time=now - before))
    return made


def write_score(path: Path, parts: Sequence[tuple[str, str]]) -> Path:
    """A compressed MusicXML file of (name, measures) parts."""
    names = "".join(
        f'<score-part id="P{number}"><part-name>{name}</part-name></score-part>'
        for number, (name, _) in enumerate(parts)
    )
    music = "".join(f'<part id="P{number}">{measures}</part>' for number, (_, measures) in enumerate(parts))
    score = f'<score-partwise version="3.1"><part-list>{names}</part-list>{music}</score-partwise>'
    container = '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("score.xml", score)
    return path


def score_note(step: str, octave: int, quarters: int, extra: str = "", staff: int = 1) -> str:
    """A note of a MusicXML score with one division a quarter."""
    return (
        f"<note>{extra if extra == '<grace/>' else ''}<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        + ("" if extra == "<grace/>" else f"<duration>{quarters}</duration>")
        + (extra if extra != "<grace/>" else "")
        + f"<voice>{staff}</voice><staff>{staff}</staff></note>"
    )


def measure(number: int, content: str) -> str:
    """A measure of a MusicXML score; the first one says 4/4 and one division a quarter."""
    first = "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
    return f'<measure number="{number}">{first if number == 1 else ""}{content}</measure>'
