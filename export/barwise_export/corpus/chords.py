"""The harmony of each bar by matching templates to what sounds, beat by beat, with few changes."""

import numpy as np
from numpy.typing import NDArray

from barwise.music.harmony import CHORD_TONES, Chord, Key, Quality
from barwise.music.notes import PITCHED_PARTS, ChordChange, Part
from barwise_export.corpus.grid import GridBar
from barwise_export.corpus.keys import cheapest_path
from barwise_export.corpus.voices import PartNotes

_ROOTED: tuple[Chord | None, ...] = (None, *(Chord(root, quality) for quality in Quality for root in range(12)))
"""Every chord with its root as a pitch class, the absence of one first."""

_BASS_WEIGHT = 1.5
_ROOT_IN_BASS = 0.15
_TONE_WEIGHTS = (1.15, 1.0, 0.9, 0.65)
_LIKELIHOOD = {
    Quality.MAJOR: 0.04,
    Quality.MINOR: 0.04,
    Quality.POWER: 0.0,
    Quality.SUSPENDED: -0.05,
    Quality.DIMINISHED: -0.04,
    Quality.AUGMENTED: -0.1,
}
_NOTHING = 0.55
_ONE_PITCH_CLASS = 0.95
"""Score of no chord: when several pitch classes sound, and when only one does."""
_COSTS = (0.12, 0.3, 0.55)
"""What a change costs at a bar line, at the half bar, and at another beat."""


def harmony(parts: PartNotes, bars: tuple[GridBar, ...], keys: list[Key]) -> list[tuple[ChordChange, ...]]:
    """The chord changes of every bar, roots relative to the bar's key; position 0 is always named."""
    beats = [(bar, beat) for bar in range(len(bars)) for beat in _beats(bars[bar])]
    starts = np.array([bars[bar].start + beat for bar, beat in beats])
    chroma, bass = _sounding(parts, starts, bars[-1].end)
    costs = np.array([_cost(bars[bar], beat) for bar, beat in beats])
    path = cheapest_path(_scores(chroma, bass), costs)
    changes: list[list[ChordChange]] = [[] for _ in bars]
    for (bar, beat), number in zip(beats, path, strict=True):
        chord = _relative(_ROOTED[number], keys[bar])
        if not changes[bar] or changes[bar][-1].chord != chord:
            changes[bar].append(ChordChange(beat, chord))
    return [tuple(found) for found in changes]


def _beats(bar: GridBar) -> range:
    return range(0, bar.metre.bar_ticks, max(bar.metre.beat_ticks, 12))


def _cost(bar: GridBar, beat: int) -> float:
    if beat == 0:
        return _COSTS[0]
    return _COSTS[1] if beat * 2 == bar.metre.bar_ticks else _COSTS[2]


def _relative(chord: Chord | None, key: Key) -> Chord | None:
    return Chord((chord.root - key.tonic) % 12, chord.quality) if chord else None


def _sounding(parts: PartNotes, starts: NDArray[np.int64], end: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ticks for which each pitch class sounds in each beat: of all notes and of the lowest part, [beats, 12]."""
    edges = np.append(starts, end)
    chroma = np.zeros((len(starts), 12))
    bass = np.zeros((len(starts), 12))
    for part in PITCHED_PARTS:
        weight = _BASS_WEIGHT if part is Part.BASS else 1.0
        for start, duration, pitch, _ in parts.get(part, np.zeros((0, 4), dtype=np.int64)).tolist():
            _add(chroma, edges, (start, start + duration), pitch % 12, weight)
            if part is Part.BASS:
                _add(bass, edges, (start, start + duration), pitch % 12, 1.0)
    return chroma, bass


def _add(
    table: NDArray[np.float64], edges: NDArray[np.int64], span: tuple[int, int], pitch_class: int, weight: float
) -> None:
    start, end = span
    beat = int(np.searchsorted(edges, start, side="right")) - 1
    while beat < len(table) and edges[beat] < end:
        table[beat, pitch_class] += weight * (min(end, edges[beat + 1]) - max(start, edges[beat]))
        beat += 1


def _scores(chroma: NDArray[np.float64], bass: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well each chord fits each beat: [beats, chords]."""
    norms = np.linalg.norm(chroma, axis=1, keepdims=True)
    unit = np.divide(chroma, norms, out=np.zeros_like(chroma), where=norms > 0)
    totals = bass.sum(axis=1, keepdims=True)
    roots = np.divide(bass, totals, out=np.zeros_like(bass), where=totals > 0)
    fit = unit @ _TEMPLATES.T + _ROOT_IN_BASS * np.tile(roots, len(Quality)) + _BIAS
    silent = norms[:, 0] == 0
    single = (chroma > 0).sum(axis=1) == 1
    nothing = np.where(silent, 0.0, np.where(single, _ONE_PITCH_CLASS, _NOTHING))
    return np.column_stack([nothing, np.where(silent[:, None], 0.0, fit)])


def _template(chord: Chord) -> NDArray[np.float64]:
    template = np.zeros(12)
    for tone, weight in zip(CHORD_TONES[chord.quality], _TONE_WEIGHTS, strict=False):
        template[(chord.root + tone) % 12] = weight
    return template / np.linalg.norm(template)


_TEMPLATES = np.stack([_template(chord) for chord in _ROOTED if chord])
_BIAS = np.array([_LIKELIHOOD.get(chord.quality, 0.0) for chord in _ROOTED if chord])
