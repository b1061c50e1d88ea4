"""What is printed: one object with the promised names, or tables for people; parts are shared out in the progress."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from barwise.bench.arrivals import Arrivals
from barwise.bench.bars import SHIPPED, BarCosts, Taken
from barwise.bench.benching import BOTH, BenchReport, _shares, hosts_of
from barwise.bench.figures import FIGURES
from barwise.bench.hosts import HostFigures, orders_of
from barwise.bench.latency import Latencies
from barwise.bench.moods import MoodTurns
from barwise.bench.plans import FULL, LEAST_SHARE, QUICK
from barwise.bench.punctuality import Punctuality

PROCESS = HostFigures("process", (), Latencies((40.0, 50.0)), Punctuality(grid_errors_ms=(-1.0, 2.0)), ((0, 1.5),))
THREAD = HostFigures("thread", (), Latencies(unheard=3), Punctuality(), ())
REPORT = BenchReport(
    {"process": PROCESS, "thread": THREAD},
    Arrivals((3.0, -3.0), (0.05, 0.1), missed=0),
    MoodTurns((0.5, 1.5), unheard=1),
    BarCosts({SHIPPED: Taken([8.0, 10.0], [7.0, 9.0], [12.0])}, rows=33, note="no torch here"),
    is_quick=True,
    machine={"processor": "abacus", "cores": 2, "system": "wood"},
    versions={"python": "3"},
)


def test_the_object_has_every_figure_and_what_it_was_taken_on() -> None:
    told = json.loads(REPORT.json())
    assert {figure.name for figure in FIGURES} <= told.keys()
    assert {"host", "hosts", "peers", "machine", "versions"} <= told.keys()
    assert (told["host"], told["intensity_ms_p50"], told["arrive_rms_ms"]) == ("process", 45.0, 3.0)
    assert (told["bar_ms_p50"], told["bar_ms_p50_busy"], told["mood_to_note_beats_max"]) == (9.0, 12.0, 1.5)
    assert set(told["hosts"]) == {"process", "thread"}


def test_what_is_missing_or_odd_is_told_once_and_at_the_end() -> None:
    assert REPORT.notes() == [
        "no torch here",
        "host process: the recording of game 1 is no replay from 1.50 s on",
        "host thread: 3 calls for intensity changed no sample in 2 s",
        "1 changes of mood changed no note",
    ]
    assert REPORT.lines()[-4:] == REPORT.notes()


def test_people_see_the_host_that_counts_first_and_then_the_other() -> None:
    heads = [line for line in REPORT.lines() if line.startswith("host:")]
    assert heads == ["host: process", "host: thread"]


def test_each_part_has_its_share_of_the_progress() -> None:
    shown: list[float] = []
    for part in _shares(shown.append, [30.0, 10.0]):
        part(0.5)
        part(1.0)
    assert shown == [0.375, 0.75, 0.875, 1.0]


def test_a_quick_look_at_two_hosts_takes_no_longer_than_at_one() -> None:
    assert 2 * QUICK.for_hosts(2, None).host_seconds <= QUICK.host_seconds + 10
    assert FULL.for_hosts(2, None).long_seconds == 600


def test_a_busy_machine_takes_from_the_music_without_a_clock() -> None:
    assert QUICK.music_seconds_before(100.0) == QUICK.music_seconds
    assert sum(QUICK.music_seconds_before(6.0)) == pytest.approx(6.0)
    assert sum(QUICK.music_seconds_before(-10.0)) == pytest.approx(LEAST_SHARE * sum(QUICK.music_seconds))


def test_the_players_own_choice_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARWISE_HOST", "thread")
    assert hosts_of(None) == ("thread",)
    assert hosts_of(BOTH) == ("thread", "process")
    assert hosts_of("process") == ("process",)


def test_short_games_have_stretches_of_both_kinds_and_the_long_one_is_all_music(tmp_path: Path) -> None:
    *short, long = orders_of("thread", FULL.for_hosts(1, 2.0), tmp_path)
    assert all([has_music for has_music, _ in one.stretches] == [False, True, False] for one in short)
    assert long.stretches == ((True, 120.0),)


@pytest.mark.slow
def test_a_quick_look_prints_one_object_and_leaves_nothing(tmp_path: Path) -> None:
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "barwise", "bench", "--quick", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["underruns"] is not None
    assert told["intensity_ms_p50"] > 0
    assert not list(tmp_path.glob("barwise-bench-*"))
    is_busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    assert is_busy or time.monotonic() - began < 90, "a minute, on a machine that does nothing else"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals as a terminal sends them")
def test_ctrl_c_leaves_neither_files_nor_processes(tmp_path: Path) -> None:
    bench = subprocess.Popen(
        [sys.executable, "-m", "barwise", "bench", "--quick"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    time.sleep(8)
    os.killpg(bench.pid, signal.SIGINT)
    _, said = bench.communicate(timeout=20)
    assert bench.returncode == 130
    assert said.strip().splitlines()[-1].startswith("barwise: stopped")
    assert not list(tmp_path.glob("barwise-bench-*"))
    # What has ended counts until the system's first process has taken note of it.
    deadline = time.monotonic() + 5.0
    while is_there(bench.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_there(bench.pid)


def is_there(group: int) -> bool:
    """Whether a group has a process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
