"""The engine core: the same notes whoever asks and however fast, and changes where they belong."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from barwise.arranging.channels import BRIGHTNESS, EXPRESSION
from barwise.commands import Command, Enter, SetIntensity, SetMood, SetTempo
from barwise.composing.onnx_composer import OnnxComposer
from barwise.composing.rule_composer import RuleComposer
from barwise.controls import DirectControls
from barwise.directing.form import FULLEST, THINNEST
from barwise.directing.mood_table import attributes_of
from barwise.errors import InputError
from barwise.music.events import ChannelEventKind, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.performance import Performance
from barwise.offline import OfflinePlayer
from barwise.performing.plans import Cue
from barwise.performing.session import Session
from barwise.playing.host import ThreadHost
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Block
from barwise.score.load import load_score
from barwise.score.schema import MoodChange

RATE = 22050
BLOCK = 512


def new_session(
    seed: int = 0,
    cues: tuple[Cue, ...] = (),
    *,
    is_live: bool = False,
    mood_changes: MoodChange = MoodChange.BEAT,
) -> Session:
    score, rules = replace(load_score(None), mood_changes=mood_changes), RuleComposer()
    return Session(score, None, rules, seed=seed, cues=cues, sample_rate=RATE, is_live=is_live, is_recording=True)


def play(session: Session, bars: int) -> None:
    """Compose and pass so many bars."""
    for _ in range(bars):
        compose_all(session)
        session.advance(session.frames_left_in_bar())


def compose_all(session: Session) -> None:
    while session.compose():
        pass


def advance_to(session: Session, sample: int) -> None:
    while session.sample < sample:
        compose_all(session)
        session.advance(min(BLOCK, sample - session.sample))


def note_ons(performance: Performance) -> list[tuple[float, int, int, int]]:
    return [
        (sent.tick, sent.event.channel, sent.event.number, sent.event.value)
        for sent in performance.events
        if sent.event.kind is ChannelEventKind.NOTE_ON
    ]


def mood(valence: float) -> Command:
    return SetMood(Mood(valence, 0.5, 0.5))


def test_equal_seeds_and_calls_give_equal_events() -> None:
    first, second = new_session(seed=3), new_session(seed=3)
    for session in (first, second):
        play(session, 3)
        session.call(Enter("combat", at="bar", bridge=0, fill=False))
        play(session, 3)
    assert first.performance() == second.performance()


def test_another_seed_gives_other_notes() -> None:
    first, second = new_session(seed=1), new_session(seed=2)
    for session in (first, second):
        play(session, 4)
    assert note_ons(first.performance()) != note_ons(second.performance())


def test_a_live_session_and_a_render_of_its_journal_give_the_same_notes() -> None:
    """Two real threads play; what they noted of the calls, replayed without a clock, is the same music."""
    live = new_session(seed=5, is_live=True)

    def render(frames: int) -> Block:
        host.wake()
        return live.render(frames)

    host = ThreadHost(render, live.compose, NullOutput(clock=lambda: 0.75 * time.monotonic()), sample_rate=RATE)
    calls: list[Command] = [Enter("tension"), SetIntensity(1.0), mood(0.9)]
    compose_all(live)
    host.start()
    try:
        for number, call in enumerate(calls):
            wait_until(lambda seconds=1 + 2 * number: live.sample > RATE * seconds / 2)  # type: ignore[misc]
            live.call(call)
            wait_until(lambda calls=number + 1: len(live.journal) == calls)  # type: ignore[misc]
        wait_until(lambda: live.sample > 4 * RATE)
    finally:
        host.stop()
    replay = new_session(seed=5)
    for entry in live.journal:
        advance_to(replay, entry.sample)
        replay.call(entry.command)
    advance_to(replay, live.sample)
    assert not [event.name for event in live.events() if event.kind is MusicEventKind.WARNING]
    assert len(live.journal) == len(calls)
    assert note_ons(replay.performance()) == note_ons(live.performance())


def test_the_network_too_writes_the_same_ahead_of_time_and_on_the_spot() -> None:
    """A live session composes beside the music, again where the mood has turned; a render composes at the bar line."""
    score, rules, network = load_score(None), RuleComposer(), OnnxComposer(candidates=2)
    live, render = (
        Session(score, network, rules, seed=6, sample_rate=RATE, is_live=is_live, is_recording=True)
        for is_live in (True, False)
    )
    for block in range(9 * RATE // BLOCK):
        for session in (live, render):
            if block % 100 == 40:
                session.call(mood(block % 300 / 300))
            if session is live:
                compose_all(session)
            session.advance(BLOCK)
    assert {played.composer for played in live.performance().bars} == {"network"}
    assert note_ons(live.performance()) == note_ons(render.performance())


def wait_until(is_done: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, "the host did not get there"
        time.sleep(0.002)


def moods(session: Session) -> list[float]:
    return [played.intent.mood.valence for played in session.performance().bars]


def test_where_the_score_says_bar_a_mood_waits_for_the_next() -> None:
    session = new_session(mood_changes=MoodChange.BAR)
    play(session, 2)
    compose_all(session)
    session.advance(session.frames_left_in_bar() // 2)
    session.call(mood(-0.9))
    play(session, 2)
    assert moods(session) == [0.5, 0.5, 0.5, -0.9]


def test_a_turn_of_mood_is_in_the_bar_that_sounds() -> None:
    session = new_session()
    play(session, 2)
    compose_all(session)
    session.advance(session.frames_left_in_bar() // 2)
    session.call(mood(-0.9))
    play(session, 2)
    assert moods(session) == [0.5, 0.5, -0.9, -0.9]


def test_a_small_change_of_mood_waits_for_the_next_bar() -> None:
    session = new_session()
    play(session, 2)
    session.advance(session.frames_left_in_bar() // 2)
    session.call(SetMood(Mood(0.45, 0.1, 0.2)))
    play(session, 2)
    assert moods(session) == [0.5, 0.5, 0.5, 0.45]


def test_a_turn_in_the_last_moment_is_in_the_next_bar_from_its_second_beat() -> None:
    session = new_session()
    play(session, 2)
    compose_all(session)
    session.advance(session.frames_left_in_bar() - BLOCK)
    session.call(mood(-0.9))
    play(session, 3)
    assert moods(session) == [0.5, 0.5, 0.5, -0.9, -0.9]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_what_has_been_played_of_a_bar_stays_when_the_rest_is_composed_anew(share: float) -> None:
    turned, straight = new_session(seed=7), new_session(seed=7)
    for session in (turned, straight):
        play(session, 3)
        session.advance(round(session.frames_left_in_bar() * share))
    turned.call(SetMood(Mood(-0.9, 0.9, 0.9)))
    for session in (turned, straight):
        play(session, 1)
    new, old = (session.performance().bars[3].bar for session in (turned, straight))
    tick = min((ours.position for ours in new.notes if ours not in old.notes), default=new.metre.bar_ticks)
    beat = new.metre.beat_ticks
    assert share * new.metre.bar_ticks < tick < new.metre.bar_ticks
    heard = [on for on in note_ons(turned.performance()) if on[0] < 3 * 96 + tick // beat * beat - 2]
    assert heard == note_ons(straight.performance())[: len(heard)]


def test_bars_composed_ahead_are_thrown_away_when_the_mood_turns() -> None:
    """What was composed for the old mood leaves no trace: not in the notes, not in the composer's memory."""
    turned, straight = new_session(seed=4), new_session(seed=4)
    play(turned, 1)
    compose_all(turned)
    turned.call(mood(0.9))
    play(turned, 4)
    compose_all(straight)
    straight.advance(straight.frames_left_in_bar())
    straight.call(mood(0.9))
    straight.advance(0)
    play(straight, 4)
    assert note_ons(turned.performance()) == note_ons(straight.performance())


def test_intensity_acts_within_the_bar() -> None:
    session = new_session()
    session.call(SetIntensity(1.0))
    play(session, 1)
    compose_all(session)
    session.advance(session.frames_left_in_bar() // 2)
    before = len(session.performance().events)
    session.call(SetIntensity(0.0))
    session.advance(BLOCK)
    changed = [sent.event for sent in session.performance().events[before:]]
    assert {event.number for event in changed if event.kind is ChannelEventKind.CONTROL} >= {EXPRESSION, BRIGHTNESS}


def test_a_state_brings_its_palette_mood_and_intensity_at_a_bar_line() -> None:
    session = new_session()
    play(session, 1)
    session.call(Enter("combat", at="bar", bridge=0, fill=False))
    play(session, 3)
    states = [(played.intent.state, played.intensity) for played in session.performance().bars]
    assert states == [("explore", 0.55), ("explore", 0.55), ("combat", 0.9), ("combat", 0.9)]


def test_instruments_change_only_when_no_note_sounds() -> None:
    session = new_session(seed=8)
    for state in ("combat", "explore", "tension", "victory"):
        session.call(Enter(state, at="bar", bridge=0, fill=False))
        play(session, 2)
    sounding: set[tuple[int, int]] = set()
    for sent in session.performance().events:
        key = (sent.event.channel, sent.event.number)
        match sent.event.kind:
            case ChannelEventKind.NOTE_ON:
                sounding.add(key)
            case ChannelEventKind.NOTE_OFF:
                sounding.discard(key)
            case ChannelEventKind.PROGRAM:
                assert not {channel for channel, _ in sounding if channel == sent.event.channel}


def test_no_pitch_is_struck_while_it_sounds() -> None:
    session = new_session(seed=9)
    session.call(Enter("combat", at="bar", bridge=0, fill=False))
    play(session, 12)
    sounding: set[tuple[int, int]] = set()
    for sent in session.performance().events:
        key = (sent.event.channel, sent.event.number)
        if sent.event.kind is ChannelEventKind.NOTE_ON:
            assert key not in sounding
            sounding.add(key)
        elif sent.event.kind is ChannelEventKind.NOTE_OFF:
            sounding.discard(key)


def test_a_late_composer_is_replaced_for_a_bar_and_says_so() -> None:
    session = new_session(is_live=True)
    session.advance(RATE * 4)  # nobody composed
    warnings = [event for event in session.events() if event.kind is MusicEventKind.WARNING]
    assert warnings
    assert all(played.composer == "rules" for played in session.performance().bars)


def test_a_mood_that_turns_with_every_frame_costs_two_more_bars_a_bar() -> None:
    session = new_session(mood_changes=MoodChange.BAR)
    composed = 0
    for frame in range(20 * 60):
        session.call(mood(frame / 1200))
        session.advance(RATE // 60)
        composed += session.compose()
    assert composed <= 3 * len(session.performance().bars) + 2


def test_cues_give_each_bar_its_mood_and_intensity() -> None:
    cues = (Cue(0, Mood(0.1), 0.2), Cue(1, Mood(0.2), 0.4), Cue(3, Mood(0.3), 0.6))
    session = new_session(cues=cues)
    play(session, 4)
    heard = [(played.intent.mood.valence, played.intensity) for played in session.performance().bars]
    assert heard == [(0.1, 0.2), (0.2, 0.4), (0.2, 0.4), (0.3, 0.6)]


def test_beats_are_told_at_their_samples() -> None:
    session = new_session()
    session.call(SetTempo(120.0))
    play(session, 2)
    beats = [event.seconds for event in session.events() if event.kind is MusicEventKind.BEAT]
    assert beats == pytest.approx([0.5 * beat for beat in range(8)], abs=1 / RATE)


def test_events_are_kept_back_until_they_are_heard() -> None:
    session = new_session()
    play(session, 2)
    heard = session.events(heard_sample=RATE)
    assert all(event.seconds <= 1.0 for event in heard)
    assert all(event.seconds > 1.0 for event in session.events())


def test_blocks_of_any_size_give_the_same_events() -> None:
    whole, cut = new_session(seed=2), new_session(seed=2)
    play(whole, 4)
    random = np.random.default_rng(0)
    while cut.sample < whole.sample:
        compose_all(cut)
        cut.advance(min(int(random.integers(1, 4000)), whole.sample - cut.sample))
    assert note_ons(cut.performance()) == note_ons(whole.performance())


def test_attributes_are_asked_for_from_the_next_bar_until_they_are_taken_back() -> None:
    session = new_session()
    controls = DirectControls(load_score(None), session.call)
    controls.set_attributes(rhythm=0.25, polyphony=2.0)
    for cleared in ({"rhythm": None}, {"polyphony": None}, {}):
        session.advance(session.frames_left_in_bar() // 2)
        controls.set_attributes(**cleared)
        session.advance(session.frames_left_in_bar())
    wanted = [played.intent.condition.attributes for played in session.performance().bars]
    by_mood = attributes_of(load_score(None).states["explore"].mood)
    assert [one.rhythm for one in wanted] == [0.25, by_mood.rhythm, by_mood.rhythm]
    assert [one.polyphony for one in wanted[:2]] == [2.0, 2.0]
    assert by_mood.polyphony * THINNEST <= wanted[2].polyphony <= by_mood.polyphony * FULLEST


@pytest.mark.parametrize(("given", "named"), [({"seek": 0.0}, "seek 0.0"), ({"tempo_step": 1.0}, "tempo step 1.0")])
def test_a_wrong_pace_names_the_value_and_what_is_allowed(given: dict[str, float], named: str) -> None:
    with pytest.raises(InputError, match=named):
        OfflinePlayer(has_sound=False, **given)  # type: ignore[arg-type]


def test_without_smoothing_every_wish_comes_through_at_once() -> None:
    player = OfflinePlayer(has_sound=False, seek=1.0, tempo_step=math.inf)
    player.set_mood(arousal=-1.0)
    player.advance_bars(1)
    player.set_mood(arousal=1.0)
    player.advance(4.0)
    low, high = load_score(None).states["explore"].tempo
    assert [played.intent.condition.tempo for played in player.performance().bars[:2]] == [low, high]
