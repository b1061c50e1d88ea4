"""Sound from the machine's default device, through SDL's audio queue.

It takes none of the mixer's channels and never touches the mixer; the game may start, stop or
quit pygame at any moment.
"""

import threading

import numpy as np

from barwise.errors import DeviceError
from barwise.playing.outputs import CHANNELS, Block
from barwise.playing.sdl_library import SILENT_DRIVERS, SdlLibrary, load_sdl
from barwise.playing.transport import DEFAULT_SAMPLE_RATE

BYTES_PER_FRAME = CHANNELS * 4


class SdlOutput:
    """The machine's default sound device; every method may be called from any thread."""

    is_paced = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sdl: SdlLibrary | None = None
        self._device = 0

    def open(self, sample_rate: int) -> None:
        """Open the device; raises DeviceError with the cure when there is no device or no SDL."""
        self.close()
        with self._lock:
            self._sdl = load_sdl()
            self._device = self._sdl.open_device(sample_rate)

    def write(self, block: Block) -> None:
        """Add a block to the queue; raises DeviceError when the device is gone."""
        data = np.ascontiguousarray(block, dtype=np.float32)
        with self._lock:
            if not (self._sdl and self._device and self._sdl.queue(self._device, data)):
                raise DeviceError("the sound device is gone; music goes on silently, connect a device to hear it")

    def queued_frames(self) -> int:
        """Frames written but not yet handed to the device."""
        with self._lock:
            return self._sdl.queued_bytes(self._device) // BYTES_PER_FRAME if self._sdl and self._device else 0

    @property
    def latency_frames(self) -> int:
        """Frames between leaving the queue and being heard."""
        with self._lock:
            return self._sdl.latency_frames(self._device) if self._sdl and self._device else 0

    def close(self) -> None:
        """Stop at once, dropping what is queued; doing it twice, or after pygame.quit(), is harmless."""
        with self._lock:
            if self._sdl and self._device:
                self._sdl.close_device(self._device)
            self._device = 0


def probe_device() -> str:
    """The name of the audio driver, once the device has been opened; raises DeviceError with the cure."""
    output = SdlOutput()
    output.open(DEFAULT_SAMPLE_RATE)
    driver = load_sdl().driver
    output.close()
    if driver in SILENT_DRIVERS:
        raise DeviceError(f"SDL_AUDIODRIVER={driver} plays nothing; unset it to hear music")
    return driver
