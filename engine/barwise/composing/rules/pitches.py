"""Which pitches there are over a chord, and the nearest of them. Knows no time and no part."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from barwise.music.harmony import DEGREES, Chord, Mode
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH

OCTAVE = 12


@lru_cache(maxsize=512)
def ladder(chord: Chord, mode: Mode) -> tuple[int, ...]:
    """The pitches that a line may use over a chord: the scale, bent to hold the chord's tones."""
    scale = set(DEGREES[mode])
    for tone in set(chord.tones) - scale:
        scale.discard(mode.at_home(tone))
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
