"""Rolls into another state, and flams in fills."""

from dataclasses import replace

import numpy as np
import pytest

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import EXPRESSION
from barwise.arranging.drum_rolls import FLAM_SECONDS, HARD, flams, roll
from barwise.arranging.dynamics import apply_intensity
from barwise.music.attributes import measure
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import Bar, Note, Part
from barwise.score.load import load_score
from tests.arranging.phrases import arranged

SCORE = load_score()
ARRANGER = Arranger(SCORE)
ORCHESTRA, BAND = SCORE.palette_of("explore"), SCORE.palette_of("combat")
ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF
SNARE = 38
BAR = Bar(notes=(Note(0, Part.DRUMS, 45, 6, 90), Note(60, Part.DRUMS, 45, 6, 90), Note(72, Part.BASS, 36, 24, 80)))


def intent(state: str = "explore", *, leads: bool = True, fill: bool = False, tempo: float = 120.0) -> BarIntent:
    condition = Condition(measure(BAR, Mode.MAJOR), tempo=tempo)
    return BarIntent(0, Key(7), condition, state=state, leads=leads, fill=fill)


def rolled(metre: Metre = COMMON_TIME, intensity: float = 0.3, **wanted: float) -> list[ChannelEvent]:
    return list(roll(ORCHESTRA, metre, intent(**wanted), intensity))  # type: ignore[arg-type]


@pytest.mark.parametrize("tempo", [50.0, 120.0, 200.0])
def test_the_roll_grows_through_the_last_two_beats_to_the_bar_line(tempo: float) -> None:
    by_key: dict[int, list[ChannelEvent]] = {}
    for event in rolled(tempo=tempo):
        if event.kind is ON:
            by_key.setdefault(event.number, []).append(event)
    assert set(by_key) == {50, 59}  # the dominant's kettledrum in G, and a cymbal
    for strokes in by_key.values():
        assert strokes[0].tick == 48
        assert 96 - 0.09 * 24 * tempo / 60 < strokes[-1].tick < 96
        assert strokes[-1].value > 1.7 * strokes[0].value
        assert np.diff([stroke.tick for stroke in strokes]).max() * 60 / tempo / 24 == pytest.approx(0.07, abs=0.01)


def test_only_an_orchestra_rolls_and_only_into_another_state() -> None:
    assert not list(roll(BAND, COMMON_TIME, intent("combat"), 1.0))
    assert not list(roll(ORCHESTRA, COMMON_TIME, intent(leads=False), 1.0))


def test_a_roll_is_heard_where_the_drums_have_not_entered() -> None:
    softly = rolled(intensity=0.3)
    opened = next(event for event in softly if event.kind is ChannelEventKind.CONTROL)
    assert (opened.tick, opened.number, opened.channel) == (48, EXPRESSION, DRUM_CHANNEL)
    assert opened.value > 40
    assert all(apply_intensity(event, 0.3, ORCHESTRA) == event for event in softly)
    assert all(event.kind is not ChannelEventKind.CONTROL for event in rolled(intensity=1.0))


@pytest.mark.parametrize("metre", [Metre(2, 4), Metre(6, 8), Metre(1, 4), Metre(7, 8)])
def test_every_metre_has_its_roll(metre: Metre) -> None:
    assert all(0 <= event.tick <= metre.bar_ticks + 2 for event in rolled(metre))


def test_strokes_of_the_roll_and_of_the_bar_on_one_drum_are_each_let_go_as_what_they_are() -> None:
    events = arranged(ARRANGER, BAR, replace(intent(), fill=True), np.random.default_rng(0))
    sounding: dict[int, Part | None] = {}
    for event in [event for event in events if event.channel == DRUM_CHANNEL]:
        if event.kind is ON:
            assert event.number not in sounding
            sounding[event.number] = event.part
        elif event.kind is OFF:
            assert sounding.pop(event.number) is event.part
    assert not sounding


def test_hard_strokes_of_a_fill_have_a_grace_note_before_them() -> None:
    hit = ChannelEvent(72.0, ON, DRUM_CHANNEL, SNARE, HARD, Part.DRUMS, 72, 0.2)
    early, soft = replace(hit, tick=24.0, position=24), replace(hit, value=HARD - 1)
    on, off = flams([hit, early, soft], BAND, COMMON_TIME, intent("combat", fill=True))
    assert (72 - on.tick) * 60 / 120 / 24 == pytest.approx(FLAM_SECONDS)
    assert on.value == HARD // 2
    assert on.tick < off.tick < 72
    assert (on.part, on.position, on.enters) == (hit.part, hit.position, hit.enters)
    assert not list(flams([hit], BAND, COMMON_TIME, intent("combat")))
