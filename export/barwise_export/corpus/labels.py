"""What training is told of each bar: its condition and the earlier bar that it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from barwise.music.attributes import Attributes, measure
from barwise.music.intent import PHRASE_BARS, Condition, Style
from barwise.music.notes import Bar
from barwise_export.corpus.bars import KeyedBar

REFERENCE_BARS = 32
"""How far back the bar that is answered may lie."""
_PREFERRED_LAGS = (4, 8, 2, 1)
_ENDING_BARS = 2
_UNKNOWN_LOUDNESS = 0.6
_PICKUP_SHARE = 0.75
"""A first bar shorter than this share of the second is a pickup and stands before the phrase."""

Onsets = frozenset[tuple[int, int, int]]
"""(part, position, pitch) of a bar's notes."""


@dataclass(frozen=True, slots=True)
class Label:
    """The condition of a bar and the number of the bar it answers, -1 for none."""

    condition: Condition
    reference: int


def label(bars: Sequence[KeyedBar], style: Style, has_velocity: bool) -> list[Label]:
    """The labels of a piece's bars, in order."""
    onsets = [onsets_of(bar.bar) for bar in bars]
    first = int(_has_pickup(bars))
    labels = []
    for number, bar in enumerate(bars):
        reference, similarity = reference_of(onsets, number)
        condition = Condition(
            attributes=_attributes(bar, has_velocity),
            parts=bar.bar.parts,
            mode=bar.key.mode,
            metre=bar.bar.metre,
            tempo=bar.tempo,
            style=style,
            phrase_bar=(number - first) % PHRASE_BARS,
            is_ending=number >= len(bars) - _ENDING_BARS,
            similarity=similarity,
        )
        labels.append(Label(condition, reference))
    return labels


def _has_pickup(bars: Sequence[KeyedBar]) -> bool:
    """Whether the first bar only leads to the second: it is short, or silent through its first half."""
    if len(bars) < 2:
        return False
    first, second = bars[0].bar, bars[1].bar
    is_short = first.metre.bar_ticks < _PICKUP_SHARE * second.metre.bar_ticks
    return is_short or min(note.position for note in first.notes) * 2 >= first.metre.bar_ticks


def _attributes(bar: KeyedBar, has_velocity: bool) -> Attributes:
    attributes = measure(bar.bar, bar.key.mode)
    return attributes if has_velocity else replace(attributes, loudness=_UNKNOWN_LOUDNESS)


def onsets_of(bar: Bar) -> Onsets:
    """What `barwise.music.similarity` compares, as a set: the bars of the corpus hold no doubles."""
    return frozenset((int(note.part), note.position, note.pitch) for note in bar.notes)


def likeness(first: Onsets, second: Onsets) -> float:
    """`barwise.music.similarity.similarity` of two bars without doubled notes."""
    total = len(first) + len(second)
    return 2 * len(first & second) / total if total else 1.0


def reference_of(onsets: Sequence[Onsets], number: int) -> tuple[int, float | None]:
    """The most similar of the bars before one and how similar it is; (-1, None) for the first bar."""
    if not number:
        return -1, None
    lags = range(1, min(number, REFERENCE_BARS) + 1)
    best = max(lags, key=lambda lag: (likeness(onsets[number], onsets[number - lag]), -_rank(lag)))
    similarity = likeness(onsets[number], onsets[number - best])
    if not similarity:
        best = 4 if number >= 4 else 1
    return number - best, similarity


def _rank(lag: int) -> int:
    """Which of equally similar bars is answered: lags of whole phrases first, then the nearest."""
    return _PREFERRED_LAGS.index(lag) if lag in _PREFERRED_LAGS else len(_PREFERRED_LAGS) + lag
