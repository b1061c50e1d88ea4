"""The drummer who marks the form: fills at phrase ends, crashes where loud phrases begin, all else untouched."""

from dataclasses import replace

import numpy as np
import pytest

from barwise.composing.composer import ComposedBar, State
from barwise.composing.drummer import FILLS, KEEPS, Drummer, is_fill
from barwise.composing.vocabulary import Rows, decode, encode
from barwise.directing.mood_table import attributes_of
from barwise.music.attributes import measure
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Note, Part

BEAT = Bar(
    notes=tuple(
        sorted(
            [Note(at, Part.DRUMS, 42, 6, 60) for at in range(0, 96, 12)]
            + [Note(at, Part.DRUMS, 36, 6, 92) for at in (0, 48, 84)]
            + [Note(at, Part.DRUMS, 38, 6, 92) for at in (24, 72)]
            + [Note(0, Part.MELODY, 72, 96, 84)]
        )
    )
)
LOUD = Condition(attributes_of(Mood(arousal=0.8)))


class Fixed:
    """A composer that always writes the same bar."""

    def __init__(self, bar: Bar = BEAT, name: str = "network") -> None:
        self.bar, self.name = bar, name

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
        return ComposedBar(self.bar, state, measure(self.bar, Mode.MAJOR), self.name)


def played(
    place: int, seed: int, composer: Fixed | None = None, condition: Condition = LOUD, *, fill: bool = False
) -> ComposedBar:
    intent = BarIntent(8 + place, Key(), replace(condition, phrase_bar=place), fill=fill)
    drummer = Drummer(composer or Fixed())
    return drummer.compose(intent, drummer.initial_state(), None, np.random.default_rng(seed))


@pytest.mark.parametrize("place", range(8))
def test_fills_come_as_often_as_their_place_asks(place: int) -> None:
    changed = sum(played(place, seed).bar != BEAT for seed in range(400)) / 400
    wanted = 0.25 if place == 0 else FILLS.get(place, 0.0)
    assert changed == pytest.approx(wanted, abs=0.06)


def test_a_fill_is_heard_as_one_and_leaves_the_rest_of_the_bar() -> None:
    filled = [bar for seed in range(60) if (bar := played(7, seed).bar) != BEAT]
    for bar in filled:
        assert is_fill(bar)
        assert [note for note in bar.notes if note.position < 48] == [note for note in BEAT.notes if note.position < 48]
        assert {note for note in BEAT.of(Part.DRUMS) if note.pitch == 36} <= set(bar.notes)
        assert bar.of(Part.MELODY) == BEAT.of(Part.MELODY)
    assert len({bar.of(Part.DRUMS) for bar in filled}) > 3


def test_a_marked_bar_can_be_written_and_is_measured_anew() -> None:
    for seed in range(40):
        composed = played(7, seed)
        assert decode(encode(composed.bar), composed.bar.metre).notes == composed.bar.notes
        assert composed.achieved == measure(composed.bar, Mode.MAJOR)


def test_a_crash_takes_the_place_of_the_hat() -> None:
    crashed = next(bar for seed in range(60) if (bar := played(0, seed).bar) != BEAT)
    assert {note.pitch for note in crashed.of(Part.DRUMS) if note.position == 0} == {36, 49}


def test_fills_fit_three_four_and_six_eight() -> None:
    for metre in (Metre(3, 4), Metre(6, 8)):
        bar = Bar(metre, notes=tuple(note for note in BEAT.notes if note.position < metre.bar_ticks))
        filled = [played(7, seed, Fixed(bar), replace(LOUD, metre=metre)).bar for seed in range(60)]
        assert any(one != bar for one in filled)
        assert all(note.position < metre.bar_ticks for one in filled for note in one.notes)


def test_what_fills_already_or_hardly_drums_is_left_alone() -> None:
    thin = Bar(notes=(Note(0, Part.DRUMS, 36, 6, 92), Note(48, Part.DRUMS, 36, 6, 92)))
    full = played(7, next(seed for seed in range(60) if played(7, seed).bar != BEAT)).bar
    for bar in (thin, full):
        assert all(played(7, seed, Fixed(bar)).bar == bar for seed in range(60))
    assert all(played(7, seed, Fixed(name="rules")).bar == BEAT for seed in range(60))


CALM = Condition(attributes_of(Mood(arousal=-1.0)))
METRES = [Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(7, 8), Metre(2, 4), Metre(12, 8)]


@pytest.mark.parametrize("condition", [LOUD, CALM])
@pytest.mark.parametrize("metre", METRES)
def test_a_fill_that_is_asked_for_comes_anywhere_in_the_phrase(metre: Metre, condition: Condition) -> None:
    asked = replace(condition, metre=metre)
    for drums in (BEAT.notes, (), (Note(0, Part.DRUMS, 36, 6, 92),)):
        bar = Bar(metre, notes=tuple(note for note in drums if note.position < metre.bar_ticks))
        for place in range(8):
            filled = played(place, place, Fixed(bar), asked, fill=True).bar
            assert is_fill(filled)
            assert filled.of(Part.MELODY) == bar.of(Part.MELODY)
            assert decode(encode(filled), metre).notes == filled.notes


def test_a_fill_that_is_asked_for_fits_into_a_full_bar() -> None:
    crowd = [Note(at, Part.CHORDS, pitch, 3, 60) for at in range(0, 96, 6) for pitch in range(60, 66)]
    hats = [Note(at, Part.DRUMS, 42, 6, 60) for at in range(0, 96, 4)]
    full = Bar(notes=tuple(sorted(crowd + hats)))
    assert is_fill(played(3, 0, Fixed(full), fill=True).bar)


OTHER = Bar(notes=tuple(sorted(Note(at, Part.DRUMS, 36, 6, 92) for at in range(0, 96, 12))))


def answered(reference: Bar, seed: int, condition: Condition = CALM, forced: Rows | None = None) -> Bar:
    """What becomes of OTHER's drums in the third bar of a phrase that answers a reference."""
    wanted = replace(condition.attributes, drum_rhythm=measure(BEAT, Mode.MAJOR).drum_rhythm)
    intent = BarIntent(2, Key(), replace(condition, attributes=wanted, phrase_bar=2))
    random = np.random.default_rng(seed)
    return Drummer(Fixed(OTHER)).compose(intent, np.zeros(1, np.float32), reference, random, forced).bar


def test_most_bars_keep_the_groove_of_the_one_that_they_answer() -> None:
    bars = [answered(BEAT, seed) for seed in range(300)]
    assert {bar.of(Part.DRUMS) for bar in bars} == {BEAT.of(Part.DRUMS), OTHER.of(Part.DRUMS)}
    assert sum(bar != OTHER for bar in bars) / 300 == pytest.approx(KEEPS, abs=0.07)


def test_a_kept_groove_leaves_the_crash_behind_and_goes_on_with_its_cymbal() -> None:
    crash = [replace(note, pitch=49) if note == Note(0, Part.DRUMS, 42, 6, 60) else note for note in BEAT.notes]
    kept = [bar for seed in range(40) if (bar := answered(Bar(notes=tuple(sorted(crash))), seed)) != OTHER]
    assert {bar.of(Part.DRUMS) for bar in kept} == {BEAT.of(Part.DRUMS)}


def test_a_groove_is_left_with_its_mood_and_within_a_bar_that_has_begun() -> None:
    fill = played(7, 0, fill=True).bar
    slow = Bar(notes=tuple(Note(at, Part.DRUMS, 36, 6, 92) for at in (0, 24, 48, 72)))
    for seed in range(40):
        assert answered(fill, seed) == OTHER
        assert answered(slow, seed) == OTHER
        assert answered(BEAT, seed, forced=encode(OTHER)[:2]) == OTHER


def test_without_drums_there_is_no_fill() -> None:
    silent = replace(LOUD, parts=LOUD.parts - {Part.DRUMS})
    bar = Bar(notes=BEAT.of(Part.MELODY))
    assert played(7, 0, Fixed(bar), silent, fill=True).bar == bar


def test_what_fills_already_is_not_filled_again() -> None:
    full = played(7, 0, fill=True).bar
    assert played(7, 1, Fixed(full), fill=True).bar == full
