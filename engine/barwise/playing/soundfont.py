"""Finding SoundFonts on this machine. Knows names, places and the file header; loads no sound."""

import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from barwise.errors import SoundFontError

SOUNDFONT_VARIABLE = "BARWISE_SOUNDFONT"
"""Environment variable that names a SoundFont file."""

HOUSE_FONT = Path(__file__).resolve().parents[1] / "sounds" / "barwise.sf2"
"""The project's own font, in every wheel; a build makes it from soundfonts/house."""

SUFFIXES = (".sf3", ".sf2")

PREFERRED_NAMES = (
    "FluidR3Mono_GM.sf3",
    "FluidR3_GM.sf2",
    "MuseScore_General.sf3",
    "MuseScore_General.sf2",
    "MuseScore_General_Lite.sf3",
    "MuseScore_General_Full.sf3",
    "MS Basic.sf3",
    "GeneralUser-GS.sf2",
    "GeneralUser GS v1.471.sf2",
)
"""Fonts with all of General MIDI that are known to sound well, best first; any other comes after them."""

LARGEST_BYTES = 2**31
"""A bigger file is refused: no General MIDI font comes near and it would not fit into memory beside a game."""

_HEADER = struct.Struct("<4sI4s")
_HEADER_UNCOUNTED_BYTES = 8
"""A RIFF file's own size leaves out its first two fields."""

_FOLDERS = {
    "linux": (
        "~/.local/share/sounds/sf3",
        "~/.local/share/sounds/sf2",
        "~/.local/share/soundfonts",
        "/usr/local/share/soundfonts",
        "/usr/share/sounds/sf3",
        "/usr/share/sounds/sf2",
        "/usr/share/soundfonts",
    ),
    "darwin": (
        "~/Library/Audio/Sounds/Banks",
        "/Library/Audio/Sounds/Banks",
        "/opt/homebrew/share/soundfonts",
        "/usr/local/share/soundfonts",
        "/Applications/MuseScore 4.app/Contents/Resources/sound",
        "/opt/homebrew/share/fluid-synth/sf2",
        "/usr/local/share/fluid-synth/sf2",
    ),
    "win32": (
        "%LOCALAPPDATA%\\soundfonts",
        "%PROGRAMDATA%\\soundfonts",
        "C:\\soundfonts",
        "%PROGRAMFILES%\\MuseScore 4\\sound",
    ),
}

_DOWNLOAD = "download one, such as MuseScore_General.sf3 from https://ftp.osuosl.org/pub/musescore/soundfont,"
_CURES = {
    "linux": "sudo apt-get install fluidr3mono-gm-soundfont (or your system's General MIDI SoundFont)",
    "darwin": f"{_DOWNLOAD} into ~/Library/Audio/Sounds/Banks",
    "win32": f"{_DOWNLOAD} into C:\\soundfonts",
}


def find_soundfont(
    explicit: Path | None = None, folders: Iterable[Path] | None = None, house: Path = HOUSE_FONT
) -> Path:
    """The font asked for, or named by BARWISE_SOUNDFONT, or the house font, or the best known.

    Raises SoundFontError: what is wrong with the font that was named, or the cure when there is none.
    """
    if explicit is not None:
        return check_soundfont(explicit)
    if named := os.environ.get(SOUNDFONT_VARIABLE):
        return _check_named_by_environment(Path(named))
    for path in [house, *known_soundfonts(folders)]:
        if _fault(path) is None:
            return path
    raise SoundFontError(f"no SoundFont found; {soundfont_cure()}; or set {SOUNDFONT_VARIABLE} to a .sf2 or .sf3 file")


def house_soundfont(house: Path = HOUSE_FONT) -> Path:
    """The project's own font; raises SoundFontError, with the cure, where the package lacks it or it is damaged."""
    if fault := _fault(house):
        raise SoundFontError(
            f"the house font {house} {fault}; reinstall barwise, or in a checkout run python -m soundfonts.placing"
        )
    return house


def check_soundfont(path: Path) -> Path:
    """The same path; raises SoundFontError, naming it, unless it is a whole and readable SoundFont."""
    if fault := _fault(path):
        raise SoundFontError(f"SoundFont {path} {fault}; allowed: an SF2 or SF3 file (RIFF, sfbk)")
    return path


def known_soundfonts(folders: Iterable[Path] | None = None) -> list[Path]:
    """The SoundFonts in some folders, or in this platform's usual places, best first; unchecked.

    A file that several links lead to comes once, under its best known name.
    """
    places = usual_folders() if folders is None else folders
    found = sorted((path for folder in places for path in _fonts_in(folder)), key=_rank)
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]


def usual_folders(platform: str = sys.platform) -> tuple[Path, ...]:
    """Where a platform (a sys.platform name) keeps SoundFonts, personal places first."""
    names = _FOLDERS.get(platform, _FOLDERS["linux"])
    return tuple(Path(os.path.expandvars(name)).expanduser() for name in names)


def soundfont_cure(platform: str = sys.platform) -> str:
    """How a user of a platform (a sys.platform name) gets a SoundFont, in one line."""
    return _CURES.get(platform, _CURES["linux"])


def _check_named_by_environment(path: Path) -> Path:
    try:
        return check_soundfont(path)
    except SoundFontError as error:
        raise SoundFontError(f"{SOUNDFONT_VARIABLE}: {error}") from error


def _fonts_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError:
        return []


def _rank(path: Path) -> int:
    return PREFERRED_NAMES.index(path.name) if path.name in PREFERRED_NAMES else len(PREFERRED_NAMES)


def _fault(path: Path) -> str | None:
    """What is wrong with a file as a SoundFont, as the rest of a sentence; None when nothing is."""
    if not path.is_file():
        return "is not a file" if path.exists() else "does not exist"
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            header = stream.read(_HEADER.size)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return _header_fault(header, size)


def _header_fault(header: bytes, size: int) -> str | None:
    if size > LARGEST_BYTES:
        return f"has {size} bytes, more than {LARGEST_BYTES}"
    if len(header) < _HEADER.size:
        return f"has only {size} bytes"
    riff, counted, form = _HEADER.unpack(header)
    if (riff, form) != (b"RIFF", b"sfbk"):
        return f"begins with {header!r}"
    if counted + _HEADER_UNCOUNTED_BYTES > size:
        return f"is cut short: {size} of {counted + _HEADER_UNCOUNTED_BYTES} bytes"
    return None
