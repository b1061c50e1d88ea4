"""A core is played, and what it tells of is said to be heard when it is, gaps or not. The clock is the test's own."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from barwise.linking.hosting import CoreHost, Queue
from barwise.linking.messages import Position, Report
from barwise.music.reports import Told
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Block
from tests.linking.fake_core import BEAT, RATE, FakeCore

BLOCK = 160
"""Frames: 20 ms."""
QUEUE_SECONDS = 0.5
PATIENCE_SECONDS = 20.0


class SlowCore(FakeCore):
    """Takes a while, by the test's clock, for the blocks of some numbers, and says when it has made so many."""

    def __init__(self, clock: "Clock", seconds: dict[int, float], blocks: int) -> None:
        super().__init__({}, None)
        self._clock, self._seconds, self._blocks = clock, seconds, blocks
        self._rendered = 0
        self.is_over = threading.Event()

    def render(self, frames: int) -> Block:
        self._rendered += 1
        self._clock.sleep(self._seconds.get(self._rendered, 0.0))
        if self._rendered > self._blocks:
            self.is_over.set()
        return super().render(frames)


class Clock:
    """Goes on when somebody sleeps."""

    def __init__(self) -> None:
        self._seconds = 100.0

    def monotonic(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        self._seconds += seconds


class Device(NullOutput):
    """Takes sound by a clock and plays it so much later."""

    def __init__(self, clock: Callable[[], float], latency_frames: int = 0) -> None:
        super().__init__(clock)
        self.latency_frames = latency_frames

    def heard_at(self, frame: int) -> float:
        """When a frame is heard: the gaps before it held it up."""
        held_up = sum(gap.frames for gap in self.underruns if gap.frame <= frame)
        return (self.began_at or 0.0) + (frame + held_up + self.latency_frames) / RATE

    def close(self) -> None:
        """Keep what the test looks at."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in ("linking.hosting", "playing.host"):
        monkeypatch.setattr(f"barwise.{module}.time", SimpleNamespace(monotonic=clock.monotonic, sleep=clock.sleep))
    return clock


def errors_of(clock: Clock, output: Device, slow: dict[int, float], blocks: int = 200) -> list[float]:
    """Seconds from when each beat is heard to when it is said to be, where some blocks take so long."""
    core = SlowCore(clock, slow, blocks)
    reports: list[Report] = []
    host = CoreHost(core, output, RATE, Queue(QUEUE_SECONDS, BLOCK), reports.extend)
    host.play_from(None)
    assert core.is_over.wait(PATIENCE_SECONDS)
    host.stop()
    told = [report for report in reports if isinstance(report, Told)]
    assert len(told) > blocks * BLOCK // BEAT - 4
    return [(one.event.heard_at or 0.0) - output.heard_at(one.frame) for one in told]


SLOW_BLOCKS: dict[str, tuple[dict[int, float], bool]] = {
    "none": ({}, False),
    "the first": ({1: 0.2}, False),
    "the second, before which the first is not played": ({2: 0.2}, False),
    "one": ({60: 0.8}, True),
    "two": ({60: 0.53, 62: 0.53}, True),
    "by a little": ({60: 0.495}, True),
    "many": (dict.fromkeys(range(50, 150), 0.05), True),
}
"""Seconds by the number of a block, and whether the queue runs dry."""


@pytest.mark.parametrize("latency_frames", [0, 400])
@pytest.mark.parametrize("blocks", SLOW_BLOCKS)
def test_events_tell_when_they_are_heard(clock: Clock, blocks: str, latency_frames: int) -> None:
    slow, has_gaps = SLOW_BLOCKS[blocks]
    output = Device(clock.monotonic, latency_frames)
    assert max(map(abs, errors_of(clock, output, slow))) < 0.001
    assert bool(output.underruns) == has_gaps


def test_an_event_has_its_moment_before_a_gap_can_come_after_it(clock: Clock) -> None:
    """Whoever is told of it later, and sees from after the gap, need not reckon with that."""
    output = Device(clock.monotonic)
    core = SlowCore(clock, {30: 2.0}, 40)
    told_at: list[tuple[float, float]] = []

    def hear(reports: list[Report]) -> None:
        events = [report.event for report in reports if isinstance(report, Told)]
        told_at.extend((clock.monotonic(), event.heard_at or 0.0) for event in events)

    host = CoreHost(core, output, RATE, Queue(QUEUE_SECONDS, BLOCK), hear)
    host.play_from(None)
    assert core.is_over.wait(PATIENCE_SECONDS)
    host.stop()
    assert output.underruns
    assert all(at <= heard_at for at, heard_at in told_at)


def test_there_is_no_position_before_a_device_has_some_of_the_music(clock: Clock) -> None:
    core, positions = SlowCore(clock, {1: 0.5}, 1), list[Position | None]()
    host = CoreHost(
        core,
        Device(clock.monotonic, latency_frames=400),
        RATE,
        Queue(QUEUE_SECONDS, BLOCK),
        lambda _: positions.append(host.position(clock.monotonic())),
    )
    assert host.position(clock.monotonic()) is None
    host.play_from(None)
    assert core.is_over.wait(PATIENCE_SECONDS)
    host.stop()
    first = positions[0]
    assert first is not None
    assert (first.frame, first.sample) == (-400, 0)
