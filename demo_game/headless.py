"""A game that plays itself, faster than the clock and without a window; it leaves sound, notes and pictures."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pygame

from demo_game.actors import BEARER_HEARTS
from demo_game.game import STEP_SECONDS, Game, GameEvent, Happening, State
from demo_game.music_bridge import Heard, OfflineMusic
from demo_game.paint import WINDOW_SIZE
from demo_game.progress import Progress
from demo_game.session import Session
from demo_game.strip import MusicStrip
from demo_game.view import View
from demo_game.world import RELICS

# The later in this table, the more worth a picture.
PHOTOGENIC = [Happening.RELIC, Happening.NOTICED, Happening.CHASED, Happening.HURT, Happening.STRUCK, Happening.RIPOSTE]
SHUTTER_SECONDS = 0.1
"""After the blow, when the sparks fly."""


class Files:
    """What a headless game leaves in a folder."""

    def __init__(self, folder: Path) -> None:
        self.sound = folder / "demo.wav"
        self.notes = folder / "demo.mid"
        self.picture = folder / "demo.png"
        self.roll = folder / "demo-roll.png"
        self.all = (self.sound, self.notes, self.picture, self.roll)


@dataclass
class Story:
    """What happened, counted for the summary."""

    seed: int
    seconds: float = 0.0
    ends: list[str] = field(default_factory=list)
    happenings: Counter[Happening] = field(default_factory=Counter)
    state_seconds: Counter[str] = field(default_factory=Counter)
    heard: Heard = field(default_factory=Heard)
    bars: int = 0
    composers: Counter[str] = field(default_factory=Counter)
    most_tense: float = 0.0
    least_tense: float = 1.0
    most_tense_at_seconds: float = 0.0

    def take(self, game: Game, events: list[GameEvent], heard: Heard, dt: float) -> None:
        """Counts one step."""
        self.seconds += dt
        self.happenings.update(event.kind for event in events)
        self.state_seconds[game.state.value] += dt  # type: ignore[assignment]
        self.bars += heard.bars
        self.composers.update([heard.composer] * heard.bars)
        self.heard = heard
        self.least_tense = min(self.least_tense, heard.tension)
        if heard.tension > self.most_tense:
            self.most_tense, self.most_tense_at_seconds = heard.tension, self.seconds
        if any(event.kind in (Happening.VICTORY, Happening.DEFEAT) for event in events):
            self.ends.append(_end_of(game))

    def lines(self) -> list[str]:
        """The story in five lines."""
        count = self.happenings
        hits = count[Happening.STRUCK] + count[Happening.RIPOSTE]
        states = ", ".join(f"{state} {seconds:.0f} s" for state, seconds in self.state_seconds.items())
        composer = self.composers.most_common(1)[0][0] if self.composers else self.heard.composer
        return [
            f"game    seed {self.seed}, {self.seconds:.0f} s: {'; then '.join(self.ends) or 'no end yet'}",
            f"deeds   relics {count[Happening.RELIC]}, fights {count[Happening.FIGHT]}, "
            f"hits {hits}, wounds {count[Happening.HURT]}",
            f"states  {states}",
            f"music   {self.bars} bars, composed by the {composer or 'nobody'}; at the end {self.heard.key or '-'}, "
            f"{self.heard.tempo:.0f} quarters a minute",
            f"mood    tension from {self.least_tense:.2f} to {self.most_tense:.2f}, "
            f"highest after {self.most_tense_at_seconds:.0f} s",
        ]


def _end_of(game: Game) -> str:
    if game.state is State.VICTORY:
        return f"won after {game.seconds:.0f} s with {game.bearer.hearts} of {BEARER_HEARTS} hearts"
    return f"lost after {game.seconds:.0f} s with {RELICS - len(game.relics)} of {RELICS} relics"


class Photographer:
    """Waits for the best moment; keeps one picture."""

    def __init__(self) -> None:
        self.picture = pygame.Surface(WINDOW_SIZE)
        self._best = -1
        self._due_seconds: float | None = None

    def watch(self, events: list[GameEvent], dt: float) -> bool:
        """Takes in one step; true when it is time to draw the picture."""
        for event in events:
            rank = PHOTOGENIC.index(event.kind) if event.kind in PHOTOGENIC else -1
            if rank > self._best:
                self._best, self._due_seconds = rank, SHUTTER_SECONDS
        if self._due_seconds is None:
            return False
        self._due_seconds -= dt
        if self._due_seconds > 0:
            return False
        self._due_seconds = None
        return True


def perform(
    seed: int, seconds: float, folder: Path, open_music: Callable[[int], OfflineMusic] = OfflineMusic
) -> tuple[Story, Files]:
    """Plays for so many seconds of game time and writes the files."""
    folder.mkdir(parents=True, exist_ok=True)
    pygame.font.init()
    files, music = Files(folder), open_music(seed)
    try:
        story, photographer = _play(seed, seconds, music)
        pygame.image.save(photographer.picture, files.picture)
        _write(files, music)
    finally:
        music.stop()
    return story, files


def _write(files: Files, music: OfflineMusic) -> None:
    progress = Progress("writing")
    paths = (files.sound, files.notes, files.roll)
    for index, path in enumerate(paths):
        music.write(path)
        progress.show((index + 1) / len(paths))
    progress.end()


def _play(seed: int, seconds: float, music: OfflineMusic) -> tuple[Story, Photographer]:
    session, story, photographer = Session(seed, music, autopilot=True), Story(seed), Photographer()
    strip = MusicStrip()
    view = View(session.game, strip)
    progress = Progress("playing")
    steps = max(1, round(seconds / STEP_SECONDS))
    for step in range(steps):
        if session.wants_next:
            session.next_ruin()
            view = View(session.game, strip)
        events = session.step(STEP_SECONDS)
        music.advance(STEP_SECONDS)
        heard = music.listen()
        view.react(events)
        view.tick(session.game, heard, STEP_SECONDS)
        if photographer.watch(events, STEP_SECONDS) or step == 0:
            view.draw(photographer.picture, session.game)
        story.take(session.game, events, heard, STEP_SECONDS)
        progress.show((step + 1) / steps)
    progress.end()
    return story, photographer
