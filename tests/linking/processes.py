"""What tests look at of processes that make music, from outside."""

import os
import sys
import time
from pathlib import Path

import pytest

from barwise.bench.hindrances import Waits
from barwise.commands import SetIntensity
from barwise.linking.alarm import can_watch
from barwise.linking.process_link import ProcessLink
from tests.linking.conftest import Rig, wait_until

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and /proc")

PIPES = pytest.mark.skipif(not can_watch(), reason="where a thread has to read, it runs")

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not copied")

AT_ONCE_SECONDS = 0.05
"""No verb may wait for anything; a busy machine may keep a thread waiting for less than this."""


def pid_of(rig: Rig) -> int:
    link = rig.link
    assert isinstance(link, ProcessLink)
    wait_until(lambda: link.process_id)
    return link.process_id or 0


def is_moving(rig: Rig) -> bool:
    """Whether the music was moving when it last told of itself."""
    assert isinstance(rig.link, ProcessLink)
    position = rig.link._beat.position
    return position is None or position.is_moving


def longest_call(rig: Rig, calls: int) -> float:
    """Seconds of the longest of so many calls, but for a thousandth, less what this thread waited for a processor."""
    times, waits = [], Waits()
    waited = waits.milliseconds()
    for number in range(calls):
        began = time.monotonic()
        rig.link.send(SetIntensity(number / calls))
        times.append(time.monotonic() - began)
        if times[-1] > AT_ONCE_SECONDS / 2:  # to ask takes as long as a call
            before, waited = waited, waits.milliseconds()
            times[-1] -= (waited - before) / 1000
    return sorted(times)[-1 - calls // 1000]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet forgotten by the system does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):  # forgotten meanwhile
        return False
