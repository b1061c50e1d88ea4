"""The music in a process of its own: whatever happens to it, the game goes on, and the music comes back."""

import json
import logging
import os
import signal
import sys
import threading
import time
import wave
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from barwise.bench.hindrances import Waits
from barwise.commands import Enter, JournalEntry, Pause, Resume, SetIntensity
from barwise.linking.alarm import can_watch
from barwise.linking.folded_bars import FoldedBar
from barwise.linking.link import Plan
from barwise.linking.messages import Beat, Position
from barwise.linking.patience import MOST_DEATHS
from barwise.linking.process_link import ProcessLink
from tests.linking.conftest import Playing, Rig, wait_until
from tests.linking.fake_core import BAR, CYCLE, RATE, number_at

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


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


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


def numbers_in(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return number_at(frames[:, 0] / 32767)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet forgotten by the system does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):  # forgotten meanwhile
        return False


def test_what_is_said_is_heard_and_told(playing: Playing) -> None:
    rig = playing()
    rig.link.send(SetIntensity(0.75))
    rig.link.send(Enter("war"))
    rig.wait_for_music()
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    status = rig.ears.status_at(rig.heard)
    assert status is not None
    assert status.intensity == 0.75
    assert rig.link.is_aloud


def test_what_was_said_before_the_start_holds_from_the_first_sample(playing: Playing) -> None:
    rig = playing(starts=False)
    rig.link.send(Enter("war"))
    rig.link.start()
    rig.wait_for_music()
    wait_until(lambda: rig.ears.journal)
    assert rig.ears.journal[0].command == Enter("war")


def test_each_sample_leaves_once_and_in_order_until_the_music_is_stopped(playing: Playing, tmp_path: Path) -> None:
    rig = playing(output=str(tmp_path / "heard.wav"))
    rig.wait_for_music()
    time.sleep(0.3)
    rig.link.stop()
    numbers = numbers_in(tmp_path / "heard.wav")
    assert len(numbers) > 0.2 * RATE
    assert np.array_equal(numbers, np.arange(len(numbers)) % CYCLE)


def test_what_is_said_to_be_heard_is_what_leaves_the_output(playing: Playing, tmp_path: Path) -> None:
    """But for moments after gaps, as a busy machine makes them, until they have been told of."""
    rig = playing(output=str(tmp_path / "heard.wav"))
    rig.wait_for_music()
    said = []
    for _ in range(20):
        time.sleep(0.05)
        rig.link.poll()
        at = time.monotonic()
        said.append((at, rig.link.heard_frame(at)))
    rig.link.stop()
    facts = json.loads((tmp_path / "heard.json").read_text())
    errors = []
    for at, frame in said:
        gaps = sum(length for start, length in facts["underruns"] if start <= frame)
        errors.append(abs(frame - (at - facts["began_at"]) * facts["sample_rate"] + gaps))
    assert sorted(errors)[len(errors) // 4] < 0.005 * RATE


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
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    old = pid_of(rig)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
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
def test_ten_thousand_calls_into_a_full_pipe_do_not_wait_and_the_last_one_counts(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    pid = pid_of(rig)
    os.kill(pid, signal.SIGSTOP)
    rig.link.send(Enter("war"))
    longest = longest_call(rig, 10_000)
    rig.link.send(SetIntensity(0.125))
    os.kill(pid, signal.SIGCONT)
    assert longest < 2 * AT_ONCE_SECONDS
    wait_until(lambda: (status := rig.ears.status_at(rig.heard)) and status.intensity == 0.125)
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    assert len(rig.ears.journal) < 10_000


def test_calls_come_from_many_threads_and_none_is_lost(playing: Playing) -> None:
    rig = playing()
    states = [f"{thread} {number}" for thread in range(4) for number in range(50)]
    threads = [
        threading.Thread(target=lambda part: [rig.link.send(Enter(name)) for name in part], args=(states[start::4],))
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: len(rig.ears.journal) >= len(states))
    assert sorted(entry.command.state for entry in rig.ears.journal) == sorted(states)  # type: ignore[union-attr]


def test_start_and_stop_come_twice_and_in_any_order(playing: Playing) -> None:
    rig = playing(starts=False)
    rig.link.stop()
    rig.link.start()
    rig.link.start()
    rig.wait_for_music()
    rig.link.stop()
    rig.link.stop()
    rig.link.send(Enter("war"))
    rig.link.poll()
    assert not rig.link.is_running
    assert not rig.link.is_aloud


def test_after_a_stop_the_music_goes_on_where_it_was(playing: Playing) -> None:
    rig = playing()
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    rig.link.stop()
    position = rig.link.origin(time.monotonic()).position
    assert position is not None
    time.sleep(0.1)
    rig.link.start()
    wait_until(lambda: rig.link.is_aloud)
    later = rig.link.origin(at := time.monotonic()).position
    assert later is not None
    assert 0 <= later.sample - position.sample < (at - position.at) * RATE
    assert rig.ears.state_now(rig.link) == "war"


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


def test_music_goes_on_from_what_was_saved(playing: Playing) -> None:
    rig = playing()
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    saved = rig.link.origin(time.monotonic())
    rig.link.send(Enter("peace"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "peace")
    rig.link.restore(saved)
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    assert not rig.ears.faults


def test_music_that_was_saved_while_it_was_paused_is_paused_until_it_is_resumed(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    rig.link.send(Pause())
    wait_until(lambda: not is_moving(rig))
    saved = rig.link.origin(time.monotonic())
    rig.link.send(Resume())
    wait_until(lambda: is_moving(rig))
    rig.link.restore(saved)
    wait_until(lambda: not is_moving(rig))
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


def test_what_libraries_print_is_neither_on_the_wire_nor_in_the_game(
    playing: Playing, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG, "barwise"):
        rig = playing(noise=True)
        rig.wait_for_music()
        wait_until(lambda: "a library complains" in caplog.text)
    assert rig.ears.faults == []
    assert capfd.readouterr() == ("", "")


@POSIX
def test_a_copy_of_the_game_leaves_the_music_alone(playing: Playing) -> None:
    rig = playing()
    rig.wait_for_music()
    copy = os.fork()
    if copy == 0:
        for verb in (rig.link.start, rig.link.stop, rig.link.poll, lambda: rig.link.send(Enter("copy"))):
            verb()
        os._exit(0 if not rig.link.is_running else 1)
    assert os.waitpid(copy, 0)[1] == 0
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    assert all(entry.command != Enter("copy") for entry in rig.ears.journal)


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


class Talker:
    """A process that has said much, each thing of which takes a millisecond to hear."""

    def __init__(self, messages: int) -> None:
        self.left, self.has_rest, self.has_ended = messages, False, False

    def flush(self) -> None:
        pass

    def offer(self, message: object) -> bool:
        return True

    def take(self) -> Beat | None:
        if not self.left:
            return None
        self.left -= 1
        time.sleep(0.001)
        return Beat()


def test_a_frame_hears_one_message_and_a_game_that_was_away_hears_all(playing: Playing) -> None:
    link = playing(starts=False).link
    assert isinstance(link, ProcessLink)
    link._process = talker = Talker(20)  # type: ignore[assignment]
    for left in (19, 18, 17):
        link._watch.asked(time.monotonic() - 1 / 60)
        link.poll()
        assert talker.left == left
    link.send(Enter("war"))
    link.poll()
    assert talker.left == 17, "nothing is heard in a frame that has said something"
    link.send(Enter("war"))
    link._watch.asked(time.monotonic() - 60.0)
    link.poll()
    assert talker.left == 0
    link._process = None


@POSIX
def test_where_pipes_cannot_be_read_without_waiting_a_thread_reads(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("alarm", "inbox"):
        monkeypatch.setattr(f"barwise.linking.{module}.can_watch", lambda: False)
    rig = playing()
    rig.link.send(Enter("war"))
    wait_until(lambda: rig.ears.state_now(rig.link) == "war")
    old = pid_of(rig)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: rig.link.is_aloud and pid_of(rig) != old)
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


def test_no_process_writes_over_the_recording_of_another() -> None:
    outputs = [Plan({}, output, RATE).output_of(number) for output, number in [("a.wav", 1), ("a.wav", 2), (None, 2)]]
    assert outputs == ["a.wav", "a-2.wav", None]
