"""Adaptive game music, composed while the game runs."""

from barwise.controls import MusicStatus
from barwise.errors import BarwiseError, DeviceError, InputError, ModelError, ScoreError, SoundFontError
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.offline import OfflinePlayer
from barwise.player import MusicPlayer
from barwise.playing.file_output import FileOutput
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Output
from barwise.playing.recording_output import RecordingOutput
from barwise.playing.sdl_output import SdlOutput

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
