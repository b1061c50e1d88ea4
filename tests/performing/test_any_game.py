"""Whatever a game says, and whenever: no wrong note, no gap between bars, no event out of place, and the same again."""

import gc
import random
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest

from barwise.music.events import MusicEventKind
from barwise.performing.bar_lines import SessionState
from barwise.performing.session import Session
from barwise.plain import pack, unpack
from barwise.saved_music import Origin, pack_music
from barwise.saving import Pace, SavedBar
from tests.listening import BLOCK, RATE, Heard, Listener, Said, game, listened, play, wrong_notes

SECONDS = 30
AFTER = 12
"""What was begun is to have ended by then."""

LONGEST_NOTE = 40 * RATE
END = (SECONDS + AFTER) * RATE

SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 40))]
LARGEST_SAVE = 8192

LONGEST_STALL_SECONDS = 0.2
"""Of processor time; 1000 turns of mood take a third of that, all else less."""


def played(seed: int) -> tuple[Session, Listener, Heard]:
    session, listener = listened(seed)
    return session, listener, play(session, game(seed, SECONDS), END)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_wrong_note_no_gap_and_no_event_out_of_place(seed: int) -> None:
    _, listener, heard = played(seed)
    assert not wrong_notes(listener.sent, LONGEST_NOTE)
    for before, after in zip(heard.clocks, heard.clocks[1:], strict=False):
        assert (before.end_sample, before.end_tick) == (after.start_sample, after.start_tick)
    seconds = [event.seconds for event in heard.events]
    assert seconds == sorted(seconds)
    beats = [event for event in heard.events if event.kind is MusicEventKind.BEAT]
    for number, clock in enumerate(heard.clocks[:-1]):
        ticks = range(0, clock.ticks, clock.metre.beat_ticks)
        told = [round(beat.seconds * RATE) for beat in beats if beat.bar == number]
        assert told == [clock.sample_at(tick) for tick in ticks]


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_of_any_size_and_a_live_session_give_the_same_notes(seed: int) -> None:
    _, listener, _ = played(seed)
    for is_live in (False, True):
        other, heard = listened(seed, is_live=is_live)
        play(other, game(seed, SECONDS), END, random.Random(seed), composes=is_live)
        assert heard.note_ons() == listener.note_ons()


def saved(session: Session, seed: int) -> tuple[SessionState, bytes]:
    state = session.checkpoint()
    packed = pack(SavedBar(Origin("1", "rules", "score", RATE), Pace(seed, 0.75, 1.12), state), name="checkpoint")
    return unpack(SavedBar, packed, name="checkpoint").state, packed


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_saved_at_any_moment_goes_on_to_the_same_notes_and_saving_changes_nothing(seed: int) -> None:
    chance, said = random.Random(seed), game(seed, SECONDS)
    straight = played(seed)[1]
    called = [at for at, _ in said]
    for at in (chance.randint(0, SECONDS * RATE), chance.choice(called), chance.choice(called) + BLOCK):
        session, listener = listened(seed)
        before = [each for each in said if each[0] <= at]
        play(session, before, at)
        for _, command in [each for each in before if each[0] == at]:
            session.call(command)
        state, packed = saved(session, seed)
        since = [entry for entry in session.journal if entry.number > state.commands]
        assert len(pack_music(packed, since, at)) < LARGEST_SAVE
        restored, heard = listened(seed)
        restored.restore(state)
        restored.skip_to(at, since)
        rest: list[Said] = [each for each in said if each[0] > at]
        for one in (session, restored):
            play(one, rest, END)
        assert heard.note_ons(at, END) == listener.note_ons(at, END) == straight.note_ons(at, END)


@pytest.fixture
def without_collector() -> Iterator[None]:
    """The collector looks at everything that other tests have left in this process, which may take half a second."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
def test_a_thousand_calls_of_each_kind_in_a_frame_hold_up_the_sound_by_less_than_it_waits_for_the_device() -> None:
    session, listener = listened()
    play(session, [], 4 * RATE)
    kinds = defaultdict(list)
    for number in range(120):
        for _, command in game(number, SECONDS):
            kinds[type(command)].append(command)
    for commands in kinds.values():
        for command in (commands * 10)[:1000]:
            session.call(command)
        before = time.thread_time()
        session.render(BLOCK)
        assert time.thread_time() - before < LONGEST_STALL_SECONDS
        play(session, [], session.sample + 3 * RATE)
    assert not wrong_notes(listener.sent, LONGEST_NOTE)
