"""The two who walk the ruin: the bearer of the lantern and the hunter. Bodies and senses; no rules of winning."""

import math
import random
from dataclasses import dataclass, field
from enum import StrEnum

from demo_game.geometry import Vec, angle_between, center, clamp, turn
from demo_game.paths import Walker
from demo_game.world import World

BEARER_HEARTS = 4
HUNTER_HEARTS = 3
WALK_SPEED, SOFT_SPEED = 4.5, 2.3
PATROL_SPEED, SEEK_SPEED, CHASE_SPEED = 2.8, 3.2, 4.9
"""Cells a second. The hunter is a little faster than the bearer: running buys time, corners buy more."""
SIGHT_CELLS, SIGHT_HALF_ANGLE = 9.5, math.radians(46)
HEARING_CELLS = 5.0
NOTICE = 0.3
"""The suspicion from which it goes to look."""
TOUCH_CELLS = 0.85
LOSE_SECONDS, SEEK_SECONDS = 2.2, 4.0
BANISHED_SECONDS, ROUSED_SECONDS = 9.0, 2.5


@dataclass
class Bearer:
    """The player's figure."""

    at: Vec
    facing: float = 0.0
    hearts: int = BEARER_HEARTS
    moving: bool = False
    soft: bool = False
    """Treading softly: slow and without a sound."""

    def walk(self, direction: Vec, soft: bool, world: World, dt: float) -> None:
        """One step; a direction longer than 1 is no faster."""
        self.moving, self.soft = direction.length > 0.1, soft
        if not self.moving:
            return
        heading = direction.unit() if direction.length > 1 else direction
        self.facing = turn(self.facing, heading.angle, 14 * dt)
        self.at = world.slide(self.at, heading * ((SOFT_SPEED if soft else WALK_SPEED) * dt))


class Mind(StrEnum):
    """What the hunter is about."""

    PATROL = "patrol"
    SEEK = "seek"
    """It has noticed something and goes to look."""
    CHASE = "chase"
    FIGHT = "fight"
    BANISHED = "banished"
    """Beaten; it gathers itself in its lair."""


_SPEEDS = {Mind.PATROL: PATROL_SPEED, Mind.SEEK: SEEK_SPEED, Mind.CHASE: CHASE_SPEED}


@dataclass
class Hunter:
    """The thing in the dark."""

    at: Vec
    chance: random.Random
    facing: float = 0.0
    hearts: int = HUNTER_HEARTS
    mind: Mind = Mind.PATROL
    suspicion: float = 0.0
    """0 unaware to 1 sure; it chases from 1 on."""
    goal: Vec | None = None
    """Where it goes; none: it chooses anew."""
    since_seen_seconds: float = 0.0
    left_seconds: float = 0.0
    """Time until it gives up seeking, or returns from banishment."""
    _walker: Walker = field(default_factory=Walker)

    def step(self, bearer: Bearer, haunts: list[Vec], world: World, dt: float) -> None:
        """Senses, thinks, walks. Haunts are the places that it guards."""
        if self.mind is Mind.BANISHED:
            self._gather(dt)
            return
        self._sense(bearer, world, dt)
        _THOUGHTS[self.mind](self, bearer, haunts, dt)
        self._walk(world, dt)

    def sees(self, bearer: Bearer, world: World) -> bool:
        """Whether the bearer stands in its gaze, or so near that it feels the lantern's warmth."""
        distance = self.at.to(bearer.at)
        in_gaze = angle_between(self.facing, (bearer.at - self.at).angle) < SIGHT_HALF_ANGLE
        return (distance < 1.8 or (distance < SIGHT_CELLS and in_gaze)) and world.sees(self.at, bearer.at)

    def hears(self, bearer: Bearer) -> bool:
        """Whether it hears steps; soft ones it does not."""
        return bearer.moving and not bearer.soft and self.at.to(bearer.at) < HEARING_CELLS

    def banish(self, lair: Vec) -> None:
        """Beaten: away with it, for a while."""
        self.mind, self.at, self.left_seconds = Mind.BANISHED, lair, BANISHED_SECONDS
        self.hearts, self.suspicion, self.goal = HUNTER_HEARTS, 0.0, None

    def stir(self) -> None:
        """A relic is gone: it feels it, and sets out anew."""
        if self.mind is Mind.PATROL:
            self.goal = None

    def rouse(self, place: Vec) -> None:
        """Something calls it: it comes to look, from banishment too."""
        if self.mind is Mind.BANISHED:
            self.left_seconds = min(self.left_seconds, ROUSED_SECONDS)
        elif self.mind is not Mind.CHASE:
            self.suspicion = max(self.suspicion, 0.6)
            self._seek(place)

    def _sense(self, bearer: Bearer, world: World, dt: float) -> None:
        distance = self.at.to(bearer.at)
        if self.sees(bearer, world):
            self.since_seen_seconds = 0.0
            self.suspicion += dt * (0.35 + 1.1 * clamp(1 - distance / SIGHT_CELLS))
        elif self.hears(bearer):
            self.since_seen_seconds += dt
            self.suspicion += dt * 0.3
        else:
            self.since_seen_seconds += dt
            self.suspicion -= dt * 0.18
        self.suspicion = clamp(self.suspicion)

    def _patrol(self, bearer: Bearer, haunts: list[Vec], dt: float) -> None:
        if self.suspicion > NOTICE:
            self._seek(bearer.at)
        elif self.goal is None or self.at.to(self.goal) < 0.4:
            self.goal = self._next_haunt(bearer, haunts)

    def _next_haunt(self, bearer: Bearer, haunts: list[Vec]) -> Vec:
        """The nearer to the bearer the likelier: a hunter at the far end of the ruin frightens nobody."""
        others = [haunt for haunt in haunts if self.at.to(haunt) > 1.0] or haunts
        return min(others, key=lambda haunt: haunt.to(bearer.at) * self.chance.uniform(0.7, 1.3))

    def _look(self, bearer: Bearer, haunts: list[Vec], dt: float) -> None:
        self.left_seconds -= dt
        if self.suspicion >= 1.0:
            self.mind = Mind.CHASE
        elif self.since_seen_seconds == 0.0 or self.hears(bearer):
            self._seek(bearer.at)
        elif self.left_seconds <= 0:
            self.mind, self.goal, self.suspicion = Mind.PATROL, None, 0.0

    def _seek(self, place: Vec) -> None:
        self.mind, self.goal, self.left_seconds = Mind.SEEK, place, SEEK_SECONDS

    def _chase(self, bearer: Bearer, haunts: list[Vec], dt: float) -> None:
        if self.since_seen_seconds > LOSE_SECONDS:
            self.suspicion = 0.6
            self._seek(self.goal or bearer.at)
        elif self.since_seen_seconds < 0.6:  # it guesses for a moment where the bearer went
            self.goal = bearer.at

    def _gather(self, dt: float) -> None:
        self.left_seconds -= dt
        if self.left_seconds <= 0:
            self.mind = Mind.PATROL

    def _walk(self, world: World, dt: float) -> None:
        if self.goal is None or self.mind not in _SPEEDS:
            return
        heading = self._walker.heading(self.at, self.goal, world, dt)
        if heading.length == 0:
            self.facing += dt * 1.6  # arrived: it looks around
            return
        self.facing = turn(self.facing, heading.angle, 5.5 * dt)
        self.at = world.slide(self.at, heading * (_SPEEDS[self.mind] * dt))


_THOUGHTS = {Mind.PATROL: Hunter._patrol, Mind.SEEK: Hunter._look, Mind.CHASE: Hunter._chase}


def haunts_of(world: World, left: list[Vec]) -> list[Vec]:
    """The places that the hunter guards: relics still there, and the gate."""
    return [*left, center(world.gate)]
