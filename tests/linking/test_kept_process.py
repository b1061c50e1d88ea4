"""A process that makes music: whatever happens to it, the game goes on, and the music comes back."""

import os
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from barwise.commands import Enter, JournalEntry, Pause, Resume
from barwise.linking.folded_bars import FoldedBar
from barwise.linking.messages import Position
from barwise.linking.patience import MOST_DEATHS
from barwise.linking.process_link import ProcessLink
from tests.linking.conftest import Playing, Rig, wait_until
from tests.linking.fake_core import BAR, RATE
from tests.linking.processes import AT_ONCE_SECONDS, LINUX, PIPES, POSIX, is_alive, is_moving, longest_call, pid_of


def killed_in_war(rig: Rig) -> int:
    """The number of a process that entered a war and was killed there; another plays."""
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    old = pid_of(rig)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    return old


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@POSIX
def test_a_process_that_is_killed_is_back_in_the_same_bar_and_state(playing: Playing) -> None:
    rig = playing()
    rig.link.send(Enter("war"))
    rig.wait_for_music()
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    expected = Position(time.monotonic(), rig.heard, 0.0)
    old = pid_of(rig)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    # Nobody heard it for a moment, and it went on all the same.
    assert abs(rig.heard - expected.frame_at(time.monotonic(), RATE)) < 0.05 * RATE
    told = list(rig.ears.reports)
    wait_until(lambda: len(rig.ears.reports) > len(told))
    status = rig.ears.status_at(rig.heard)
    assert status is not None
    assert (status.state, status.bar) == ("war", int(rig.heard // BAR))
    assert len(rig.ears.faults) == 1
    assert "started again" in rig.ears.faults[0]


@LINUX
def test_what_takes_the_place_of_a_killed_process_is_another_copy_of_what_has_all_loaded(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    old = pid_of(rig)
    standby = parent_of(old)
    assert standby != os.getpid()
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    assert parent_of(pid_of(rig)) == standby
    rig.link.stop()
    assert not is_alive(standby)


@LINUX
@pytest.mark.parametrize("is_stopped", [True, False])
def test_what_was_loaded_for_music_that_is_never_played_ends_with_its_link(playing: Playing, is_stopped: bool) -> None:
    before = set(children_of(os.getpid()))
    rig = playing(starts=False, loads=True)
    (standby,) = set(children_of(os.getpid())) - before
    if is_stopped:
        rig.link.stop()
    else:
        rig.forget()
    wait_until(lambda: not is_alive(standby))


@LINUX
def test_music_is_played_by_a_copy_of_what_was_loaded_before_it_began(playing: Playing) -> None:
    before = set(children_of(os.getpid()))
    rig = playing(starts=False, loads=True)
    (standby,) = set(children_of(os.getpid())) - before
    rig.link.start()
    assert parent_of(pid_of(rig)) == standby


@LINUX
def test_the_music_comes_back_when_what_it_is_copied_from_was_killed_as_well(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    old = pid_of(rig)
    for pid in (parent_of(old), old):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    assert rig.link.host == "process"


@POSIX
def test_where_processes_are_not_copied_each_is_started_afresh(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barwise.linking.sources.sys", SimpleNamespace(platform="elsewhere"))
    rig = playing()
    old = killed_in_war(rig)
    assert rig.ears.state_now(rig.link) == "war"
    rig.link.stop()
    assert not is_alive(old)


@POSIX
def test_events_are_told_once_though_their_bar_was_made_twice(playing: Playing) -> None:
    rig = playing()
    heard = rig.ears.listen()
    rig.wait_for_music()
    old = pid_of(rig)
    frames: list[int] = []
    for _ in range(2):
        deadline = time.monotonic() + 0.7
        while time.monotonic() < deadline:
            frames += [told.frame for told in heard.heard(rig.heard)]
            time.sleep(0.01)
        if is_alive(old):
            os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    time.sleep(0.3)
    frames += [told.frame for told in heard.heard(rig.heard)]
    assert frames == sorted(set(frames))
    # Beats while there was no process are told as well, as near as the new one could count.
    assert max(np.diff(frames)) < 2 * BAR // 4


@POSIX
def test_no_verb_waits_while_the_process_is_being_replaced(playing: Playing) -> None:
    rig = playing(maker="make_slow")
    rig.wait_for_music()
    os.kill(pid_of(rig), signal.SIGKILL)
    assert longest_call(rig, 500) < AT_ONCE_SECONDS


@POSIX
def test_a_process_that_hangs_is_replaced(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    old = pid_of(rig)
    os.kill(old, signal.SIGSTOP)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    assert not is_alive(old)
    assert "does not answer" in rig.ears.faults[0]


@POSIX
def test_a_pause_outlives_the_process(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    rig.link.send(Pause())
    wait_until(lambda: not is_moving(rig))
    paused = rig.link.origin(time.monotonic()).position
    old = pid_of(rig)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
    wait_until(lambda: not is_moving(rig))
    position = rig.link.origin(time.monotonic()).position
    assert paused is not None
    assert position is not None
    assert abs(position.sample - paused.sample) < 0.5 * BAR
    rig.link.send(Resume())
    wait_until(lambda: is_moving(rig))


def test_a_process_that_cannot_live_gives_way_to_a_thread(playing: Playing) -> None:
    rig = playing(maker="make_broken")
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.link.host == "thread" and rig.ears.state_now(rig.link) == "war")
    assert len(rig.ears.faults) == MOST_DEATHS
    assert "broken core" in rig.ears.faults[-1]
    assert rig.link.is_aloud


def test_a_model_that_is_refused_after_all_is_done_without(playing: Playing) -> None:
    rig = playing(maker="make_refusing", model="mine.onnx")
    rig.wait_for_music()
    wait_until(lambda: len(rig.ears.faults) >= 2)
    assert rig.ears.faults == ["composer mine.onnx is not ours; the music goes on without it", "it plays"]


@POSIX
def test_nothing_is_left_of_a_process_that_was_stopped(playing: Playing) -> None:
    threads = threading.active_count()
    rig = playing()
    rig.wait_for_music()
    pid = pid_of(rig)
    rig.link.stop()
    assert not is_alive(pid)
    wait_until(lambda: threading.active_count() <= threads)


def in_frames(rig: Rig, seconds: float) -> list[float]:
    """Play so long as a game that asks with every frame; the processor time of all its other threads in each frame."""
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        others = time.process_time() - time.thread_time()
        rig.link.poll()
        time.sleep(1 / 120)
        taken.append(time.process_time() - time.thread_time() - others)
    return taken


@PIPES
def test_no_thread_of_ours_runs_while_a_game_asks_with_every_frame(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    told = len(rig.ears.reports)
    taken = in_frames(rig, 1.5)
    assert len(rig.ears.reports) > told
    assert sum(seconds > 0.0002 for seconds in taken) <= 4  # it looks for the game twice, and twice as late each time


def test_a_game_that_never_asks_is_heard_for_all_the_same(playing: Playing) -> None:
    rig = playing()
    rig.link.send(Enter("war"))
    wait_until(lambda: any(isinstance(report, FoldedBar) for report in rig.ears.reports))
    wait_until(lambda: any(isinstance(report, JournalEntry) for report in rig.ears.reports))


@POSIX
def test_where_pipes_cannot_be_read_without_waiting_a_thread_reads(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("alarm", "inbox"):
        monkeypatch.setattr(f"barwise.linking.{module}.can_watch", lambda: False)
    rig = playing()
    killed_in_war(rig)
    rig.link.stop()


@POSIX
def test_what_is_no_frame_is_told_once_and_the_process_replaced(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    link, old = rig.link, pid_of(rig)
    assert isinstance(link, ProcessLink)
    assert link._process is not None
    link._process._inbox._buffer.add(b"\xff" * 8)
    wait_until(lambda: link.is_aloud and link.process_id != old)
    assert len(rig.ears.faults) == 2
    assert "not understood" in rig.ears.faults[0]
    assert "started again" in rig.ears.faults[1]
