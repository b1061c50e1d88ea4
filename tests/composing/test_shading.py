"""One inner voice moves toward what is wanted, or none does."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from barwise.composing.shading import REACH, moves, shaded
from barwise.music.attributes import measure
from barwise.music.harmony import SCALES, Chord, Mode, Quality
from barwise.music.intent import Condition
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise.music.tonality import tonality
from tests.music.strategies import bars

TONIC = (ChordChange(0, Chord(0, Quality.MAJOR)),)
MELODY = Note(0, Part.MELODY, 79, 96, 90)
OPEN = Bar(harmony=TONIC, notes=(Note(0, Part.BASS, 36, 96, 80), *(Note(0, Part.CHORDS, p, 96, 70) for p in (55, 60))))
OPEN = replace(OPEN, notes=(*OPEN.notes, MELODY))
"""A fifth, doubled: nothing in it is sweet."""


def sweeter(bar: Bar, consonance: float) -> Bar:
    """The bar where thirds and sixths are to have this share, and the chords are to be major."""
    achieved, wanted = measure(bar, Mode.MAJOR), replace(tonality(bar, Mode.MAJOR), mode=0.36, chords=1.0)
    return shaded(bar, achieved, Condition(replace(achieved, consonance=consonance)), wanted)


def test_an_open_fifth_gets_its_third_where_thirds_are_wanted() -> None:
    bar = sweeter(OPEN, 0.7)
    assert [note.pitch % 12 for note in bar.of(Part.CHORDS)].count(4) == 1
    assert measure(bar, Mode.MAJOR).consonance > measure(OPEN, Mode.MAJOR).consonance + 0.2


def test_a_bar_that_is_as_consonant_as_wanted_stays() -> None:
    assert sweeter(OPEN, measure(OPEN, Mode.MAJOR).consonance) is OPEN


@given(bars(max_notes=24))
def test_one_voice_moves_and_all_else_stays(bar: Bar) -> None:
    after = sweeter(bar, 1.0)
    gone, come = set(bar.notes) - set(after.notes), set(after.notes) - set(bar.notes)
    assert (after.metre, after.harmony, len(after.notes)) == (bar.metre, bar.harmony, len(bar.notes))
    assert {note.part for note in gone} <= set(REACH)
    assert len({(note.part, note.pitch) for note in gone}) <= 1
    assert {replace(note, pitch=0) for note in gone} == {replace(note, pitch=0) for note in come}


@given(bars(max_notes=24), st.sampled_from(Mode))
def test_a_move_is_near_in_the_mode_or_the_chord_and_rubs_against_nothing(bar: Bar, mode: Mode) -> None:
    for move in moves(bar, mode):
        for note in (bar.notes[number] for number in move.notes):
            chord = bar.chord_at(note.position)
            is_of_chord = chord is not None and move.pitch % 12 in chord.tones
            assert 0 < abs(move.pitch - note.pitch) <= REACH[note.part]
            assert move.is_foreign is not is_of_chord
            assert is_of_chord or move.pitch % 12 in SCALES[mode]
            sounding = (other for other in bar.notes if other.position < note.end and note.position < other.end)
            rubs = [other for other in sounding if abs(other.pitch - move.pitch) in (1, 13)]
            own = (note.part, note.pitch)
            assert all(other.part is Part.DRUMS or (other.part, other.pitch) == own for other in rubs)


def test_a_figure_stays_a_figure() -> None:
    rocking = [Note(24 * beat, Part.CHORDS, pitch, 24, 70) for beat, pitch in enumerate((55, 60, 55, 60))]
    bar = sweeter(replace(OPEN, notes=tuple(sorted((*OPEN.of(Part.BASS, Part.MELODY), *rocking)))), 0.9)
    first, second, third, fourth = (note.pitch for note in bar.of(Part.CHORDS))
    assert (first, second) == (third, fourth) != (55, 60)


def test_what_lies_on_top_is_heard_as_the_melody_and_stays() -> None:
    bar = replace(OPEN, notes=OPEN.notes[:-1])
    assert max(note.pitch for note in sweeter(bar, 0.9).notes) == 60


def test_a_voice_keeps_a_fifth_above_a_low_bass() -> None:
    low = Bar(harmony=TONIC, notes=(Note(0, Part.BASS, 40, 96, 80), Note(0, Part.CHORDS, 48, 96, 70), MELODY))
    assert {move.pitch for move in moves(low, Mode.MAJOR)} == {47, 50, 52}
