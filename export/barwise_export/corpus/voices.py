"""Notes of a part: thinning to one or two voices, no overlaps, no doubles. Knows no instruments."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from barwise.music.notes import PERCUSSION, Part
from barwise_export.corpus.raw import DURATION, PITCH, START, VELOCITY, Notes, sorted_notes

PartNotes = dict[Part, Notes]
"""The notes of a piece by part."""

MAX_CHORD_NOTES = 6
MAX_LINE_NOTES = 2
DRUM_TICKS = 6

_HEARD_AS = {heard: drum for drum, others in PERCUSSION.items() for heard in (drum, *others)}


def empty_notes() -> Notes:
    """No notes."""
    return np.zeros((0, 4), dtype=np.int64)


def merged(groups: Iterable[Notes]) -> Notes:
    """The notes of several tracks in order."""
    return sorted_notes(np.concatenate([empty_notes(), *groups]))


def drums(notes: Notes) -> tuple[Notes, int]:
    """Hits as the composer's percussion, and how many had no such sound."""
    known = np.array([int(pitch) in _HEARD_AS for pitch in notes[:, PITCH]], dtype=np.bool_)
    hits = notes[known].copy()
    hits[:, PITCH] = [_HEARD_AS[int(pitch)] for pitch in hits[:, PITCH]]
    hits[:, DURATION] = DRUM_TICKS
    return unique(hits), int((~known).sum())


def unique(notes: Notes) -> Notes:
    """One note per start and pitch: the longest, at the greatest velocity of them."""
    if not len(notes):
        return notes
    order = np.lexsort((-notes[:, DURATION], notes[:, PITCH], notes[:, START]))
    ordered = notes[order]
    new = np.ones(len(ordered), dtype=np.bool_)
    new[1:] = (np.diff(ordered[:, START]) != 0) | (np.diff(ordered[:, PITCH]) != 0)
    loudest = np.maximum.reduceat(ordered[:, VELOCITY], np.flatnonzero(new))
    kept: Notes = ordered[new]
    kept[:, VELOCITY] = np.clip(loudest, 1, 127)
    return kept


def without_overlaps(notes: Notes) -> Notes:
    """Notes cut where the same pitch starts again."""
    order = np.lexsort((notes[:, START], notes[:, PITCH]))
    ordered = notes[order].copy()
    same = ordered[:-1, PITCH] == ordered[1:, PITCH]
    gaps = ordered[1:, START] - ordered[:-1, START]
    ordered[:-1, DURATION] = np.where(same, np.minimum(ordered[:-1, DURATION], gaps), ordered[:-1, DURATION])
    return sorted_notes(ordered)


def lowest_line(notes: Notes) -> Notes:
    """One voice: the lowest note of each onset, cut by the next."""
    line = unique(notes)
    _, firsts = np.unique(line[:, START], return_index=True)
    return _cut_by_next(line[firsts])


def top_line(notes: Notes) -> Notes:
    """One voice: every note above which nothing sounds as it starts, cut by the next."""
    return _outer_line(notes, 1)


def bottom_line(notes: Notes) -> Notes:
    """One voice: every note below which nothing sounds as it starts, cut by the next."""
    return _outer_line(notes, -1)


def _outer_line(notes: Notes, side: int) -> Notes:
    line: list[list[int]] = []
    ordered = sorted(unique(notes).tolist(), key=lambda note: (note[START], -side * note[PITCH]))
    inner: list[list[int]] = []
    for note in ordered:
        inner = [other for other in inner if other[START] + other[DURATION] > note[START]]
        if all(side * note[PITCH] > side * other[PITCH] for other in inner):
            line.append(note)
        inner.append(note)
    return _cut_by_next(np.array(line, dtype=np.int64).reshape(-1, 4))


def _cut_by_next(line: Notes) -> Notes:
    cut = line.copy()
    cut[:-1, DURATION] = np.minimum(cut[:-1, DURATION], np.diff(cut[:, START]))
    return cut


def few_voices(notes: Notes, most: int, is_line: bool) -> Notes:
    """At most some notes at a time. A line cuts its oldest note, a chord gives up doubled and inner ones."""
    kept: list[list[int]] = []
    sounding: list[list[int]] = []
    for start, group in _groups(without_overlaps(unique(notes))):
        sounding = [note for note in sounding if note[START] + note[DURATION] > start]
        chosen = _chosen(group, sounding, most, is_line)
        if is_line:
            sounding = _cut(sounding, start, most - len(chosen))
        kept += chosen
        sounding += chosen
    return sorted_notes(np.array(kept, dtype=np.int64).reshape(-1, 4))


def _groups(notes: Notes) -> list[tuple[int, list[list[int]]]]:
    """Notes by onset, highest first."""
    groups: dict[int, list[list[int]]] = {}
    for note in notes[::-1].tolist():
        groups.setdefault(note[START], []).append(note)
    return sorted(groups.items())


def _chosen(group: list[list[int]], sounding: list[list[int]], most: int, is_line: bool) -> list[list[int]]:
    if is_line:
        return group[:most]
    room = most - len(sounding)
    return group if len(group) <= room else _distinct_first(group, sounding)[: max(room, 0)]


def _distinct_first(group: list[list[int]], sounding: list[list[int]]) -> list[list[int]]:
    """The notes of a chord, those that add a pitch class before those that double one."""
    heard = {note[PITCH] % 12 for note in sounding}
    new: list[list[int]] = []
    doubled: list[list[int]] = []
    for note in sorted(group, key=lambda note: -note[VELOCITY]):
        (doubled if note[PITCH] % 12 in heard else new).append(note)
        heard.add(note[PITCH] % 12)
    return new + doubled


def _cut(sounding: list[list[int]], start: int, room: int) -> list[list[int]]:
    """Notes that may go on; the oldest of the others end at a tick, in place."""
    stay = sounding[len(sounding) - room :] if room > 0 else []
    for note in sounding[: len(sounding) - len(stay)]:
        note[DURATION] = max(start - note[START], 1)
    return stay


def within(notes: Notes, first: int, last: int) -> Notes:
    """The notes that start from one tick to before another."""
    low, high = np.searchsorted(notes[:, START], [first, last])
    found: Notes = notes[low:high]
    return found


def onset_keys(notes: Notes) -> NDArray[np.int64]:
    """A number per onset and pitch class: equal numbers are unisons or octaves."""
    return np.unique(notes[:, START] * 12 + notes[:, PITCH] % 12)
