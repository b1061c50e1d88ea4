"""The estimate counts what sounds: notes are let go where overlaps.py lets them go, and what is struck rings on."""

from dataclasses import replace

import pytest

from barwise.arranging.levels import RINGING_ON, energy, makeup
from barwise.music.notes import Bar, Note, Part
from barwise.score.load import load_score
from barwise.score.schema import Instrument

# No bar of these is so thin that it stays softer.
PALETTE = replace(load_score(None).palettes["orchestral"], level=-6.0)
HARP, STRINGS = Instrument(46), Instrument(48)
SECOND = 1 / 48  # of a tick, so that a half note lasts a second


def bar(*notes: tuple[int, Part, int, int]) -> Bar:
    return Bar(notes=tuple(Note(position, part, pitch, duration, 90) for position, part, pitch, duration in notes))


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [(Part.MELODY, 72, 72), (Part.BASS, 40, 40), (Part.BASS, 40, 45)],
    ids=["its pitch again", "a bass note again", "another bass note"],
)
def test_a_note_counts_until_it_is_let_go(part: Part, first: int, second: int) -> None:
    held, let_go = (bar((0, part, first, ticks), (48, part, second, 24)) for ticks in (192, 48))
    assert makeup(held, PALETTE, 120) == makeup(let_go, PALETTE, 120)


def test_notes_that_may_sound_together_count_in_full() -> None:
    held, let_go = (bar((0, Part.MELODY, 72, ticks), (48, Part.MELODY, 76, 24)) for ticks in (96, 48))
    assert makeup(held, PALETTE, 120) < makeup(let_go, PALETTE, 120)


def test_what_is_plucked_rings_on_after_a_short_note_and_no_longer_than_it_can() -> None:
    short, longer, long = (Note(0, Part.CHORDS, 60, ticks, 90) for ticks in (3, 6, 480))
    harp, strings = ([energy(note, played, SECOND) for note in (short, longer, long)] for played in (HARP, STRINGS))
    assert strings[1] / strings[0] == pytest.approx(2)
    assert harp[1] / harp[0] == pytest.approx((6 * SECOND + RINGING_ON) / (3 * SECOND + RINGING_ON))
    assert harp[2] < strings[2] / 20
