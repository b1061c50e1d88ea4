"""Which pitches there are over a chord, and the nearest of them. Knows no time and no part."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from barwise.music.harmony import Chord, Mode
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH

OCTAVE = 12

_NATURAL = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 10)}

_GIVES_WAY = {Mode.MAJOR: {1: 2, 3: 4, 6: 5, 8: 9, 10: 11}, Mode.MINOR: {1: 2, 4: 3, 6: 5, 9: 8, 11: 10}}
"""Which degree of the scale makes room for a chord tone outside of it."""


@lru_cache(maxsize=512)
def ladder(chord: Chord, mode: Mode) -> tuple[int, ...]:
    """The pitches that a line may use over a chord: the scale, bent to hold the chord's tones."""
    scale = set(_NATURAL[mode])
    for tone in set(chord.tones) - scale:
        scale.discard(_GIVES_WAY[mode].get(tone, tone))
        scale.add(tone)
    scale |= set(chord.tones)
    return tuple(pitch for pitch in range(LOWEST_PITCH, HIGHEST_PITCH + 1) if pitch % OCTAVE in scale)


@lru_cache(maxsize=512)
def pitches_of(classes: tuple[int, ...]) -> tuple[int, ...]:
    """All pitches of some pitch classes, upward."""
    return tuple(pitch for pitch in range(LOWEST_PITCH, HIGHEST_PITCH + 1) if pitch % OCTAVE in classes)


def nearest(pitches: Sequence[int], target: float) -> int:
    """Of some pitches, upward, the one nearest to a target; the lower on a tie."""
    place = bisect_left(pitches, target)
    below, above = pitches[max(place - 1, 0)], pitches[min(place, len(pitches) - 1)]
    return below if target - below <= above - target else above
