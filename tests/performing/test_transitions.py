"""Transitions as they are played: between any two states of the built-in score, in keys far apart, by rule."""

from dataclasses import replace
from itertools import accumulate, pairwise

import pytest

from barwise.arranging.stingers import STINGER_CHANNELS
from barwise.commands import Command, Enter, PlayStinger, SetMood
from barwise.composing.drummer import is_fill
from barwise.composing.rule_composer import RuleComposer
from barwise.music.events import ChannelEventKind, MusicEventKind
from barwise.music.intent import AUTHENTIC
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.performance import Performance, PlayedBar
from barwise.performing.session import Session
from barwise.score.load import load_score
from barwise.score.schema import Score

TONICS = {"calm": 7, "wonder": 5, "tension": 0, "combat": 4, "victory": 11, "defeat": 8}
BUILTIN = load_score()


def far_apart() -> Score:
    """The built-in score with a tonic for each state, and states that may be left at once."""
    states = {name: replace(spec, key=TONICS.get(name), dwell=0.0) for name, spec in BUILTIN.states.items()}
    return replace(BUILTIN, states=states)


def new_session(score: Score | None = None, seed: int = 1) -> Session:
    return Session(score or far_apart(), None, RuleComposer(), seed=seed, is_recording=True)


def play(session: Session, bars: int) -> None:
    for _ in range(bars):
        session.advance(session.frames_left_in_bar())


def told(session: Session, command: Command, bars: int) -> Performance:
    session.call(command)
    play(session, bars)
    return session.performance()


def tour() -> list[tuple[str, str]]:
    """Every ordered pair of the built-in states, each beginning where the one before ends: seven is a prime."""
    names = list(BUILTIN.states)
    steps = [step for step in range(1, len(names)) for _ in names]
    places = [0, *(place % len(names) for place in accumulate(steps))]
    return [(names[before], names[after]) for before, after in pairwise(places)]


def sounding(performance: Performance) -> dict[tuple[int, int], int]:
    """How often each note of each channel was begun and not ended."""
    counts: dict[tuple[int, int], int] = {}
    for sent in performance.events:
        key = (sent.event.channel, sent.event.number)
        if sent.event.kind is ChannelEventKind.NOTE_ON:
            counts[key] = counts.get(key, 0) + 1
        elif sent.event.kind is ChannelEventKind.NOTE_OFF:
            counts[key] = max(counts.get(key, 0) - 1, 0)
    return {key: count for key, count in counts.items() if count}


@pytest.mark.parametrize("bridge", [1, 2])
def test_a_bridge_leads_from_any_state_to_any_other(bridge: int) -> None:
    session = new_session()
    play(session, 2)
    score = far_apart()
    for old, new in tour():
        performance = told(session, Enter(new, at="bar", bridge=bridge, fill=True, fade=1.0), bridge + 3)
        entered = next(bar for bar in reversed(performance.bars) if bar.intent.condition.phrase_bar == 0)
        place = performance.bars.index(entered)
        led = performance.bars[place - bridge : place]
        assert {bar.intent.state for bar in led} == {old}
        assert (entered.intent.state, entered.intent.cadence) == (new, AUTHENTIC)
        assert entered.intent.key.tonic == score.tonic_of(new)
        assert is_fill(led[-1].bar)
        assert all(bar.ticks == bar.bar.metre.bar_ticks for bar in (*led, entered))
        assert all(glides_on(before, after) for before, after in pairwise(performance.bars[place - bridge - 1 : place]))
    # What was begun is ended: nothing but the present bar sounds.
    play(session, 1)
    assert len(sounding(session.performance())) < 12


def glides_on(before: PlayedBar, after: PlayedBar) -> bool:
    """Whether a bar begins in the tempo in which the one before ended."""
    return after.curve.tempo_at(0) == pytest.approx(before.curve.tempo_at(before.ticks), rel=1e-6)


def test_a_tour_has_every_pair_of_states() -> None:
    assert len(set(tour())) == len(tour()) == len(BUILTIN.states) * (len(BUILTIN.states) - 1)


def test_the_notes_of_a_tour_are_the_same_again() -> None:
    first, second = (new_session(seed=4) for _ in range(2))
    for session in (first, second):
        for _, new in tour()[:8]:
            told(session, Enter(new, at="bar", bridge=1, fill=True), 3)
    assert first.performance() == second.performance()


def test_no_bar_is_silent_and_no_beat_is_lost_under_the_scores_own_transitions() -> None:
    session = Session(BUILTIN, None, RuleComposer(), seed=2, is_recording=True)
    play(session, 3)
    for _, new in tour()[:12]:
        told(session, Enter(new), 6)
    bars = session.performance().bars
    assert all(bar.bar.notes for bar in bars)
    assert all(before.end_tick == after.start_tick for before, after in pairwise(bars))


@pytest.mark.parametrize("state", ["combat", "victory", "wonder"])
def test_a_cadence_is_told_where_a_bridge_lands(state: str) -> None:
    for seed in range(4):
        session = new_session(seed=seed)
        play(session, 3)
        told(session, Enter(state, at="bar", bridge=2), 4)
        events = session.events()
        entered = next(event for event in events if event.kind is MusicEventKind.STATE and event.name == state)
        cadence = next(event for event in events if event.kind is MusicEventKind.CADENCE and event.bar == entered.bar)
        assert cadence.seconds == pytest.approx(entered.seconds, abs=1e-4)


def test_after_a_bridge_a_turn_of_mood_is_heard_in_the_bar_that_sounds() -> None:
    session = new_session()
    play(session, 3)
    told(session, Enter("victory", at="bar", bridge=1, fill=True), 4)
    session.advance(session.frames_left_in_bar() // 2)
    performance = told(session, SetMood(Mood(-0.9, -0.9, 0.9)), 1)
    assert performance.bars[-1].intent.mood == Mood(-0.9, -0.9, 0.9)


def test_a_fill_leads_over_without_a_bridge_at_the_next_bar_but_one() -> None:
    session = new_session()
    play(session, 3)
    performance = told(session, Enter("combat", at="phrase", bridge=0, fill=True), 8)
    place = next(place for place, bar in enumerate(performance.bars) if bar.intent.state == "combat")
    assert [bar.intent.fill for bar in performance.bars[: place + 1]] == [False] * (place - 1) + [True, False]
    assert is_fill(performance.bars[place - 1].bar)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.6])
def test_a_fill_leads_to_the_next_bar_where_a_beat_is_left_for_it(share: float) -> None:
    session = new_session()
    play(session, 3)
    session.advance(round(session.frames_left_in_bar() * share))
    performance = told(session, Enter("combat", at="bar", bridge=0, fill=True), 3)
    entered = next(place for place, bar in enumerate(performance.bars) if bar.intent.state == "combat")
    before = performance.bars[entered - 1]
    assert entered == 4
    assert before.intent.fill
    assert is_fill(before.bar)


def test_a_short_fight_does_not_flip_the_music() -> None:
    session = Session(BUILTIN, None, RuleComposer(), is_recording=True)
    play(session, 2)
    session.call(Enter("combat"))
    session.advance(44100)
    for _ in range(6):  # in and out six times within three seconds
        session.call(Enter("explore"))
        session.advance(11025)
        session.call(Enter("combat"))
        session.advance(11025)
    play(session, 12)
    states = [bar.intent.state for bar in session.performance().bars]
    assert sum(before != after for before, after in pairwise(states)) == 1


def test_a_transition_within_a_transition_ends_in_the_state_that_was_asked_for_last() -> None:
    for late in range(4):  # in the first and second bar of the bridge, as the state begins, and after
        session = new_session()
        play(session, 3)
        told(session, Enter("combat", at="bar", bridge=2, fill=True), 1 + late)
        told(session, Enter("wonder", at="bar", bridge=1), 1)
        performance = told(session, Enter("calm", at="bar", bridge=2), 8)
        states = [bar.intent.state for bar in performance.bars]
        assert states[-3:] == ["calm"] * 3
        assert set(states[:-3]) <= {"explore", "combat", "wonder", "calm"}
        assert performance.bars[-1].intent.key.tonic == TONICS["calm"]
        assert all(before.end_tick == after.start_tick for before, after in pairwise(performance.bars))


def test_going_back_within_a_bridge_takes_the_old_state_up_again() -> None:
    session = new_session()
    play(session, 3)
    told(session, Enter("combat", at="bar", bridge=3), 2)
    performance = told(session, Enter("explore", at="bar", bridge=0), 6)
    assert {bar.intent.state for bar in performance.bars} == {"explore"}
    assert performance.bars[-1].intent.key.tonic == BUILTIN.key


@pytest.mark.parametrize("metre", [Metre(7, 8), Metre(5, 4), Metre(12, 8), Metre(2, 4)])
@pytest.mark.parametrize(("at", "step"), [("bar", 1), ("phrase", 8), ("exit", 4)])
def test_the_next_bar_is_the_next_bar_in_every_metre(metre: Metre, at: str, step: int) -> None:
    score = far_apart()
    odd = replace(score, states={**score.states, "explore": replace(score.states["explore"], metre=metre)})
    session = new_session(odd)
    play(session, 3)
    session.advance(session.frames_left_in_bar() // 3)
    performance = told(session, Enter("combat", at=at, bridge=0, fill=False), 9)
    entered = next(place for place, bar in enumerate(performance.bars) if bar.intent.state == "combat")
    assert entered == 4 if step == 1 else entered % step == 0
    assert performance.bars[entered].start_tick == entered * metre.bar_ticks


def test_a_stinger_over_a_bridge_sounds_whole_and_ends() -> None:
    for name, stinger in BUILTIN.stingers.items():
        session = new_session()
        play(session, 3)
        told(session, Enter("victory", at="bar", bridge=1, fill=True), 1)
        session.advance(round(session.frames_left_in_bar() * 0.8))
        performance = told(session, PlayStinger(name), 3)
        struck = [
            sent.tick
            for sent in performance.events
            if sent.event.channel in STINGER_CHANNELS and sent.event.kind is ChannelEventKind.NOTE_ON
        ]
        assert len(struck) == len(stinger.notes)
        landing = next(bar.start_tick for bar in performance.bars if bar.intent.state == "victory")
        assert struck[0] < landing + 48
        assert not any(channel in STINGER_CHANNELS for channel, _ in sounding(performance))
