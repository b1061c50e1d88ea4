"""Stingers over music that changes under them: on the grid, on the chords of then, and never cut short."""

from dataclasses import replace

import pytest

from barwise.arranging.stingers import STINGER_CHANNELS
from barwise.commands import Command, Enter, PlayStinger, SetIntensity, SetMood
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind, MusicEventKind
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.performing.session import Session
from barwise.score.schema import Score
from tests.listening import BLOCK, RATE, SCORE, Listener, listened, wrong_notes

NAMES = list(SCORE.stingers)
CUT_TO_COMBAT = Enter("combat", at="now", bridge=0, fill=False)


def stinger_notes(listener: Listener, start: int = 0) -> list[tuple[int, ChannelEvent]]:
    """The onsets of stingers, with their samples."""
    return [
        (sample, event)
        for sample, event in listener.sent
        if event.kind is ChannelEventKind.NOTE_ON and event.channel in STINGER_CHANNELS and sample >= start
    ]


def in_a_bar(share: float, **given: object) -> tuple[Session, Listener]:
    """A session three bars and a share of the next into its music."""
    session, listener = listened(**given)  # type: ignore[arg-type]
    for _ in range(3):
        session.render(session.frames_left_in_bar())
    session.render(round(session.frames_left_in_bar() * share))
    return session, listener


def said(session: Session, *commands: Command) -> None:
    for command in commands:
        session.call(command)


@pytest.mark.parametrize("name", NAMES)
def test_now_is_at_once_and_what_follows_is_on_the_grid(name: str) -> None:
    session, listener = in_a_bar(0.33)
    asked = session.sample
    clock = session.playing_at(asked).clock  # type: ignore[union-attr]
    said(session, PlayStinger(name, "now"))
    session.render(BLOCK)
    struck = [
        sample
        for sample, event in listener.sent
        if sample >= asked and event.kind is ChannelEventKind.NOTE_ON and event.part is None
    ]
    assert struck[0] == asked
    session.render(4 * RATE)
    ticks = [clock.tick_at(sample) for sample, _ in stinger_notes(listener, asked + 1)]
    assert all(abs(tick - round(tick / 6) * 6) < 2.5 for tick in ticks if tick < clock.ticks)


@pytest.mark.parametrize("at", ["sixteenth", "beat", "bar"])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.97])
def test_a_stinger_begins_at_the_next_place_of_its_kind(at: str, share: float) -> None:
    session, listener = in_a_bar(share)
    asked, clock = session.sample, session.playing_at(session.sample).clock  # type: ignore[union-attr]
    said(session, PlayStinger("secret", at))
    session.render(3 * RATE)
    first = stinger_notes(listener, asked)[0][0]
    step = {"sixteenth": 6, "beat": clock.metre.beat_ticks, "bar": clock.ticks}[at]
    grid = [clock.sample_at(tick) for tick in range(0, clock.ticks + 1, step)]
    assert first == next(sample for sample in grid if sample >= asked)
    told = [event for event in session.events() if event.kind is MusicEventKind.STINGER]
    assert [event.seconds for event in told] == [first / RATE]


def waltzing() -> Score:
    """A session whose combat is in three."""
    states = {**SCORE.states, "combat": replace(SCORE.states["combat"], metre=Metre(3, 4))}
    return replace(SCORE, states=states)


@pytest.mark.parametrize("at", ["now", "beat", "bar"])
def test_at_the_bar_it_goes_to_the_next_bar_even_when_this_one_is_cut_and_that_one_has_another_metre(at: str) -> None:
    session, listener = in_a_bar(0.1, score=waltzing())
    asked = session.sample
    said(session, PlayStinger("secret", "bar"), Enter("combat", at=at, bridge=0, fill=False))
    session.render(6 * RATE)
    entered = next(event for event in session.events() if event.kind is MusicEventKind.STATE and event.name == "combat")
    bar_line = round(entered.seconds * RATE)
    assert stinger_notes(listener, asked)[0][0] == bar_line
    assert (bar_line < asked + RATE) == (at != "bar"), "the bar was cut"


@pytest.mark.parametrize("change", [CUT_TO_COMBAT, Enter("calm", at="bar", bridge=0), SetMood(Mood(-0.9, 0.9, 0.9))])
@pytest.mark.parametrize("share", [0.1, 0.6])
def test_a_stinger_rings_on_over_a_cut_other_instruments_and_a_revision(change: Command, share: float) -> None:
    """As many of its notes are struck as it has, and none of them ends before the next begins."""
    session, listener = in_a_bar(share)
    asked = session.sample
    said(session, PlayStinger("danger", "now"))
    session.render(BLOCK)
    said(session, change)
    session.render(6 * RATE)
    struck = stinger_notes(listener, asked)
    assert len(struck) == len(SCORE.stingers["danger"].notes)
    assert len({event.channel for _, event in struck}) == 1
    assert not wrong_notes(listener.sent, 30 * RATE)


def test_what_has_not_sounded_is_put_on_the_chords_of_the_bar_that_comes() -> None:
    """Its structural notes are tones of the chords that sound, in whatever bar."""
    for name in NAMES:
        session, listener = in_a_bar(0.8)
        asked = session.sample
        said(session, PlayStinger(name, "beat"), CUT_TO_COMBAT)
        bars = []
        for _ in range(6 * RATE // BLOCK):
            session.render(BLOCK)
            bars.append(session.playing_at(session.sample))
        written = {note.position: note for note in SCORE.stingers[name].notes if note.is_structural}
        for sample, event in stinger_notes(listener, asked):
            if event.position not in written:
                continue
            bar = next(bar for bar in bars if bar and bar.clock.sample_at(0) <= sample < bar.clock.end_sample)
            tick = bar.clock.tick_at(sample) + 1
            chord = [change.chord for change in bar.composed.bar.harmony if change.position <= tick][-1]
            if chord is not None:
                tones = {(tone + bar.intent.key.tonic) % 12 for tone in chord.tones}
                assert event.number % 12 in tones or len(tones) < 3


def test_a_third_stinger_takes_the_channel_of_the_first_and_ends_its_notes() -> None:
    session, listener = in_a_bar(0.1)
    for name in NAMES[:3]:
        said(session, PlayStinger(name, "now"))
        session.render(2 * BLOCK)
    session.render(6 * RATE)
    assert not wrong_notes(listener.sent, 10 * RATE)


def test_asked_for_twice_at_one_place_it_is_played_once() -> None:
    session, listener = in_a_bar(0.3)
    said(session, PlayStinger("secret", "beat", 0.2), PlayStinger("secret", "beat", 1.0), PlayStinger("secret", "beat"))
    session.render(4 * RATE)
    struck = stinger_notes(listener)
    assert len(struck) == len(SCORE.stingers["secret"].notes)
    assert [event.name for event in session.events() if event.kind is MusicEventKind.STINGER] == ["secret"]


def test_the_strokes_of_a_stinger_are_heard_where_the_drums_have_not_entered() -> None:
    session, listener = in_a_bar(0.1)
    said(session, SetIntensity(0.0))
    session.render(4 * RATE)
    asked = session.sample
    said(session, PlayStinger("hit", "now"))
    session.render(BLOCK)
    drums = [event for sample, event in listener.sent if sample >= asked and event.channel == DRUM_CHANNEL]
    assert [event.value > 20 for event in drums if event.kind is ChannelEventKind.CONTROL]
    assert [event for event in drums if event.kind is ChannelEventKind.NOTE_ON]
