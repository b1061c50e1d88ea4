"""Games as they are: no __main__ guard, modules named like ours, event loops, and every way to end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.linking.conftest import HERE, wait_until
from tests.linking.processes import POSIX, is_alive

SHADOWS = (
    "engine",
    "config",
    "player",
    "game",
    "enums",
    "helpers",
    "settings",
    "random",
    "queue",
    "struct",
    "numpy",
    "json",
    "yaml",
)
"""Names of modules beside a game: what would go wrong if the music's process imported one of them."""

HARMLESS = ("engine", "config", "player", "game", "enums", "helpers", "settings")
"""Those that a game can have beside it without breaking itself."""

GAME = """
import os, sys, time
import engine, config, player
import barwise
music = barwise.MusicPlayer({score}, output="null", host="process")
music.start()
os.chdir("/")
heard = []
deadline = time.monotonic() + 60
while sum(event.kind == "beat" for event in heard) < 3 and time.monotonic() < deadline:
    heard += music.events()
    time.sleep(1 / 60)
print([event.name for event in heard if event.kind == "warning"], music.host, music.status.state, len(heard) > 3)
"""

LINK = """
import sys, time
sys.path.insert(0, {here!r})
from barwise.linking.link import Plan
from barwise.linking.process_link import ProcessLink
from barwise.linking.report_log import ReportLog
from barwise.linking.sources import Wanted, source_of
source = source_of(Wanted.of({{}}, "fake_core:make"), [{here!r}])
link = ProcessLink(Plan({{}}, "null", 8000), source, ReportLog(), lambda: 1 / 0)
link.start()
while link.heard_frame(time.monotonic()) < 0:
    time.sleep(0.01)
print(link.process_id, flush=True)
{ending}
"""

LOOP = """
import asyncio, time
import barwise
async def main():
    music = barwise.MusicPlayer(output="null", host="process")
    times = []
    def timed(call, *arguments):
        began = time.thread_time()
        call(*arguments)
        times.append(time.thread_time() - began)
    music.start()
    deadline = time.monotonic() + 60
    while music.status.bar < 1 and time.monotonic() < deadline:
        timed(music.events)
        timed(music.set_intensity, 0.5)
        timed(music.set_mood, "dread")
        await asyncio.sleep(1 / 60)
    timed(music.save)
    timed(music.upcoming)
    bar = music.status.bar
    music.stop()
    print(bar >= 1, max(times) < 1 / 60, max(times))
asyncio.run(main())
"""


def run(folder: Path, *arguments: str, expected: int = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expected, done.stderr
    return done.stdout


@pytest.mark.parametrize("how", [("main.py",), ("-m", "main")])
def test_a_game_without_a_guard_and_with_modules_named_like_ours(how: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(GAME.format(score="None"))
    for name in HARMLESS:
        (tmp_path / f"{name}.py").write_text("")
    assert run(tmp_path, *how) == "[] process explore True\n"


def test_what_lies_in_the_folder_of_the_libraries_stands_for_no_standard_module(tmp_path: Path) -> None:
    for name in SHADOWS:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong module')")
    (tmp_path / "fake_core.py").write_text((Path(HERE) / "fake_core.py").read_text("utf-8"))
    # As when Barwise was copied into the game's folder: that comes last on the process's path.
    text = LINK.format(here=HERE, ending="print('played')").replace(f"paths=[{HERE!r}]", f"paths=[{str(tmp_path)!r}]")
    assert "played" in run(Path(HERE), "-c", text)


def test_no_call_holds_up_an_event_loop(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(LOOP)
    assert run(tmp_path, "main.py").startswith("True True")


@pytest.mark.parametrize(("ending", "status"), [("", 0), ("sys.exit(3)", 3), ("1 / 0", 1)])
def test_the_process_ends_with_the_game_however_that_ends(ending: str, status: int, tmp_path: Path) -> None:
    pid = int(run(tmp_path, "-c", LINK.format(here=HERE, ending=ending), expected=status))
    assert not is_alive(pid)


@POSIX
@pytest.mark.parametrize("ending", ["time.sleep(60)", "import os\nos.fork()\ntime.sleep(60)"])
def test_the_process_ends_within_two_seconds_of_a_game_that_is_killed(ending: str, tmp_path: Path) -> None:
    """Also while a copy of the game still holds its pipes."""
    game = subprocess.Popen(
        [sys.executable, "-c", LINK.format(here=HERE, ending=ending)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert game.stdout is not None
    pid = int(game.stdout.readline())
    time.sleep(0.2)
    game.kill()
    killed = time.monotonic()
    wait_until(lambda: not is_alive(pid))
    os.killpg(game.pid, signal.SIGKILL) if "fork" in ending else None
    game.wait()
    game.stdout.close()
    assert time.monotonic() - killed < 2.0


@POSIX
def test_a_game_that_becomes_another_program_takes_no_music_along(tmp_path: Path) -> None:
    ending = "import os\nos.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(1)'])"
    pid = int(run(tmp_path, "-c", LINK.format(here=HERE, ending=ending)))
    assert not is_alive(pid)


@POSIX
def test_ctrl_c_in_a_terminal_reaches_the_game_and_not_the_music(tmp_path: Path) -> None:
    ending = "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\ntime.sleep(1.0)\nprint(link.process_id)"
    game = subprocess.Popen(
        [sys.executable, "-c", LINK.format(here=HERE, ending=ending)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert game.stdout is not None
    first = game.stdout.readline()
    time.sleep(0.2)
    os.killpg(game.pid, signal.SIGINT)
    assert game.stdout.readline() == first
    game.stdout.close()
    assert game.wait() == 0
