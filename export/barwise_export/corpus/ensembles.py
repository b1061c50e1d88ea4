"""Which part each player of a small ensemble has: quartet, song, keyboard and drum kit."""

from itertools import groupby

import numpy as np

from barwise.music.notes import Part
from barwise_export.corpus.grid import GridPiece
from barwise_export.corpus.raw import CorpusError, Notes, Track
from barwise_export.corpus.roles import Roles, rest_of
from barwise_export.corpus.voices import (
    MAX_CHORD_NOTES,
    MAX_LINE_NOTES,
    PartNotes,
    bottom_line,
    drums,
    empty_notes,
    few_voices,
    lowest_line,
    merged,
    top_line,
    within,
)

_PLAYERS = (Part.MELODY, Part.COUNTER, Part.CHORDS, Part.BASS)
_INTERLUDE_BARS = 2
"""Bars without a singer from which the piano's top line is the melody."""
_KEYBOARD_PROGRAMS = range(8)


def quartet(piece: GridPiece) -> Roles:
    """Violins play melody and counter, the viola chords, the cello bass."""
    tracks = _pitched(piece)
    if len(tracks) != len(_PLAYERS):
        raise CorpusError("not four players")
    played = {part: track.notes for part, track in zip(_PLAYERS, tracks, strict=True)}
    bass = lowest_line(played[Part.BASS])
    chords = merged([played[Part.CHORDS], rest_of(played[Part.BASS], bass)])
    return _roles(piece, played | {Part.BASS: bass, Part.CHORDS: chords})


def song(piece: GridPiece) -> Roles:
    """Singers have melody and counter; the piano chords and bass, and the melody where nobody sings."""
    instruments = _instruments(_pitched(piece))
    singers = [staves[0].notes for staves in instruments if len(staves) == 1]
    pianos = [staves for staves in instruments if len(staves) > 1]
    if not singers or len(pianos) != 1:
        raise CorpusError("not singers with a piano")
    right = merged(staff.notes for staff in pianos[0][:-1])
    bass = bottom_line(pianos[0][-1].notes)
    interludes = _interludes(piece, merged(singers), right)
    chords = [rest_of(right, interludes), rest_of(pianos[0][-1].notes, bass), *singers[2:]]
    return _roles(
        piece,
        {
            Part.MELODY: merged([singers[0], interludes]),
            Part.COUNTER: singers[1] if len(singers) > 1 else empty_notes(),
            Part.CHORDS: merged(chords),
            Part.BASS: bass,
        },
    )


def keyboard(piece: GridPiece) -> Roles:
    """The top line is the melody, the bottom line the bass, what lies between makes the chords."""
    tracks = _pitched(piece)
    if any(track.program not in _KEYBOARD_PROGRAMS for track in piece.tracks):
        raise CorpusError("not for a keyboard")
    hands = sorted(tracks, key=lambda track: float(track.notes[:, 2].mean()))
    left = merged(track.notes for track in hands[: len(hands) // 2])
    right = merged(track.notes for track in hands[len(hands) // 2 :])
    melody = top_line(right)
    low = left if len(left) else rest_of(right, melody)
    bass = bottom_line(low)
    chords = merged([rest_of(right, merged([melody, bass])), rest_of(left, bass)])
    return _roles(piece, {Part.MELODY: melody, Part.BASS: bass, Part.CHORDS: chords, Part.COUNTER: empty_notes()})


def kit(piece: GridPiece) -> Roles:
    """Drums alone."""
    hits, unknown = drums(merged(track.notes for track in piece.tracks))
    return Roles({Part.DRUMS: hits}, doubled=0, surplus=0, unknown_drums=unknown)


def _pitched(piece: GridPiece) -> list[Track]:
    return [track for track in piece.tracks if not track.is_drum and len(track.notes)]


def _instruments(tracks: list[Track]) -> list[list[Track]]:
    """Neighboring staves of one name are one instrument."""
    return [list(staves) for _, staves in groupby(tracks, key=lambda track: track.name)]


def _interludes(piece: GridPiece, sung: Notes, right: Notes) -> Notes:
    """The piano's top line where nobody sings for a while."""
    bars = piece.bars
    spans = [(bars[n].start, bars[min(n + _INTERLUDE_BARS, len(bars)) - 1].end) for n in _firsts(piece)]
    return merged(top_line(within(right, *span)) for span in spans if not len(within(sung, *span)))


def _firsts(piece: GridPiece) -> range:
    return range(0, len(piece.bars), _INTERLUDE_BARS)


def _roles(piece: GridPiece, played: PartNotes) -> Roles:
    """The parts thinned to what they may sound; the notes given up count as doubled."""
    parts = {
        Part.MELODY: few_voices(played[Part.MELODY], MAX_LINE_NOTES, is_line=True),
        Part.COUNTER: few_voices(played[Part.COUNTER], MAX_LINE_NOTES, is_line=True),
        Part.CHORDS: few_voices(played[Part.CHORDS], MAX_CHORD_NOTES, is_line=False),
        Part.BASS: played[Part.BASS],
    }
    kept = int(np.sum([len(notes) for notes in parts.values()]))
    return Roles(parts, doubled=piece.onsets - kept, surplus=0, unknown_drums=0)
