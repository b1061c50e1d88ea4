"""Stingers as events and as sound: on the grid, let go, in tune with the bars under them, a little above them."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import CHANNELS, EXPRESSION, VOLUME
from barwise.arranging.channels import setup as music_setup
from barwise.arranging.dynamics import apply_intensity, expression
from barwise.arranging.groove import Swing
from barwise.arranging.stingers import (
    STINGER_CHANNELS,
    Scene,
    next_channel,
    placed,
    stinger_events,
    stinger_setup,
)
from barwise.composing.rule_composer import RuleComposer
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.harmony import SCALES, Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import PARTS, Bar, Part
from barwise.music.stinger import SIXTEENTH_TICKS, Stinger, StingerNote
from barwise.music.stinger_fitting import HeardChord, heard_chords
from barwise.playing.outputs import Block
from barwise.playing.synth import Synth
from barwise.score.load import load_score
from tests.arranging.phrases import RATE, intents, loudness

SCORE = load_score()
STINGERS = SCORE.stingers
ARRANGER = Arranger(SCORE)
TONIC = [HeardChord(0, Chord(0, Quality.MAJOR), Key())]
CHANNEL = STINGER_CHANNELS[0]
ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF
NAMES = st.sampled_from(sorted(STINGERS))

OCARINA = 79
"""Nearly a pure tone, so that its strongest frequency is its pitch."""
TUNE = Stinger(
    "tune", tuple(StingerNote(24 * place, step, 24) for place, step in enumerate((7, 9, 11, 8))), (), OCARINA
)
"""C, E, G and D in quarters."""


def scene(state: str = "explore", intensity: float = 1.0, arousal: float = 1.0, swing: float = 0.0) -> Scene:
    return Scene(SCORE.palette_of(state), intensity, arousal, swing=Swing(swing))


def played(name: str, start: float = 0, strength: float = 1.0, around: Scene | None = None) -> tuple[ChannelEvent, ...]:
    stinger = STINGERS[name]
    return stinger_events(stinger, placed(stinger, start, TONIC), start, CHANNEL, around or scene(), strength)


def ons(events: tuple[ChannelEvent, ...], channel: int = CHANNEL) -> list[ChannelEvent]:
    return [event for event in events if event.kind is ON and event.channel == channel]


@given(name=NAMES, start=st.floats(0, 200), intensity=st.floats(0, 1), swing=st.floats(0, 1))
def test_every_on_has_its_off_and_no_pitch_sounds_twice(
    name: str, start: float, intensity: float, swing: float
) -> None:
    sounding: set[tuple[int, int]] = set()
    for event in played(name, start, around=scene(intensity=intensity, swing=swing)):
        key = event.channel, event.number
        if event.kind is ON:
            assert key not in sounding
            sounding.add(key)
        elif event.kind is OFF:
            sounding.remove(key)
    assert not sounding


@given(name=NAMES, start=st.integers(0, 40))
def test_every_note_and_stroke_is_on_the_grid_of_sixteenths(name: str, start: int) -> None:
    for event in played(name, start * SIXTEENTH_TICKS):
        if event.kind is ON:
            assert event.tick % SIXTEENTH_TICKS == 0
            assert event.tick >= start * SIXTEENTH_TICKS


@pytest.mark.parametrize("start", [13.0, 17.0])
def test_a_stinger_for_now_begins_at_once_and_goes_on_on_the_grid(start: float) -> None:
    ticks = sorted({event.tick for event in ons(played("treasure", start))})
    assert ticks[0] == start
    nearest = round(start / SIXTEENTH_TICKS) * SIXTEENTH_TICKS
    assert ticks[1:] == [nearest + 6 * place for place in (1, 2, 3, 4, 6)]


def test_a_stinger_swings_with_the_music() -> None:
    straight, swung = (ons(played("success", around=scene(swing=swing))) for swing in (0.0, 1.0))
    assert [event.tick for event in straight if event.tick % 24 == 0] == [
        event.tick for event in swung if event.tick % 24 == 0
    ]
    offbeat = [(one.tick, other.tick) for one, other in zip(straight, swung, strict=True) if one.tick == 12]
    assert offbeat
    assert all(late > written for written, late in offbeat)


def test_strength_and_intensity_are_heard_in_velocities_and_volume() -> None:
    soft, hard = (ons(played("treasure", strength=strength))[0].value for strength in (0.0, 1.0))
    assert soft == pytest.approx(0.6 * hard, abs=1)
    volumes = [
        event.value
        for intensity in (0.0, 1.0)
        for event in stinger_setup(STINGERS["treasure"], CHANNEL, scene(intensity=intensity))
        if event.number == VOLUME and event.kind is ChannelEventKind.CONTROL
    ]
    assert volumes[0] < volumes[1]


def test_setup_lets_an_old_stinger_go_before_the_instrument_changes() -> None:
    events = stinger_setup(STINGERS["treasure"], 11, scene())
    assert [event.channel for event in events] == [11] * len(events)
    assert [event.number for event in events[:2]] == [123, STINGERS["treasure"].program]
    assert (EXPRESSION, 127) in [(event.number, event.value) for event in events]


def test_stingers_take_turns_on_two_channels() -> None:
    assert [next_channel(None), next_channel(10), next_channel(11)] == [10, 11, 10]
    assert not set(STINGER_CHANNELS) & {*CHANNELS.values()}


def test_strokes_are_heard_where_the_drums_have_not_entered() -> None:
    around = scene(intensity=0.1)
    assert expression(Part.DRUMS, 0.1, around.palette, around.arousal) == 0
    events = played("hit", around=around)
    raised = [event for event in events if event.kind is ChannelEventKind.CONTROL]
    assert all(event.channel == DRUM_CHANNEL and event.number == EXPRESSION and event.value > 30 for event in raised)
    assert events.index(raised[0]) < events.index(ons(events, DRUM_CHANNEL)[0])
    assert not [event for event in played("hit") if event.kind is ChannelEventKind.CONTROL]


def test_no_layer_takes_a_stinger_away() -> None:
    around = scene(intensity=0.0)
    assert all(apply_intensity(event, 0.0, around.palette) == event for event in played("hit", around=around))


def test_an_orchestra_plays_what_it_has_for_a_drum_set() -> None:
    keys = {event.number for event in ons(played("danger"), DRUM_CHANNEL)}
    assert 57 not in keys
    assert 48 in keys  # the kettledrum on the tonic, C


def test_each_pitch_is_heard(soundfont: Path) -> None:
    """Alone, each note of a tune on an ocarina is the strongest frequency of its time."""
    notes = placed(TUNE, 0, TONIC)
    sound = render([(event.tick, event) for event in stinger_events(TUNE, notes, 0, CHANNEL, scene())], TUNE, soundfont)
    beat = round(RATE * 0.5)
    for place, note in enumerate(notes):
        held = sound[place * beat + RATE // 10 : (place + 1) * beat].mean(axis=1)
        spectrum = np.abs(np.fft.rfft(held * np.hanning(len(held)), 8 * len(held)))
        hertz = np.argmax(spectrum) * RATE / (8 * len(held))
        # A quarter of a semitone: fonts are tuned by ear and players waver.
        assert hertz == pytest.approx(440 * 2 ** ((note.pitch - 69) / 12), rel=0.014)


def render(
    timed: list[tuple[float, ChannelEvent]], stinger: Stinger, soundfont: Path, around: Scene | None = None
) -> Block:
    """The sound of a stinger's events at their ticks, over the instruments of the scene."""
    around = around or scene()
    synth = Synth(soundfont, RATE)
    expressions = [
        ChannelEvent(0, ChannelEventKind.CONTROL, CHANNELS[part], EXPRESSION, value, part)
        for part in PARTS
        for value in [expression(part, around.intensity, around.palette, around.arousal)]
    ]
    for event in (*music_setup(around.palette), *expressions, *stinger_setup(stinger, CHANNEL, around)):
        synth.send(event)
    seconds = 60 / around.tempo / TICKS_PER_QUARTER
    due = [round(tick * seconds * RATE) for tick, _ in timed]
    blocks = []
    for (_, event), (now, until) in zip(timed, pairwise([*due, due[-1] + RATE // 4]), strict=True):
        synth.send(event)
        blocks.append(synth.render(until - now))
    synth.close()
    return np.concatenate(blocks)


def composed(state: str, seed: int = 3) -> list[tuple[Bar, BarIntent]]:
    """A phrase of a state, by the rules."""
    random, composer = np.random.default_rng(seed), RuleComposer()
    memory, bars = composer.initial_state(), []
    for intent in intents(state):
        written = composer.compose(intent, memory, None, random)
        memory = written.state
        bars.append((written.bar, intent))
    return bars


@pytest.mark.parametrize("state", SCORE.states)
def test_over_a_phrase_of_every_state_each_pitch_is_in_the_mode_or_the_chord(state: str) -> None:
    bars = composed(state)
    for (bar, intent), (after, _) in pairwise(bars):
        length = bar.metre.bar_ticks
        chords = heard_chords(bar.harmony, intent.key) + heard_chords(after.harmony, intent.key, length)
        for stinger in STINGERS.values():
            for start in range(0, length, 24):
                for note in placed(stinger, start, chords):
                    tick = start + note.position
                    chord = (bar if tick < length else after).chord_at(tick % length)
                    tones = {(tone + intent.key.tonic) % 12 for tone in (chord.tones if chord else ())}
                    scale = {(tone + intent.key.tonic) % 12 for tone in SCALES[intent.key.mode]}
                    assert note.pitch % 12 in tones | scale
                    # Built-in stingers end on a tone of the chord.
                    if chord and note.position == stinger.notes[-1].position:
                        assert note.pitch % 12 in tones


@pytest.mark.slow
@pytest.mark.parametrize("state", ["explore", "combat", "calm"])
def test_stingers_lie_a_little_above_the_music(soundfont: Path, state: str) -> None:
    """Power while one lasts, K-weighted as for LUFS, against the loudness of the music around it."""
    intent, intensity = intents(state)[2], SCORE.states[state].intensity
    music, condition = loudness(state, intensity, soundfont), intent.condition
    around = Scene(
        SCORE.palette_of(state), intensity, intent.mood.arousal, intent.key, condition.metre, condition.tempo
    )
    tonic = Chord(0, Quality.MAJOR if intent.key.mode is Mode.MAJOR else Quality.MINOR)
    above = {}
    for name, stinger in STINGERS.items():
        notes = placed(stinger, 0, [HeardChord(0, tonic, intent.key)])
        events = stinger_events(stinger, notes, 0, CHANNEL, around)
        sound = render([(event.tick, event) for event in events], stinger, soundfont, around)
        above[name] = round(weighted(sound, around.tempo, stinger.ticks) - music, 1)
    sys.stdout.write(f"{state}, decibels above the music: {above}\n")
    assert 2.5 <= np.mean(list(above.values())) <= 3.5, above
    assert all(2.0 <= decibels <= 4.0 for decibels in above.values()), above


def weighted(sound: Block, tempo: float, ticks: int) -> float:
    """LUFS of the first ticks of a sound, at least of 0.4 seconds, without gates."""
    filters = pyloudnorm.Meter(RATE)._filters.values()
    heard = sound.astype(float)
    for each in filters:
        heard = np.stack([each.apply_filter(side) for side in heard.T], axis=1)
    frames = max(round(60 / tempo * ticks / TICKS_PER_QUARTER * RATE), round(0.4 * RATE))
    return float(-0.691 + 10 * np.log10((heard[:frames] ** 2).sum() / min(frames, len(heard))))
