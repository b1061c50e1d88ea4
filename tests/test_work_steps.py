"""How long the composing thread keeps Python's lock at a time: what a game's frame may have to wait for.

`pytest -s -m slow tests/test_work_steps.py` prints the figures.
"""

import contextlib
import random
import time
from collections.abc import Iterator

import numpy as np
import pytest

from barwise.commands import Enter, SetMood
from barwise.composing import onnx_composer
from barwise.core import Core
from barwise.music.mood import Mood
from barwise.parts import Parts

BLOCK = 2048
SECONDS = 60
TURNS_A_SECOND = 0.3
LEAST_MS = 0.3
"""Shorter stretches are nothing to a frame."""


class Stretches:
    """Milliseconds of the processor between one time that the lock is given away for long and the next."""

    def __init__(self) -> None:
        self.ms: list[float] = []
        self._begun = 0.0

    def begin(self) -> None:
        self._begun = time.thread_time()

    def end(self) -> None:
        self.ms.append((time.thread_time() - self._begun) * 1000)

    @contextlib.contextmanager
    def given_away(self) -> Iterator[None]:
        self.end()
        yield
        self.begin()


def play(core: Core, stretches: Stretches, seed: int) -> None:
    """A game that turns the mood; each step of work is a stretch, but for the network's runs in it."""
    chance = random.Random(seed)
    while core.frames < SECONDS * 44_100:
        if chance.random() < TURNS_A_SECOND * BLOCK / 44_100:
            core.call(SetMood(Mood(chance.uniform(-1, 1), chance.uniform(-1, 1), chance.random())))
        core.advance(BLOCK)
        core.reports()
        has_more = core.wants_work
        while has_more:
            stretches.begin()
            has_more = core.work()
            stretches.end()


@pytest.mark.slow
def test_no_step_of_composing_keeps_the_lock_for_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Stretches()
    for seed in range(3):
        core = Core(Parts(seed=seed, is_live=True))
        core.call(Enter("combat"))
        core.advance(0)
        core.get_ready()
        with monkeypatch.context() as patch:
            patch.setattr(onnx_composer._Running, "within", staticmethod(found.given_away))
            play(core, found, seed)
        core.close()
    ms = np.array([each for each in found.ms if each >= LEAST_MS])
    print(  # noqa: T201  the figures of the README
        f"{len(ms) / 3:.0f} stretches a minute, p50 {np.percentile(ms, 50):.1f} p90 {np.percentile(ms, 90):.1f} "
        f"p99 {np.percentile(ms, 99):.1f} longest {ms.max():.1f} ms"
    )
    assert np.percentile(ms, 99) < 1000 / 60
