"""The simulated game works and holds the lock."""

import threading
import time
from itertools import pairwise

from barwise.bench.hindrances import lock_holder, spin, turns_for


def test_the_lock_is_held_so_that_no_other_thread_moves() -> None:
    hold, moments, is_over = lock_holder(), [], threading.Event()

    def watch() -> None:
        while not is_over.is_set():
            moments.append(time.perf_counter())

    watcher = threading.Thread(target=watch)
    watcher.start()
    time.sleep(0.05)
    hold(0.1)
    time.sleep(0.05)  # the other moves again
    is_over.set()
    watcher.join()
    assert max(later - earlier for earlier, later in pairwise(moments)) >= 0.1, "for so long the other stood still"


def test_work_takes_as_long_as_there_are_turns() -> None:
    turns = turns_for(0.01, trial_seconds=0.05)
    began = time.thread_time()
    spin(turns)
    assert 0.003 < time.thread_time() - began < 0.1, "10 ms, on a machine whose speed may change meanwhile"
