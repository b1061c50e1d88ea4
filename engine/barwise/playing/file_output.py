"""The output that becomes a .wav or .flac file, 16- or 24-bit stereo. Knows file formats, no device.

The file appears whole when the output is closed; until then, and after a failure, an old one stays.
"""

import contextlib
import importlib.util
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from barwise.errors import DeviceError, InputError
from barwise.playing.atomic_file import AtomicFile, check_folder
from barwise.playing.outputs import CHANNELS, Block

Samples = NDArray[np.int16] | NDArray[np.int32]

BYTES_PER_SAMPLE = 2
"""Unless more are asked for."""

FULL_SCALES = {16: 32767, 24: 32767 * 256}
"""By bits; 24 bits divide each step of 16, so that files of both kinds add up."""


class _Encoder(Protocol):
    """Turns samples into the bytes of one file format."""

    def write(self, samples: Samples) -> None: ...

    def close(self) -> None: ...


class FileOutput:
    """Writes a file as fast as it is given sound; raises InputError for another suffix or a missing folder."""

    is_paced = False

    def __init__(self, path: Path, *, bits: int = 16) -> None:
        if path.suffix.lower() not in _ENCODERS:
            raise InputError(f"cannot write {path}: the suffix is {path.suffix!r}; allowed: {', '.join(_ENCODERS)}")
        check_folder(path)
        self.path, self._bits = path, bits
        self._file: AtomicFile | None = None
        self._encoder: _Encoder | None = None

    def open(self, sample_rate: int) -> None:
        """Begin the file; raises InputError when it cannot be written, DeviceError when .flac lacks soundfile."""
        encoder = _ENCODERS[self.path.suffix.lower()]
        if encoder is _FlacEncoder:
            check_flac()
        self._file = AtomicFile(self.path)
        self._encoder = encoder(self._file.stream, sample_rate, self._bits)

    def write(self, block: Block) -> None:
        """Add a block, clipped at full scale; raises InputError, dropping the file, when the disk is full."""
        if self._encoder is None:
            raise InputError(f"cannot write {self.path}: the output is not open")
        with self._dropped_on_failure():
            self._encoder.write(to_samples(block, self._bits))

    def queued_frames(self) -> int:
        """Always 0: a file takes all at once."""
        return 0

    def close(self) -> None:
        """Finish the file and move it into place; doing it twice is harmless."""
        file, encoder = self._file, self._encoder
        if file is None or encoder is None:
            return
        with self._dropped_on_failure():
            encoder.close()
        self._file = self._encoder = None
        file.commit()

    def discard(self) -> None:
        """Forget what was written; an old file stays."""
        file, encoder = self._file, self._encoder
        self._file = self._encoder = None
        if encoder is not None:
            # An encoder that is not closed complains when it is collected.
            with contextlib.suppress(Exception):
                encoder.close()
        if file is not None:
            file.discard()

    @contextlib.contextmanager
    def _dropped_on_failure(self) -> Iterator[None]:
        # The encoders are other people's code: wave raises struct.error, soundfile its own RuntimeError.
        try:
            yield
        except Exception as error:
            self.discard()
            raise InputError(f"cannot write {self.path}: {error}") from error


def to_samples(block: Block, bits: int = 16) -> Samples:
    """Samples of so many bits, 16 or 24, clipped at full scale and rounded."""
    return np.rint(np.clip(block, -1.0, 1.0) * FULL_SCALES[bits]).astype("<i2" if bits == 16 else "<i4")


def check_flac() -> None:
    """Raises DeviceError with the cure unless .flac files can be written here."""
    if importlib.util.find_spec("soundfile") is None:
        raise DeviceError("writing .flac needs soundfile; pip install 'barwise[flac]', or write .wav")


class _WavEncoder:
    def __init__(self, stream: IO[bytes], sample_rate: int, bits: int) -> None:
        self._wave, self._bytes = wave.Wave_write(stream), bits // 8
        self._wave.setparams((CHANNELS, self._bytes, sample_rate, 0, "NONE", "not compressed"))

    def write(self, samples: Samples) -> None:
        by_byte = np.ascontiguousarray(samples).view(np.uint8).reshape(-1, samples.itemsize)
        self._wave.writeframesraw(by_byte[:, : self._bytes].tobytes())

    def close(self) -> None:
        self._wave.close()


class _FlacEncoder:
    def __init__(self, stream: IO[bytes], sample_rate: int, bits: int) -> None:
        import soundfile

        self._unused_bits = -bits % 16
        self._file = soundfile.SoundFile(stream, "w", sample_rate, CHANNELS, f"PCM_{bits}", format="FLAC")

    def write(self, samples: Samples) -> None:
        self._file.write(samples << self._unused_bits)

    def close(self) -> None:
        self._file.close()


_ENCODERS: dict[str, Callable[[IO[bytes], int, int], _Encoder]] = {".wav": _WavEncoder, ".flac": _FlacEncoder}
