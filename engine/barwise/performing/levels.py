"""How loud the whole is: volume, ducking, and the fades into a pause and out of it. By frames of the output."""

from barwise.performing.intensity import Ramp

PAUSE_SECONDS = 0.02
"""How long the music takes to fade away into a pause and back: a cut would click."""


class Levels:
    """Of one stream of music; each goes to where it is wanted from the frame at which that is said."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._volume, self._duck, self._pausing = (Ramp(0, 0, 1.0, 1.0) for _ in range(3))
        self._is_paused = False

    def set_volume(self, volume: float, seconds: float, frame: int) -> None:
        """Go to a volume, 0 to 1."""
        self._volume = self._ramp(self._volume, volume, seconds, frame)

    def duck(self, decibels: float, seconds: float, frame: int) -> None:
        """Be so much softer."""
        self._duck = self._ramp(self._duck, 10 ** (-decibels / 20), seconds, frame)

    def pause(self, is_paused: bool, frame: int) -> None:
        """Fade into a pause, or out of it; harmless where it is so already."""
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._pausing = self._ramp(self._pausing, 0.0 if is_paused else 1.0, 0.0, frame)

    def _ramp(self, ramp: Ramp, value: float, seconds: float, frame: int) -> Ramp:
        end = frame + max(round(max(seconds, PAUSE_SECONDS) * self._sample_rate), 1)
        return Ramp(frame, end, ramp.at(frame), value)

    def stands_still(self, frame: int) -> bool:
        """Whether the music has faded into a pause by a frame."""
        return self._is_paused and frame >= self._pausing.end_sample

    def even_until(self, frame: int, end: int) -> int:
        """The frame after a frame, or the end, up to which every level goes the way that it goes now."""
        ramps = self._volume, self._duck, self._pausing
        return min([end, *(ramp.end_sample for ramp in ramps if ramp.end_sample > frame)])

    def at(self, frame: int) -> float:
        """The gain of a frame."""
        return self._volume.at(frame) * self._duck.at(frame) * self._pausing.at(frame)
