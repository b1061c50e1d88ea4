"""The verbs of music in a process of its own: none waits, and what is said is heard."""

import json
import logging
import os
import signal
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from barwise.commands import Enter, Pause, Resume, SetIntensity
from barwise.linking.link import Plan
from tests.linking.conftest import Playing, wait_until
from tests.linking.fake_core import CYCLE, RATE, number_at
from tests.linking.processes import AT_ONCE_SECONDS, POSIX, is_moving, longest_call, pid_of


def numbers_in(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return number_at(frames[:, 0] / 32767)


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


def test_no_process_writes_over_the_recording_of_another() -> None:
    outputs = [Plan({}, output, RATE).output_of(number) for output, number in [("a.wav", 1), ("a.wav", 2), (None, 2)]]
    assert outputs == ["a.wav", "a-2.wav", None]
