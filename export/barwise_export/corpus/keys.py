"""The key of each bar, from its notes alone: pitch-class profiles, the bass, and few changes."""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from barwise.music.harmony import Key, Mode
from barwise.music.notes import PITCHED_PARTS, Part
from barwise_export.corpus.grid import GridBar
from barwise_export.corpus.raw import DURATION, PITCH, START
from barwise_export.corpus.voices import PartNotes

_PROFILES = {
    Mode.MAJOR: (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    Mode.MINOR: (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""How often each pitch class above the tonic sounds (Albrecht and Shanahan 2013)."""

_SMOOTHING = 0.025
"""Added to the profiles: game music has more chromatic notes than the songs they were measured on."""
_BASS_WEIGHT = 2.0
_BASS_TONIC = 0.3
"""Score, in music made of riffs, for a bar whose bass rests on the tonic all through."""
_PHRASE_TONIC = 1.0
"""Score, in music made of riffs, for a phrase that begins with the tonic in the bass."""
_PHRASE_BARS = 4
_LAST_BASS_TONIC = 1.5
"""Score for ending the piece on the tonic."""
CHANGE_COST = 5.0
"""What a change of key must gain over the bars that follow."""

KEYS = tuple(Key(tonic, mode) for mode in _PROFILES for tonic in range(12))


def keys_of_bars(parts: PartNotes, bars: tuple[GridBar, ...], riffs: bool = False) -> list[Key]:
    """The key of every bar. In riffs the bass tells the tonic; elsewhere it only misleads to the dominant."""
    chroma = bar_chroma(parts, bars, _BASS_WEIGHT)
    bass = bar_chroma({Part.BASS: _lowest(parts)}, bars, 1.0)
    tonics = _BASS_TONIC * bass + _PHRASE_TONIC * _phrase_starts(parts, bars) if riffs else np.zeros_like(bass)
    last = _last_sounding(bass)
    tonics[last] += _LAST_BASS_TONIC * bass[last]
    scores = chroma @ _log_profiles().T + np.tile(tonics, 2)
    return [KEYS[number] for number in cheapest_path(scores, CHANGE_COST)]


def key_regions(keys: list[Key]) -> list[tuple[int, Key]]:
    """(first bar, key) wherever the key changes."""
    regions, bar = [], 0
    for key, run in groupby(keys):
        regions.append((bar, key))
        bar += len(list(run))
    return regions


def bar_chroma(parts: PartNotes, bars: tuple[GridBar, ...], bass_weight: float) -> NDArray[np.float64]:
    """Share of each pitch class in the sounding time of each bar, by onset: [bars, 12]."""
    chroma = np.zeros((len(bars), 12))
    starts = np.array([bar.start for bar in bars])
    for part in PITCHED_PARTS:
        notes = parts.get(part)
        if notes is None or not len(notes):
            continue
        index = np.searchsorted(starts, notes[:, START], side="right") - 1
        weight = np.minimum(notes[:, DURATION], 96) * (bass_weight if part is Part.BASS else 1.0)
        np.add.at(chroma, (index, notes[:, PITCH] % 12), weight)
    totals = chroma.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(chroma, totals, out=np.zeros_like(chroma), where=totals > 0)
    return shares


def cheapest_path(scores: NDArray[np.float64], change_cost: float | NDArray[np.float64]) -> list[int]:
    """The best choice per step when every change costs something (Viterbi): scores are [steps, choices]."""
    steps, choices = scores.shape
    costs = np.broadcast_to(change_cost, steps)
    came_from = np.zeros((steps, choices), dtype=np.int64)
    best = scores[0].copy()
    for step in range(1, steps):
        top = int(best.argmax())
        changes = best[top] - costs[step] > best
        came_from[step] = np.where(changes, top, np.arange(choices))
        best = np.where(changes, best[top] - costs[step], best) + scores[step]
    path = [int(best.argmax())]
    for step in range(steps - 1, 0, -1):
        path.append(int(came_from[step, path[-1]]))
    return path[::-1]


def _lowest(parts: PartNotes) -> NDArray[np.int64]:
    """The bass, or the chords and melody when there is none."""
    return next((parts[p] for p in PITCHED_PARTS if p in parts and len(parts[p])), np.zeros((0, 4), dtype=np.int64))


def _phrase_starts(parts: PartNotes, bars: tuple[GridBar, ...]) -> NDArray[np.float64]:
    """The pitch class of the bass at the start of each phrase, 1 where it is: [bars, 12]."""
    found = np.zeros((len(bars), 12))
    lowest = _lowest(parts)
    for number in range(_first_sounding(parts, bars), len(bars), _PHRASE_BARS):
        start = bars[number].start
        sounding = lowest[(lowest[:, START] <= start) & (lowest[:, START] + lowest[:, DURATION] > start)]
        if len(sounding):
            found[number, sounding[:, PITCH].min() % 12] = 1.0
    return found


def _first_sounding(parts: PartNotes, bars: tuple[GridBar, ...]) -> int:
    first = min((int(notes[0, START]) for notes in parts.values() if len(notes)), default=0)
    return next(number for number, bar in enumerate(bars) if bar.end > first)


def _last_sounding(chroma: NDArray[np.float64]) -> int:
    sounding = np.flatnonzero(chroma.sum(axis=1))
    return int(sounding[-1]) if len(sounding) else 0


def _log_profiles() -> NDArray[np.float64]:
    """[keys, 12], in the order of KEYS."""
    rows = [np.roll(_PROFILES[key.mode], key.tonic) for key in KEYS]
    smooth = np.stack(rows) + _SMOOTHING
    logs: NDArray[np.float64] = np.log(smooth / smooth.sum(axis=1, keepdims=True))
    return logs
