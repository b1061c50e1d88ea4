"""What has come over a pipe is taken without waiting, wherever pipes let, and by a thread elsewhere."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator

import pytest

from barwise.linking.inbox import Inbox
from barwise.linking.wire import LARGEST_FRAME, WireError, write_frame
from tests.linking.conftest import wait_until

HOW = pytest.mark.parametrize("can_unblock", [True, False])


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe's ends; the inbox under test owns the first."""
    ends = os.pipe()
    yield ends
    with contextlib.suppress(OSError):
        os.close(ends[1])


def taken_from(inbox: Inbox, frames: int) -> list[bytes]:
    """So many frames, as soon as they are there."""
    taken: list[bytes] = []

    def take() -> bool:
        frame = inbox.take()
        if frame is not None:
            taken.append(frame)
        return len(taken) == frames

    wait_until(take)
    return taken


def inbox_of(pipe: tuple[int, int], can_unblock: bool) -> Inbox:
    return Inbox(pipe[0], lambda: None, can_unblock=can_unblock)


@HOW
def test_frames_are_taken_one_by_one_and_none_is_waited_for(pipe: tuple[int, int], can_unblock: bool) -> None:
    inbox = inbox_of(pipe, can_unblock)
    assert inbox.take() is None
    for frame in (b"one", b"", b"x" * 5000):
        write_frame(pipe[1], frame)
    assert taken_from(inbox, 3) == [b"one", b"", b"x" * 5000]
    assert not inbox.has_ended
    inbox.close()


@HOW
def test_a_frame_that_is_not_whole_is_left_until_it_is(pipe: tuple[int, int], can_unblock: bool) -> None:
    inbox = inbox_of(pipe, can_unblock)
    os.write(pipe[1], (4).to_bytes(4, "big") + b"ha")
    time.sleep(0.02)
    assert inbox.take() is None
    os.write(pipe[1], b"lf")
    assert taken_from(inbox, 1) == [b"half"]
    inbox.close()


@HOW
def test_it_has_ended_when_all_was_taken(pipe: tuple[int, int], can_unblock: bool) -> None:
    inbox = inbox_of(pipe, can_unblock)
    write_frame(pipe[1], b"last")
    os.close(pipe[1])
    inbox.wait_for_end(20.0)
    states = [inbox.has_ended]
    assert inbox.take() == b"last"
    assert inbox.take() is None
    assert [*states, inbox.has_ended] == [False, True]
    inbox.close()
    inbox.close()


@HOW
def test_whoever_writes_is_waited_for_no_longer_than_wanted(pipe: tuple[int, int], can_unblock: bool) -> None:
    inbox = inbox_of(pipe, can_unblock)
    began = time.monotonic()
    inbox.wait_for_end(0.05)
    assert 0.05 <= time.monotonic() - began < 10
    inbox.close()
    assert inbox.take() is None


@pytest.mark.parametrize(("can_unblock", "threads"), [(True, []), (False, ["barwise-hear"])])
def test_only_where_pipes_must_wait_a_thread_reads(
    pipe: tuple[int, int], can_unblock: bool, threads: list[str]
) -> None:
    before = set(threading.enumerate())
    inbox = inbox_of(pipe, can_unblock)
    assert [thread.name for thread in set(threading.enumerate()) - before] == threads
    inbox.close()


def test_a_thread_that_reads_rings_for_more_and_for_the_end(pipe: tuple[int, int]) -> None:
    rings = threading.Semaphore(0)
    inbox = Inbox(pipe[0], rings.release, can_unblock=False)
    write_frame(pipe[1], b"x")
    assert rings.acquire(timeout=20)
    os.close(pipe[1])
    assert rings.acquire(timeout=20)
    inbox.close()


def test_a_length_beyond_all_reason_is_an_error(pipe: tuple[int, int]) -> None:
    inbox = inbox_of(pipe, can_unblock=True)
    os.write(pipe[1], (LARGEST_FRAME + 1).to_bytes(4, "big"))
    with pytest.raises(WireError, match=str(LARGEST_FRAME)):
        inbox.take()
    inbox.close()


def test_after_what_was_no_frame_nothing_more_is_taken(pipe: tuple[int, int]) -> None:
    inbox = inbox_of(pipe, can_unblock=True)
    os.write(pipe[1], b"\xff" * 8)
    with pytest.raises(WireError):
        inbox.take()
    inbox.close()
    assert inbox.take() is None
    assert inbox.has_ended
