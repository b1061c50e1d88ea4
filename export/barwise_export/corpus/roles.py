"""Which track plays which part, section by section, in music for a full band.

A section is four bars. Within it one track may be the bass, one the melody, one the counter;
the rest make chords or double what is already there. A track that had a role keeps it unless
another is clearly better.
"""

from dataclasses import dataclass

import numpy as np

from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Part
from barwise_export.corpus.grid import GridPiece
from barwise_export.corpus.raw import DURATION, PITCH, START, VELOCITY, Notes, Track
from barwise_export.corpus.voices import (
    MAX_CHORD_NOTES,
    MAX_LINE_NOTES,
    PartNotes,
    drums,
    few_voices,
    lowest_line,
    merged,
    onset_keys,
    top_line,
    within,
)

SECTION_BARS = 4
KEEPS_ROLE = 0.6
"""Score that a track gains for having had the role in the section before."""
DOUBLES = 0.75
"""Share of a track's onsets found in another, unison or octave, from which it is a doubling."""
ECHOES = 0.7
"""Share of a track's onsets found in another a moment earlier from which it is an echo."""
ECHO_TICKS = range(1, 37)
CHORD_TRACKS = 2
"""Tracks that together make the chords; more of them blur the rhythm."""

_EFFECTS = range(115, 128)
_BASSES = range(32, 40)
_PLUCKED = range(24, 29)
_KEYBOARDS = (*range(24), 46)
_LEAD_BONUS = (
    (range(80, 88), 0.7),
    (range(56, 80), 0.6),
    (range(29, 31), 0.2),
    (range(40, 44), 0.3),
    (range(88, 96), -0.8),
    (range(48, 56), -0.4),
    (range(96, 104), -0.6),
    (range(44, 46), -0.3),
)
"""How likely a General MIDI program is to carry a melody, against 0 for the rest."""

_BASS_TOP = 55.0
_LEFT_HAND = 12.0
_MELODY_BOTTOM = 52.0
_SINGABLE_SPEED = 2.5
"""Onsets a quarter above which a line is more likely an arpeggio than a tune."""
_TAKES_TURNS = 0.2
"""Share of its onsets under which a second bass sounds with the first, so that both are one part."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a track does in a section."""

    pitch: float
    """Mean pitch weighted by duration."""
    single: float
    """Share of onsets that bring one note, 0 to 1."""
    pace: float
    """Onsets a quarter."""
    speed: float
    """Onsets a quarter while it plays, its rests left out."""
    coverage: float
    """Share of the section in which it sounds, 0 to 1."""
    variety: int
    """Distinct pitches."""
    loudness: float
    """Mean velocity by channel volume, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The parts of a piece and what was left out."""

    parts: PartNotes
    doubled: int
    """Notes of doublings and echoes."""
    surplus: int
    """Notes of further tracks that found no part, effects included."""
    unknown_drums: int


@dataclass(frozen=True, slots=True)
class _Section:
    """Which tracks play what, by number."""

    bass: int | None = None
    relief: tuple[int, ...] = ()
    """Tracks that are the bass where the bass is silent."""
    melody: int | None = None
    counter: int | None = None
    chords: tuple[int, ...] = ()
    doubled: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()


def band(piece: GridPiece) -> Roles:
    """The five parts of a piece for a full band."""
    hits, unknown = drums(merged(track.notes for track in piece.tracks if track.is_drum))
    pitched = [track for track in piece.tracks if not track.is_drum]
    tracks, echoed = _without_echoes([track for track in pitched if track.program not in _EFFECTS])
    effects = sum(len(track.notes) for track in pitched if track.program in _EFFECTS)
    assigned = _assign(tracks, _section_spans(piece))
    return Roles(
        parts=_thinned(assigned.parts) | {Part.DRUMS: hits},
        doubled=assigned.doubled + echoed,
        surplus=assigned.surplus + effects,
        unknown_drums=unknown,
    )


def _section_spans(piece: GridPiece) -> list[tuple[int, int]]:
    firsts = piece.bars[::SECTION_BARS]
    ends = [bar.start for bar in firsts[1:]] + [piece.bars[-1].end]
    return [(bar.start, end) for bar, end in zip(firsts, ends, strict=True)]


def _without_echoes(tracks: list[Track]) -> tuple[list[Track], int]:
    kept: list[Track] = []
    echoed = 0
    for track in sorted(tracks, key=_presence, reverse=True):
        if any(_echoes(track.notes, other.notes) for other in kept):
            echoed += len(track.notes)
        else:
            kept.append(track)
    return kept, echoed


def _presence(track: Track) -> tuple[float, int]:
    return (float(track.notes[:, VELOCITY].mean()) * track.volume, len(track.notes))


def _echoes(notes: Notes, other: Notes) -> bool:
    """Whether notes say another track's again a moment later, which is an effect and no part."""
    keys, said = onset_keys(notes), onset_keys(other)
    if len(said) < ECHOES * len(keys):
        return False
    return any(float(np.isin(keys - lag * 12, said).mean()) >= ECHOES for lag in ECHO_TICKS) and not (
        _repeats_itself(keys)
    )


def _repeats_itself(keys: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    """Whether a line is its own echo, such as one repeated note: then nothing can be said."""
    return any(float(np.isin(keys - lag * 12, keys).mean()) >= ECHOES for lag in ECHO_TICKS)


def _assign(tracks: list[Track], spans: list[tuple[int, int]]) -> Roles:
    groups: dict[Part, list[Notes]] = {part: [] for part in Part}
    section = _Section()
    doubled = surplus = 0
    for first, last in spans:
        notes = [within(track.notes, first, last) for track in tracks]
        section = _section(tracks, notes, last - first, section)
        for part, found in _parts_of(section, notes).items():
            groups[part].append(found)
        doubled += sum(len(notes[number]) for number in section.doubled)
        surplus += sum(len(notes[number]) for number in section.surplus)
    return Roles({part: merged(found) for part, found in groups.items()}, doubled, surplus, 0)


def _parts_of(section: _Section, notes: list[Notes]) -> PartNotes:
    """The notes of each part in one section; a polyphonic melody track gives its top line and keeps the rest."""
    parts: dict[Part, Notes] = {}
    chords = [notes[number] for number in section.chords]
    if section.melody is not None:
        if section.melody in section.chords:
            parts[Part.MELODY] = top_line(notes[section.melody])
            chords = [rest_of(found, parts[Part.MELODY]) for found in chords]
        else:
            parts[Part.MELODY], low = _without_low(notes[section.melody])
            chords.append(low)
    if section.counter is not None:
        parts[Part.COUNTER], low = _without_low(notes[section.counter])
        chords.append(low)
    if section.bass is not None:
        parts[Part.BASS] = merged(notes[number] for number in (section.bass, *section.relief))
    return parts | {Part.CHORDS: merged(chords)}


def _without_low(notes: Notes) -> tuple[Notes, Notes]:
    """A line, and the notes far below it that a player's left hand adds."""
    is_low = notes[:, PITCH] < min(float(np.median(notes[:, PITCH])) - _LEFT_HAND, _BASS_TOP)
    return notes[~is_low], notes[is_low]


def rest_of(notes: Notes, taken: Notes) -> Notes:
    """The notes whose start and pitch are not among those taken."""
    keys = notes[:, START] * 128 + notes[:, PITCH]
    rest: Notes = notes[~np.isin(keys, taken[:, START] * 128 + taken[:, PITCH])]
    return rest


def _thinned(parts: PartNotes) -> PartNotes:
    return {
        Part.BASS: lowest_line(parts[Part.BASS]),
        Part.CHORDS: few_voices(parts[Part.CHORDS], MAX_CHORD_NOTES, is_line=False),
        Part.COUNTER: few_voices(parts[Part.COUNTER], MAX_LINE_NOTES, is_line=True),
        Part.MELODY: few_voices(parts[Part.MELODY], MAX_LINE_NOTES, is_line=True),
    }


def _section(tracks: list[Track], notes: list[Notes], ticks: int, before: _Section) -> _Section:
    figures = {number: measure(found, tracks[number], ticks) for number, found in enumerate(notes) if len(found)}
    free = dict(figures)
    bass = _best({n: _bass_score(tracks[n], f) for n, f in free.items()}, before.bass)
    doubled = _doublings(bass, free, notes)
    relief = tuple(n for n, f in _minus(free, bass, *doubled).items() if _relieves(n, f, bass, notes, tracks))
    free = _minus(free, bass, *doubled, *relief)
    melody = _best({n: _line_score(tracks[n], f) for n, f in free.items()}, before.melody)
    doubled += _doublings(melody, free, notes)
    free = _minus(free, melody, *doubled)
    counter = _best({n: _line_score(tracks[n], f) for n, f in free.items()}, before.counter)
    doubled += _doublings(counter, free, notes)
    free = _minus(free, counter, *doubled)
    chords, redundant, surplus = _chord_tracks(free, notes, before)
    top = _top_line_track(chords, figures, tracks) if melody is None else None
    leader = melody if top is None else top
    return _Section(bass, relief, leader, counter, chords, (*doubled, *redundant), surplus)


def _relieves(number: int, figures: Figures, bass: int | None, notes: list[Notes], tracks: list[Track]) -> bool:
    """Whether a track could be the bass and plays only where the bass does not."""
    if bass is None or _bass_score(tracks[number], figures) <= 0:
        return False
    index = np.searchsorted(notes[bass][:, START], notes[number][:, START], side="right") - 1
    held = notes[bass][np.maximum(index, 0)]
    together = (index >= 0) & (held[:, START] + held[:, DURATION] > notes[number][:, START])
    return float(together.mean()) < _TAKES_TURNS


def _minus(figures: dict[int, Figures], *numbers: int | None) -> dict[int, Figures]:
    return {number: found for number, found in figures.items() if number not in numbers}


def _best(scores: dict[int, float], before: int | None) -> int | None:
    """The track with the highest score above zero; the one that had the role before gets a bonus."""
    good = {n: score + (KEEPS_ROLE if n == before else 0.0) for n, score in scores.items() if score > 0}
    return max(good, key=lambda number: good[number]) if good else None


def measure(notes: Notes, track: Track, ticks: int) -> Figures:
    """The figures of the notes of a section of some length in ticks."""
    starts, counts = np.unique(notes[:, START], return_counts=True)
    weights = notes[:, DURATION]
    return Figures(
        pitch=float(np.average(notes[:, PITCH], weights=weights)),
        single=float((counts == 1).mean()),
        pace=len(starts) * TICKS_PER_QUARTER / ticks,
        speed=len(starts) / len(np.unique(starts // TICKS_PER_QUARTER)),
        coverage=_coverage(notes, ticks),
        variety=len(np.unique(notes[:, PITCH])),
        loudness=float(notes[:, VELOCITY].mean()) / 127 * track.volume,
    )


def _coverage(notes: Notes, ticks: int) -> float:
    sounding = np.zeros(ticks, dtype=np.bool_)
    first = notes[0, START]
    for start, duration, _, _ in notes.tolist():
        sounding[start - first : start - first + duration] = True
    return float(sounding.mean())


def _bass_score(track: Track, figures: Figures) -> float:
    """How well a track serves as the bass; at most zero when it cannot."""
    is_bass = track.program in _BASSES or "bass" in track.name.lower()
    if figures.pitch > _BASS_TOP + (5 if is_bass else -5) or figures.single < (0.5 if is_bass else 0.8):
        return 0.0
    return (_BASS_TOP + 6 - figures.pitch) / 12 + figures.single + figures.coverage + (2.0 if is_bass else 0.0)


def _line_score(track: Track, figures: Figures) -> float:
    """How well a track serves as a melody or counter; at most zero when it cannot."""
    if figures.single < 0.55 or figures.pitch < _MELODY_BOTTOM or figures.variety < 2:
        return 0.0
    score = min(figures.pitch - 60, 24) / 12 * 0.8 + figures.single + min(figures.pace, 1.0)
    score += min(figures.variety, 6) / 6 + 0.5 * figures.coverage + 1.5 * figures.loudness
    score -= max(figures.speed - _SINGABLE_SPEED, 0.0) * 0.8
    return score + _lead_bonus(track.program) - (1.0 if track.program in _BASSES else 0.0) - 1.0


def _lead_bonus(program: int) -> float:
    return next((bonus for programs, bonus in _LEAD_BONUS if program in programs), 0.0)


def _doublings(leader: int | None, free: dict[int, Figures], notes: list[Notes]) -> tuple[int, ...]:
    """Tracks that say what the leader says, in unison or octaves."""
    if leader is None:
        return ()
    said = onset_keys(notes[leader])
    return tuple(n for n in free if n != leader and _doubles(notes[n], said))


def _doubles(notes: Notes, said: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    return float(np.isin(onset_keys(notes), said).mean()) >= DOUBLES


def _chord_tracks(
    free: dict[int, Figures], notes: list[Notes], before: _Section
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The tracks that make the chords, those that only double them, and those too many."""
    scores = {n: _chord_score(f) + (KEEPS_ROLE if n in before.chords else 0.0) for n, f in free.items()}
    chosen: list[int] = []
    doubled: list[int] = []
    for number in sorted(scores, key=lambda number: -scores[number]):
        if any(_doubles(notes[number], onset_keys(notes[other])) for other in chosen):
            doubled.append(number)
        else:
            chosen.append(number)
    return tuple(chosen[:CHORD_TRACKS]), tuple(doubled), tuple(chosen[CHORD_TRACKS:])


def _chord_score(figures: Figures) -> float:
    return 2 * (1 - figures.single) + figures.coverage + figures.loudness + min(figures.variety, 8) / 8


def _top_line_track(chords: tuple[int, ...], figures: dict[int, Figures], tracks: list[Track]) -> int | None:
    """A polyphonic keyboard track lively enough for its top line to be the melody."""
    lively = [n for n in chords if tracks[n].program in _KEYBOARDS and _is_lively(figures[n])]
    return max(lively, key=lambda number: figures[number].loudness, default=None)


def _is_lively(figures: Figures) -> bool:
    return figures.pace >= 0.75 and figures.variety >= 6 and figures.pitch >= 57
