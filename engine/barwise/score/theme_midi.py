"""Themes from MIDI files: the melody of one track, its metre and its key. Knows no score."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from barwise.errors import BarwiseError, InputError
from barwise.music.events import DRUM_CHANNEL
from barwise.music.harmony import PITCH_CLASSES, SHARP_PITCH_CLASSES, Key, Mode
from barwise.music.metre import COMMON_TIME, TICKS_PER_QUARTER, Metre
from barwise.music.theme import Theme, likely_key, theme_of

if TYPE_CHECKING:
    import mido

MAX_BYTES = 256 * 1024
"""A theme is some bars; a larger file is a mistake."""

ENDINGS = (".mid", ".midi")
MAX_NOTES = 4096

GRIDS = (6, 8, 3)
"""Sixteenths, triplet eighths and thirty-seconds, in ticks: onsets are moved to the first that is near enough."""

_NEAR = 1
"""Ticks by which an onset may be off its grid."""

Tone = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file holds that a theme needs."""

    notes: list[Tone]
    metre: Metre
    key: Key | None


def read_midi_theme(path: Path, name: str = "", key: Key | None = None, metre: Metre | None = None) -> Theme:
    """The theme in a MIDI file: the highest notes of its first track that has any; drums are left out.

    Key and metre are those given, else the file's; a file that names no key is heard in the major or
    minor key that its notes fit best. Raises InputError.
    """
    import mido  # most scores have no such file, and every game loads one

    try:
        found = _found(mido.MidiFile(file=io.BytesIO(_content(path)), clip=True))
    except BarwiseError:
        raise
    # mido lets OSError, EOFError, ValueError, KeyError and others out of malformed files.
    except Exception as error:
        raise InputError(f"{path} is not a MIDI file that can be read: {' '.join(str(error).split())[:200]}") from error
    if not found.notes:
        raise InputError(f"{path} has no notes; a theme needs a track with a melody")
    return theme_of(name or path.stem, found.notes, key or found.key or likely_key(found.notes), metre or found.metre)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: the theme cannot be read: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise InputError(f"{path} is larger than the {MAX_BYTES // 1024} KiB allowed for a theme")
    return content


def _found(file: "mido.MidiFile") -> _Found:
    if file.ticks_per_beat <= 0:
        raise InputError("a file in frames of film has no beats")
    settings = {message.type: message for track in reversed(file.tracks) for message in reversed(track)}
    metre, key = settings.get("time_signature"), settings.get("key_signature")
    tracks = (_melody(list(_notes(track, file.ticks_per_beat))[:MAX_NOTES]) for track in file.tracks)
    return _Found(
        next((notes for notes in tracks if notes), []),
        Metre(metre.numerator, metre.denominator) if metre else COMMON_TIME,
        _key(key.key) if key else None,
    )


def _notes(track: "mido.MidiTrack", ticks_per_beat: int) -> Iterator[Tone]:
    """The pitched notes of a track, in the engine's ticks, as they end."""
    begun: dict[int, int] = {}
    now = 0
    for message in track:
        now += message.time
        if message.type not in {"note_on", "note_off"} or message.channel == DRUM_CHANNEL:
            continue
        if message.note in begun:
            start = begun.pop(message.note)
            onset, end = (_on_grid(tick * TICKS_PER_QUARTER / ticks_per_beat) for tick in (start, now))
            yield onset, max(end - onset, GRIDS[-1]), message.note
        if message.type == "note_on" and message.velocity:
            begun[message.note] = now


def _on_grid(tick: float) -> int:
    """The nearest place where a note may begin."""
    places = [round(tick / grid) * grid for grid in GRIDS]
    return next((place for place in places if abs(place - tick) <= _NEAR), min(places, key=lambda at: abs(at - tick)))


def _melody(notes: list[Tone]) -> list[Tone]:
    """The highest note at every onset, cut where the next begins; the first bar line is the file's own."""
    highest: dict[int, Tone] = {}
    for note in sorted(notes, key=lambda note: (note[0], note[2])):
        highest[note[0]] = note
    line = list(highest.values())
    last = line[-1:]
    return [(at, min(ticks, after[0] - at), pitch) for (at, ticks, pitch), after in pairwise(line)] + last


def _key(name: str) -> Key:
    """A key by its name in a MIDI file, such as 'F#m'."""
    tonic = name.removesuffix("m")
    names = PITCH_CLASSES if tonic in PITCH_CLASSES else SHARP_PITCH_CLASSES
    number = names.index(tonic) if tonic in names else _RARE[tonic]
    return Key(number, Mode.MINOR if name.endswith("m") else Mode.MAJOR)


_RARE = {"Cb": 11}
