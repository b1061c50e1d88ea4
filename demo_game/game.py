"""The rules: one ruin played from entering to its end, in steps of time. No drawing, no sound, no clock."""

import random
from dataclasses import dataclass
from enum import StrEnum

from demo_game.actors import TOUCH_CELLS, Bearer, Hunter, Mind, haunts_of
from demo_game.duel import Duel, Outcome
from demo_game.geometry import HERE, Vec, center
from demo_game.world import World, build_world

STEP_SECONDS = 1 / 60
REACH_CELLS = 0.75
MERCY_SECONDS = 1.5
"""How long the hunter cannot touch after it came back."""

DREAD_CELLS = 6.0
DREAD_SECONDS = 1.5
"""How long tension outlasts the danger; without it the state would flicker at every corner."""


class State(StrEnum):
    """What the player lives through; the music follows it by these names."""

    EXPLORE = "explore"
    TENSION = "tension"
    COMBAT = "combat"
    VICTORY = "victory"
    DEFEAT = "defeat"


class Happening(StrEnum):
    """What a step of the game can report."""

    RELIC = "relic"
    GATE_OPEN = "gate open"
    NOTICED = "noticed"
    CHASED = "chased"
    SHAKEN_OFF = "shaken off"
    FIGHT = "fight"
    STRUCK = "struck"
    MISSED = "missed"
    DODGED = "dodged"
    RIPOSTE = "riposte"
    HURT = "hurt"
    BANISHED = "banished"
    VICTORY = "victory"
    DEFEAT = "defeat"


@dataclass(frozen=True, slots=True)
class GameEvent:
    """Something that happened, and where."""

    kind: Happening
    at: Vec


@dataclass(frozen=True, slots=True)
class Controls:
    """What the player wants of one step."""

    move: Vec = HERE
    """Direction to walk in; length 1 is full speed."""
    act: bool = False
    """Strike or dodge; true only in the step of the press."""
    soft: bool = False
    """Tread softly."""


class Game:
    """One ruin, one bearer, one hunter."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.world: World = build_world(chance)
        self.bearer = Bearer(center(self.world.start))
        self.hunter = Hunter(center(self.world.lair), random.Random(chance.random()))
        self.relics: list[Vec] = [center(cell) for cell in self.world.relics]
        self.duel: Duel | None = None
        self.seconds = 0.0
        self.state = State.EXPLORE
        self._chance = chance
        self._mercy_seconds = 0.0
        self._dread_seconds = 0.0
        self._events: list[GameEvent] = []

    @property
    def over(self) -> bool:
        """Whether the game has been won or lost."""
        return self.state in (State.VICTORY, State.DEFEAT)

    @property
    def gate_open(self) -> bool:
        """The gate opens when no relic is left."""
        return not self.relics

    def step(self, dt: float, controls: Controls) -> list[GameEvent]:
        """Moves everything on by a little time; returns what happened."""
        self._events = []
        if self.over:
            return []
        self.seconds += dt
        if self.duel:
            self._fight(self.duel, dt, controls.act)
        else:
            self._roam(dt, controls)
        return self._events

    def _roam(self, dt: float, controls: Controls) -> None:
        self.bearer.walk(controls.move, controls.soft, self.world, dt)
        self._gather_relics()
        if self.gate_open and self.bearer.at.to(center(self.world.gate)) < REACH_CELLS:
            self._end(State.VICTORY, Happening.VICTORY)
            return
        self._hunt(dt)

    def _gather_relics(self) -> None:
        for relic in [relic for relic in self.relics if self.bearer.at.to(relic) < REACH_CELLS]:
            self.relics.remove(relic)
            self.hunter.stir()
            self._report(Happening.RELIC, relic)
            if self.gate_open:
                self.hunter.rouse(center(self.world.gate))  # the last way leads past what guards it
                self._report(Happening.GATE_OPEN, center(self.world.gate))

    def _hunt(self, dt: float) -> None:
        before = self.hunter.mind
        self.hunter.step(self.bearer, haunts_of(self.world, self.relics), self.world, dt)
        if before is Mind.BANISHED:
            self._mercy_seconds = MERCY_SECONDS
            return
        self._mercy_seconds -= dt
        self._report_change_of_mind(before, self.hunter.mind)
        self._dread_seconds = DREAD_SECONDS if self._in_danger() else self._dread_seconds - dt
        self.state = State.TENSION if self._dread_seconds > 0 else State.EXPLORE
        if self._mercy_seconds <= 0 and self.hunter.at.to(self.bearer.at) < TOUCH_CELLS:
            self._begin_duel()

    def _in_danger(self) -> bool:
        """Hunted, or about to be: it is near, or it is in sight."""
        distance = self.hunter.at.to(self.bearer.at)
        if self.hunter.mind is not Mind.PATROL or distance < DREAD_CELLS:
            return True
        return distance < 2 * DREAD_CELLS and self.world.sees(self.hunter.at, self.bearer.at)

    def _report_change_of_mind(self, before: Mind, after: Mind) -> None:
        kind = _CHANGES.get((before, after))
        if kind:
            self._report(kind, self.hunter.at)

    def _begin_duel(self) -> None:
        self.hunter.mind, self.state = Mind.FIGHT, State.COMBAT
        self.hunter.facing = (self.bearer.at - self.hunter.at).angle
        self.bearer.facing = (self.hunter.at - self.bearer.at).angle
        self.bearer.moving = False
        self.duel = Duel(self._chance)
        self._report(Happening.FIGHT, self.bearer.at)

    def _fight(self, duel: Duel, dt: float, act: bool) -> None:
        self.hunter.at = self._drawn_apart(dt)
        outcome = duel.step(dt, act)
        if outcome is None:
            return
        self.bearer.hearts -= outcome is Outcome.HURT
        self.hunter.hearts -= outcome in (Outcome.STRUCK, Outcome.RIPOSTE)
        self._report(Happening(outcome.value), self.bearer.at if outcome is Outcome.HURT else self.hunter.at)
        if self.bearer.hearts <= 0:
            self._end(State.DEFEAT, Happening.DEFEAT)
        elif self.hunter.hearts <= 0:
            self._report(Happening.BANISHED, self.hunter.at)
            self.hunter.banish(center(self.world.lair))
            self.duel, self.state, self._dread_seconds = None, State.EXPLORE, 0.0

    def _drawn_apart(self, dt: float) -> Vec:
        """The hunter steps back to a duel's distance, so that the two can be told apart."""
        away = self.hunter.at - self.bearer.at
        if away.length > 1.35:
            return self.hunter.at
        return self.world.slide(self.hunter.at, away.unit() * (2.0 * dt))

    def _end(self, state: State, kind: Happening) -> None:
        self.state = state
        self.duel = None
        self._report(kind, self.bearer.at)

    def _report(self, kind: Happening, at: Vec) -> None:
        self._events.append(GameEvent(kind, at))


_CHANGES = {
    (Mind.PATROL, Mind.SEEK): Happening.NOTICED,
    (Mind.SEEK, Mind.CHASE): Happening.CHASED,
    (Mind.CHASE, Mind.SEEK): Happening.SHAKEN_OFF,
}
