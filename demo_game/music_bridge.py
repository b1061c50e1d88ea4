"""The game's facts become music here, and nowhere else: the one file to copy, and the only one that imports Barwise.

It knows no pygame and no rules: it takes a Scene, asks the engine for a mood, and tells what the engine plays.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import barwise

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the music needs to know of the game."""

    state: str
    """A state of the score: explore, tension, combat, victory or defeat."""
    danger: float = 0.0
    """0 the hunter is far away, 1 it is here."""
    health: float = 1.0
    """0 dead to 1 unhurt."""
    progress: float = 0.0
    """Share of the relics that have been found."""
    action: float = 0.0
    """0 standing still to 1 doing all one can."""


# What each state feels like, before the facts bend it: a composer's table, to be tuned by ear.
STATE_MOODS: dict[str, dict[str, float]] = {
    "explore": {"valence": 0.10, "arousal": -0.45, "tension": 0.12, "intensity": 0.35},
    "tension": {"valence": -0.25, "arousal": -0.05, "tension": 0.42, "intensity": 0.50},
    "combat": {"valence": -0.05, "arousal": 0.20, "tension": 0.30, "intensity": 0.55},
    "victory": {"valence": 0.65, "arousal": 0.45, "tension": 0.05, "intensity": 0.85},
    "defeat": {"valence": -0.75, "arousal": -0.65, "tension": 0.30, "intensity": 0.40},
}

# How far a fact moves a mood when it goes from 0 to 1. Wounds count as 1 - health.
SLOPES: dict[str, dict[str, float]] = {
    "valence": {"danger": -0.35, "wounds": -0.45, "progress": 0.35},
    "arousal": {"danger": 0.55, "action": 0.20},
    "tension": {"danger": 0.40, "wounds": 0.20, "progress": -0.05},
    "intensity": {"danger": 0.20, "action": 0.20},
}

# What happens, and the stinger that says so over the music; what is not here needs none.
STINGERS: dict[str, str] = {
    "relic": "treasure",
    "gate open": "discovery",
    "noticed": "danger",
    "hurt": "hit",
    "banished": "success",
}

RANGES = {"valence": (-1.0, 1.0), "arousal": (-1.0, 1.0), "tension": (0.0, 1.0), "intensity": (0.0, 1.0)}
LEAST_CHANGE = 0.02
"""Smaller changes are not heard; they are not sent."""
HUSH = 0.1
"""The intensity of a paused game: the music thins out and goes on."""


def feeling(scene: Scene) -> dict[str, float]:
    """Valence, arousal, tension and intensity of a scene."""
    facts = {
        "danger": scene.danger,
        "wounds": 1.0 - scene.health,
        "progress": scene.progress,
        "action": scene.action,
    }
    felt = {}
    for name, base in STATE_MOODS[scene.state].items():
        low, high = RANGES[name]
        moved = base + sum(slope * facts[fact] for fact, slope in SLOPES[name].items())
        felt[name] = max(low, min(high, moved))
    return felt


@dataclass(frozen=True, slots=True)
class Heard:
    """What the music is doing now, for the game to show."""

    state: str = "explore"
    valence: float = 0.0
    arousal: float = 0.0
    tension: float = 0.0
    intensity: float = 0.0
    bar: int = 0
    beat: int = 0
    beats_per_bar: int = 4
    tempo: float = 0.0
    key: str = ""
    chord: str = ""
    composer: str = ""
    """Who composes: the network, or the rules that stand in for it."""
    sounding: bool = False
    """Whether a device plays it, or a file takes it."""
    beats: int = 0
    """Beats that have sounded since the last time it was asked."""
    bars: int = 0
    """Bars that have begun since then."""
    warning: str = ""
    """The latest warning of the engine; empty while all is well."""


class Music(Protocol):
    """What the live and the offline player of Barwise have in common."""

    @property
    def status(self) -> barwise.MusicStatus:
        """What plays now."""

    def set_mood(self, *, valence: float, arousal: float, tension: float) -> None:
        """Asks for a mood."""

    def set_intensity(self, intensity: float) -> None:
        """Asks for more or less of the arrangement."""

    def enter(self, state: str) -> None:
        """Enters a state of the score."""

    def stinger(self, name: str) -> None:
        """Plays a short figure over the music."""

    def events(self) -> Iterable[barwise.MusicEvent]:
        """What has happened since the last call."""


class MusicBridge:
    """Keeps the music abreast of the game. None of its calls waits, and none of them raises."""

    def __init__(self, music: Music) -> None:
        self._music = music
        self._state = ""
        self._sent: dict[str, float] = {}
        self._hushed = False
        self._heard = Heard()
        self._warning = ""

    def update(self, scene: Scene) -> None:
        """Tells the engine what has changed since the last scene."""
        if scene.state != self._state:
            self._state = scene.state
            self._sent = {}  # a state brings a mood of its own: ours must follow it
            self._try(lambda: self._music.enter(scene.state))
        felt = feeling(scene)
        intensity = HUSH if self._hushed else felt.pop("intensity")
        mood = {name: felt[name] for name in ("valence", "arousal", "tension")}
        if self._differs(mood):
            self._try(lambda: self._music.set_mood(**mood))
        if self._differs({"intensity": intensity}):
            self._try(lambda: self._music.set_intensity(intensity))

    def happen(self, happening: str) -> None:
        """Something has happened that the music may mark."""
        stinger = STINGERS.get(happening)
        if stinger is not None:
            self._try(lambda: self._music.stinger(stinger))

    def hush(self, hushed: bool) -> None:
        """For pauses: the music draws back until the next update after the hush is over."""
        self._hushed = hushed
        if hushed:
            self._sent["intensity"] = HUSH
            self._try(lambda: self._music.set_intensity(HUSH))

    def listen(self) -> Heard:
        """What plays now, and the beats since the last call; call it once a frame."""
        self._try(self._listen)
        return self._heard

    def _listen(self) -> None:
        kinds = []
        for event in self._music.events():
            kinds.append(event.kind)
            if event.kind == barwise.MusicEventKind.WARNING:
                self._warning = event.name
        status = self._music.status
        self._heard = Heard(
            state=status.state,
            valence=status.mood.valence,
            arousal=status.mood.arousal,
            tension=status.mood.tension,
            intensity=status.intensity,
            bar=status.bar,
            beat=status.beat,
            beats_per_bar=status.beats_per_bar,
            tempo=status.tempo,
            key=status.key,
            chord=status.chord,
            composer=status.composer,
            sounding=self._is_sounding(),
            beats=kinds.count(barwise.MusicEventKind.BEAT),
            bars=kinds.count(barwise.MusicEventKind.BAR),
            warning=self._warning,
        )

    def _is_sounding(self) -> bool:
        return False

    def _differs(self, wanted: dict[str, float]) -> bool:
        """Whether something is worth sending; what is gets remembered as sent."""
        different = any(abs(value - self._sent.get(name, 9.0)) >= LEAST_CHANGE for name, value in wanted.items())
        if different:
            self._sent.update(wanted)
        return different

    def _try(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception as error:  # whatever ails the music, the game goes on
            if str(error) != self._warning:
                _log.warning("the music stumbled: %s", error)
            self._warning = str(error)


class LiveMusic(MusicBridge):
    """Music for a game that is being played."""

    def __init__(self, seed: int, music: barwise.MusicPlayer | None = None) -> None:
        self._player = music or barwise.MusicPlayer(seed=seed)
        super().__init__(self._player)

    def start(self) -> None:
        """Begins to play; after the first update, so that the first bar is in its mood."""
        self._try(self._player.start)

    def stand_still(self, still: bool) -> None:
        """For a window that nobody looks at: the music stops where it is, and goes on from there."""
        self._try(self._player.pause if still else self._player.resume)

    def stop(self) -> None:
        """Ends the music."""
        self._try(self._player.stop)

    def _is_sounding(self) -> bool:
        return self._player.is_sounding


class OfflineMusic(MusicBridge):
    """Music for a game that nobody waits for: the same engine, moved on by hand, written to files."""

    def __init__(self, seed: int, music: barwise.OfflinePlayer | None = None) -> None:
        self._player = music or barwise.OfflinePlayer(seed=seed)
        super().__init__(self._player)

    def _is_sounding(self) -> bool:
        return True

    def advance(self, seconds: float) -> None:
        """Composes and renders that much music."""
        self._try(lambda: self._player.advance(seconds))

    def write(self, path: Path) -> None:
        """Writes what was played: as sound, as notes, or (.png) as a picture of the notes and the mood."""
        self._try(lambda: self._player.draw(path) if path.suffix == ".png" else self._player.write(path))

    def stop(self) -> None:
        """Lets go of the engine."""
        self._try(self._player.close)
