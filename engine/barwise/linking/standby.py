"""The process from which music's processes are copied: it has loaded all, waits, and outlives them.

It is started by sources.py, which asks over a socket on stdin. It plays nothing and runs no thread of
ours, so that a copy begins as it is; what was loaded lies in memory once for all.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial

from barwise.linking.patience import EXIT_SECONDS
from barwise.linking.playable import loaded_maker
from barwise.playing.fluid_library import keep_lock_while_rendering

assert sys.platform == "linux", "elsewhere each process is started afresh (sources.py)"

LARGEST_REQUEST = 1 << 18
"""Bytes."""

LOOK_SECONDS = 0.5
"""How often it looks whether the game still lives."""

STDIN, STDOUT, STDERR = 0, 1, 2


def main() -> None:
    """Make copies as asked, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_lock_while_rendering()
    control = socket.socket(fileno=os.dup(STDIN))
    control.settimeout(LOOK_SECONDS)
    os.dup2(STDERR, STDOUT)  # where libraries print
    copies: dict[int, int] = {}
    parent, play = os.getppid(), leave
    while os.getppid() == parent:  # a copy of the game may still hold the socket open
        _forget_ended(copies)
        try:
            request, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 2)
        except TimeoutError:
            continue
        if not request:
            break
        match json.loads(request):
            case {"maker": name, "parts": parts}:
                play = _loaded(name, json.loads(parts))
            case {"start": number}:
                copies[number] = _copy(play, descriptors, control)
            case {"end": number}:
                _end(copies.get(number))
    _let_end(copies)
    leave()


def leave() -> None:
    """End this process now: whatever threads it has, nobody waits for them."""
    os._exit(0)


def _loaded(name: str, parts: dict[str, object]) -> Callable[[], None]:
    """What plays, with what that takes in memory."""
    maker = loaded_maker(name, parts)
    from barwise.linking import child  # what a library does by itself has begun by now

    # What was loaded stays; to look through it would make pages of it a copy's own. What of it is of no use any
    # more stays as well: it is less than a mebibyte, and to find it takes 40 ms.
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # the C library of GNU: free memory is not to be shared
        ctypes.CDLL(None).malloc_trim(0)
    return partial(child.main, maker)


def _copy(play: Callable[[], None], descriptors: list[int], control: socket.socket) -> int:
    """The number of a new process that plays what it is told over two descriptors."""
    process = os.fork()
    if process == 0:
        try:
            control.close()
            os.dup2(descriptors[0], STDIN)
            os.dup2(descriptors[1], STDOUT)
            _close(descriptors)
            play()
        except BaseException:
            traceback.print_exc()
        leave()
    _close(descriptors)
    return process


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _forget_ended(copies: dict[int, int]) -> None:
    """Take note of ends, so that the system may forget them."""
    for number, process in list(copies.items()):
        if os.waitpid(process, os.WNOHANG)[0]:
            del copies[number]


def _let_end(copies: dict[int, int]) -> None:
    """Wait for whoever ends by himself, as nobody speaks to him any more; then end the rest."""
    deadline = time.monotonic() + EXIT_SECONDS
    while copies and time.monotonic() < deadline:
        time.sleep(0.01)
        _forget_ended(copies)
    for process in copies.values():
        _end(process)


def _end(process: int | None) -> None:
    if process:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)
