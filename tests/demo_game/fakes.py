"""A music that only remembers what it was asked: for games that are tested without an engine."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import barwise
from demo_game.music_bridge import LiveMusic, OfflineMusic

SECONDS_PER_BEAT, BEATS_PER_BAR = 0.5, 4


@dataclass
class FakePlayer:
    """Counts beats by the time it was advanced; every answer is plain."""

    broken: bool = False
    calls: list[tuple[str, object]] = field(default_factory=list)
    seconds: float = 0.0
    state: str = "explore"
    mood: barwise.Mood = field(default_factory=barwise.Mood)
    intensity: float = 0.5
    is_sounding: bool = True
    _told_beats: int = 0

    def start(self) -> None:
        self._note("start")

    def stop(self) -> None:
        self._note("stop")

    def close(self) -> None:
        self._note("close")

    def pause(self) -> None:
        self._note("pause")

    def resume(self) -> None:
        self._note("resume")

    def enter(self, state: str) -> None:
        self._note("enter", state)
        self.state = state

    def set_mood(self, *, valence: float, arousal: float, tension: float) -> None:
        self.mood = barwise.Mood(valence, arousal, tension)
        self._note("mood", self.mood)

    def set_intensity(self, intensity: float) -> None:
        self._note("intensity", intensity)
        self.intensity = intensity

    def stinger(self, name: str) -> None:
        self._note("stinger", name)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds

    def events(self) -> list[barwise.MusicEvent]:
        beats = int(self.seconds / SECONDS_PER_BEAT)
        new, self._told_beats = range(self._told_beats, beats), beats
        return [_beat(number) for number in new] + [_bar(number) for number in new if number % BEATS_PER_BAR == 0]

    @property
    def status(self) -> barwise.MusicStatus:
        beats = int(self.seconds / SECONDS_PER_BEAT)
        return barwise.MusicStatus(
            state=self.state,
            mood=self.mood,
            intensity=self.intensity,
            bar=beats // BEATS_PER_BAR,
            beat=beats % BEATS_PER_BAR,
            beats_per_bar=BEATS_PER_BAR,
            tempo=120.0,
            key="D minor",
            chord=("Dm", "Bb", "Gm", "A7")[beats // BEATS_PER_BAR % 4],
            composer="network",
        )

    def write(self, path: Path) -> None:
        path.write_bytes(b"fake")

    def draw(self, path: Path) -> None:
        path.write_bytes(b"fake")

    def named(self, name: str) -> list[object]:
        """What was asked under a name, in order."""
        return [value for called, value in self.calls if called == name]

    def _note(self, name: str, value: object = None) -> None:
        if self.broken:
            raise RuntimeError("the strings are wet")
        self.calls.append((name, value))


def _beat(number: int) -> barwise.MusicEvent:
    return barwise.MusicEvent(
        barwise.MusicEventKind.BEAT, number * SECONDS_PER_BEAT, number // BEATS_PER_BAR, number % BEATS_PER_BAR
    )


def _bar(number: int) -> barwise.MusicEvent:
    return barwise.MusicEvent(barwise.MusicEventKind.BAR, number * SECONDS_PER_BEAT, number // BEATS_PER_BAR)


def live(player: FakePlayer) -> LiveMusic:
    """The bridge to a fake that plays."""
    return LiveMusic(0, cast("barwise.MusicPlayer", player))


def offline(player: FakePlayer) -> OfflineMusic:
    """The bridge to a fake that is moved on by hand."""
    return OfflineMusic(0, cast("barwise.OfflinePlayer", player))
