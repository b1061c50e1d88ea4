"""The host plays in real time and nothing that fails in it reaches the game."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from barwise.errors import DeviceError
from barwise.playing.host import MOST_FAILED_BLOCKS, ThreadHost
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Block
from barwise.playing.recording_output import RecordingOutput
from tests.playing.test_paced_outputs import ManualClock

PATIENCE_SECONDS = 20
"""How long a test waits for a thread before it fails; nothing is asserted about speed."""


class Engine:
    """Stands for an engine: renders a ramp, composes what it is given, and can be told to fail."""

    def __init__(self) -> None:
        self.render_failure: Exception | None = None
        self.compose_failure: Exception | None = None
        self.rendered = 0
        self.to_compose = 0
        self.idle = threading.Semaphore(0)

    def render(self, frames: int) -> Block:
        if self.render_failure:
            raise self.render_failure
        ramp = np.arange(self.rendered, self.rendered + frames, dtype=np.float32)
        self.rendered += frames
        return np.stack([ramp, ramp], axis=1)

    def compose(self) -> bool:
        if self.compose_failure:
            self.idle.release()
            raise self.compose_failure
        if not self.to_compose:
            self.idle.release()
            return False
        self.to_compose -= 1
        return True


class FilledOutput(RecordingOutput):
    """Tells when enough was written; its clock stands still, so a queue that is full stays full."""

    def __init__(self, frames: int) -> None:
        super().__init__(ManualClock())
        self._missing = frames
        self.filled = threading.Event()

    def write(self, block: Block) -> None:
        super().write(block)
        self._missing -= len(block)
        if self._missing <= 0:
            self.filled.set()


Hosting = Callable[..., ThreadHost]


@pytest.fixture
def hosting() -> Iterator[Hosting]:
    """Makes hosts and stops them at the end."""
    hosts: list[ThreadHost] = []

    def make(
        engine: Engine, output: RecordingOutput, on_fault: Callable[[Exception], None] = lambda _: None
    ) -> ThreadHost:
        hosts.append(ThreadHost(engine.render, engine.compose, output, 100, 1.0, sample_rate=1000, on_fault=on_fault))
        return hosts[-1]

    yield make
    for host in hosts:
        host.stop()


def test_the_queue_is_filled_in_order_and_no_further(hosting: Hosting) -> None:
    output = FilledOutput(1000)
    host = hosting(Engine(), output)
    host.start()
    assert output.filled.wait(PATIENCE_SECONDS)
    host.stop()
    assert output.samples()[:, 0].tolist() == list(range(1000))


def test_composing_goes_on_until_there_is_nothing_left_and_again_when_woken(hosting: Hosting) -> None:
    engine = Engine()
    engine.to_compose = 5
    host = hosting(engine, FilledOutput(1000))
    host.start()
    assert engine.idle.acquire(timeout=PATIENCE_SECONDS)
    assert engine.to_compose == 0
    engine.to_compose = 3
    host.wake()
    assert engine.idle.acquire(timeout=PATIENCE_SECONDS)
    assert engine.to_compose == 0


def test_starting_and_stopping_twice_is_harmless(hosting: Hosting) -> None:
    host = hosting(Engine(), FilledOutput(1000))
    host.stop()
    host.start()
    threads = threading.active_count()
    host.start()
    assert threading.active_count() == threads
    assert host.is_running
    host.stop()
    host.stop()
    assert (host.is_running, host.queued_frames) == (False, 0)


def test_a_stopped_host_can_start_again(hosting: Hosting) -> None:
    output = FilledOutput(2000)
    host = hosting(Engine(), output)
    host.start()
    host.stop()
    output.filled.clear()
    host.start()
    assert output.filled.wait(PATIENCE_SECONDS)


def test_a_fault_in_rendering_is_reported_once_and_heard_as_silence(hosting: Hosting) -> None:
    engine, output = Engine(), FilledOutput(1000)
    faults: list[Exception] = []
    engine.render_failure = ValueError("bad bar")
    host = hosting(engine, output, faults.append)
    host.start()
    assert output.filled.wait(PATIENCE_SECONDS)
    assert host.is_running
    host.stop()
    assert faults == [engine.render_failure]
    assert not output.samples().any()


def test_rendering_that_fails_for_good_ends_the_music_quietly() -> None:
    engine, output = Engine(), RecordingOutput()
    engine.render_failure = ValueError("always")
    host = ThreadHost(engine.render, engine.compose, output, 1, 10.0, sample_rate=1000)
    host.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while host.is_running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not host.is_running
    assert len(output.samples()) == MOST_FAILED_BLOCKS


def test_a_fault_in_composing_is_reported_and_the_music_goes_on(hosting: Hosting) -> None:
    engine, output = Engine(), FilledOutput(1000)
    faults: list[Exception] = []
    engine.compose_failure = ValueError("no bar")
    host = hosting(engine, output, faults.append)
    host.start()
    assert output.filled.wait(PATIENCE_SECONDS)
    for _ in range(3):
        assert engine.idle.acquire(timeout=PATIENCE_SECONDS)
        host.wake()
    assert host.is_running
    assert faults == [engine.compose_failure]


def test_a_machine_without_a_device_plays_silently(hosting: Hosting) -> None:
    class NoDevice(RecordingOutput):
        def open(self, sample_rate: int) -> None:
            raise DeviceError("no sound device")

    engine = Engine()
    faults: list[Exception] = []
    host = hosting(engine, NoDevice(), faults.append)
    host.start()
    assert engine.idle.acquire(timeout=PATIENCE_SECONDS)
    assert host.is_running
    assert [str(fault) for fault in faults] == ["no sound device"]


def test_an_output_that_breaks_its_protocol_ends_the_music_and_no_more(hosting: Hosting) -> None:
    class Broken(RecordingOutput):
        def queued_frames(self) -> int:
            raise KeyError("mine")

    reported = threading.Event()
    host = hosting(Engine(), Broken(ManualClock()), lambda _: reported.set())
    host.start()
    assert reported.wait(PATIENCE_SECONDS)
    host.stop()
    assert not host.is_running


def test_a_callback_that_fails_or_stops_the_host_does_no_harm(hosting: Hosting) -> None:
    engine = Engine()
    engine.compose_failure = ValueError("no bar")
    stopped = threading.Event()

    def stop_and_fail(fault: Exception) -> None:
        host.stop()
        stopped.set()
        raise RuntimeError("from the callback")

    host = hosting(engine, FilledOutput(1000), stop_and_fail)
    host.start()
    assert stopped.wait(PATIENCE_SECONDS)
    host.stop()
    assert not host.is_running


def test_between_two_steps_of_composing_the_game_has_a_breath() -> None:
    steps: list[float] = []
    done = threading.Event()

    def compose() -> bool:
        steps.append(time.monotonic())
        if len(steps) == 4:
            done.set()
        return len(steps) < 4

    host = ThreadHost(Engine().render, compose, FilledOutput(1000), 100, 1.0, sample_rate=1000, breath_seconds=0.02)
    host.start()
    assert done.wait(PATIENCE_SECONDS)
    host.stop()
    assert all(after - before >= 0.02 for before, after in pairwise(steps))


GAME = """
import sys, numpy as np
from barwise.playing.host import ThreadHost
from barwise.playing.sdl_output import SdlOutput
import pygame
pygame.init()
host = ThreadHost(lambda frames: np.zeros((frames, 2), np.float32), lambda: False, SdlOutput())
host.start()
{ending}
"""


@pytest.mark.parametrize(
    "ending", ["", "sys.exit()", "pygame.quit()", "pygame.quit(); host.stop(); sys.exit()", "1 / 0"]
)
def test_a_game_may_end_as_it_likes(ending: str) -> None:
    game = subprocess.run(
        [sys.executable, "-c", GAME.format(ending=ending)], capture_output=True, text=True, timeout=60, check=False
    )
    assert game.returncode == (1 if ending == "1 / 0" else 0)
    assert ("ZeroDivisionError" in game.stderr) == (ending == "1 / 0")
    assert "barwise" not in game.stderr.replace("File", "")


class SlowToAnswer(NullOutput):
    """A device whose every fifth answer is old by the time that it comes, as where a game holds Python's lock."""

    def __init__(self) -> None:
        super().__init__(time.monotonic)
        self.asked = 0

    def queued_frames(self) -> int:
        queued_frames = super().queued_frames()
        self.asked += 1
        if self.asked % 5 == 0:
            time.sleep(0.06)
        return queued_frames


def test_what_is_heard_does_not_go_by_an_old_answer() -> None:
    output, errors = SlowToAnswer(), list[float]()

    def render(frames: int) -> Block:
        now = time.monotonic()
        if output.began_at is not None:
            errors.append(host.heard_frames(now) - (now - output.began_at) * 1000)
        return np.zeros((frames, 2), np.float32)

    host = ThreadHost(render, lambda: False, output, 50, 0.4, sample_rate=1000)
    host.start()
    time.sleep(1.0)
    host.stop()
    assert len(errors) > 10
    assert max(map(abs, errors)) < 20  # milliseconds
