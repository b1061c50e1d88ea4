"""SDL's queue beside a game that does what it likes with pygame; each game is a process of its own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

START = """
import sys, time
import numpy as np
from barwise.errors import DeviceError
from barwise.playing.sdl_library import SdlLibrary, load_sdl
from barwise.playing.sdl_output import SdlOutput, probe_device

ramp = np.linspace(0, 1, 8000, dtype=np.float32).repeat(2).reshape(-1, 2)
output = SdlOutput()

def played(output):
    output.write(ramp)
    deadline = time.monotonic() + 20
    while output.queued_frames() and time.monotonic() < deadline:
        time.sleep(0.01)
    return output.queued_frames() == 0
"""


def play_game(script: str, folder: Path, driver: str, **environment: str) -> str:
    """What a game prints that runs under one of SDL's audio drivers."""
    game = subprocess.run(
        [sys.executable, "-c", START + script],
        env={"SDL_AUDIODRIVER": driver, "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert game.returncode == 0, game.stderr
    return game.stdout


def test_every_frame_reaches_the_device_unchanged(tmp_path: Path) -> None:
    out = play_game("output.open(44100); print(played(output)); output.close()", tmp_path, "disk")
    sound = np.fromfile(tmp_path / "sdlaudio.raw", np.float32).reshape(-1, 2)
    first = int(np.argmax(sound[:, 0] > 0)) - 1
    ramp = np.linspace(0, 1, 8000, dtype=np.float32)
    assert out == "True\n"
    np.testing.assert_array_equal(sound[first : first + 8000], np.stack([ramp, ramp], axis=1))


@pytest.mark.parametrize(
    ("driver", "order"),
    [("dummy", "output.open(44100); pygame.init()"), ("disk", "pygame.init(); output.open(44100)")],
)
def test_music_and_mixer_do_not_disturb_each_other(tmp_path: Path, driver: str, order: str) -> None:
    script = f"""
import pygame
{order}
print(pygame.mixer.get_init())
channel = pygame.mixer.Sound(buffer=bytes(400000)).play()
print(played(output), channel.get_busy(), pygame.mixer.get_num_channels())
pygame.mixer.quit(); pygame.mixer.init(22050)
print(pygame.mixer.get_init(), played(output))
pygame.quit()
print(played(output))
output.close(); output.close()
"""
    assert play_game(script, tmp_path, driver).splitlines() == [
        "(44100, -16, 2)",
        "True True 8",
        "(22050, -16, 2) True",
        "True",
    ]


def test_two_outputs_do_not_end_each_other(tmp_path: Path) -> None:
    script = "other = SdlOutput(); output.open(44100); other.open(44100); output.close(); print(played(other))"
    assert play_game(script, tmp_path, "disk") == "True\n"


def test_music_needs_no_import_of_pygame(tmp_path: Path) -> None:
    script = "output.open(44100); print(played(output), 'pygame' in sys.modules)"
    assert play_game(script, tmp_path, "dummy") == "True False\n"


def test_opening_takes_over_no_signals(tmp_path: Path) -> None:
    script = "import signal; output.open(44100); print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    assert play_game(script, tmp_path, "dummy") == "True\n"


def test_a_machine_without_a_device_is_told_the_cure(tmp_path: Path) -> None:
    script = """
try:
    output.open(44100)
except DeviceError as error:
    print(error)
"""
    assert "no sound device" in play_game(script, tmp_path, "nonsense")
    assert "SDL is missing; pip install" in play_game(
        "import importlib.util, ctypes.util\n"
        "importlib.util.find_spec = ctypes.util.find_library = lambda name: None\n" + script,
        tmp_path,
        "dummy",
    )


def test_writing_to_no_device_says_so(tmp_path: Path) -> None:
    script = """
for prepare in (lambda: None, lambda: (output.open(44100), output.close())):
    prepare()
    try:
        output.write(ramp)
    except DeviceError as error:
        print(error, output.queued_frames())
"""
    assert play_game(script, tmp_path, "dummy").count("the sound device is gone") == 2


def test_a_driver_that_plays_nothing_is_no_sound_device(tmp_path: Path) -> None:
    script = """
try:
    print(probe_device())
except DeviceError as error:
    print(error)
"""
    assert play_game(script, tmp_path, "disk") == "disk\n"
    assert play_game(script, tmp_path, "dummy") == "SDL_AUDIODRIVER=dummy plays nothing; unset it to hear music\n"


SHARED = """
import ctypes, pygame
output._sdl = sdl = SdlLibrary(ctypes.CDLL(pygame.base.__file__), is_private=False)
output._device = sdl.open_device(44100)
"""
"""What happens where no private copy can be made: the output uses the game's own SDL."""


def test_sharing_the_games_sdl_leaves_the_mixer_its_sound(tmp_path: Path) -> None:
    script = f"""{SHARED}
print(played(output))
pygame.mixer.init()
print(pygame.mixer.get_init())
try:
    output.write(ramp)
except DeviceError as error:
    print(error)
output.close()
print(pygame.mixer.Sound(buffer=bytes(400000)).play().get_busy())
output._device = sdl.open_device(44100)
print(played(output))
pygame.quit()
output.close()
"""
    lines = play_game(script, tmp_path, "disk").splitlines()
    assert [lines[0], lines[1], *lines[3:]] == ["True", "(44100, -16, 2)", "True", "True"]
    assert lines[2].startswith("the sound device is gone")


def test_sharing_the_only_device_is_refused(tmp_path: Path) -> None:
    script = """
import pygame
try:
    exec(SHARED)
except DeviceError as error:
    print(error)
pygame.mixer.init()
print(pygame.mixer.get_init())
""".replace("SHARED", repr(SHARED))
    assert play_game(script, tmp_path, "dummy").splitlines() == [
        "SDL_AUDIODRIVER=dummy has one device, the game's; unset it to hear music",
        "(44100, -16, 2)",
    ]
