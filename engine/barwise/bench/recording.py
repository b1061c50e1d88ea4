"""What left the output, with the times at which it left, as PacedFileOutput keeps them."""

import json
import wave
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barwise.errors import InputError
from barwise.playing.outputs import CHANNELS

Samples = NDArray[np.int16]
"""[frames, 2], full scale at -32768 and 32767."""


@dataclass(frozen=True)
class Recording:
    """Sound, and when each of its frames left the output."""

    samples: Samples
    sample_rate: int
    began_at: float
    """When frame 0 left, in seconds of time.monotonic."""
    underruns: tuple[tuple[int, int], ...] = ()
    """First frame after each gap, and the gap's length in frames."""

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """A .wav file and the .json beside it; raises InputError when either is missing or broken."""
        try:
            facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            with wave.open(str(path)) as file:
                sound = file.readframes(file.getnframes())
            samples = np.frombuffer(sound, "<i2").reshape(-1, CHANNELS)
            gaps = tuple((int(frame), int(frames)) for frame, frames in facts["underruns"])
            return cls(samples, int(facts["sample_rate"]), float(facts["began_at"]), gaps)
        except (OSError, ValueError, KeyError, TypeError, wave.Error) as error:
            raise InputError(f"recording {path} cannot be read: {error}") from error

    def until(self, frame: int | None) -> "Recording":
        """The same up to a frame; None: all of it."""
        return replace(self, samples=self.samples[:frame])

    def left_at(self, frame: int) -> float:
        """When a frame left the output, in seconds of time.monotonic: the gaps before it held it up."""
        held_up = sum(frames for first, frames in self.underruns if first <= frame)
        return self.began_at + (frame + held_up) / self.sample_rate

    def first_sound(self) -> int | None:
        """The first frame that is not silence; None where all are."""
        loud = np.flatnonzero(self.samples.any(axis=1))
        return int(loud[0]) if len(loud) else None


def first_difference(one: Samples, other: Samples) -> int | None:
    """The first frame in which two stretches of sound differ, as far as both go; None where none does."""
    frames = min(len(one), len(other))
    different = np.flatnonzero((one[:frames] != other[:frames]).any(axis=1))
    return int(different[0]) if len(different) else None
