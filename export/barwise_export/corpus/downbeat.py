"""Where the bar really starts, in pieces whose file begins on another beat than the first.

Eleven of 165 game pieces have every bar line a beat or two off, because the sequencer's song
began with a pickup. Harmony, long notes and crash cymbals tell the first beat, the snare what is not.
"""

import numpy as np
from numpy.typing import NDArray

from barwise.music.metre import Metre
from barwise_export.corpus.grid import GridBar, GridPiece, shifted
from barwise_export.corpus.raw import DURATION, PITCH, START, Track

_MARGIN = 0.45
"""How much better another beat must score to be believed; in doubt the file is right."""
_CRASHES = (49, 57)
_SNARES = (38, 40)
_TELLING_CRASHES = 6
_COMMON_CRASHES = 0.6
"""Crashes a bar from which they are a pattern and mark nothing."""
_TELLING_SNARES = 16
_BASS_TOP = 52

Shares = NDArray[np.float64]
"""A figure for each beat of the bar."""


def on_true_downbeats(piece: GridPiece) -> GridPiece:
    """The piece with bars that start on the beat where its harmony and long notes do."""
    metres = {bar.metre for bar in piece.bars[:-1]}
    if len(metres) != 1 or piece.bars[0].metre.beats < 2:
        return piece
    beat = downbeat(piece)
    return _moved(piece, beat) if beat else piece


def downbeat(piece: GridPiece) -> int:
    """The beat of the written bar, from 0, that is really the first."""
    scores = _scores(piece, piece.bars[0].metre)
    best = int(scores.argmax())
    return best if scores[best] - scores[0] > _MARGIN else 0


def _moved(piece: GridPiece, beat: int) -> GridPiece:
    """The piece with an upbeat of some beats before its first whole bar."""
    metre = piece.bars[0].metre
    rest = metre.bar_ticks - beat * metre.beat_ticks
    tracks = tuple(
        Track(track.name, track.program, track.is_drum, shifted(track.notes, rest), track.volume)
        for track in piece.tracks
    )
    tempos = [piece.bars[0].tempo, *(bar.tempo for bar in piece.bars)]
    bars = tuple(GridBar(number * metre.bar_ticks, metre, tempo) for number, tempo in enumerate(tempos))
    return GridPiece(tracks, bars, piece.moved, piece.onsets)


def _scores(piece: GridPiece, metre: Metre) -> Shares:
    pitched = [track.notes for track in piece.tracks if not track.is_drum]
    hits = [track.notes for track in piece.tracks if track.is_drum]
    crashes = _counts([notes[np.isin(notes[:, PITCH], _CRASHES)] for notes in hits], metre)
    snares = _counts([notes[np.isin(notes[:, PITCH], _SNARES)] for notes in hits], metre)
    is_pattern = crashes.sum() >= _COMMON_CRASHES * len(piece.bars)
    crash_trust = 0.0 if is_pattern else 0.5 * min(crashes.sum() / _TELLING_CRASHES, 1.0)
    snare_trust = min(snares.sum() / _TELLING_SNARES, 1.0)
    lengths = _shares(_counts(pitched, metre, by_length=True))
    novelty = _shares(_novelty(pitched, metre, piece.bars[-1].end))
    scores: Shares = lengths + novelty + crash_trust * _shares(crashes) - snare_trust * _shares(snares)
    return scores


def _shares(counts: Shares) -> Shares:
    total = counts.sum()
    return counts / total if total else np.full(len(counts), 1 / len(counts))


def _counts(groups: list[NDArray[np.int64]], metre: Metre, by_length: bool = False) -> Shares:
    """Onsets, or the ticks they last up to a bar, on each beat of the bar."""
    counts = np.zeros(metre.beats)
    for notes in groups:
        struck = notes[notes[:, START] % metre.beat_ticks == 0]
        weights = np.minimum(struck[:, DURATION], metre.bar_ticks) if by_length else np.ones(len(struck))
        np.add.at(counts, struck[:, START] // metre.beat_ticks % metre.beats, weights)
    return counts


def _novelty(groups: list[NDArray[np.int64]], metre: Metre, end: int) -> Shares:
    """How much the pitch classes of two beats differ from those of the two before, by beat of the bar."""
    chroma = _chroma(groups, metre, end)
    pairs = chroma[:-1] + chroma[1:]
    norms = np.linalg.norm(pairs, axis=1, keepdims=True)
    unit = np.divide(pairs, norms, out=np.zeros_like(pairs), where=norms > 0)
    novelty = np.zeros(metre.beats)
    for beat in range(2, len(unit)):
        if norms[beat] and norms[beat - 2]:
            novelty[beat % metre.beats] += 1 - unit[beat] @ unit[beat - 2]
    return novelty


def _chroma(groups: list[NDArray[np.int64]], metre: Metre, end: int) -> Shares:
    """Ticks for which each pitch class sounds in each beat, the bass twice: [beats, 12]."""
    ticks = metre.beat_ticks
    chroma = np.zeros((end // ticks + 1, 12))
    for start, duration, pitch, _ in np.concatenate([np.zeros((0, 4), dtype=np.int64), *groups]).tolist():
        last = min((start + duration - 1) // ticks, len(chroma) - 1)
        for beat in range(start // ticks, last + 1):
            sounding = min(start + duration, (beat + 1) * ticks) - max(start, beat * ticks)
            chroma[beat, pitch % 12] += sounding * (2 if pitch < _BASS_TOP else 1)
    return chroma
