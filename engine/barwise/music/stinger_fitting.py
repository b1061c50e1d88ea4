"""A stinger fitted to the chords that sound: in tune under each of them, its line as it is written.

Knows keys, chords and a register; no instruments, no tempo and no clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from barwise.errors import InputError
from barwise.music.harmony import DEGREES, Chord, Key, Quality
from barwise.music.notes import ChordChange
from barwise.music.stinger import STEPS_PER_OCTAVE, Stinger, StingerNote, grid_tick

_TEMPLATE = (0, 2, 4, 5, 7, 9, 11)
"""Semitones above a root at which a step is looked for: the nearest pitch that the chord or mode has is played."""

_MIDDLE_C = 60
_OCTAVE = 12
_REACH = 9
"""Semitones from where a note is looked for within which it is found."""

_BENT_CONTOUR = 100.0
"""Cost of a line that goes another way than it is written: more than any stretching of it."""
_CUT = 7.0
"""Cost of a pitch that a chord to come would make a note end early, in semitones of distance."""
_STRETCHED = 0.5
"""Cost of each semitone by which an interval differs from what is written."""
_SEVENTH = 1.5
"""Cost of a chord's seventh as a structural note."""


@dataclass(frozen=True, slots=True)
class HeardChord:
    """The harmony that is heard from a tick on, to the next one's tick."""

    tick: int
    """Ticks from the start of the bar that the stinger's start is counted from; it may lie past that bar's end."""
    chord: Chord | None
    """None where no harmony is felt."""
    key: Key


@dataclass(frozen=True, slots=True, order=True)
class FittedNote:
    """One note of a stinger as it sounds."""

    position: int
    """Onset in ticks from the stinger's start."""
    pitch: int
    """MIDI number as it sounds."""
    duration: int
    """Length in ticks, at least 1."""
    velocity: int
    """1 to 127."""

    @property
    def end(self) -> int:
        """First tick, from the stinger's start, at which the note no longer sounds."""
        return self.position + self.duration


def heard_chords(harmony: Iterable[ChordChange], key: Key, bar_start: int = 0) -> list[HeardChord]:
    """The harmony of a bar in its key, counted from a bar that began so many ticks earlier."""
    return [HeardChord(bar_start + change.position, change.chord, key) for change in harmony]


def fitted(
    stinger: Stinger,
    start: float,
    chords: Sequence[HeardChord],
    register: tuple[int, int],
    kept: Sequence[FittedNote] = (),
) -> tuple[FittedNote, ...]:
    """A stinger's notes as they sound when it starts at a tick, in the chords of then and later.

    Structural notes are tones of the chord that sounds as they begin, passing ones belong to its scale, and the
    highest line goes up and down as it is written. A note ends early where the harmony moves to a chord
    that it does not fit. The register is its lowest and highest pitch, at least two octaves apart. Notes
    that are kept, because they have sounded before the harmony came to be another, stay as they are.
    """
    origin = grid_tick(start)
    harmony = _Harmony(chords, origin)
    strokes = [tuple(stroke) for _, stroke in groupby(sorted(stinger.notes), key=lambda note: note.position)]
    done = {note.position: note.pitch for note in sorted(kept)}
    line = _line([stroke[-1] for stroke in strokes], harmony, register, done)
    new = [
        note
        for stroke, top in zip(strokes, line, strict=True)
        if stroke[0].position not in done
        for note in _stroke(stroke, top, harmony, register)
    ]
    return tuple(sorted([*kept, *new]))


def shortened(sounding: Iterable[FittedNote], start: float, chords: Sequence[HeardChord]) -> tuple[FittedNote, ...]:
    """Notes that sound, of a stinger that started at a tick: each ends early where it does not fit a chord to come."""
    harmony = _Harmony(chords, grid_tick(start))
    return tuple(replace(note, duration=harmony.end_of(note, note.pitch) - note.position) for note in sounding)


class _Field:
    """What may sound over one chord."""

    def __init__(self, heard: HeardChord) -> None:
        mode, tonic = heard.key.mode, heard.key.tonic
        degrees = DEGREES[mode]
        chord = heard.chord or Chord(0, Quality.MAJOR if mode.is_major else Quality.MINOR)
        tones = set(chord.tones)
        # The chord's own form of a degree takes the place of the mode's: no false relations.
        replaced = {mode.at_home(tone) for tone in tones if tone not in degrees}
        scale = (set(degrees) - replaced) | tones
        if chord.quality is Quality.POWER:
            # Over root and fifth alone a line of three octaves would not fit its register.
            own = {(chord.root + third) % 12 for third in (3, 4)} & set(degrees)
            tones |= own or {(chord.root + (4 if mode.is_major else 3)) % 12}
            scale |= tones
        soft = tones | {degree for degree in scale if not {(degree - 1) % 12, (degree + 1) % 12} & tones}
        self.root = (chord.root + tonic + _OCTAVE // 2) % _OCTAVE - _OCTAVE // 2
        self.seventh = (chord.tones[3] + tonic) % 12 if len(chord.tones) > 3 else None
        self.tones, self.scale, self.soft = (
            frozenset((tone + tonic) % 12 for tone in of) for of in (tones, scale, soft)
        )

    def classes(self, note: StingerNote) -> frozenset[int]:
        """The pitch classes that a note may have."""
        return self.tones if note.is_structural else self.scale


def _moved(classes: Iterable[int], tonic: int) -> frozenset[int]:
    return frozenset((each + tonic) % 12 for each in classes)


class _Harmony:
    """The chords under a stinger, by its own ticks."""

    def __init__(self, chords: Sequence[HeardChord], origin: int) -> None:
        if not chords:
            raise InputError("a stinger needs the chord that sounds; a HeardChord without a chord will do")
        ordered = sorted(chords, key=lambda heard: heard.tick)
        self._fields = [(heard.tick - origin, _Field(heard)) for heard in ordered]

    def at(self, tick: int) -> _Field:
        """What may sound at a tick; before the first chord as over the first."""
        return [field for start, field in self._fields if start <= tick or start == self._fields[0][0]][-1]

    def end_of(self, note: StingerNote | FittedNote, pitch: int) -> int:
        """Where a note ends on a pitch: as written, or where a chord begins that it does not fit."""
        later = [(start, field) for start, field in self._fields if note.position < start < note.end]
        return next((start for start, field in later if pitch % 12 not in field.soft), note.end)


_Way = tuple[float, tuple[int, ...]]
"""What a line so far costs, and its pitches."""


def _line(
    tops: Sequence[StingerNote], harmony: _Harmony, register: tuple[int, int], done: Mapping[int, int]
) -> tuple[int, ...]:
    """The pitches of a line: its contour above all, then as near to what is written as the chords allow.

    The cheapest way through the places of each note, as Viterbi finds it.
    """
    ways: list[_Way] = [(0.0, ())]
    before: StingerNote | None = None
    for note, aim in zip(tops, _aims(tops, harmony, register), strict=True):
        places = [done[note.position]] if note.position in done else _places(note, aim, harmony, register)
        written = _semitones(note) - _semitones(before) if before else None
        ways = [_cheapest(ways, pitch, abs(pitch - aim) + _cost(note, pitch, harmony), written) for pitch in places]
        before = note
    return min(ways)[1]


def _cheapest(ways: Sequence[_Way], pitch: int, cost: float, written: int | None) -> _Way:
    """The cheapest of some lines with another pitch, which by itself costs so much, after a written interval."""
    if written is None:
        return cost, (pitch,)
    total, line = min((spent + _bend(pitch - line[-1], written), line) for spent, line in ways)
    return total + cost, (*line, pitch)


def _bend(played: int, written: int) -> float:
    """What an interval costs that is not as it is written."""
    if played == written:
        return 0.0
    return _BENT_CONTOUR * (_sign(played) != _sign(written)) + _STRETCHED * abs(played - written)


def _sign(interval: int) -> int:
    return (interval > 0) - (interval < 0)


def _semitones(note: StingerNote) -> int:
    """How far above its root a note is looked for."""
    octave, step = divmod(note.step, STEPS_PER_OCTAVE)
    return octave * _OCTAVE + _TEMPLATE[step]


def _aims(tops: Sequence[StingerNote], harmony: _Harmony, register: tuple[int, int]) -> list[int]:
    """Where each note is looked for: above its chord's root, in the octave that suits the register best."""
    low, high = register
    aims = [_MIDDLE_C + harmony.at(note.position).root + _semitones(note) for note in tops]
    moves = sorted(range(-4 * _OCTAVE, 5 * _OCTAVE, _OCTAVE), key=abs)
    move = min(moves, key=lambda move: sum(max(low - aim - move, aim + move - high, 0) for aim in aims))
    return [aim + move for aim in aims]


def _places(note: StingerNote, aim: int, harmony: _Harmony, register: tuple[int, int]) -> list[int]:
    """The pitches that a note may have, near to where it is looked for if there are any."""
    low, high = register
    classes = harmony.at(note.position).classes(note)
    allowed = [pitch for pitch in range(low, high + 1) if pitch % _OCTAVE in classes]
    return [pitch for pitch in allowed if abs(pitch - aim) <= _REACH] or allowed


def _cost(note: StingerNote, pitch: int, harmony: _Harmony) -> float:
    """What speaks against a pitch besides its distance."""
    is_seventh = note.is_structural and pitch % _OCTAVE == harmony.at(note.position).seventh
    return _SEVENTH * is_seventh + _CUT * (harmony.end_of(note, pitch) < note.end)


def _stroke(
    stroke: Sequence[StingerNote], top: int, harmony: _Harmony, register: tuple[int, int]
) -> Iterator[FittedNote]:
    """The notes of one onset: the highest on a pitch, each other under the one above, if there is a place."""
    upper, *others = sorted(stroke, reverse=True)
    yield _sounding(upper, top, harmony)
    pitch = top
    for note in others:
        aim = top - _semitones(upper) + _semitones(note)
        under = [place for place in _places(note, aim, harmony, register) if place < pitch]
        if not under:
            return
        pitch = min(under, key=lambda place: abs(place - aim) + _cost(note, place, harmony))
        yield _sounding(note, pitch, harmony)


def _sounding(note: StingerNote, pitch: int, harmony: _Harmony) -> FittedNote:
    return FittedNote(note.position, pitch, harmony.end_of(note, pitch) - note.position, note.velocity)
