"""A session whose synthesizer only listens, and games that say anything at any time: for tests of what is sent."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from barwise.commands import Command
from barwise.composing.rule_composer import RuleComposer
from barwise.controls import STATE_STARTS, STINGER_STARTS, DirectControls
from barwise.music.events import ChannelEvent, ChannelEventKind, MusicEvent
from barwise.performing.session import Session
from barwise.playing.outputs import Block
from barwise.playing.synth import Synth
from barwise.playing.transport import BarClock
from barwise.score.load import load_score
from barwise.score.schema import Score

RATE = 22050
BLOCK = 512
ALL_NOTES_OFF = 123
SCORE = load_score(None)

Said = tuple[int, Command]
"""A command, and the sample before which it is said."""

NoteOn = tuple[int, int, int, int]
"""Sample, channel, key and velocity."""


@dataclass
class Listener:
    """In place of a synthesizer: keeps what it was sent, and at which sample."""

    session: Session | None = None
    sent: list[tuple[int, ChannelEvent]] = field(default_factory=list)
    is_split: bool = False

    def send(self, event: ChannelEvent) -> bool:
        assert self.session is not None
        self.sent.append((self.session.sample, event))
        return True

    def render(self, frames: int) -> Block:
        return np.zeros((frames, 2), np.float32)

    def silence(self) -> None:
        pass

    def note_ons(self, start: int = 0, end: int | None = None) -> list[NoteOn]:
        return [
            (sample, event.channel, event.number, event.value)
            for sample, event in self.sent
            if event.kind is ChannelEventKind.NOTE_ON and sample >= start and (end is None or sample < end)
        ]


def listened(seed: int = 0, *, score: Score = SCORE, is_live: bool = False) -> tuple[Session, Listener]:
    """A session that is listened to."""
    listener = Listener()
    listener.session = session = Session(
        score,
        None,
        RuleComposer(),
        seed=seed,
        seek=0.75,
        synth=cast(Synth, listener),
        sample_rate=RATE,
        is_live=is_live,
        is_recording=True,
    )
    return session, listener


def game(seed: int, seconds: float) -> list[Said]:
    """Whatever a game can say to a session, at random samples."""
    chance = random.Random(seed)
    said: list[Said] = []
    at = 0.0
    while at < seconds:
        at += chance.choice([chance.expovariate(1 / 1.5), chance.expovariate(1 / 1.5), 0.01])
        _say(chance, DirectControls(SCORE, lambda command, at=at: said.append((round(at * RATE), command))))  # type: ignore[misc]
    return said


def _say(chance: random.Random, controls: DirectControls) -> None:
    def mood(bars: float = 0.0, seconds: float = 0.0) -> None:
        valence, arousal = chance.uniform(-1, 1), chance.uniform(-1, 1)
        controls.set_mood(valence=valence, arousal=arousal, tension=chance.random(), bars=bars, seconds=seconds)

    def enter() -> None:
        controls.enter(
            chance.choice(list(SCORE.states)),
            at=chance.choice([None, *STATE_STARTS]),
            fill=chance.choice([None, True, False]),
            bridge=chance.choice([None, 0, 0, 1, 2]),
            fade=chance.choice([None, 0.0, 1.0, 4.0, 16.0]),
        )

    def stinger() -> None:
        at = chance.choice([None, *STINGER_STARTS])
        controls.stinger(chance.choice(list(SCORE.stingers)), at=at, strength=chance.random())

    verbs: list[Callable[[], None]] = [
        *[mood] * 3,
        lambda: mood(bars=chance.choice([2.0, 3.5]), seconds=chance.choice([0.0, 4.0])),
        *[enter] * 3,
        *[stinger] * 2,
        lambda: controls.set_intensity(chance.random(), seconds=chance.choice([0.0, 0.5, 3.0])),
        lambda: controls.set_tempo(chance.choice([None, 30.0, 60.0, 140.0, 300.0])),
        lambda: controls.theme(chance.choice(list(SCORE.themes)), at="bar" if chance.random() < 0.5 else "phrase"),
        lambda: controls.arrive(chance.choice(list(SCORE.states)), chance.uniform(0.5, 12.0)),
        controls.cancel_arrival,
    ]
    chance.choice(verbs)()


@dataclass
class Heard:
    """What a game would have noticed."""

    clocks: list[BarClock] = field(default_factory=list)
    """Of each bar, as it was when it ended."""
    events: list[MusicEvent] = field(default_factory=list)


def play(
    session: Session, said: Iterable[Said], end: int, blocks: random.Random | None = None, *, composes: bool = True
) -> Heard:
    """Play to a sample, saying what a game says; blocks are all of one size, or of random ones."""
    heard, left = Heard(), list(said)
    while session.sample < end:
        while composes and session.compose():
            pass
        while left and left[0][0] <= session.sample:
            session.call(left.pop(0)[1])
        step = BLOCK if blocks is None else blocks.randint(1, 4 * BLOCK)
        session.render(min(step, end - session.sample, left[0][0] - session.sample if left else step))
        _notice(heard.clocks, session)
        heard.events += session.events()
    return heard


def _notice(clocks: list[BarClock], session: Session) -> None:
    playing = session.playing_at(session.sample - 1)
    assert playing is not None
    if clocks and clocks[-1].start_tick == playing.clock.start_tick:
        clocks[-1] = playing.clock
    else:
        clocks.append(playing.clock)


def wrong_notes(sent: Sequence[tuple[int, ChannelEvent]], longest: int) -> list[str]:
    """Keys struck while they sound, instruments changed under notes, and notes longer than so many samples."""
    began: dict[tuple[int, int], int] = {}
    wrong: list[str] = []

    def end(key: tuple[int, int], sample: int) -> None:
        if sample - began.pop(key, sample) > longest:
            wrong.append(f"{key} sounds until {sample}")

    for sample, event in sent:
        key = event.channel, event.number
        on_channel = [each for each in began if each[0] == event.channel]
        match event.kind:
            case ChannelEventKind.NOTE_ON:
                if key in began:
                    wrong.append(f"{key} struck twice at {sample}")
                began[key] = sample
            case ChannelEventKind.NOTE_OFF:
                end(key, sample)
            case ChannelEventKind.PROGRAM if on_channel:
                wrong.append(f"instrument changed under {on_channel} at {sample}")
            case ChannelEventKind.CONTROL if event.number == ALL_NOTES_OFF:
                for each in on_channel:
                    end(each, sample)
    for key in list(began):
        end(key, sent[-1][0])
    return wrong
