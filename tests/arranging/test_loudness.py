"""Loudness is measured on sound: all states, rule-composed, through FluidSynth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import expression_event
from barwise.arranging.dynamics import apply_intensity, expressions
from barwise.arranging.overlaps import in_order
from barwise.composing.rule_composer import RuleComposer
from barwise.music.attributes import Attributes
from barwise.music.events import ChannelEvent
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.mood import Mood
from barwise.playing.synth import Synth
from barwise.score.load import load_score

RATE = 22050
BARS = 8
SCORE = load_score()
ARRANGER = Arranger(SCORE)


def intents(state: str) -> list[BarIntent]:
    """A phrase of a state; excited moods are far denser and louder on the page than calm ones."""
    spec = SCORE.states[state]
    mode = Mode.MAJOR if spec.mood.valence > 0 else Mode.MINOR
    tempo = spec.tempo_at(spec.mood.arousal)
    conditions = [
        Condition(attributes(spec.mood), mode=mode, metre=spec.metre, tempo=tempo, phrase_bar=bar)
        for bar in range(BARS)
    ]
    return [
        BarIntent(bar, Key(SCORE.key, mode), condition, spec.mood, state) for bar, condition in enumerate(conditions)
    ]


def attributes(mood: Mood) -> Attributes:
    excitement = (mood.arousal + 1) / 2
    return Attributes(
        rhythm=0.15 + 0.7 * excitement,
        drum_rhythm=0.05 + 0.8 * excitement,
        polyphony=4 + excitement,
        density=1.2 + 8 * excitement**1.5,
        loudness=0.4 + 0.45 * excitement,
        register=58,
        brightness=0.9 if mood.valence > 0 else 0.15,
        consonance=0.6,
        dissonance=0.1,
        chromaticism=0,
    )


def events(state: str, intensity: float, seed: int = 3) -> list[ChannelEvent]:
    """A phrase of a state as it is sent; ticks are seconds."""
    random, composer = np.random.default_rng(seed), RuleComposer()
    memory, palette = composer.initial_state(), ARRANGER.palette_of(state)
    sent = [*ARRANGER.setup(palette)]
    for voice, value in expressions(intensity, palette, SCORE.states[state].mood.arousal):
        sent.append(expression_event(voice, value, bank=0))
    start = 0.0
    for intent in intents(state):
        written = composer.compose(intent, memory, None, random)
        memory, seconds = written.state, 60 / intent.condition.tempo / TICKS_PER_QUARTER
        for event in ARRANGER.arrange(written.bar, intent, random, intensity):
            heard = apply_intensity(event, intensity, palette)
            sent += [replace(heard, tick=start + heard.tick * seconds)] if heard else []
        start += intent.condition.metre.bar_ticks * seconds
    return sent


def loudness(state: str, intensity: float, soundfont: Path) -> float:
    """LUFS of a phrase."""
    synth, blocks, now = Synth(soundfont, RATE), [], 0
    for event in in_order(events(state, intensity)):
        due = int(event.tick * RATE)
        if due > now:
            blocks.append(synth.render(due - now))
            now = due
        synth.send(event)
    synth.close()
    return float(pyloudnorm.Meter(RATE).integrated_loudness(np.concatenate(blocks).astype(float)))


@pytest.mark.slow
@pytest.mark.parametrize("intensity", [0.5, 1.0])
def test_states_are_equally_loud_within_3_lu(soundfont: Path, intensity: float) -> None:
    measured = {state: loudness(state, intensity, soundfont) for state in SCORE.states}
    assert max(measured.values()) - min(measured.values()) < 3.0, measured


@pytest.mark.slow
@pytest.mark.parametrize("state", ["explore", "calm", "tension"])
def test_intensity_spans_about_12_lu(soundfont: Path, state: str) -> None:
    softest, middle, loudest = (loudness(state, intensity, soundfont) for intensity in (0.0, 0.5, 1.0))
    assert softest < middle < loudest
    assert loudest - softest == pytest.approx(12, abs=3)
