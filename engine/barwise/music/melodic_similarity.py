"""How alike two melodies are, by their intervals and rhythm together. Knows no key, tempo or bar lines.

An edit distance over the steps from note to note, as Mongeau and Sankoff (1990) compare melodies: a step
is its interval and the ratio of two inter-onset times, so that neither transposition nor tempo counts.
Intervals are taken in the classes of Müllensiefen and Frieler (2004): step, third, fourth or fifth, and
larger, up and down; a melody that changes its mode keeps them.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

Tone = tuple[int, int, int]
"""Onset in ticks, length in ticks, MIDI number."""

_INTERVAL_CLASSES = (0, 2, 4, 7)
"""Largest interval in semitones of the classes: repetition, step, third, fourth or fifth; then the larger ones."""

_OTHER_RHYTHM = 1.0
"""Powers of two between two ratios that count as wholly different: twice as long is another rhythm."""


def melodic_similarity(first: Sequence[Tone], second: Sequence[Tone], *, is_exact: bool = False) -> float:
    """1 for the same melody, 0 for one that shares nothing; each needs three notes, in order of their onsets.

    Half of what a step can lose is its interval's, half its rhythm's. With is_exact an interval must be the
    same to the semitone.
    """
    left, right = _steps(first), _steps(second)
    longest = max(len(left), len(right))
    return 1 - _distance(left, right, is_exact) / longest if longest else float(not (first or second))


def _steps(tones: Sequence[Tone]) -> list[tuple[int, float]]:
    """Interval and logarithm of the ratio of inter-onset times, from each note to the next."""
    if len(tones) < 2:
        return []
    onsets = [onset for onset, _, _ in tones]
    # The last note has no onset after it: its length stands for that.
    times = [max(after - onset, 1) for onset, after in pairwise([*onsets, onsets[-1] + tones[-1][1]])]
    return [
        (after[2] - tone[2], math.log2(times[number + 1] / times[number]))
        for number, (tone, after) in enumerate(pairwise(tones))
    ]


def _distance(left: Sequence[tuple[int, float]], right: Sequence[tuple[int, float]], is_exact: bool) -> float:
    """Least cost of turning one sequence into the other; to leave a step out or put one in costs 1."""
    row = [float(number) for number in range(len(right) + 1)]
    for number, step in enumerate(left, start=1):
        before, row = row, [float(number)]
        for place, other in enumerate(right, start=1):
            changed = before[place - 1] + _cost(step, other, is_exact)
            row.append(min(changed, before[place] + 1, row[place - 1] + 1))
    return row[-1]


def _cost(step: tuple[int, float], other: tuple[int, float], is_exact: bool) -> float:
    is_other = step[0] != other[0] if is_exact else _interval_class(step[0]) != _interval_class(other[0])
    return is_other / 2 + min(abs(step[1] - other[1]) / _OTHER_RHYTHM, 1.0) / 2


def _interval_class(interval: int) -> int:
    size = sum(abs(interval) > largest for largest in _INTERVAL_CLASSES)
    return size if interval > 0 else -size
