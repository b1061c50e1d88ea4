"""Threads of the music run before others where the system lets, and what takes long steps back."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import cast

import pytest

from barwise.linking.real_time import OTHERS, PATIENT_SECONDS, PLAYING, hurry, hurry_alone, hurry_loading, unhurried

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")


def in_a_thread(work: Callable[[], object]) -> object:
    """What work gives in a thread of its own, whose priority is its own."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def standing() -> tuple[int, int]:
    return os.sched_getscheduler(0), os.sched_getparam(0).sched_priority


def test_a_thread_is_hurried_and_steps_back_for_long_work() -> None:
    def work() -> object:
        if not hurry(OTHERS):
            return None
        with unhurried():
            within = standing()
        return within, standing()

    found = in_a_thread(work)
    if found is None:
        pytest.skip("this user may not")
    assert found == ((os.SCHED_OTHER, 0), (os.SCHED_FIFO, OTHERS))


def test_long_work_asks_for_no_lock_that_another_needs_and_leaves_the_turns_as_they_were() -> None:
    def work() -> object:
        with unhurried():
            within = sys.getswitchinterval()
        return within, sys.getswitchinterval()

    usual = sys.getswitchinterval()
    assert in_a_thread(work) == (PATIENT_SECONDS, usual)


def test_who_is_hurried_alone_hurries_none_that_he_starts() -> None:
    def work() -> object:
        hurry_alone()
        return standing()[0] & os.SCHED_FIFO, in_a_thread(standing)

    own, started = cast("tuple[int, object]", in_a_thread(work))
    if not own:
        pytest.skip("this user may not")
    assert started == (os.SCHED_OTHER, 0)


def test_who_may_not_goes_on_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    assert in_a_thread(lambda: (hurry(PLAYING), standing())) == (False, (os.SCHED_OTHER, 0))


def test_a_system_without_such_priorities_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setscheduler")
    assert in_a_thread(lambda: hurry(PLAYING)) is False


@pytest.mark.parametrize("processors", [{0}, {0, 1}])
def test_a_process_that_loads_is_hurried_but_not_on_the_only_processor(
    processors: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: processors)
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as loading:
        hurry_loading(loading.pid)
        found = os.sched_getscheduler(loading.pid)
    if not in_a_thread(lambda: hurry(OTHERS)):
        pytest.skip("this user may not")
    assert (found == os.SCHED_OTHER) == (len(processors) == 1)
