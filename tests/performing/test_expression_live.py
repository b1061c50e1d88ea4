"""Pedals, volumes and brightness in music that is cut, revised and led from state to state."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import mido
import pytest

from barwise.arranging.channels import BRIGHTNESS, EXPRESSION, REVERB, SUSTAIN, VOLUME, pitched_channels
from barwise.arranging.color import brightness
from barwise.commands import Enter, SetIntensity, SetMood
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.mood import Mood
from barwise.performing.brightness import STEP, STEP_SECONDS
from barwise.playing.midi_file import write_midi
from tests.listening import BLOCK, RATE, Listener, game, listened, play

ON = ChannelEventKind.NOTE_ON
CALM = Mood(0.5, -0.7, 0.05)


def controls(listener: Listener, number: int, start: int = 0) -> list[tuple[int, ChannelEvent]]:
    return [
        (sample, event)
        for sample, event in listener.sent
        if event.kind is ChannelEventKind.CONTROL and event.number == number and sample >= start
    ]


def held(listener: Listener, end: int) -> list[tuple[int, int]]:
    """From when to when each pedal was down."""
    down: dict[int, int] = {}
    found = []
    for sample, event in controls(listener, SUSTAIN):
        if event.value:
            down.setdefault(event.channel, sample)
        elif event.channel in down:
            found.append((down.pop(event.channel), sample))
    return found + [(start, end) for start in down.values()]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_no_pedal_is_down_over_a_bar_line_whatever_a_game_says(seed: int) -> None:
    session, listener = listened(seed)
    end = 30 * RATE
    clocks = play(session, [(0, Enter("wonder")), *game(seed, 30)], end).clocks
    lines = [round(clock.end_sample) for clock in clocks]
    spans = held(listener, end)
    assert spans
    assert not [span for span in spans if any(span[0] < line < span[1] for line in lines)]


def test_pedals_are_used_where_there_are_any_and_left_alone_in_a_fight() -> None:
    session, listener = listened(3)
    play(session, [(0, Enter("wonder"))], 12 * RATE)
    assert len(held(listener, 12 * RATE)) > 6
    start = session.sample
    play(session, [(start, Enter("combat", at="now"))], start + 8 * RATE)
    assert not [event for _, event in controls(listener, SUSTAIN, start + 3 * RATE) if event.value]


def test_a_turn_to_excitement_within_a_bar_lifts_the_pedal_at_once() -> None:
    session, listener = listened(6)
    play(session, [(0, Enter("wonder"))], 5 * RATE)
    session.render(session.frames_left_in_bar() + RATE // 4)
    turned = session.sample
    clock = play(session, [(turned, SetMood(Mood(-0.8, 1.0, 0.9)))], turned + 2 * RATE).clocks[0]
    beat = min(at for at in (clock.sample_at(24 * number) for number in range(4)) if at > turned)
    spans = [span for span in held(listener, session.sample) if span[1] > turned]
    assert spans
    assert all(end <= beat for _, end in spans)


@pytest.mark.parametrize("share", [0.2, 0.55])
def test_what_a_cut_bar_would_have_swelled_to_is_not_heard(share: float) -> None:
    session, listener = listened(5)
    at = round(session.frames_left_in_bar() * (1 + share))
    clocks = play(session, [(0, Enter("explore")), (at, Enter("combat", at="beat", fade=2.0))], 12 * RATE).clocks
    cut = next(clock for clock in clocks if clock.ticks < clock.metre.bar_ticks)
    late = [event for _, event in controls(listener, VOLUME, round(cut.end_sample))]
    assert {event.channel for event in late} <= pitched_channels(1) | {9}


def test_brightness_goes_to_what_tension_and_intensity_want_in_small_steps() -> None:
    session, listener = listened(1)
    play(session, [(0, SetMood(CALM)), (0, SetIntensity(0.1))], 6 * RATE)
    start = session.sample
    play(session, [(start, SetIntensity(1.0))], start + RATE // 2)
    steps: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for sample, event in controls(listener, BRIGHTNESS, start):
        steps[event.channel].append((sample, event.value))
    assert len(steps) >= 5
    playing = session.playing_at(session.sample - 1)
    assert playing is not None
    for sent in steps.values():
        values = [brightness(playing.intent.mood.tension, 0.1), *(value for _, value in sent)]
        assert all(0 < after - before <= STEP for before, after in pairwise(values))
        assert values[-1] == brightness(playing.intent.mood.tension, 1.0)
        assert sent[0][0] - start <= BLOCK
        assert sent[-1][0] - start <= (len(sent) + 1) * STEP_SECONDS * RATE + BLOCK


def test_a_state_is_as_bright_as_its_tension_wants() -> None:
    session, listener = listened(2)
    play(session, [(0, Enter("tension"))], 4 * RATE)
    calmer, other = listened(2)
    play(calmer, [(0, Enter("calm"))], 4 * RATE)
    assert controls(listener, BRIGHTNESS)[-1][1].value > controls(other, BRIGHTNESS)[-1][1].value


def test_going_back_sets_every_controller_anew() -> None:
    session, listener = listened(4)
    play(session, [(0, Enter("wonder"))], 5 * RATE)
    state, (again, heard) = session.checkpoint(), listened(4)
    again.restore(state)
    play(again, [], state.sample + RATE)
    for number in (VOLUME, SUSTAIN, BRIGHTNESS):
        assert {event.channel for _, event in controls(heard, number)} >= {0, 1, 2, 3, 9}
    first_note = next(place for place, (_, event) in enumerate(heard.sent) if event.kind is ON)
    last = {event.channel: event.value for _, event in heard.sent[:first_note] if event.number == BRIGHTNESS}
    assert set(last.values()) == {controls(listener, BRIGHTNESS)[-1][1].value}


def test_a_roll_into_a_state_without_drums_is_heard_and_rings_out() -> None:
    session, listener = listened(3)
    session.call(SetIntensity(0.4))
    heard = play(session, [(2 * RATE, Enter("wonder", bridge=1))], 14 * RATE)
    entered = next(event.seconds for event in heard.events if event.name == "wonder") * RATE
    strokes = [sample for sample, event in listener.sent if event.kind is ON and event.channel == DRUM_CHANNEL]
    assert len(strokes) > 20
    assert max(strokes) < entered < max(strokes) + 0.2 * RATE
    levels = [event.value for _, event in controls(listener, EXPRESSION) if event.channel == DRUM_CHANNEL]
    assert levels[0] == 0 < min(levels[1:])


def test_a_midi_file_has_it_all(tmp_path: Path) -> None:
    session, _ = listened(3)
    play(session, [(0, Enter("wonder"))], 8 * RATE)
    write_midi(session.performance(), tmp_path / "wonder.mid")
    tracks = {track.name: track for track in mido.MidiFile(tmp_path / "wonder.mid").tracks}
    found = {
        name: {message.control for message in track if message.type == "control_change"}
        for name, track in tracks.items()
    }
    assert found["Melody"] >= {SUSTAIN, BRIGHTNESS, REVERB, EXPRESSION}
    assert len([message for message in tracks["Chords"] if message.is_cc(VOLUME)]) > 8
