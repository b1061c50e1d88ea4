"""Articulation by what instruments do: bound lines, detached repetitions, staccato, breath, accents, contour."""

import numpy as np
import pytest

from barwise.arranging.articulation import PlayedNote, play
from barwise.arranging.groove import Touch
from barwise.music.attributes import measure
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Note, Part

FLUTE, TUBA, VIOLIN, CELESTA, CONTRABASS, KIT, WARM_PAD = 73, 58, 40, 8, 43, 48, 89
SLUR_TICKS = 0.6
"""12 ms at 120 quarters a minute and a little more."""


def line(*pitches: int, length: int = 24, part: Part = Part.MELODY) -> tuple[Note, ...]:
    return tuple(Note(length * place, part, pitch, length, 80) for place, pitch in enumerate(pitches))


def played(
    notes: tuple[Note, ...], program: int = FLUTE, *, arousal: float = 0.0, phrase_bar: int = 0, leads: bool = False
) -> list[PlayedNote]:
    condition = Condition(measure(Bar(notes=notes), Mode.MAJOR), phrase_bar=phrase_bar)
    wanted = BarIntent(0, Key(), condition, Mood(arousal=arousal), leads=leads)
    touches = [Touch(float(note.position), float(note.end), 1.0) for note in notes]
    return play(notes, touches, COMMON_TIME, wanted, Still(), {note.part: program for note in notes})


class Still(np.random.Generator):
    """A generator of nothing but means."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def standard_normal(self, size: int | None = None) -> np.ndarray:  # type: ignore[override]
        return np.zeros(size or 1)


@pytest.mark.parametrize("program", [FLUTE, VIOLIN])
def test_winds_and_strings_bind_the_notes_of_a_line(program: int) -> None:
    for note, after in zip(played(line(72, 74, 76), program), (24, 48), strict=False):
        assert after < note.off <= after + SLUR_TICKS


def test_what_strikes_every_note_anew_does_not_bind_them() -> None:
    assert played(line(72, 74), CELESTA)[0].off < 24


def test_excited_lines_are_not_bound() -> None:
    assert played(line(72, 74), arousal=0.6)[0].off < 24


def test_chords_are_not_bound() -> None:
    chord = (*line(60, 62, part=Part.CHORDS), *line(64, 65, part=Part.CHORDS))
    assert all(note.off <= note.note.end for note in played(tuple(sorted(chord)), VIOLIN))


def test_repeated_notes_are_detached() -> None:
    again, other = played(line(72, 72, 74))[:2]
    assert again.off - again.on <= 0.85 * 24
    assert other.off > 48


@pytest.mark.parametrize("pitches", [(36, 36), (36, 38)], ids=["repeated", "others"])
def test_a_hand_is_lifted_no_longer_after_a_long_note(pitches: tuple[int, int]) -> None:
    first, second = played(line(*pitches, length=48, part=Part.BASS), CONTRABASS, arousal=1.0)
    silence = (second.on - first.off) * 60 / 120 / 24
    assert 0.05 < silence <= 0.0751


def test_a_note_before_a_rest_ends_when_it_should() -> None:
    before_rest = (Note(0, Part.MELODY, 72, 12, 80), Note(48, Part.MELODY, 74, 24, 80))
    assert played(before_rest)[0].off <= 12


def test_pads_are_held_as_long_as_is_written_however_excited() -> None:
    pad, piano = (played(line(60, 62, length=6, part=Part.CHORDS), program, arousal=1.0) for program in (WARM_PAD, 0))
    assert pad[0].off == 6
    assert piano[0].off < 4


@pytest.mark.parametrize("program", [FLUTE, VIOLIN, CELESTA])
def test_short_notes_are_staccato_when_excited(program: int) -> None:
    eighths = line(72, 74, 76, length=12)
    calm, excited = (played(eighths, program, arousal=arousal)[0] for arousal in (-0.5, 1.0))
    assert excited.off - excited.on < 0.65 * 12
    assert calm.off - calm.on > 0.9 * 12


@pytest.mark.parametrize(("program", "part"), [(FLUTE, Part.MELODY), (CELESTA, Part.MELODY), (TUBA, Part.BASS)])
@pytest.mark.parametrize(("phrase_bar", "breathes"), [(2, False), (3, True), (6, False), (7, True)])
def test_singers_and_whoever_blows_breathe_at_the_ends_of_phrases(
    program: int, part: Part, phrase_bar: int, breathes: bool
) -> None:
    note = played((Note(48, part, 48, 48, 80),), program, arousal=-1.0, phrase_bar=phrase_bar)[0]
    assert (note.off <= 84) is breathes


def test_a_bow_needs_no_breath() -> None:
    assert played((Note(0, Part.BASS, 40, 96, 80),), CONTRABASS, arousal=-1.0, phrase_bar=7)[0].off > 90


def test_nobody_breathes_into_another_state() -> None:
    assert played(line(72, length=96), phrase_bar=7, leads=True, arousal=-1.0)[0].off > 90


def test_the_first_beat_is_accented_the_more_the_more_excited() -> None:
    def accent(arousal: float) -> float:
        first, *_, last = played(line(72, 72, length=12), CELESTA, arousal=arousal)
        return first.velocity / last.velocity

    assert accent(1.0) > accent(0.0) > 1.0
    assert accent(0.0) == accent(-1.0)


def test_a_melody_grows_as_it_rises() -> None:
    soft, middle, loud = (note.velocity for note in played(line(60, 64, 68, 72))[1:])
    assert soft < middle < loud
    assert loud / soft < 1.15


@pytest.mark.parametrize(("part", "program"), [(Part.COUNTER, CELESTA), (Part.DRUMS, KIT)])
def test_what_is_struck_grows_by_its_strokes_into_another_state(part: Part, program: int) -> None:
    notes = tuple(Note(24 * beat, part, 60, 12, 80) for beat in range(4))
    plain, led = (played(notes, program, leads=leads) for leads in (False, True))
    grown = [after.velocity / before.velocity for before, after in zip(plain, led, strict=True)]
    assert grown[:3] == [1.0, 1.0, 1.0]
    assert grown[3] > 1.05
