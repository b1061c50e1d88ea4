"""A player that plays itself, sensibly but not perfectly. Sees the game, gives controls; changes nothing."""

import random

from demo_game.duel import IN_TIME_SECONDS, Duel, Ring
from demo_game.game import Controls, Game, State
from demo_game.geometry import Cell, Vec, center
from demo_game.paths import Walker, distances

NERVE_SECONDS, SECOND_NERVE_SECONDS = 3.5, 1.0
"""How long it runs from the hunter before it turns to its errand again, come what may; after a fight less."""
THINK_SECONDS = 0.6


class Autopilot:
    """Goes for the nearest relic, then the gate; strikes when the ring is nearly closed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._skill = self._chance.uniform(0.1, 0.95)
        self._walker = Walker()
        self._target: Vec | None = None
        self._think_seconds = 0.0
        self._nerve_seconds = NERVE_SECONDS
        self._ring: Ring | None = None
        self._press_at_seconds = 0.0

    def controls(self, game: Game, dt: float) -> Controls:
        """What to do in this step."""
        if game.over:
            return Controls()
        if game.duel:
            self._nerve_seconds = SECOND_NERVE_SECONDS
            return Controls(act=self._strikes(game.duel))
        self._think(game, dt)
        heading = self._walker.heading(game.bearer.at, self._target or game.bearer.at, game.world, dt)
        return Controls(move=heading)

    def _think(self, game: Game, dt: float) -> None:
        hunted = game.state is State.TENSION and not game.gate_open
        self._nerve_seconds -= dt if hunted else 0.0
        self._think_seconds -= dt
        if self._think_seconds > 0 and (hunted or self._target in game.relics):
            return
        self._think_seconds = THINK_SECONDS
        mine = distances(game.bearer.at.cell, game.world.walls)
        if hunted and self._nerve_seconds > 0:
            self._target = self._refuge(game, mine)
        elif game.gate_open:
            self._target = center(game.world.gate)
        else:
            self._target = min(game.relics, key=lambda relic: mine[relic.cell])

    def _refuge(self, game: Game, mine: dict[Cell, int]) -> Vec:
        """The place that the bearer reaches well before the hunter does; a relic, if there is one like that."""
        its = distances(game.hunter.at.cell, game.world.walls)
        floor = sorted(cell for cell in mine if 3 <= mine[cell] <= 14)
        places = game.relics + [center(self._chance.choice(floor)) for _ in range(10)]
        return max(places, key=lambda place: its[place.cell] - 1.3 * mine[place.cell] + 3 * (place in game.relics))

    def _strikes(self, duel: Duel) -> bool:
        if not duel.closing:
            return False
        if duel.ring is not self._ring:
            self._ring = duel.ring
            late = self._chance.random() > self._skill
            error = self._chance.gauss(0.0, 0.07)
            self._press_at_seconds = error + (IN_TIME_SECONDS * 2 if late else 0.0)
        return not duel.stumbled and duel.left_seconds <= self._press_at_seconds
