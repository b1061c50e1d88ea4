"""From file ticks to the grid of 24 ticks a quarter, and from signatures to bars."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barwise.music.metre import COMMON_TIME, DENOMINATORS, MAX_BAR_TICKS, TICKS_PER_QUARTER, Metre
from barwise_export.corpus.raw import DURATION, PITCH, START, CorpusError, Notes, RawPiece, Signature, Track

NOTICED_SECONDS = 0.010
"""An onset moved by more than this is counted as moved."""

SHORTEST_BAR = TICKS_PER_QUARTER
_STRAIGHT = TICKS_PER_QUARTER // 4
_TRIPLET = TICKS_PER_QUARTER // 3
_STEP = TICKS_PER_QUARTER * 4 // DENOMINATORS[-1]
_DEFAULT_TEMPO = 120.0
_GUESSES = (3, 5, 7, 6)
"""Quarters a bar that an unsigned piece may have besides four."""
_CLEARLY = 1.15
"""How much better another bar length must repeat itself than 4/4 to be believed."""


_RAGGED = 0.35
"""Share of onsets neither on a thirty-second nor on a triplet eighth from which no beat was played to."""


@dataclass(frozen=True, slots=True)
class GridBar:
    """Where a bar lies on the grid."""

    start: int
    metre: Metre
    tempo: float
    """Mean quarter notes a minute over the bar."""

    @property
    def end(self) -> int:
        """First tick of the next bar."""
        return self.start + self.metre.bar_ticks


@dataclass(frozen=True, slots=True)
class GridPiece:
    """A piece on the grid; notes count ticks from the first bar."""

    tracks: tuple[Track, ...]
    bars: tuple[GridBar, ...]
    moved: int
    """Onsets that the grid moved by more than NOTICED_SECONDS."""
    onsets: int


class TempoMap:
    """Grid time, in quarters, to seconds."""

    def __init__(self, piece: RawPiece) -> None:
        tempos = [(tick, tempo) for tick, tempo in piece.tempos if tempo > 0] or [(0, _DEFAULT_TEMPO)]
        self._quarters = np.array([0.0, *(tick / piece.ticks_per_quarter for tick, _ in tempos[1:])])
        self._per_quarter = 60.0 / np.array([tempo for _, tempo in tempos])
        gaps = np.diff(self._quarters) * self._per_quarter[:-1]
        self._seconds = np.concatenate([[0.0], np.cumsum(gaps)])

    def seconds_per_quarter(self, quarters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Length of a quarter note at some times."""
        return self._per_quarter[self._index(quarters)]

    def seconds(self, quarters: float) -> float:
        """Seconds from the start of the piece."""
        index = int(self._index(np.array([quarters]))[0])
        return float(self._seconds[index] + (quarters - self._quarters[index]) * self._per_quarter[index])

    def _index(self, quarters: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.maximum(np.searchsorted(self._quarters, quarters, side="right") - 1, 0)


def to_grid(piece: RawPiece, snap_seconds: float = NOTICED_SECONDS) -> GridPiece:
    """The piece in bars on the grid; onsets within snap_seconds of a sixteenth or triplet go there."""
    tempo_map = TempoMap(piece)
    quantised = [_quantise(track.notes, piece.ticks_per_quarter, tempo_map, snap_seconds) for track in piece.tracks]
    tracks = [_with_notes(track, notes) for track, (notes, _) in zip(piece.tracks, quantised, strict=True)]
    _check_beat(tracks)
    bars = _bars(piece, tracks, tempo_map)
    first = bars[0].start
    return GridPiece(
        tracks=tuple(_with_notes(track, shifted(track.notes, -first)) for track in tracks),
        bars=tuple(GridBar(bar.start - first, bar.metre, bar.tempo) for bar in bars),
        moved=sum(moved for _, moved in quantised),
        onsets=piece.note_count,
    )


def _check_beat(tracks: list[Track]) -> None:
    onsets = np.concatenate([track.notes[:, START] for track in tracks])
    ragged = (onsets % (_STRAIGHT // 2) > 0) & (onsets % _TRIPLET > 0)
    if ragged.mean() > _RAGGED:
        raise CorpusError("not played to a beat")


def quantise(
    quarters: NDArray[np.float64], seconds_per_quarter: NDArray[np.float64], snap_seconds: float
) -> NDArray[np.int64]:
    """Grid ticks of times in quarters: the nearest sixteenth or triplet if near enough, else the nearest tick."""
    exact = quarters * TICKS_PER_QUARTER
    straight = np.round(exact / _STRAIGHT) * _STRAIGHT
    triplet = np.round(exact / _TRIPLET) * _TRIPLET
    coarse = np.where(np.abs(exact - straight) <= np.abs(exact - triplet), straight, triplet)
    near = np.abs(coarse - exact) / TICKS_PER_QUARTER * seconds_per_quarter <= snap_seconds
    return np.where(near, coarse, np.round(exact)).astype(np.int64)


def _quantise(notes: Notes, ticks_per_quarter: int, tempo_map: TempoMap, snap: float) -> tuple[Notes, int]:
    starts = notes[:, START] / ticks_per_quarter
    ends = (notes[:, START] + notes[:, DURATION]) / ticks_per_quarter
    pace = tempo_map.seconds_per_quarter(starts)
    onset = quantise(starts, pace, snap)
    release = quantise(ends, pace, snap)
    moved = np.abs(onset / TICKS_PER_QUARTER - starts) * pace > NOTICED_SECONDS + 1e-6
    on_grid = notes.copy()
    on_grid[:, START] = onset
    on_grid[:, DURATION] = np.maximum(release - onset, 1)
    return on_grid, int(moved.sum())


def _with_notes(track: Track, notes: Notes) -> Track:
    return Track(track.name, track.program, track.is_drum, notes, track.volume)


def shifted(notes: Notes, ticks: int) -> Notes:
    """Notes moved in time; those that would start before 0 are lost."""
    moved = notes.copy()
    moved[:, START] += ticks
    kept: Notes = moved[moved[:, START] >= 0]
    return kept


def _bars(piece: RawPiece, tracks: list[Track], tempo_map: TempoMap) -> list[GridBar]:
    last = max(int(track.notes[:, START].max()) for track in tracks) + 1
    lines = _lines(piece, tracks, last)
    bars = [bar for start, end, metre in _repaired(lines) for bar in _split(start, end, metre)]
    return [GridBar(start, metre, _tempo(tempo_map, start, metre)) for start, metre in bars]


def _tempo(tempo_map: TempoMap, start: int, metre: Metre) -> float:
    first, last = start / TICKS_PER_QUARTER, (start + metre.bar_ticks) / TICKS_PER_QUARTER
    return 60.0 * (last - first) / (tempo_map.seconds(last) - tempo_map.seconds(first))


Line = tuple[int, int, Signature]
"""First tick, tick after the last, and the signature that governs a stretch meant as one bar."""


def _lines(piece: RawPiece, tracks: list[Track], last: int) -> list[Line]:
    scale = TICKS_PER_QUARTER / piece.ticks_per_quarter
    changes = {round(s.tick * scale): s for s in piece.signatures}
    if not any(_is_sane(s) for s in changes.values()):
        changes = {0: Signature(0, estimate_quarters(tracks), 4)}
    starts = sorted(changes)
    changes[0] = changes.get(0, changes[starts[0]])
    if piece.bar_lines:
        return _written_lines([round(tick * scale) for tick in piece.bar_lines], changes, last)
    times = sorted(changes)
    ends = [*times[1:], last]
    return [line for start, end in zip(times, ends, strict=True) for line in _counted_lines(start, end, changes, last)]


def _written_lines(ticks: list[int], changes: dict[int, Signature], last: int) -> list[Line]:
    times = sorted(changes)
    lines = []
    starts = [tick for tick in sorted(set(ticks)) if tick < last]
    for number, start in enumerate(starts):
        signature = changes[times[max(bisect_right(times, start) - 1, 0)]]
        end = starts[number + 1] if number + 1 < len(starts) else start + _length(signature)
        lines.append((start, end, signature))
    return lines


def _counted_lines(start: int, end: int, changes: dict[int, Signature], last: int) -> list[Line]:
    """Bars from one change of signature to the next, the last one cut short by it."""
    signature = changes[start]
    length = _length(signature)
    is_final = start == max(changes)
    return [
        (tick, tick + length if is_final else min(tick + length, end), signature)
        for tick in range(start, min(end, last), length)
    ]


def _is_sane(signature: Signature) -> bool:
    """Whether music can be in it: 1/8 and 1/16 are artefacts of sequencers."""
    if signature.denominator not in (1, *DENOMINATORS, 32) or signature.numerator < 1:
        return False
    return SHORTEST_BAR <= _length(signature) <= 4 * MAX_BAR_TICKS


def _length(signature: Signature) -> int:
    return max(signature.numerator * TICKS_PER_QUARTER * 4 // max(signature.denominator, 1), 1)


def _repaired(lines: list[Line]) -> list[tuple[int, int, Metre]]:
    """Stretches as bars: fragments of one bar joined, odd lengths moved to a length that has a metre."""
    joined: list[Line] = []
    for start, end, signature in _without_count_in(lines):
        if joined and _belongs(joined[-1], end - start, signature):
            joined[-1] = (joined[-1][0], end, signature)
        else:
            joined.append((start, end, signature))
    return [(start, end, _metre(end - start, signature)) for start, end, signature in joined]


def _without_count_in(lines: list[Line]) -> list[Line]:
    """Lines without a first one shorter than a quarter, which sequencers write before the music."""
    start, end, _ = lines[0]
    return lines[1:] if end - start < SHORTEST_BAR and len(lines) > 1 else lines


def _belongs(previous: Line, length: int, signature: Signature) -> bool:
    """Whether a stretch completes the bar before it, or is too short to be one of its own."""
    before = previous[1] - previous[0]
    completes = before < _length(previous[2]) and before + length <= _length(signature)
    crumb = min(length, before) < SHORTEST_BAR and before + length <= MAX_BAR_TICKS
    return completes or crumb


def _metre(length: int, signature: Signature) -> Metre:
    if length == _length(signature) and length <= MAX_BAR_TICKS and signature.denominator in DENOMINATORS:
        return Metre(signature.numerator, signature.denominator)
    return metre_of(min(length, MAX_BAR_TICKS))


def metre_of(length: int) -> Metre:
    """The plainest metre of a length in ticks, which is rounded up to a sixteenth."""
    steps = max(-(-length // _STEP), 1)
    for denominator in (4, 8, 16):
        unit = DENOMINATORS[-1] // denominator
        if steps % unit == 0:
            return Metre(steps // unit, denominator)
    raise CorpusError(f"no metre has {length} ticks")


def _split(start: int, end: int, metre: Metre) -> list[tuple[int, Metre]]:
    """A bar, or several when it is longer than the composer writes: whole 4/4 bars and a rest."""
    if end - start <= MAX_BAR_TICKS:
        return [(start, metre)]
    common = COMMON_TIME.bar_ticks
    return [(tick, metre_of(min(common, end - tick))) for tick in range(start, end, common)]


def estimate_quarters(tracks: list[Track]) -> int:
    """Quarters a bar of a piece without signatures: four unless another length repeats itself clearly better."""
    onsets = np.unique(np.concatenate([track.notes[:, START] * 128 + track.notes[:, PITCH] for track in tracks]))
    common = _repetition(onsets, 4)
    scores = {quarters: _repetition(onsets, quarters) for quarters in _GUESSES}
    best = max(scores, key=lambda quarters: scores[quarters])
    if scores[best] <= _CLEARLY * common:
        return 4
    # Six quarters repeat at least as well as three; only a clear gain makes the longer bar.
    return 3 if best == 6 and scores[6] <= _CLEARLY * scores[3] else best


def _repetition(onsets: NDArray[np.int64], quarters: int) -> float:
    """Mean share of onsets that come again one, two and four bars later."""
    lags = [quarters * bars * TICKS_PER_QUARTER * 128 for bars in (1, 2, 4)]
    return float(np.mean([np.isin(onsets + lag, onsets).mean() for lag in lags]))
