"""The bass stands on the root where a phrase turns, and goes its own way elsewhere."""

import numpy as np
import pytest

from barwise.composing.bassist import TURNS, Bassist, rooted
from barwise.composing.composer import ComposedBar, State
from barwise.composing.vocabulary import Rows
from barwise.directing.mood_table import attributes_of
from barwise.music.attributes import measure
from barwise.music.harmony import Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent, Condition
from barwise.music.mood import Mood
from barwise.music.notes import Bar, ChordChange, Note, Part

DOMINANT = Chord(7, Quality.MAJOR)
ON_THE_THIRD = Bar(
    harmony=(ChordChange(0, DOMINANT),),
    notes=(Note(0, Part.BASS, 35, 48, 80), Note(0, Part.MELODY, 74, 96, 80), Note(48, Part.BASS, 38, 48, 80)),
)


class Fixed:
    def initial_state(self) -> State:
        return np.zeros(1, np.float32)

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        return ComposedBar(ON_THE_THIRD, state, measure(ON_THE_THIRD, Mode.MAJOR), "network")


@pytest.mark.parametrize("place", range(8))
def test_the_root_is_struck_with_the_chord_where_the_phrase_turns(place: int) -> None:
    bassist = Bassist(Fixed())
    intent = BarIntent(place, Key(), Condition(attributes_of(Mood()), phrase_bar=place))
    composed = bassist.compose(intent, bassist.initial_state(), None, np.random.default_rng(0))
    first, melody, second = composed.bar.notes
    assert first.pitch == (31 if place in TURNS else 35)
    assert (melody, second) == ON_THE_THIRD.notes[1:]
    assert composed.achieved == measure(composed.bar, Mode.MAJOR)


def test_roots_foreign_notes_and_double_stops_are_left_alone() -> None:
    for pitches in ((43,), (45,), (35, 47)):
        bar = Bar(harmony=ON_THE_THIRD.harmony, notes=tuple(Note(0, Part.BASS, pitch, 48, 80) for pitch in pitches))
        assert rooted(bar) == bar


def test_the_lowest_notes_go_up_to_their_root() -> None:
    low = Bar(harmony=(ChordChange(0, Chord(11, Quality.DIMINISHED)),), notes=(Note(0, Part.BASS, 26, 48, 80),))
    assert rooted(low).notes[0].pitch == 35
