"""Where FluidSynth is found when the system has none; each try is a process of its own."""

import importlib.util
import subprocess
import sys

import pytest

from barwise.playing.fluid_library import library_cure

WITHOUT_LIBRARY = """
import ctypes.util, importlib.util, sys
ctypes.util.find_library = lambda name: None
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name in {hidden} else find_spec(name)
from barwise.errors import DeviceError
from barwise.playing.synth import describe_library
try:
    facts = describe_library()
    print(facts.version, facts.path, len(facts.drivers))
except DeviceError as error:
    print(error)
"""


def describe(*hidden: str, **environment: str) -> str:
    """What a process finds whose system has no FluidSynth, and that cannot see some packages."""
    script = WITHOUT_LIBRARY.format(hidden=hidden)
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={"SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pygame's wheels for Windows hold no FluidSynth")
@pytest.mark.skipif(importlib.util.find_spec("pygame") is None, reason="needs pygame's wheel")
def test_the_copy_in_pygames_wheel_is_used() -> None:
    version, path, drivers = describe().split()
    assert "pygame" in path
    assert int(version.split(".")[0]) >= 2
    assert int(drivers) > 0


def test_a_machine_without_the_library_is_told_the_cure() -> None:
    assert describe("pygame") == f"the FluidSynth library is missing; {library_cure()}\n"


def test_a_machine_without_the_package_is_told_the_cure() -> None:
    assert describe("fluidsynth") == "pyfluidsynth is missing; pip install pyfluidsynth\n"


def test_stdout_stays_the_games_own() -> None:
    """With CI set, pyfluidsynth prints what it found."""
    assert describe("pygame", CI="1").count("\n") == 1


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
def test_every_platform_has_a_cure(platform: str) -> None:
    assert "fluid" in library_cure(platform)
