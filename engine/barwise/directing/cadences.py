"""Dominants and what they resolve to: where a plan of chords has a cadence. Knows no bars but by place."""

from barwise.music.harmony import SCALES, Chord, Key, Mode, Quality
from barwise.music.intent import AUTHENTIC, HALF, PHRASE_BARS

DOMINANT_ROOTS = frozenset({7, 11, 10, 1})
"""Semitones above the tonic of chords that lead home: V and vii, and where modes have none, bVII and bII."""

_MODAL_DOMINANTS = {
    Mode.DORIAN: Chord(10, Quality.MAJOR),
    Mode.MIXOLYDIAN: Chord(10, Quality.MAJOR),
    Mode.PHRYGIAN: Chord(1, Quality.MAJOR),
}
"""What leads home within a mode that has no leading tone."""


def is_dominant(chord: Chord) -> bool:
    """Whether a chord, in its key, leads to the tonic."""
    return chord.root in DOMINANT_ROOTS


def tonic_chord(mode: Mode) -> Chord:
    """The triad on a mode's tonic."""
    return Chord(0, Quality.MAJOR if mode.is_major else Quality.MINOR)


def dominant_of(mode: Mode, *, is_new_tonic: bool) -> Chord:
    """The chord that leads to a mode's tonic; a tonic that is new needs the leading tone to be heard as one."""
    if mode in _MODAL_DOMINANTS and not is_new_tonic:
        return _MODAL_DOMINANTS[mode]
    return Chord(7, Quality.MAJOR if mode is Mode.LYDIAN else Quality.DOMINANT)


def mode_over(chord: Chord, mode: Mode) -> Mode:
    """The mode in which a bar on a dominant is written: its own where that has the chord, else one that has."""
    if SCALES[mode].issuperset(chord.tones):
        return mode
    return Mode.MAJOR if mode.is_major else Mode.HARMONIC_MINOR


def in_key(chord: Chord, key: Key, other: Key) -> Chord:
    """A chord of a key as another key counts it: the same sound."""
    return Chord((chord.root + key.tonic - other.tonic) % 12, chord.quality)


def cadence_of(harmony: tuple[Chord, ...], before: Chord | None, place: int, *, has_landed: bool = False) -> str:
    """AUTHENTIC, HALF or none of them, for a bar at a place of the phrase, 0 to PHRASE_BARS - 1.

    Before is the last chord of the bar before, in this bar's key; has_landed says that an approach ends here.
    """
    last = harmony[-1]
    led = harmony[-2] if len(harmony) > 1 else before
    closes = has_landed or place == PHRASE_BARS - 1
    if closes and last.root == 0 and led is not None and is_dominant(led):
        return AUTHENTIC
    return HALF if place == PHRASE_BARS // 2 - 1 and is_dominant(last) else ""
