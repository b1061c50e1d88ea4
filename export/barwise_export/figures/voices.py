"""Who carries the harmony: the bass, the moves of the chords' voices and the ranges, real and composed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise

import numpy as np

from barwise.music.notes import PITCHED_PARTS, Bar, Note, Part
from barwise_export.dataset import Dataset
from barwise_export.figures.excerpts import held_out
from barwise_export.figures.generated import GeneratedPiece
from barwise_export.figures.goals import Goal

REAL, COMPOSED = "real", "composed"
_LOWEST_CLEAR = 48
"""C3: close chords below it are mud."""


@dataclass(frozen=True, slots=True)
class VoiceFigures:
    """Means over the bars of one kind."""

    bars: int
    bass_on_root: float
    """Share of strong beats (the first and the one half way) with a bass on which it has the chord's root."""
    bass_on_chord: float
    """The same for any tone of the chord."""
    bass_takes_up: float
    """Share of changes of chord at which the bass strikes the new root."""
    voices_move: float
    """Semitones from each note of a chord to the nearest of the chord before, where the chord changes."""
    mud: float
    """Share of strokes of the chords with two notes less than a fourth apart below C3."""
    crossing: float
    """Share of strong beats on which the bass lies above another part."""
    ranges: Mapping[str, tuple[float, float]]
    """5th and 95th percentile of each part's pitches with tonic C."""


@dataclass(frozen=True)
class Voices:
    """Everything that the report shows of bass and voices."""

    figures: Mapping[str, VoiceFigures]
    """By 'real' or 'composed', and metre."""

    def as_dict(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)

    def goals(self) -> Iterable[Goal]:
        """The bass must carry the harmony, in every metre, as often as in real music but for a tenth."""
        real = self.figures.get(f"{REAL} 4/4")
        return [
            Goal(f"bass on the root, {name}", found.bass_on_root, at_least=0.9 * real.bass_on_root)
            for name, found in self.figures.items()
            if real and name.startswith(COMPOSED)
        ]

    def markdown(self) -> str:
        """A table of shares and one of ranges."""
        lines = [
            "| strong beats and chords | bars | bass on root | on a chord tone | takes up a new root "
            "| voices move, semitones | mud | crossing |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {one.bars:,} | {one.bass_on_root:.2f} | {one.bass_on_chord:.2f} | {one.bass_takes_up:.2f} "
            f"| {one.voices_move:.2f} | {one.mud:.2f} | {one.crossing:.2f} |"
            for name, one in self.figures.items()
        ]
        parts = [part.name.lower() for part in reversed(PITCHED_PARTS)]
        lines += ["", f"| 5th to 95th percentile | {' | '.join(parts)} |", "|---|" + "---|" * len(parts)]
        lines += [
            f"| {name} | " + " | ".join("{:.0f} to {:.0f}".format(*one.ranges[part]) for part in parts) + " |"
            for name, one in self.figures.items()
        ]
        return "\n".join(lines) + "\n"


def voices(pieces: Sequence[GeneratedPiece], data: Dataset) -> Voices:
    """The figures of held-out game music and of composed pieces, by metre."""
    kinds: dict[str, list[Sequence[Bar]]] = defaultdict(list)
    for excerpt in held_out(data):
        kinds[f"{REAL} {excerpt.bars[0].metre}"].append(excerpt.bars)
    for piece in pieces:
        kinds[f"{COMPOSED} {piece.bars[0].metre}"].append(piece.bars)
    return Voices({name: voice_figures(found) for name, found in kinds.items()})


def voice_figures(pieces: Sequence[Sequence[Bar]]) -> VoiceFigures:
    """The figures of pieces whose tonic is C; NaN where there is nothing to measure."""
    bars = [bar for piece in pieces for bar in piece]
    beats = [(bar, tick) for bar in bars for tick in _strong(bar)]
    basses = [(bar.chord_at(tick), bass) for bar, tick in beats if (bass := _bass_at(bar, tick))]
    rooted = [(chord, bass) for chord, bass in basses if chord]
    strokes = [stroke for piece in pieces for stroke in _strokes(piece)]
    return VoiceFigures(
        bars=len(bars),
        bass_on_root=_mean([bass.pitch % 12 == chord.root for chord, bass in rooted]),
        bass_on_chord=_mean([bass.pitch % 12 in chord.tones for chord, bass in rooted]),
        bass_takes_up=_mean([taken for piece in pieces for taken in _taken_up(piece)]),
        voices_move=_mean([move for piece in pieces for move in _moves(_strokes(piece))]),
        mud=_mean([_is_mud(stroke) for stroke in strokes]),
        crossing=_mean([_crosses(bar, tick) for bar, tick in beats if _bass_at(bar, tick)]),
        ranges={part.name.lower(): _range(bars, part) for part in PITCHED_PARTS},
    )


def _strong(bar: Bar) -> list[int]:
    ticks, metre = [0], bar.metre
    return [*ticks, metre.beats // 2 * metre.beat_ticks] if metre.beats % 2 == 0 else ticks


def _bass_at(bar: Bar, tick: int) -> Note | None:
    """The bass note that is struck on a tick, the lowest of several."""
    return next((note for note in bar.of(Part.BASS) if note.position == tick), None)


def _taken_up(piece: Sequence[Bar]) -> list[bool]:
    """Of each new chord over a bass, whether the bass strikes its root at once."""
    found = []
    before = None
    for bar in piece:
        for change in bar.harmony:
            if change.chord and change.chord != before and bar.of(Part.BASS):
                struck = _bass_at(bar, change.position)
                found.append(struck is not None and struck.pitch % 12 == change.chord.root)
            before = change.chord
    return found


def _strokes(piece: Sequence[Bar]) -> list[tuple[int, ...]]:
    """Pitches struck together by the chords, two notes or more, in order."""
    return [
        pitches
        for bar in piece
        for _, notes in groupby(bar.of(Part.CHORDS), key=lambda note: note.position)
        if len(pitches := tuple(note.pitch for note in notes)) > 1
    ]


def _moves(strokes: Sequence[tuple[int, ...]]) -> list[float]:
    """Of each stroke that differs from the one before, the mean way of its notes from the nearest of that one."""
    return [
        float(np.mean([min(abs(note - other) for other in before) for note in after]))
        for before, after in pairwise(strokes)
        if set(before) != set(after)
    ]


def _is_mud(stroke: Sequence[int]) -> bool:
    low = sorted(pitch for pitch in stroke if pitch < _LOWEST_CLEAR)
    return any(above - below < 5 for below, above in pairwise(low))


def _crosses(bar: Bar, tick: int) -> bool:
    bass = _bass_at(bar, tick)
    others = [
        note.pitch
        for note in bar.notes
        if note.part in {Part.MELODY, Part.COUNTER, Part.CHORDS} and note.position <= tick < note.end
    ]
    return bool(bass and others and bass.pitch > min(others))


def _range(bars: Iterable[Bar], part: Part) -> tuple[float, float]:
    pitches = [note.pitch for bar in bars for note in bar.of(part)]
    if not pitches:
        return float("nan"), float("nan")
    low, high = np.percentile(pitches, [5, 95])
    return float(low), float(high)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
