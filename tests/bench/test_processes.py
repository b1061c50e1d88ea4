"""Other processes are looked at from outside, and none is left behind."""

import sys
from pathlib import Path

import pytest

from barwise.bench.processes import run_script
from barwise.errors import BarwiseError


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
