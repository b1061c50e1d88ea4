"""Where instruments sound well, and by how many octaves a whole part moves to get there.

The move hangs on the part, the instrument and the key alone, so that a line never jumps from one bar
to the next; only a bar, or a single note, that lies far outside its instrument moves by itself.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import median

from barwise.music.notes import Note, Part
from barwise.score.schema import Instrument

OCTAVE = 12

TESSITURAS: Mapping[Part, tuple[int, int]] = {
    Part.MELODY: (62, 84),
    Part.COUNTER: (53, 76),
    Part.CHORDS: (48, 74),
    Part.BASS: (30, 48),
}
"""Where composers of bars put most notes of a part, with tonic C."""

_FAMILIES: Sequence[tuple[int, int]] = (
    (33, 96),  # pianos
    (60, 96),  # bells and mallets
    (36, 96),  # organs
    (40, 84),  # guitars
    (28, 55),  # basses
    (36, 96),  # strings
    (36, 88),  # ensembles and voices
    (40, 84),  # brass
    (46, 84),  # reeds
    (60, 96),  # pipes
    (36, 96),  # leads
    (36, 96),  # pads
    (36, 96),  # effects
    (48, 84),  # plucked instruments of the world
    (36, 84),  # percussion with pitch
    (36, 84),  # noises
)
"""The comfortable range of each eight General MIDI programs, in sounding pitches."""

_EXCEPTIONS: Mapping[int, tuple[int, int]] = {
    8: (60, 103),  # celesta
    9: (72, 103),  # glockenspiel
    11: (53, 89),  # vibraphone
    12: (45, 96),  # marimba
    14: (60, 84),  # tubular bells
    40: (55, 96),  # violin
    41: (48, 84),  # viola
    42: (36, 74),  # cello
    43: (28, 55),  # contrabass
    46: (29, 96),  # harp
    47: (36, 60),  # timpani
    56: (54, 84),  # trumpet
    57: (38, 72),  # trombone
    58: (28, 58),  # tuba
    60: (38, 77),  # French horn
    67: (36, 69),  # baritone saxophone
    68: (58, 89),  # oboe
    69: (52, 81),  # English horn
    70: (34, 70),  # bassoon
    71: (50, 89),  # clarinet
    72: (74, 103),  # piccolo
}

_FAR = 6
"""Semitones outside the range that are borne: players stretch a little rather than jump."""

_MOVES = (0, -OCTAVE, OCTAVE, -2 * OCTAVE, 2 * OCTAVE)


def comfortable_range(program: int) -> tuple[int, int]:
    """Lowest and highest pitch at which a General MIDI program (0 to 127) sounds well."""
    return _EXCEPTIONS.get(program, _FAMILIES[program // 8])


def playable(pitch: int, program: int) -> int:
    """The pitch; where it lies far outside a General MIDI program's range, its nearest octave that does not."""
    low, high = comfortable_range(program)
    if pitch > high + _FAR:
        return pitch - OCTAVE * -(-(pitch - high - _FAR) // OCTAVE)
    return pitch + OCTAVE * -(-max(low - _FAR - pitch, 0) // OCTAVE)


def playable_range(program: int) -> range:
    """The pitches of a General MIDI program, and those to which players stretch."""
    low, high = comfortable_range(program)
    return range(low - _FAR, high + _FAR + 1)


@cache
def shift_beside(part: Part, part_shift: int, instrument: Instrument) -> int:
    """Semitones, in whole octaves, by which an instrument plays above a part whose pitches were shifted so."""
    wanted = OCTAVE * instrument.octave
    sounding = [pitch + part_shift + wanted for pitch in TESSITURAS[part]]
    return wanted + _nearest_move(sounding, comfortable_range(instrument.program))


def part_shifts(notes: Sequence[Note], instruments: Mapping[Part, Instrument], key_shift: int) -> dict[Part, int]:
    """Semitones to add to each part's pitches; the bass stays under the melody."""
    shifts = {
        part: _shift([note.pitch for note in notes if note.part is part], part, instruments[part], key_shift)
        for part in TESSITURAS
    }
    lowest, _ = comfortable_range(instruments[Part.BASS].program)
    shifts[Part.BASS] -= _bass_drop(notes, shifts, lowest)
    return shifts


def _shift(pitches: Sequence[int], part: Part, instrument: Instrument, key_shift: int) -> int:
    span = comfortable_range(instrument.program)
    shift = _usual_shift(part, instrument, key_shift)
    if pitches and _outside(median(pitches) + shift, span) >= _FAR:
        shift += _nearest_move([pitch + shift for pitch in pitches], span)
    return shift


@cache
def _usual_shift(part: Part, instrument: Instrument, key_shift: int) -> int:
    """What brings a part's tessitura to where the instrument sounds well."""
    wanted = key_shift + OCTAVE * instrument.octave
    return wanted + _nearest_move([pitch + wanted for pitch in TESSITURAS[part]], comfortable_range(instrument.program))


def _nearest_move(pitches: Sequence[float], span: tuple[int, int]) -> int:
    """The smallest move after which little lies outside the span."""

    def cost(move: int) -> tuple[float, int]:
        outside = sum(_outside(pitch + move, span) for pitch in pitches)
        return (outside if outside > _FAR else 0.0, abs(move))

    return min(_MOVES, key=cost)


def _outside(pitch: float, span: tuple[int, int]) -> float:
    return max(span[0] - pitch, pitch - span[1], 0)


def _bass_drop(notes: Sequence[Note], shifts: Mapping[Part, int], lowest: int) -> int:
    """Octaves, in semitones, that take the middle of the bass below the lowest note of the melody.

    None that its instrument lacks: below, a bass is felt as a rumble and no longer carries the harmony.
    """
    bass = [note.pitch + shifts[Part.BASS] for note in notes if note.part is Part.BASS]
    melody = [note.pitch + shifts[Part.MELODY] for note in notes if note.part is Part.MELODY]
    if not bass or not melody:
        return 0
    drop = 0
    while median(bass) - drop >= min(melody) and min(bass) - drop - OCTAVE >= lowest:
        drop += OCTAVE
    return drop
