"""Which chord carries a bar of a given melody: one that has its strong notes, in the mode and near the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from barwise.music.attributes import Attributes
from barwise.music.harmony import Chord, Mode, Quality
from barwise.music.metre import Metre
from barwise.music.notes import Note
from barwise.music.progressions import CHROMATIC, NUMERALS, PROGRESSIONS

_DOWNBEAT, _BEAT, _BETWEEN = 2.0, 1.5, 1.0
"""Weights of a note's length by where it begins."""

_PLANNED = 0.3
"""What it counts for a chord to be the one that the phrase's progression has here."""

_TONIC = 0.1
_REPEATED = -0.12
_UNSTABLE = -0.2
_CHANGED = -0.3
"""What it counts for all of a melody to give way to the chord."""

_CLASH = -1.0
"""What a note counts that lies a semitone from a chord tone; a chord tone counts 1, any other 0."""

_SIXTH, _SUBTONIC, _LEADING = 8, 10, 11


def harmonized(
    notes: Sequence[Note],
    metre: Metre,
    mode: Mode,
    attributes: Attributes,
    planned: Sequence[Chord],
    before: Chord | None,
) -> tuple[Chord, tuple[Note, ...]]:
    """The chord for a bar's melody, and the melody with its seventh degree as the chord has it.

    The planned chords are those of the phrase's progression, `before` is that of the bar before, if known.
    Without notes the last planned chord stays.
    """
    if not notes and planned:
        return planned[-1], ()
    fits = (
        (_fitness(chord, notes, metre, mode, planned, before), chord) for chord in _choices(mode, attributes, planned)
    )
    chord = max(fits, key=lambda fit: fit[0])[1]
    return chord, _bent(notes, chord, mode)


def _choices(mode: Mode, attributes: Attributes, planned: Iterable[Chord]) -> list[Chord]:
    """The chords that music in this mode moves among, each once."""
    is_chromatic = attributes.chromaticism >= CHROMATIC
    used = [
        NUMERALS[numeral]
        for progression in PROGRESSIONS[mode.family]
        if is_chromatic or not progression.is_chromatic
        for numeral in progression.numerals.replace("|", " ").split()
    ]
    chords = used if mode is mode.family else [chord.within(mode) for chord in used]
    return list(dict.fromkeys([*planned, *chords]))


def _fitness(
    chord: Chord, notes: Sequence[Note], metre: Metre, mode: Mode, planned: Sequence[Chord], before: Chord | None
) -> float:
    bent = _bent(notes, chord, mode)
    weights = [_weight(note, metre) for note in bent]
    fits = [_carried(note, chord) + _CHANGED * (note != sung) for note, sung in zip(bent, notes, strict=True)]
    carried = sum(weight * fit for weight, fit in zip(weights, fits, strict=True)) / sum(weights)
    is_close = bool(planned) and planned[-1].root == 0
    return (
        carried
        + _PLANNED * (chord in planned)
        + _TONIC * (chord.root == 0 and (is_close or before is None))
        + _REPEATED * (chord == before)
        + _UNSTABLE * (chord.quality in {Quality.DIMINISHED, Quality.AUGMENTED})
    )


def _weight(note: Note, metre: Metre) -> float:
    """How much a note is noticed: its ticks within the bar, more on beats."""
    place = _BETWEEN if note.position % metre.beat_ticks else _BEAT if note.position else _DOWNBEAT
    return place * (min(note.end, metre.bar_ticks) - note.position)


def _carried(note: Note, chord: Chord) -> float:
    pitch_class = note.pitch % 12
    if pitch_class in chord.tones:
        return 1.0
    return _CLASH if any((pitch_class - tone) % 12 == 1 for tone in chord.tones) else 0.0


def _bent(notes: Sequence[Note], chord: Chord, mode: Mode) -> tuple[Note, ...]:
    """The melody with the seventh degree of minor raised under a dominant, and lowered over a chord with the other.

    Beside the sixth degree it is natural where the chord allows: the step would become one and a half.
    """
    if mode not in {Mode.MINOR, Mode.HARMONIC_MINOR}:
        return tuple(notes)
    pitches = [note.pitch % 12 for note in notes]
    neighbors = zip([None, *pitches[:-1]], [*pitches[1:], None], strict=True)
    return tuple(
        replace(note, pitch=note.pitch + _bend(note.pitch % 12, _SIXTH in beside, chord.tones, mode))
        for note, beside in zip(notes, neighbors, strict=True)
    )


def _bend(pitch_class: int, is_beside_sixth: bool, tones: Sequence[int], mode: Mode) -> int:
    """Semitones by which a note of a melody gives way to the chord."""
    if pitch_class == _SUBTONIC:
        return int(_LEADING in tones and not is_beside_sixth)
    if pitch_class == _LEADING and _LEADING not in tones:
        return -int(_SUBTONIC in tones or (mode is Mode.HARMONIC_MINOR and is_beside_sixth))
    return 0
