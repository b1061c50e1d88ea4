"""Threads that run whenever they can, as those of sound servers do: asked of the system, where it lets.

Python's lock goes to whoever holds it until he lets go; one that is put aside by the system meanwhile keeps the
playing thread waiting for tens of milliseconds on a busy machine. So all threads that hold it are in real time,
and what takes long, the network, is not: it holds no lock.

They run until they rest (SCHED_FIFO): one that takes turns with those of its priority (SCHED_RR) is put aside after
a tenth of a second in all, maybe with the lock, for as long as theirs take, and other programs play music as well.
"""

import contextlib
import ctypes
import functools
import os
import sys
import threading
from collections.abc import Callable

LOADING, OTHERS, PLAYING = 1, 2, 3
"""Priorities: the lowest that there are, above all that is not real time and below sound servers. What loads music is
below what plays other music: whoever holds Python's lock there is not to wait for it."""

_AMONG_OTHERS = 0
"""SCHED_OTHER, as Linux numbers it."""

PATIENT_SECONDS = 0.02
"""How long a thread that is not in real time waits for Python's lock before it is to be handed over: longer than a
block takes."""


def hurry(priority: int, thread: int = 0) -> bool:
    """Have a thread (its number in the system; 0: this one) run before all others; False where it may not.

    Threads that it starts do too. The system sees to it that no such thread ever takes a whole processor.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(priority))
            return True
    return False


def hurry_loading(process: int) -> None:
    """Have a process that has just begun, to load music, run before what is not in real time.

    From its first moment on: Python alone takes a tenth of a second to begin, and several where others want the
    processors. Not on the only one, where the game would stand still meanwhile.
    """
    if sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1:
        hurry(LOADING, process)


class unhurried:  # noqa: N801  it is written as a function, and made of two calls because each microsecond counts
    """Have this thread, which is one of the OTHERS, run among all others meanwhile.

    It should not hold Python's lock there: put aside with it, it would keep the playing thread waiting. When it asks
    for it again it waits until that is let go: a thread that hands it over, as it does after a switch interval,
    stands still until the other has it, and this one may have no processor for a while.
    """

    def __enter__(self) -> None:
        self._switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(PATIENT_SECONDS)
        _set(_AMONG_OTHERS, 0)

    def __exit__(self, *_: object) -> None:
        _hurry_again()  # first of all: this thread has the lock and may be put aside with it
        sys.setswitchinterval(self._switch_seconds)


def hurry_alone() -> None:
    """Have this thread run before all others, and none that it starts.

    For one in a game's process that wakes for a moment: put aside while it holds Python's lock, or while it is
    given that, it would keep the game's frame waiting.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(OTHERS))


def come_first(niceness: int) -> None:
    """Let this thread, and those it starts, run before others that want a processor, where the system lets."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


def _set(policy: int, priority: int) -> None:
    """As os.sched_setscheduler, but without Python's lock: who steps back may be put aside at once."""
    _scheduler()(0, policy, ctypes.byref(ctypes.c_int(priority)))


@functools.cache
def _scheduler() -> Callable[..., int]:
    set_scheduler: Callable[..., int] = ctypes.CDLL(None).sched_setscheduler
    return set_scheduler


def _again() -> Callable[[], None]:
    """What hurries this thread as one of the OTHERS, as quick as can be: made of one call."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):
            return functools.partial(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(OTHERS))
    return lambda: None


_hurry_again = _again()
