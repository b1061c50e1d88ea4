"""Expression measured on sound, and what it costs; `pytest -s -m slow` prints the figures of the folder's README."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from barwise.arranging.channels import BRIGHTNESS, CHANNELS, VOLUME
from barwise.arranging.color import brightness
from barwise.arranging.expressing import controls
from barwise.composing.rule_composer import RuleComposer
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Part
from barwise.performing.brightness import STEP, STEP_SECONDS
from barwise.playing.outputs import Block
from tests.arranging.phrases import ARRANGER, SCORE, intents, phrase, rendered

RATE = 44100
WINDOW = RATE // 5
ON, CONTROL = ChannelEventKind.NOTE_ON, ChannelEventKind.CONTROL
STRINGS, TOP_HZ = 48, 6000


def decibels(sound: Block) -> npt.NDArray[np.float64]:
    """Ten times a second."""
    power = (sound[: len(sound) // WINDOW * WINDOW] ** 2).mean(axis=1).reshape(-1, WINDOW // 2).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-12), np.float64)


def centroid(sound: Block) -> float:
    """In Hz."""
    power = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
    return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "part"), [("explore", Part.MELODY), ("defeat", Part.MELODY), ("victory", Part.COUNTER)]
)
def test_swells_are_heard_as_they_are_written_and_leave_the_loudness(soundfont: Path, state: str, part: Part) -> None:
    own = [event for event in phrase(state, 1.0) if event.channel == CHANNELS[part]]
    still = [event for event in own if event.number != VOLUME or event.position < 0 or event.kind is not CONTROL]
    with_swells, without = (decibels(rendered(soundfont, sent, RATE)) for sent in (own, still))
    length = min(len(with_swells), len(without))
    heard = (with_swells[:length] - without[:length])[without[:length] > without.max() - 20]
    mean = 10 * np.log10(np.mean(10 ** (with_swells / 10)) / np.mean(10 ** (without / 10)))
    told = f"{state} {part.name.lower()}: swells from {heard.min():.1f} to {heard.max():.1f} dB, {mean:+.1f} dB in all"
    print(told)  # noqa: T201  asked for with -s
    assert 2 < heard.max() - heard.min() < 6
    assert abs(mean) < 0.8


@pytest.mark.slow
@pytest.mark.parametrize("state", SCORE.states)
def test_tension_is_brighter(soundfont: Path, state: str) -> None:
    music = phrase(state, 0.8)
    dark, bright = (
        centroid(
            rendered(
                soundfont,
                [replace(e, value=value) if e.number == BRIGHTNESS and e.kind is CONTROL else e for e in music],
                RATE,
            )
        )
        for value in (brightness(0, 0.7), brightness(1, 0.7))
    )
    print(f"{state}: centroid at tension 0 {dark:.0f} Hz, at 1 {bright:.0f} Hz")  # noqa: T201  asked for with -s
    assert bright > 1.02 * dark


@pytest.mark.slow
def test_a_sweep_of_brightness_makes_no_noise_of_its_own(soundfont: Path) -> None:
    """What sounds at the top is never more than where the sweep begins or ends."""
    darkest, brightest = brightness(0, 0), brightness(1, 1)
    chord = [ChannelEvent(0.0, ON, 0, pitch, 90) for pitch in (60, 64, 67)]
    program = ChannelEvent(0.0, ChannelEventKind.PROGRAM, 0, STRINGS)

    def top(steps: list[tuple[float, int]]) -> npt.NDArray[np.float64]:
        sweep = [ChannelEvent(at, CONTROL, 0, BRIGHTNESS, value) for at, value in steps]
        sound = rendered(soundfont, [program, *chord, *sweep, ChannelEvent(3.0, CONTROL, 0, 123)], RATE)[RATE:]
        spectrum = np.fft.rfft(sound.mean(axis=1))
        spectrum[: int(TOP_HZ * len(sound) / RATE)] = 0
        high = np.fft.irfft(spectrum, len(sound)) ** 2
        return np.asarray(
            10 * np.log10(high[: len(high) // 441 * 441].reshape(-1, 441).mean(axis=1)[10:-10] + 1e-14), np.float64
        )

    values = [*range(darkest, brightest, STEP), brightest]
    swept = top([(0.0, darkest), *((2.0 + place * STEP_SECONDS, value) for place, value in enumerate(values))])
    dark, bright = top([(0.0, darkest)]), top([(0.0, brightest)])
    tops = " ".join(
        f"{name} {level.max():.0f} dB" for name, level in (("dark", dark), ("bright", bright), ("swept", swept))
    )
    print(f"above {TOP_HZ} Hz: {tops}")  # noqa: T201  asked for with -s
    assert swept.max() < bright.max() + 1.0
    assert bright.max() > dark.max() + 6


@pytest.mark.parametrize("state", SCORE.states)
def test_controllers_are_few_and_cheap(state: str) -> None:
    random, composer = np.random.default_rng(3), RuleComposer()
    memory, sent, beats, spent, seconds = composer.initial_state(), 0, 0.0, 0.0, 0.0
    palette = ARRANGER.palette_of(state)
    for intent in intents(state):
        composed = composer.compose(intent, memory, None, random)
        memory, played = composed.state, ARRANGER.played(composed.bar, intent, random)
        before = time.thread_time()
        sent += len(list(controls(palette, composed.bar, intent, played, {})))
        spent += time.thread_time() - before
        beats += intent.condition.metre.beats
        seconds += intent.condition.metre.bar_ticks * 60 / intent.condition.tempo / TICKS_PER_QUARTER
    voices, bars = 5 + len(palette.layers), len(intents(state))
    told = f"{state}: {sent / seconds:.0f} controllers a second, {1e6 * spent / bars:.0f} microseconds a bar"
    print(told)  # noqa: T201  asked for with -s
    assert sent / beats / voices < 8
    assert spent / bars < 0.005
