"""What a game has besides music: work in plain Python, a held lock, and waits for a processor. Knows no music."""

import ctypes
import sys
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

TRIAL_TURNS = 20_000
TRIAL_SECONDS = 0.4

SCHEDULER = Path("/proc/thread-self/schedstat")
"""Nanoseconds that the thread that opens it has run, and waited for a processor."""

Holder = Callable[[float], None]


def spin(turns: int) -> int:
    """Plain Python that takes as long as there are turns."""
    total = 0
    for number in range(turns):
        total += number & 7
    return total


def turns_for(seconds: float, trial_seconds: float = TRIAL_SECONDS) -> int:
    """Turns of `spin` that take so many seconds on a quiet processor: the fastest of many trials tells."""
    fastest, end = float("inf"), time.perf_counter() + trial_seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        spin(TRIAL_TURNS)
        fastest = min(fastest, time.perf_counter() - began)
    return max(round(TRIAL_TURNS * seconds / fastest), 1)


def lock_holder() -> Holder:
    """What keeps the interpreter's lock for some seconds: a sleep in C that does not let go of it."""
    try:
        if sys.platform == "win32":
            pause = ctypes.PyDLL("kernel32").Sleep
            return lambda seconds: pause(round(seconds * 1000)) and None
        sleep = ctypes.PyDLL(None).usleep
    except (OSError, AttributeError):
        return _count_in_c
    return lambda seconds: sleep(round(seconds * 1e6)) and None


def _count_in_c(seconds: float) -> None:
    """One call in C at a time, each of which keeps the lock."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(range(100_000))


class Waits:
    """Time in which this thread was ready to run and had no processor, as Linux counts it."""

    def __init__(self) -> None:
        try:
            self._file: FileIO | None = SCHEDULER.open("rb", buffering=0)
        except OSError:
            self._file = None
        self.is_known = self._file is not None

    def milliseconds(self) -> float:
        """Since the thread began; 0 where the system does not tell."""
        if self._file is None:
            return 0.0
        self._file.seek(0)
        return int(self._file.read(100).split()[1]) / 1e6
