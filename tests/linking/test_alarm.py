"""An alarm wakes for a ring, for the end of a pipe, and for its data where that is wanted."""

import os
import threading
import time
from collections.abc import Iterator

import pytest

from barwise.linking import alarm as alarms
from barwise.linking.alarm import Alarm

LONG, SHORT = 20.0, 0.05

PIPES = pytest.mark.skipif(not alarms.can_watch(), reason="here nobody is told of a pipe's end without its data")


@pytest.fixture
def alarm() -> Iterator[Alarm]:
    one = Alarm()
    yield one
    one.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Its reading end, and its writing end, which a test may have closed."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def slept(alarm: Alarm, seconds: float, *arguments: int, **flags: bool) -> tuple[bool, float]:
    began = time.monotonic()
    return alarm.wait(seconds, *arguments, **flags), time.monotonic() - began


@pytest.mark.parametrize("can_watch", {False, alarms.can_watch()})
def test_a_ring_wakes_who_sleeps_and_who_next_would(can_watch: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "can_watch", lambda: can_watch)
    alarm = Alarm()
    alarm.ring()
    alarm.ring()
    assert slept(alarm, LONG)[1] < LONG
    assert slept(alarm, SHORT)[1] >= SHORT
    threading.Timer(SHORT, alarm.ring).start()
    assert slept(alarm, LONG)[1] < LONG
    alarm.close()
    alarm.ring()


@PIPES
def test_data_wakes_only_who_wants_it(alarm: Alarm, pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"data")
    told, seconds = slept(alarm, SHORT, pipe[0])
    assert not told
    assert seconds >= SHORT
    assert slept(alarm, LONG, pipe[0], for_data=True)[0]
    os.close(pipe[1])


@PIPES
def test_the_end_of_a_pipe_wakes_though_its_data_was_not_read(alarm: Alarm, pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"data")
    threading.Timer(SHORT, os.close, [pipe[1]]).start()
    told, seconds = slept(alarm, LONG, pipe[0])
    assert told
    assert seconds < LONG
