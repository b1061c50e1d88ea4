"""The simulated game works, holds the lock, and lets itself be looked at; without music here."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from barwise.bench.game import EventNotes, Game, Orders, lock_holder, spin, turns_for
from barwise.bench.games import play_game
from barwise.bench.processes import run_script
from barwise.errors import BarwiseError
from barwise.music.events import MusicEvent, MusicEventKind


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


def test_events_are_noted_as_they_were_told() -> None:
    notes, told = EventNotes(), MusicEvent(MusicEventKind.CHORD, 1.5, 3, 2, "Bb7")
    for event in (told, replace(told, name="", heard_at=70.25)):
        notes.add(event, 71.0)
    fields = {"kind": "chord", "seconds": 1.5, "bar": 3, "beat": 2, "name": "Bb7", "heard_at": None, "told_at": 71.0}
    assert notes.as_dicts() == [fields, {**fields, "name": "", "heard_at": 70.25}]
    assert notes.has("chord")
    assert not notes.has("bar")


def test_a_game_plays_its_stretches_and_is_seen_at_every_mark(tmp_path: Path) -> None:
    orders = Orders(result=str(tmp_path / "answer.json"), stretches=((False, 0.3), (False, 0.2)))
    told: list[float] = []
    played = play_game(orders, told.append)
    assert len(told) in (1, 2), "a line for every second of 2.5, each stretch with one to settle"
    assert [mark for mark, _ in played.sights] == ["ready", "begin", "end", "begin", "end"]
    assert [stretch.frames for stretch, _, _ in played.stretches] == [
        len(one.work_ms) for one in played.answer.stretches
    ]
    assert all(0 < stretch.frames <= 20 for stretch, _, _ in played.stretches)
    assert played.recording is None


@pytest.mark.skipif(sys.platform != "linux", reason="memory of other processes is read in /proc")
def test_memory_is_that_of_a_process_and_all_below_it(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    big = "data = bytearray(b'x' * (40 << 20)); import sys; sys.stdin.readline()"
    script.write_text(
        "import subprocess, sys, time\n"
        "sys.stdin.readline()\n"
        f"child = subprocess.Popen([sys.executable, '-c', {big!r}], stdin=subprocess.PIPE)\n"
        "time.sleep(1.0)\n"
        'print(\'{"mark": "here"}\', flush=True)\n'
        "sys.stdin.readline()\n"
        "child.communicate(b'x')\n"
    )
    sights = []
    run_script(script, {}, lambda mark, sight: sights.append(sight), print, tmp_path / "log", 30.0)
    assert sights[0].children == 1
    assert sights[0].memory_mib is not None
    assert 40 < sights[0].memory_mib < 100


def test_a_game_that_fails_says_why_in_one_line(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("raise SystemExit('the cartridge is dusty')")
    with pytest.raises(BarwiseError, match="ended early: the cartridge is dusty"):
        run_script(script, {}, lambda mark, sight: None, print, tmp_path / "log", 30.0)


def test_a_game_that_hangs_is_ended(tmp_path: Path) -> None:
    script = tmp_path / "hanging.py"
    script.write_text("import time; time.sleep(60)")
    with pytest.raises(BarwiseError, match="took longer than 1 s"):
        run_script(script, {}, lambda mark, sight: None, print, tmp_path / "log", 1.0)


def test_a_game_whose_watcher_is_gone_ends_at_its_next_mark() -> None:
    from barwise.bench.games import SCRIPT

    with subprocess.Popen([sys.executable, "-P", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        child.stdin.write(b'{"result": "nowhere", "stretches": [[false, 60.0]]}\n')
        child.stdin.close()
        assert child.wait(20) != 0


def test_half_of_the_calls_for_intensity_come_just_before_the_lock_is_held() -> None:
    orders = Orders(result="", probes_a_second=2.0, moods=("calm",), turns_a_second=0.0)
    game = Game(orders, lambda mark: None, lambda seconds: None)
    game.turn_due = float("inf")
    held = free = 0
    for frame in range(500 * 60):
        is_held = frame % 30 == 0
        calls = len(game._calls(is_held, frame / 60))
        held, free = held + calls * is_held, free + calls * (not is_held)
    assert 600 < held + free < 1000, "two a second and the wait for the lock, in 500 seconds"
    assert 0.4 < held / (held + free) < 0.6
