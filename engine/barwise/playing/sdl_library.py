"""The SDL library: found, loaded and its audio calls typed. Knows no pygame but the folder of its wheel.

A game's mixer and SDL's audio do not share well: once somebody else has started SDL's audio,
`pygame.mixer.init()` does nothing and the game is mute; and `pygame.mixer.quit()` frees every
device, also those of others. So on Linux music takes a private copy of the library, which shares
nothing with the game's; elsewhere it shares the game's, starts audio below the mixer's notice and
checks that its device is still its own.
"""

import contextlib
import ctypes
import ctypes.util
import functools
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from barwise.errors import DeviceError
from barwise.playing.outputs import CHANNELS, Block

DEVICE_FRAMES = 512
"""Frames that the device takes at once: 12 ms at 44.1 kHz."""

_AUDIO_SUBSYSTEM = 0x10
_NATIVE_FLOAT = 0x8120 if sys.byteorder == "little" else 0x9120
_STOPPED = 0

SILENT_DRIVERS = ("dummy",)
"""They play nothing and allow one device in all: sharing it would make the game's mixer fail."""

_WHEEL_PATTERNS = (
    "pygame.libs/libSDL2-2*",
    "pygame_ce.libs/libSDL2-2*",
    "pygame/.dylibs/libSDL2-2*",
    "pygame/SDL2.dll",
)
"""Where the wheels of pygame and pygame-ce keep SDL, beside or inside the package."""

_SYSTEM_NAMES = ("SDL2-2.0", "SDL2")

_CURE = "pip install 'barwise[demo]', which brings pygame and its SDL"


class _AudioSpec(ctypes.Structure):
    """SDL_AudioSpec: what a device is asked for and what it is."""

    _fields_ = (
        ("freq", ctypes.c_int),
        ("format", ctypes.c_uint16),
        ("channels", ctypes.c_uint8),
        ("silence", ctypes.c_uint8),
        ("samples", ctypes.c_uint16),
        ("padding", ctypes.c_uint16),
        ("size", ctypes.c_uint32),
        ("callback", ctypes.c_void_p),
        ("userdata", ctypes.c_void_p),
    )


_CALLS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "SDL_AudioInit": (ctypes.c_int, (ctypes.c_char_p,)),
    "SDL_AudioQuit": (None, ()),
    "SDL_CloseAudioDevice": (None, (ctypes.c_uint32,)),
    "SDL_GetAudioDeviceStatus": (ctypes.c_int, (ctypes.c_uint32,)),
    "SDL_GetCurrentAudioDriver": (ctypes.c_char_p, ()),
    "SDL_GetError": (ctypes.c_char_p, ()),
    "SDL_GetQueuedAudioSize": (ctypes.c_uint32, (ctypes.c_uint32,)),
    "SDL_OpenAudioDevice": (
        ctypes.c_uint32,
        (ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(_AudioSpec), ctypes.POINTER(_AudioSpec), ctypes.c_int),
    ),
    "SDL_PauseAudioDevice": (None, (ctypes.c_uint32, ctypes.c_int)),
    "SDL_QueueAudio": (ctypes.c_int, (ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32)),
    "SDL_WasInit": (ctypes.c_uint32, (ctypes.c_uint32,)),
}
"""Result and arguments of each call."""


class SdlLibrary:
    """SDL's audio for any number of outputs; a device is a number above 0, and one that is gone does no harm."""

    def __init__(self, library: ctypes.CDLL, *, is_private: bool) -> None:
        self.is_private = is_private
        self._calls: dict[str, Callable[..., Any]] = {name: _typed(library, name) for name in _CALLS}
        self._changing = threading.Lock()
        self._devices: set[int] = set()
        self._buffers: dict[int, int] = {}
        self._has_started_audio = False

    @property
    def driver(self) -> str:
        """The name of the audio driver in use; empty when there is none."""
        return (self._calls["SDL_GetCurrentAudioDriver"]() or b"").decode()

    def open_device(self, sample_rate: int) -> int:
        """Let the default device play stereo floats; raises DeviceError with the cure."""
        with self._changing:
            try:
                self._start_audio()
                device = self._open_default(sample_rate)
            except DeviceError:
                self._stop_audio()
                raise
            self._devices.add(device)
            return device

    def latency_frames(self, device: int) -> int:
        """Frames that a device holds behind the queue: the buffer that plays and the one that is filled."""
        return 2 * self._buffers.get(device, 0)

    def queue(self, device: int, block: Block) -> bool:
        """Copy frames behind those in the queue; whether the device still takes them."""
        is_running = self._calls["SDL_GetAudioDeviceStatus"](device) != _STOPPED
        return is_running and bool(self._calls["SDL_QueueAudio"](device, block.ctypes.data, block.nbytes) == 0)

    def queued_bytes(self, device: int) -> int:
        """Bytes not yet handed to the device."""
        return int(self._calls["SDL_GetQueuedAudioSize"](device))

    def close_device(self, device: int) -> None:
        """Close a device at once, unless the game's mixer has freed it and perhaps taken its number."""
        with self._changing:
            has_queue = self._calls["SDL_QueueAudio"](device, None, 0) == 0
            if has_queue:
                self._calls["SDL_CloseAudioDevice"](device)
            self._devices.discard(device)
            self._stop_audio()

    def _open_default(self, sample_rate: int) -> int:
        if self.driver in SILENT_DRIVERS and not self.is_private:
            raise DeviceError(f"SDL_AUDIODRIVER={self.driver} has one device, the game's; unset it to hear music")
        wanted = _AudioSpec(sample_rate, _NATIVE_FLOAT, CHANNELS, 0, DEVICE_FRAMES)
        obtained = _AudioSpec()
        device: int = self._calls["SDL_OpenAudioDevice"](None, 0, wanted, obtained, 0)
        if not device:
            raise DeviceError(self._complaint())
        self._buffers[device] = obtained.samples
        self._calls["SDL_PauseAudioDevice"](device, 0)
        return device

    def _start_audio(self) -> None:
        # SDL_InitSubSystem would also take over SIGTERM, and is what makes pygame's mixer do nothing.
        if not self.driver:
            if self._calls["SDL_AudioInit"](None) != 0:
                raise DeviceError(self._complaint())
            self._has_started_audio = True

    def _stop_audio(self) -> None:
        """End the audio that was started here, once nobody uses it: neither a device nor the game's mixer."""
        is_in_use = self._devices or self._calls["SDL_WasInit"](_AUDIO_SUBSYSTEM)
        if self._has_started_audio and not is_in_use:
            self._calls["SDL_AudioQuit"]()
            self._has_started_audio = False

    def _complaint(self) -> str:
        return f"no sound device ({self._calls['SDL_GetError']().decode()}); connect one or set SDL_AUDIODRIVER"


@functools.cache
def load_sdl() -> SdlLibrary:
    """The SDL for music in this process; raises DeviceError with the cure when there is none."""
    name = _find()
    try:
        shared = ctypes.CDLL(name)
        private = _private_copy(name)
        return SdlLibrary(private or shared, is_private=private is not None)
    except (OSError, AttributeError) as error:
        raise DeviceError(f"SDL cannot be loaded from {name} ({error}); {_CURE}") from error


def _typed(library: ctypes.CDLL, name: str) -> Callable[..., Any]:
    call = library[name]
    call.restype, call.argtypes = _CALLS[name]
    return call


def _find() -> str:
    """The file of SDL in pygame's wheel, else the name of the system's."""
    for path in _wheel_files():
        return str(path)
    for name in _SYSTEM_NAMES:
        if found := ctypes.util.find_library(name):
            return found
    raise DeviceError(f"SDL is missing; {_CURE}")


def _wheel_files() -> Iterator[Path]:
    spec = importlib.util.find_spec("pygame")
    if spec is not None and spec.origin is not None:
        site = Path(spec.origin).parent.parent
        for pattern in _WHEEL_PATTERNS:
            yield from site.glob(pattern)


def _private_copy(name: str) -> ctypes.CDLL | None:
    """A second, independent instance of a library that is loaded already; None where that is not possible.

    The first must be loaded before: whoever asks the loader for its name later gets the oldest of that name.
    """
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError), os.fdopen(os.memfd_create("barwise-sdl"), "wb") as memory:
        memory.write(_mapped_file(name).read_bytes())
        memory.flush()
        return ctypes.CDLL(f"/proc/self/fd/{memory.fileno()}")
    return None


def _mapped_file(name: str) -> Path:
    """The file behind a loaded library; raises FileNotFoundError when there is none of that name."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        path = Path(line[line.find("/") :])
        if path.name.startswith(Path(name).name):
            return path
    raise FileNotFoundError(name)
