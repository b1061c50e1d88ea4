"""Parts on the grid to bars in tonic C, cleaned of silence. Knows no files and no network."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from barwise.music.harmony import SCALES, Key
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PITCHED_PARTS, Bar, Note, Part
from barwise_export.corpus.chords import harmony
from barwise_export.corpus.grid import GridBar
from barwise_export.corpus.raw import DURATION, PITCH, START
from barwise_export.corpus.voices import PartNotes, empty_notes, without_overlaps

LONGEST_SILENCE = 1
"""Empty bars kept of a longer silence."""
_SILENCE = 3
"""Empty bars in a row from which a silence is shortened."""


@dataclass(frozen=True, slots=True)
class KeyedBar:
    """A bar in tonic C, the key it sounds in and its tempo."""

    bar: Bar
    key: Key
    tempo: float


@dataclass(frozen=True, slots=True)
class Score:
    """A piece as bars, with what was cut to get there."""

    bars: tuple[KeyedBar, ...]
    silence: int
    """Empty bars left out."""
    in_scale: float
    """Sounding ticks of pitched notes inside the scale of their bar's key."""
    sounding: float
    """Sounding ticks of pitched notes."""


def to_bars(parts: PartNotes, grid: tuple[GridBar, ...], keys: list[Key]) -> Score:
    """The bars of a piece in the given keys, from the first with a note to the last."""
    parts = {part: without_overlaps(notes) for part, notes in parts.items()}
    changes = harmony(parts, grid, keys)
    notes = _notes_by_bar(parts, grid, keys)
    bars = [
        KeyedBar(Bar(place.metre, chords, tuple(sorted(found))), key, place.tempo)
        for place, key, chords, found in zip(grid, keys, changes, notes, strict=True)
    ]
    kept = _without_silence(bars)
    return Score(tuple(kept), len(bars) - len(kept), *_scale_share(parts, grid, keys))


def _notes_by_bar(parts: PartNotes, grid: tuple[GridBar, ...], keys: list[Key]) -> list[list[Note]]:
    """Notes of each bar; an onset past its bar's end, as in bars that a score overfills, is left out."""
    found: list[list[Note]] = [[] for _ in grid]
    starts = np.array([bar.start for bar in grid])
    for part, notes in parts.items():
        bars = np.searchsorted(starts, notes[:, START], side="right") - 1
        for bar, (start, duration, pitch, velocity) in zip(bars.tolist(), notes.tolist(), strict=True):
            position = start - grid[bar].start
            sounding = pitch if part is Part.DRUMS else folded(pitch - keys[bar].shift)
            if position < grid[bar].metre.bar_ticks:
                found[bar].append(Note(position, part, sounding, duration, velocity))
    return found


def folded(pitch: int) -> int:
    """A pitch moved by octaves into the range that the composer writes."""
    below = max(-(-(LOWEST_PITCH - pitch) // 12), 0)
    above = max(-(-(pitch - HIGHEST_PITCH) // 12), 0)
    return pitch + 12 * (below - above)


def _without_silence(bars: list[KeyedBar]) -> list[KeyedBar]:
    """Bars without empty ones at either end, and with long silences shortened."""
    sounding = [number for number, bar in enumerate(bars) if bar.bar.notes]
    kept = [bars[sounding[0]]] if sounding else []
    for previous, current in pairwise(sounding):
        gap = current - previous - 1
        rests = LONGEST_SILENCE if gap >= _SILENCE else gap
        kept += bars[previous + 1 : previous + 1 + rests]
        kept.append(bars[current])
    return kept


def _scale_share(parts: PartNotes, grid: tuple[GridBar, ...], keys: list[Key]) -> tuple[float, float]:
    starts = np.array([bar.start for bar in grid])
    scale = np.array([[(pitch - key.tonic) % 12 in SCALES[key.mode] for pitch in range(12)] for key in keys])
    inside = sounding = 0.0
    for part in PITCHED_PARTS:
        notes = parts.get(part, empty_notes())
        bars = np.searchsorted(starts, notes[:, START], side="right") - 1
        inside += float(notes[scale[bars, notes[:, PITCH] % 12], DURATION].sum())
        sounding += float(notes[:, DURATION].sum())
    return inside, sounding
