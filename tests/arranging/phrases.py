"""Bars and phrases arranged, and how they sound: what the tests of arranging share."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyloudnorm

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
from barwise.music.notes import Bar
from barwise.playing.outputs import Block
from barwise.playing.synth import Synth
from barwise.score.load import load_score

RATE = 22050
BARS = 8
SCORE = load_score()
ARRANGER = Arranger(SCORE)


def arranged(
    arranger: Arranger, bar: Bar, intent: BarIntent, random: np.random.Generator, intensity: float = 1.0
) -> tuple[ChannelEvent, ...]:
    """All events of a bar, played and arranged at once."""
    return arranger.events_of(bar, intent, arranger.played(bar, intent, random), intensity)


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


def phrase(state: str, intensity: float, seed: int = 3) -> list[ChannelEvent]:
    """A phrase of a state, written by the rules, as it is sent; ticks are seconds."""
    random, composer = np.random.default_rng(seed), RuleComposer()
    memory, palette = composer.initial_state(), ARRANGER.palette_of(state)
    sent = [*ARRANGER.setup(palette)]
    for voice, value in expressions(intensity, palette, SCORE.states[state].mood.arousal):
        sent.append(expression_event(voice, value, bank=0))
    start = 0.0
    for intent in intents(state):
        written = composer.compose(intent, memory, None, random)
        memory, seconds = written.state, 60 / intent.condition.tempo / TICKS_PER_QUARTER
        for event in arranged(ARRANGER, written.bar, intent, random, intensity):
            heard = apply_intensity(event, intensity, palette)
            sent += [replace(heard, tick=start + heard.tick * seconds)] if heard else []
        start += intent.condition.metre.bar_ticks * seconds
    return sent


def rendered(soundfont: Path, sent: Iterable[ChannelEvent], rate: int = RATE) -> Block:
    """The events, whose ticks are seconds, as they sound."""
    synth, blocks, now = Synth(soundfont, rate), [], 0
    for event in in_order(sent):
        due = int(event.tick * rate)
        if due > now:
            blocks.append(synth.render(due - now))
            now = due
        synth.send(event)
    synth.close()
    return np.concatenate(blocks)


def loudness(state: str, intensity: float, soundfont: Path) -> float:
    """LUFS of a phrase."""
    sound = rendered(soundfont, phrase(state, intensity))
    return float(pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(float)))
