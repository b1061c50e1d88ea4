"""The bars that were played, as they were in the end: all when recording, and the last few for whoever asks."""

from collections import deque

from barwise.music.performance import PlayedBar
from barwise.performing.telling import Playing

RECENT = 4
"""What is heard is a bar or two behind what is made."""


class RecordedBars:
    """Bars in order; the last may still become another."""

    def __init__(self, *, is_recording: bool) -> None:
        self._is_recording = is_recording
        self._recent: deque[Playing] = deque(maxlen=RECENT)
        self.played: list[PlayedBar] = []
        """All of them, when recording."""

    def begin(self, now: Playing) -> None:
        """A bar begins, whose intensity is not known yet."""
        self._recent.append(now)

    def play(self, now: Playing, intensity: float) -> None:
        """The bar that has begun is played at an intensity."""
        if self._is_recording:
            self.played.append(_played_bar(now, intensity))

    def revise(self, now: Playing, intensity: float | None = None) -> None:
        """The last bar is another; an intensity of None is what it was."""
        self._recent[-1] = now
        if self._is_recording:
            self.played[-1] = _played_bar(now, self.played[-1].intensity if intensity is None else intensity)

    def forget_recent(self) -> None:
        """The next bar is not the one after the last."""
        self._recent.clear()

    def at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample, of the last few."""
        begun = [playing for playing in list(self._recent) if playing.clock.sample_at(0) <= sample]
        return begun[-1] if begun else None


def _played_bar(playing: Playing, intensity: float) -> PlayedBar:
    composed, clock = playing.composed, playing.clock
    return PlayedBar(
        clock.start_tick,
        playing.intent,
        intensity,
        composed.bar,
        composed.achieved,
        composed.composer,
        tempo=clock.tempo,
        tempo_to=clock.tempo_to,
        glide_ticks=clock.glide_ticks,
        changes=clock.changes,
        ticks=clock.ticks,
    )
