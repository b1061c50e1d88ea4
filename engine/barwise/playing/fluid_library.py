"""The FluidSynth library: found, loaded late and its calls typed. The only file that imports fluidsynth.

It knows where libraries hide and what their calls take; what they are good for is the business of
synth.py. Without any library it raises DeviceError with the cure for this platform.
"""

import contextlib
import ctypes
import ctypes.util
import functools
import importlib
import importlib.util
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from barwise.errors import DeviceError

OK = 0

_CURES = {
    "linux": "sudo apt-get install libfluidsynth3 (Fedora: fluidsynth-libs, Arch: fluidsynth)",
    "darwin": "brew install fluid-synth",
    "win32": "choco install fluidsynth, or unpack https://www.fluidsynth.org/download and put its bin folder on PATH",
}

_HOMEBREW_LIBRARIES = (
    Path("/opt/homebrew/lib/libfluidsynth.dylib"),
    Path("/usr/local/lib/libfluidsynth.dylib"),
)
"""Out of sight of Pythons that Homebrew did not install."""

_WHEEL_LIBRARY_FOLDERS = ("pygame.libs", "pygame_ce.libs", "pygame/.dylibs")
"""Where the wheels of pygame and pygame-ce keep a FluidSynth of their own, beside or inside the package."""

_HUSHED_LOG_LEVELS = (2, 3, 4)
"""Warning, information and debugging; FluidSynth's errors still reach stderr."""

_SIDE = (ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
"""Buffer, offset and increment, as fluid_synth_write_float takes them for left and right."""

_OptionCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)

_EVENT_CALLS = {
    "fluid_synth_noteon": 3,
    "fluid_synth_noteoff": 2,
    "fluid_synth_cc": 3,
    "fluid_synth_program_change": 2,
    "fluid_synth_pitch_bend": 2,
    "fluid_synth_all_notes_off": 1,
}
"""How many numbers each takes after the synthesizer."""

_RENDER = "fluid_synth_write_float"

SHORT_FRAMES = 512
"""What is rendered in a tenth of a millisecond keeps Python's lock: asking for it again takes longer, in a busy game
up to its switch interval, and a block is rendered in up to a dozen steps."""

_EFFECTS = 2
"""Reverb and chorus, which each group of channels has of its own."""

_OTHER_CALLS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "fluid_synth_write_float": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_int, *_SIDE, *_SIDE)),
    "fluid_synth_process": (
        ctypes.c_int,
        (ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p),
    ),
    "fluid_synth_pin_preset": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int)),
    "fluid_set_log_function": (ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
    "fluid_settings_foreach_option": (None, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, _OptionCallback)),
    "fluid_version_str": (ctypes.c_char_p, ()),
}
"""Result and arguments of what pyfluidsynth does not wrap."""


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What is known of the FluidSynth library that was loaded."""

    version: str
    path: str
    """The name or file that it was loaded by."""
    drivers: tuple[str, ...]
    """Its own audio drivers; Barwise does not need them."""


class FluidLibrary:
    """FluidSynth's calls with their types; handles are plain ints."""

    def __init__(self, module: ModuleType) -> None:
        loaded: ctypes.CDLL = module._fl
        self.path: str = loaded._name
        self._module = module
        # ctypes.CDLL lets Python's lock go at each call, and a busy game then keeps it for 5 ms or more.
        # Rendering is long enough to be worth that; an event (4 us) is not, so events are bound by PyDLL.
        locked = ctypes.PyDLL(self.path, handle=loaded._handle)
        unlocked = ctypes.CDLL(self.path, handle=loaded._handle)
        integers = {name: (ctypes.c_void_p, *[ctypes.c_int] * count) for name, count in _EVENT_CALLS.items()}
        self.events = {name: _typed(locked, name, ctypes.c_int, taken) for name, taken in integers.items()}
        self._calls = {name: _typed(unlocked, name, *types) for name, types in _OTHER_CALLS.items()}
        self._render_short = _typed(locked, _RENDER, *_OTHER_CALLS[_RENDER])
        if _Sharing.keeps_lock:
            self._calls[_RENDER] = self._render_short
        self.version: str = self._calls["fluid_version_str"]().decode()
        self._hush()

    def new_settings(self, values: Mapping[str, int | float]) -> int:
        """A handle to settings; raises DeviceError when one of them is refused."""
        settings: int = self._module.new_fluid_settings()
        for name, value in values.items():
            # FluidSynth refuses an int for a float setting with no more than a line on stderr.
            setter = "fluid_settings_setnum" if isinstance(value, float) else "fluid_settings_setint"
            if getattr(self._module, setter)(settings, name.encode(), value) != OK:
                self.delete(None, settings)
                raise DeviceError(f"FluidSynth {self.version} refuses the setting {name} = {value!r}")
        return settings

    def new_synth(self, settings: int) -> int:
        """A handle to a synthesizer; raises DeviceError when FluidSynth makes none."""
        synth: int | None = self._module.new_fluid_synth(settings)
        if not synth:
            self.delete(None, settings)
            raise DeviceError(f"FluidSynth {self.version} cannot make a synthesizer; is there enough memory?")
        return synth

    def load_font(self, synth: int, path: Path) -> int | None:
        """The number of a font, from now on in use on all channels; None when FluidSynth refuses it."""
        font: int = self._module.fluid_synth_sfload(synth, str(path).encode(), 1)
        return font if font >= 0 else None

    def pin_preset(self, synth: int, font: int, bank: int, program: int) -> bool:
        """Load an instrument and keep it; whether the font has it."""
        return bool(self._calls["fluid_synth_pin_preset"](synth, font, bank, program) == OK)

    def write_float(self, synth: int, frames: int, address: int) -> bool:
        """Render interleaved stereo floats to an address; whether that worked."""
        render = self._render_short if frames < SHORT_FRAMES else self._calls[_RENDER]
        return bool(render(synth, frames, address, 0, 2, address, 1, 2) == OK)

    def add_groups(self, synth: int, groups: int, frames: int, address: int) -> bool:
        """Add sound to floats at an address, [groups, 2, frames], a group's effects to its own; whether that worked."""
        sides = [address + place * frames * ctypes.sizeof(ctypes.c_float) for place in range(2 * groups)]
        wet = [side for group in range(groups) for side in _EFFECTS * sides[2 * group : 2 * group + 2]]
        dry_pointers, wet_pointers = (ctypes.c_void_p * len(sides))(*sides), (ctypes.c_void_p * len(wet))(*wet)
        call = self._calls["fluid_synth_process"]
        return bool(call(synth, frames, len(wet), wet_pointers, len(sides), dry_pointers) == OK)

    def delete(self, synth: int | None, settings: int) -> None:
        """Free the handles."""
        if synth is not None:
            self._module.delete_fluid_synth(synth)
        self._module.delete_fluid_settings(settings)

    def facts(self) -> LibraryFacts:
        """Version, path and drivers."""
        return LibraryFacts(self.version, self.path, self._drivers())

    def _drivers(self) -> tuple[str, ...]:
        names: list[str] = []
        keep = _OptionCallback(lambda _data, _name, option: names.append(option.decode()))
        settings = self.new_settings({})
        self._calls["fluid_settings_foreach_option"](settings, b"audio.driver", None, keep)
        self.delete(None, settings)
        return tuple(sorted(names))

    def _hush(self) -> None:
        """Keep chatter such as 'SDL2 not initialized' out of the game's terminal."""
        for level in _HUSHED_LOG_LEVELS:
            self._calls["fluid_set_log_function"](level, None, None)


class _Sharing:
    """How rendering shares Python's lock with the other threads of this process."""

    keeps_lock = False


def keep_lock_while_rendering() -> None:
    """For a process that has nothing else to do than music: a block then asks for Python's lock once.

    Otherwise it asks after every event, and each time a composing thread that was put aside by the
    system while it held the lock can keep it waiting for milliseconds. Call it before the library is loaded.
    """
    _Sharing.keeps_lock = True


@functools.cache
def load_library() -> FluidLibrary:
    """The library of this process; raises DeviceError with the cure when there is none."""
    if importlib.util.find_spec("fluidsynth") is None:
        raise DeviceError("pyfluidsynth is missing; pip install pyfluidsynth")
    for attempt in _attempts():
        with contextlib.suppress(ImportError, OSError):
            return _checked(attempt())
    raise DeviceError(f"the FluidSynth library is missing; {library_cure()}")


def library_cure(platform: str = sys.platform) -> str:
    """How a user of a platform (a sys.platform name) gets FluidSynth, in one line."""
    return _CURES.get(platform, _CURES["linux"])


def _checked(module: ModuleType) -> FluidLibrary:
    try:
        return FluidLibrary(module)
    except AttributeError as error:
        raise DeviceError(f"FluidSynth is too old, 2.2 is needed ({error}); {library_cure()}") from error


def _typed(library: ctypes.CDLL, name: str, result: Any, arguments: tuple[Any, ...]) -> Callable[..., Any]:
    call = getattr(library, name)
    call.restype, call.argtypes = result, arguments
    typed: Callable[..., Any] = call
    return typed


def _attempts() -> Iterator[Callable[[], ModuleType]]:
    """Ways to import pyfluidsynth with a library, best first."""
    yield _import_pyfluidsynth
    for path in (*_HOMEBREW_LIBRARIES, *_wheel_libraries()):
        if path.is_file():
            yield functools.partial(_import_pyfluidsynth, path)
    for path in _wheel_libraries():
        yield functools.partial(_import_after_mixer, path)


def _import_pyfluidsynth(library: Path | None = None) -> ModuleType:
    """Import pyfluidsynth, which has no setting for the path of a library but asks ctypes for it."""
    find_library = ctypes.util.find_library
    if library is not None:
        ctypes.util.find_library = lambda name: str(library)  # noqa: ARG005  one answer for every name
    try:
        # On machines that set CI, pyfluidsynth prints the path it found; stdout belongs to the game.
        with contextlib.redirect_stdout(io.StringIO()):
            return importlib.import_module("fluidsynth")
    finally:
        ctypes.util.find_library = find_library


def _import_after_mixer(library: Path) -> ModuleType:
    """The same, once pygame's mixer has loaded the libraries that pygame 2.6.1's copy needs."""
    importlib.import_module("pygame.mixer")
    return _import_pyfluidsynth(library)


def _wheel_libraries() -> list[Path]:
    """FluidSynth copies in the installed wheel of pygame or pygame-ce, found without importing it."""
    spec = importlib.util.find_spec("pygame")
    if spec is None or spec.origin is None:
        return []
    site = Path(spec.origin).parent.parent
    return sorted(path for folder in _WHEEL_LIBRARY_FOLDERS for path in (site / folder).glob("libfluidsynth*"))
