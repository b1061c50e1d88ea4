"""Frames over pipes: whole, in order, and without ever waiting for the reader."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from itertools import islice

import pytest

from barwise.linking.wire import LARGEST_FRAME, FrameReader, PipeWriter, WireError, write_frame

PIPE_BYTES = 1 << 16
"""A pipe holds about so much."""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe's reading and writing ends; the writer under test owns the second."""
    ends = os.pipe()
    yield ends
    with contextlib.suppress(OSError):
        os.close(ends[0])


@pytest.mark.parametrize("can_unblock", [True, False])
def test_frames_arrive_whole_and_in_order(pipe: tuple[int, int], can_unblock: bool) -> None:
    writer = PipeWriter(pipe[1], can_unblock=can_unblock)
    sent = [b"", b"x", b"y" * 5000, b"\x00\xff"]
    assert all(writer.offer(frame) for frame in sent)
    assert list(islice(FrameReader(pipe[0]).frames(), len(sent))) == sent


@pytest.mark.parametrize("can_unblock", [True, False])
def test_a_full_pipe_refuses_and_never_waits(pipe: tuple[int, int], can_unblock: bool) -> None:
    writer = PipeWriter(pipe[1], can_unblock=can_unblock)
    began = time.monotonic()
    taken = sum(writer.offer(b"x" * 1000) for _ in range(1000))
    assert time.monotonic() - began < 1.0
    assert PIPE_BYTES // 1004 - 1 <= taken < 1000


def test_what_was_taken_from_a_full_pipe_arrives_when_there_is_room(pipe: tuple[int, int]) -> None:
    writer = PipeWriter(pipe[1])
    big = bytes(range(256)) * 1024
    assert writer.offer(big)
    arrived: list[bytes] = []
    thread = threading.Thread(target=lambda: arrived.extend(FrameReader(pipe[0]).frames()))
    thread.start()
    while not writer.offer(b"next"):
        time.sleep(0.001)
    writer.close()
    thread.join(10)
    assert arrived == [big, b"next"]


def test_frames_of_many_threads_do_not_mix(pipe: tuple[int, int]) -> None:
    writer = PipeWriter(pipe[1])
    arrived: list[bytes] = []
    reader = threading.Thread(target=lambda: arrived.extend(FrameReader(pipe[0]).frames()))
    reader.start()

    def send(number: int) -> None:
        for _ in range(200):
            while not writer.offer(bytes([number]) * (number * 100)):
                time.sleep(0)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    writer.flush()
    writer.close()
    reader.join(20)
    assert sorted(set(arrived)) == [bytes([number]) * (number * 100) for number in range(1, 5)]
    assert len(arrived) == 800


def test_without_a_reader_nothing_is_taken_and_nothing_raised(pipe: tuple[int, int]) -> None:
    writer = PipeWriter(pipe[1])
    os.close(pipe[0])
    assert not writer.offer(b"x")
    assert not writer.offer(b"x")
    writer.close()


def test_a_length_beyond_all_reason_is_an_error(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], (LARGEST_FRAME + 1).to_bytes(4, "big"))
    with pytest.raises(WireError, match=str(LARGEST_FRAME)):
        next(FrameReader(pipe[0]).frames())


def test_a_frame_that_is_cut_short_is_no_frame(pipe: tuple[int, int]) -> None:
    write_frame(pipe[1], b"whole")
    os.write(pipe[1], (100).to_bytes(4, "big") + b"half")
    os.close(pipe[1])
    assert list(FrameReader(pipe[0]).frames()) == [b"whole"]


def test_where_pipes_must_wait_a_thread_does(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "set_blocking", lambda *_: (_ for _ in ()).throw(OSError("not here")))
    writer = PipeWriter(pipe[1])
    assert writer.offer(b"x" * 100_000)
    assert next(FrameReader(pipe[0]).frames()) == b"x" * 100_000
