"""Layers and palettes at play: they come and go with intensity, mood and state, and never under a sounding note."""

import sys
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest

from barwise.arranging.channels import EXPRESSION, PAD_CHANNEL, channel_in, is_pad
from barwise.commands import Command, Enter, SetIntensity, SetMood
from barwise.composing.rule_composer import RuleComposer
from barwise.music.events import ChannelEvent, ChannelEventKind, is_layer
from barwise.music.mood import Mood
from barwise.music.performance import Performance
from barwise.performing.session import Session
from barwise.score.load import load_score
from barwise.score.schema import MoodColor, Score

ON, OFF, PROGRAM = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF, ChannelEventKind.PROGRAM
CALM, TENSE = Mood(0.2, -0.6, 0.2), Mood(-0.3, -0.6, 0.9)


def eerie_where_tense() -> Score:
    score = load_score()
    calm = replace(score.states["calm"], colors=(MoodColor("eerie", above={"tension": 0.6}),))
    return replace(score, initial="calm", states={**score.states, "calm": calm})


def session_of(score: Score | None = None, *commands: Command, seed: int = 1) -> Session:
    session = Session(score or load_score(), None, RuleComposer(), seed=seed, is_recording=True)
    for command in commands:
        session.call(command)
    return session


def play(session: Session, bars: int, *commands: Command) -> None:
    for command in commands:
        session.call(command)
    for _ in range(bars):
        session.advance(session.frames_left_in_bar())


def events(session: Session) -> list[ChannelEvent]:
    return [sent.event for sent in session.performance().events]


def voices_heard(performance: Performance, first_tick: int = 0) -> int:
    struck = [sent for sent in performance.events if sent.event.kind is ON and sent.tick >= first_tick]
    return len({(sent.event.channel, sent.event.enters) for sent in struck})


@pytest.mark.parametrize("state", load_score().states)
def test_the_more_intensity_the_more_voices_are_heard(state: str) -> None:
    """`pytest -s` prints how many."""
    heard = []
    for step in range(0, 11, 2):
        session = session_of(None, Enter(state), SetIntensity(step / 10))
        play(session, 1)
        play(session, 7, SetIntensity(step / 10))
        heard.append(voices_heard(session.performance(), first_tick=120))
    sys.stdout.write(f"{state}: {heard} voices at intensities 0, 0.2, ... 1\n")
    assert heard == sorted(heard)
    assert heard[0] <= 2
    assert heard[-1] >= 8


def test_a_pad_that_enters_is_struck_with_the_intensity_and_not_with_the_next_bar() -> None:
    session = session_of(None, SetIntensity(0.5))
    play(session, 2)
    session.advance(session.frames_left_in_bar() // 2)
    assert not any(event.kind is ON and is_pad(event.channel) for event in events(session))
    session.call(SetIntensity(1.0))
    session.advance(1)
    assert any(event.kind is ON and is_pad(event.channel) for event in events(session))


def test_a_pad_that_has_ended_does_not_come_back() -> None:
    session = session_of(None, SetIntensity(0.5))
    play(session, 3)
    session.call(SetIntensity(1.0))
    play(session, 6)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for event in events(session):
        if event.kind in (ON, OFF) and is_pad(event.channel):
            counts[event.channel, event.number] += 1 if event.kind is ON else -1
            assert counts[event.channel, event.number] in (0, 1)


def test_no_program_changes_under_a_sounding_note() -> None:
    session = session_of(eerie_where_tense(), SetIntensity(1.0))
    for state, mood in (("calm", TENSE), ("combat", CALM), ("calm", CALM), ("defeat", TENSE), ("calm", TENSE)):
        play(session, 3, Enter(state), SetIntensity(1.0))
        play(session, 3, SetMood(mood), SetIntensity(1.0))
    sounding: dict[int, set[int]] = defaultdict(set)
    programs = 0
    for event in events(session):
        if event.kind is ON:
            sounding[event.channel].add(event.number)
        elif event.kind is OFF:
            sounding[event.channel].discard(event.number)
        elif event.kind is PROGRAM:
            programs += is_layer(event.channel)
            assert not sounding[event.channel]
    assert programs > 12


def test_layers_fade_with_their_palette_while_the_next_one_begins() -> None:
    session = session_of(None, SetIntensity(1.0))
    play(session, 2)
    play(session, 2, Enter("calm", at="bar", bridge=0, fill=False, fade=4.0))
    sent = events(session)
    changed = next(place for place, event in enumerate(sent) if event.kind is PROGRAM and event.channel >= 16)
    faded = [event for event in sent[changed:] if event.channel == PAD_CHANNEL and event.number == EXPRESSION]
    steps = [event.value for event in faded]
    assert len(steps) > 40
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == 0


def test_a_mood_brings_another_palette_at_a_bar_line_and_a_wavering_one_does_not() -> None:
    session = session_of(eerie_where_tense(), SetMood(CALM))
    play(session, 4)
    for tension in (0.8, 0.55, 0.65, 0.52, 0.9, 0.1):
        play(session, 3, SetMood(replace(TENSE, tension=tension)))
    bars = session.performance().bars
    palettes = [bar.intent.palette for bar in bars]
    assert {palettes[3], palettes[-1]} == {"pastoral"}
    assert sum(before != after for before, after in pairwise(palettes)) == 2
    starts = {bar.start_tick for bar in bars}
    changes = {round(sent.tick, 3) for sent in session.performance().events if sent.event.kind is PROGRAM}
    assert changes <= starts


def test_what_was_saved_goes_on_in_the_palette_and_with_the_layers_that_it_had() -> None:
    score = eerie_where_tense()
    first = session_of(score, SetMood(TENSE), SetIntensity(0.9))
    play(first, 3)
    first.advance(first.frames_left_in_bar() // 3)
    second = session_of(score)
    state = first.checkpoint()
    second.restore(state)
    for session in (first, second):
        play(session, 2)
    tick = first.performance().bars[-1].start_tick
    last = [[sent for sent in each.performance().events if sent.tick >= tick] for each in (first, second)]
    assert last[0] == last[1]
    assert {channel_in(PAD_CHANNEL, bank) for bank in range(2)} & {sent.event.channel for sent in last[0]}
