"""Adaptive game music, composed while the game runs.

Names are loaded when they are first used: a game whose music is made in a process of its own
carries neither the synthesizer nor the composer.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barwise.errors import BarwiseError, DeviceError, InputError, ModelError, ScoreError, SoundFontError
    from barwise.music.events import MusicEvent, MusicEventKind
    from barwise.music.mood import Mood
    from barwise.music.status import MusicStatus
    from barwise.offline import OfflinePlayer
    from barwise.player import MusicPlayer
    from barwise.playing.file_output import FileOutput
    from barwise.playing.null_output import NullOutput
    from barwise.playing.outputs import Output
    from barwise.playing.recording_output import RecordingOutput
    from barwise.playing.sdl_output import SdlOutput

_HOMES = {
    "BarwiseError": "errors",
    "DeviceError": "errors",
    "FileOutput": "playing.file_output",
    "InputError": "errors",
    "ModelError": "errors",
    "Mood": "music.mood",
    "MusicEvent": "music.events",
    "MusicEventKind": "music.events",
    "MusicPlayer": "player",
    "MusicStatus": "music.status",
    "NullOutput": "playing.null_output",
    "OfflinePlayer": "offline",
    "Output": "playing.outputs",
    "RecordingOutput": "playing.recording_output",
    "ScoreError": "errors",
    "SdlOutput": "playing.sdl_output",
    "SoundFontError": "errors",
}

__all__ = [
    "BarwiseError",
    "DeviceError",
    "FileOutput",
    "InputError",
    "ModelError",
    "Mood",
    "MusicEvent",
    "MusicEventKind",
    "MusicPlayer",
    "MusicStatus",
    "NullOutput",
    "OfflinePlayer",
    "Output",
    "RecordingOutput",
    "ScoreError",
    "SdlOutput",
    "SoundFontError",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
