"""The output that plays to nobody in real time and keeps what leaves it: a .wav file for measuring.

Beside it lies a .json file of the same name with `sample_rate`, `began_at` (when frame 0 left, in
seconds of time.monotonic, which all processes of a machine share), `frames`, and `underruns` as
pairs of the first frame after a gap and the gap's length in frames. Frame n left at
began_at + (n + the gaps up to it) / sample_rate.
"""

import json
import time
import wave
from pathlib import Path

from barwise.errors import InputError
from barwise.playing.atomic_file import AtomicFile, check_folder
from barwise.playing.file_output import BYTES_PER_SAMPLE, to_samples
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import CHANNELS, Block

ENDING = ".wav"

FACTS_AT_FRAME = 1 << 14
"""When the .json file is written first, and then at each gap and at the end: a disk takes its time."""


class PacedFileOutput(NullOutput):
    """Writes 16-bit stereo as it is played; unlike FileOutput's, the file is there from the first block on."""

    def __init__(self, path: Path) -> None:
        """Take where the sound goes; raises InputError for another ending or a missing folder."""
        super().__init__(time.monotonic)
        if path.suffix.lower() != ENDING:
            raise InputError(f"cannot record to {path}: the suffix is {path.suffix!r}; allowed: {ENDING}")
        check_folder(path)
        self.path = path
        self._wave: wave.Wave_write | None = None
        self._sample_rate = 0
        self._frames = 0

    def open(self, sample_rate: int) -> None:
        """Begin both files; raises InputError when they cannot be written."""
        super().open(sample_rate)
        self._sample_rate, self._frames = sample_rate, 0
        try:
            self._stream = self.path.open("wb")
        except OSError as error:
            raise InputError(f"cannot record to {self.path}: {error.strerror}") from error
        self._wave = wave.Wave_write(self._stream)
        self._wave.setparams((CHANNELS, BYTES_PER_SAMPLE, sample_rate, 0, "NONE", "not compressed"))

    def write(self, block: Block) -> None:
        """Play a block and keep it."""
        known_gaps, frames = len(self.underruns), self._frames
        super().write(block)
        if self._wave is not None:
            # Every block with its header: whoever kills this process finds a whole file.
            self._wave.writeframes(to_samples(block).tobytes())
            self._stream.flush()
            self._frames += len(block)
        if frames < FACTS_AT_FRAME <= self._frames or len(self.underruns) > known_gaps:
            self._write_facts()

    def close(self) -> None:
        """Finish both files; doing it twice is harmless."""
        if self._wave is not None:
            self._wave.close()
            self._stream.close()
            self._wave = None
            self._write_facts()
        super().close()

    def _write_facts(self) -> None:
        facts = {
            "sample_rate": self._sample_rate,
            "began_at": self.began_at,
            "frames": self._frames,
            "underruns": [[gap.frame, gap.frames] for gap in self.underruns],
        }
        file = AtomicFile(self.path.with_suffix(".json"))  # this process may be killed at any moment
        file.stream.write(json.dumps(facts).encode())
        file.commit()
