"""One player at one ruin after another, with the music told of everything. No drawing, no clock."""

from demo_game.actors import BEARER_HEARTS, Mind
from demo_game.autopilot import Autopilot
from demo_game.game import Controls, Game, GameEvent, State
from demo_game.geometry import clamp
from demo_game.music_bridge import MusicBridge, Scene
from demo_game.world import RELICS

FAR_CELLS, NEAR_CELLS = 13.0, 1.5
ENCORE_SECONDS = 9.0
"""How long the autopilot listens to the end of a game before it enters the next ruin."""

# How dangerous a hunter at hand is, by what it is about.
DANGERS = {Mind.PATROL: 0.55, Mind.SEEK: 0.8, Mind.CHASE: 1.0, Mind.FIGHT: 1.0, Mind.BANISHED: 0.0}


class Session:
    """Plays one game after another and keeps the music abreast."""

    def __init__(self, seed: int, music: MusicBridge, autopilot: bool = False) -> None:
        self.seed = seed
        self.music = music
        self.game = Game(seed)
        self.since_end_seconds = 0.0
        self._autopilot = Autopilot(seed) if autopilot else None
        self.tell_music()

    def step(self, dt: float, controls: Controls | None = None) -> list[GameEvent]:
        """One step of the game, by the autopilot if there is one; returns what happened."""
        if self._autopilot:
            controls = self._autopilot.controls(self.game, dt)
        events = self.game.step(dt, controls or Controls())
        if self.game.over:
            self.since_end_seconds += dt
        self.tell_music()
        for event in events:
            self.music.happen(event.kind.value)
        return events

    @property
    def wants_next(self) -> bool:
        """Whether the autopilot is done with this ruin."""
        return self._autopilot is not None and self.since_end_seconds > ENCORE_SECONDS

    def next_ruin(self) -> None:
        """Leaves for the ruin of the next seed."""
        self.restart(self.seed + 1)

    def restart(self, seed: int | None = None) -> None:
        """Begins anew, in the same ruin unless told otherwise."""
        self.seed = self.seed if seed is None else seed
        self.game = Game(self.seed)
        self.since_end_seconds = 0.0
        if self._autopilot:
            self._autopilot = Autopilot(self.seed)
        self.tell_music()

    def tell_music(self) -> None:
        """Sends the music the scene of this moment."""
        self.music.update(scene_of(self.game))


def scene_of(game: Game) -> Scene:
    """What the music needs to know."""
    return Scene(
        state=game.state.value,
        danger=danger(game),
        health=max(0, game.bearer.hearts) / BEARER_HEARTS,
        progress=1 - len(game.relics) / RELICS,
        action=_action(game),
    )


def danger(game: Game) -> float:
    """How near the hunter is, weighed by what it is about."""
    if game.over:
        return 0.0
    distance = game.hunter.at.to(game.bearer.at)
    return DANGERS[game.hunter.mind] * clamp((FAR_CELLS - distance) / (FAR_CELLS - NEAR_CELLS))


def _action(game: Game) -> float:
    if game.state is State.COMBAT:
        return 1.0
    if game.over or not game.bearer.moving:
        return 0.0
    return 0.25 if game.bearer.soft else 0.6
