"""What a bar costs: the shipped composer as a game has it, and beside it the shapes of other generators.

All are timed in turn, a bar each, so that whatever else the machine does falls on all alike. The
composer writes again what a session under changing moods asked of it, to the last note.
"""

import gc
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import cycle
from typing import Any

import numpy as np

from barwise.bench.percentiles import plain
from barwise.bench.shape import Shape, shipped_shape
from barwise.bench.stepped import SteppedNetwork
from barwise.composing.bassist import Bassist
from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.drummer import Drummer
from barwise.composing.onnx_composer import OnnxComposer
from barwise.composing.rule_composer import RuleComposer
from barwise.composing.vocabulary import encode
from barwise.music.mood import MOOD_RANGES, Mood
from barwise.music.notes import Bar
from barwise.performing.plans import Cue
from barwise.performing.session import Session
from barwise.score.load import load_score

SHIPPED = "shipped_composer"
STEPPED, EAGER = "same_network_stepped_from_python", "same_network_torch_eager"
SAME_SHAPE = (STEPPED, EAGER)
ROUNDS, QUICK_ROUNDS = 200, 12
BUSY_PEER_ROUNDS = 20
MOST_ASKED_BARS = 64
"""Bars of a session that are asked for again and again."""
WARM_UP_BARS = 2
MOOD_BARS = 4
"""A new mood after so many bars."""
NO_TORCH = "the other generators' shapes need torch; pip install 'barwise[bench]'"

ABOUT: Mapping[str, str] = {
    SHIPPED: "the bars that a session asks for: four candidates in one run of the graph, the choice",
    STEPPED: "its shape with random weights, one candidate, numpy a row at a time",
    EAGER: "its shape with random weights, one candidate, torch a row at a time",
    "melody_rnn_shape": "Magenta's basic_rnn: LSTM 128 x 2, 16 steps of one melody",
    "performance_rnn_shape": "Magenta's PerformanceRNN: LSTM 512 x 3, 100 events for 31 notes",
    "music_vae_trio_shape": "Magenta's MusicVAE trio decoder: LSTM 1024 x 2, 16 steps of three parts",
    "transformer_with_cache": "4 layers of 256, 4 heads, as many rows to write and 512 in the cache",
}
"""What each is."""

Write = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of one writer's bars."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    """Processor time of the thread that writes."""
    busy: list[float] = field(default_factory=list)
    """Wall time beside a thread that is busy in plain Python."""

    def as_dict(self) -> dict[str, object]:
        """Plain values; what was not taken is None."""
        return {"ms": plain(self.wall), "processor_ms": plain(self.own), "busy_ms": plain(self.busy)}


@dataclass(frozen=True)
class BarCosts:
    """All writers, timed in turn."""

    taken: Mapping[str, Taken]
    rows: int
    """Rows of the bar that the peers of the same shape write: what the composer's bars had in the middle."""
    note: str = ""
    """What is missing, with its cure."""

    def about(self, name: str) -> str:
        """What a writer is."""
        return ABOUT[name]

    def as_dict(self) -> dict[str, object]:
        """Plain values."""
        return {name: {"about": self.about(name), **taken.as_dict()} for name, taken in self.taken.items()}


def measure_bars(seconds: float, rounds: int, progress: Callable[[float], None], seed: int = 0) -> BarCosts:
    """Time bars in turn until so many rounds are done or so many seconds are over, but at least one."""
    end = time.monotonic() + seconds
    asked = ask_for_bars(Drummer(Bassist(OnnxComposer())), min(rounds, MOST_ASKED_BARS), seed)
    rows, shape = int(np.median([len(encode(one.bar)) for one in asked])), shipped_shape()
    turns = cycle(asked)
    writers: dict[str, Write] = {SHIPPED: lambda: next(turns).compose(), STEPPED: _stepped(shape, rows, seed)}
    eager, note = _eager(shape, rows)
    writers |= eager
    taken = {name: Taken() for name in writers}
    for name in (SHIPPED, *SAME_SHAPE):  # the first call makes buffers; beside the others' times that is little
        writers.get(name, writers[SHIPPED])()
    gc.collect()
    for number in range(rounds):
        _round(number, writers, taken)
        progress((number + 1) / rounds)
        if time.monotonic() > end:
            break
    return BarCosts(taken, rows, note)


def _round(number: int, writers: Mapping[str, Write], taken: Mapping[str, Taken]) -> None:
    """A bar of each peer, before each of them one of the composer's; then the same network's beside a busy thread."""
    for name in [name for peer in writers if peer != SHIPPED for name in (SHIPPED, peer)]:
        wall, own = _timed(writers[name])
        taken[name].wall.append(wall)
        taken[name].own.append(own)
    with busy_thread():
        for name in (SHIPPED, *SAME_SHAPE, SHIPPED):
            if name == SHIPPED or (name in writers and number < BUSY_PEER_ROUNDS):
                taken[name].busy.append(_timed(writers[name])[0])


def _timed(write: Write) -> tuple[float, float]:
    """Milliseconds that passed, and of the thread's processor time."""
    own, began = time.thread_time(), time.perf_counter()
    write()
    return (time.perf_counter() - began) * 1000, (time.thread_time() - own) * 1000


@dataclass(frozen=True)
class Asked:
    """A bar that a session asked of its composer, to be asked again."""

    composer: Composer
    arguments: tuple[Any, ...]
    """As they were before the composer drew its random numbers."""
    bar: Bar

    def compose(self) -> ComposedBar:
        """The same bar once more."""
        return self.composer.compose(*deepcopy(self.arguments))


class _Listening:
    """A composer that keeps what it is asked."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self.asked: list[Asked] = []

    def initial_state(self) -> State:
        return self._composer.initial_state()

    def compose(self, *arguments: Any) -> ComposedBar:
        kept = deepcopy(arguments)
        composed = self._composer.compose(*arguments)
        self.asked.append(Asked(self._composer, kept, composed.bar))
        return composed


def ask_for_bars(composer: Composer, bars: int, seed: int) -> list[Asked]:
    """What a session under changing moods asks of a composer."""
    random = np.random.default_rng(seed)
    cues = [Cue(bar, _mood(random), float(random.uniform())) for bar in range(0, bars, MOOD_BARS)]
    listening = _Listening(composer)
    session = Session(load_score(None), listening, RuleComposer(), seed=seed, cues=cues)
    while len(listening.asked) < bars:
        session.advance(session.frames_left_in_bar())
    return listening.asked[WARM_UP_BARS:]


def _mood(random: np.random.Generator) -> Mood:
    return Mood(**{name: float(random.uniform(*bounds)) for name, bounds in MOOD_RANGES.items()})


def _stepped(shape: Shape, rows: int, seed: int) -> Write:
    network = SteppedNetwork(shape, seed)
    reference = np.zeros((rows, len(shape.fields)), np.int64)
    condition = np.random.default_rng(seed).random(shape.condition, np.float32)
    return lambda: network.bar(rows, reference, condition)


def _eager(shape: Shape, rows: int) -> tuple[dict[str, Write], str]:
    """The shapes in torch, or none and what is missing."""
    if find_spec("torch") is None:
        return {}, NO_TORCH
    from barwise.bench.eager import peers

    return {name: peer.bar for name, peer in peers(shape, rows).items()}, ""


@contextmanager
def busy_thread() -> Iterator[None]:
    """A thread that counts in plain Python, as a game's frame does, until the block is left."""
    is_over = threading.Event()

    def count() -> None:
        number = 0
        while not is_over.is_set():
            for _ in range(1000):
                number += 1

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
