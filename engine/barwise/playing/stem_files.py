"""Sound told apart into one file for each voice, which add up to the mix. Knows no parts, only their names.

The files appear whole when the last is written; a voice that never sounds has none, and an old one goes.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from barwise.errors import InputError
from barwise.playing.file_output import FileOutput
from barwise.playing.mastering import Voices

BITS = 24
"""What a mixing desk expects; at 16 the files' own rounding would add up."""

SILENT = 1e-5
"""What stays below this, -100 dBFS, is not heard: a reverb is never quite still."""


class StemFiles:
    """A folder of stems, 24-bit stereo; raises InputError where it cannot be one."""

    def __init__(self, folder: Path, names: Sequence[str], suffix: str = ".wav") -> None:
        self._is_new = not folder.exists()
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot make the folder {folder}: {error.strerror}") from error
        self._folder = folder
        self._files = [FileOutput(folder / f"{name}{suffix}", bits=BITS) for name in names]
        self._is_heard = [False] * len(names)

    def open(self, sample_rate: int) -> None:
        """Begin the files; raises InputError when they cannot be written."""
        for file in self._files:
            file.open(sample_rate)

    def write(self, voices: Voices) -> None:
        """Add sound, in the order of the names; raises InputError, dropping the files, when the disk is full."""
        for place, (file, voice) in enumerate(zip(self._files, voices, strict=True)):
            self._is_heard[place] = self._is_heard[place] or bool(np.abs(voice).max(initial=0.0) > SILENT)
            file.write(voice)

    def close(self) -> None:
        """Finish the files and move them into place."""
        for file, is_heard in zip(self._files, self._is_heard, strict=True):
            if is_heard:
                file.close()
            else:
                file.discard()
                file.path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what has not been finished; old files stay, and a folder made for nothing goes."""
        for file in self._files:
            file.discard()
        if self._is_new and not any(self._folder.iterdir()):
            self._folder.rmdir()
