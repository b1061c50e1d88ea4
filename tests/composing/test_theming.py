"""A theme in a composed bar: heard as it is, with everything else below and beside it."""

import numpy as np
import pytest

from barwise.composing.composer import Composer
from barwise.composing.rule_composer import RuleComposer
from barwise.composing.selection import clashes
from barwise.composing.theming import accompanying, with_theme
from barwise.directing.mood_table import attributes_of
from barwise.music.development import Development
from barwise.music.harmony import Key
from barwise.music.intent import BarIntent, Condition, ThemeBar
from barwise.music.mood import Mood
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise.music.progressions import NUMERALS
from barwise.music.theme import in_bar, sounded
from tests.music.themes import CALL, tones

SUNG = in_bar(sounded(CALL, Key().mode), 0, CALL.metre)  # C5 half, E5 and G5 quarters
INTENT = BarIntent(
    0,
    Key(),
    Condition(attributes_of(Mood())),
    theme=ThemeBar("call", Development.STATEMENT, 0, SUNG),
    harmony=(NUMERALS["I"],),
)
HARMONY = (ChordChange(0, NUMERALS["I"]),)


def themed(*notes: Note) -> list[tuple[int, int, int]]:
    """The accompaniment that is left of some notes."""
    bar = with_theme(Bar(harmony=HARMONY, notes=tuple(sorted(notes))), INTENT)
    assert tones(bar.of(Part.MELODY)) == tones(SUNG)
    return [tone for part in (Part.BASS, Part.CHORDS, Part.COUNTER) for tone in tones(bar.of(part))]


def test_the_melody_of_the_bar_is_the_theme_alone() -> None:
    assert themed(Note(0, Part.MELODY, 80, 96, 80)) == []


def test_a_bar_without_a_theme_is_left_alone() -> None:
    bar = Bar(harmony=HARMONY, notes=(Note(0, Part.MELODY, 80, 96, 80),))
    plain = BarIntent(0, Key(), INTENT.condition)
    assert with_theme(bar, plain) is bar
    assert accompanying(plain) is plain


@pytest.mark.parametrize(
    ("note", "left"),
    [
        (Note(0, Part.CHORDS, 64, 96, 80), [(0, 96, 64)]),  # a chord tone below: as it was
        (Note(0, Part.COUNTER, 79, 48, 80), [(0, 48, 67)]),  # above the theme: an octave lower
        (Note(0, Part.CHORDS, 59, 48, 80), [(0, 48, 60)]),  # B under C: moved to the chord
        (Note(0, Part.CHORDS, 63, 96, 80), [(0, 48, 63)]),  # Eb until the theme's E
        (Note(0, Part.BASS, 47, 24, 80), [(0, 24, 48)]),
        (Note(60, Part.CHORDS, 63, 6, 80), [(60, 6, 64)]),  # struck while the E of a beat sounds
    ],
)
def test_what_would_hide_the_theme_or_rub_against_it_gives_way(note: Note, left: list[tuple[int, int, int]]) -> None:
    assert themed(note) == left


def test_drums_are_left_alone() -> None:
    drum = Note(0, Part.DRUMS, 36, 6, 80)
    assert drum in with_theme(Bar(harmony=HARMONY, notes=(drum,)), INTENT).notes


def test_the_accompaniment_is_asked_for_without_what_the_theme_brings() -> None:
    asked, wanted = accompanying(INTENT).condition, INTENT.condition
    assert asked.parts == wanted.parts - {Part.MELODY}
    assert asked.attributes.polyphony == pytest.approx(wanted.attributes.polyphony - 1)
    assert asked.attributes.density == pytest.approx(wanted.attributes.density - 3 / 4)


def test_a_composer_writes_a_bar_around_the_theme() -> None:
    composer: Composer = RuleComposer()
    for seed in range(10):
        made = composer.compose(INTENT, composer.initial_state(), None, np.random.default_rng(seed))
        assert tones(made.bar.of(Part.MELODY)) == tones(SUNG)
        assert made.bar.parts >= {Part.BASS, Part.CHORDS, Part.DRUMS}
        assert clashes(made.bar) == 0
        assert made.bar.harmony[0].chord is not None
        assert made.bar.harmony[0].chord.root == 0
