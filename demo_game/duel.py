"""The duel: rings that close, and a strike that is in time or is not. No map, no drawing."""

import random
from dataclasses import dataclass
from enum import StrEnum

IN_TIME_SECONDS = 0.16
"""How far from the closing of the ring a press still counts; about what a player can hit after three tries."""
PERFECT_SECONDS = 0.065
LEAD_SECONDS = 0.25
REST_SECONDS = 0.35
SLOWEST_SECONDS, QUICKEST_SECONDS = 1.05, 0.62


class Cue(StrEnum):
    """What a closing ring asks for."""

    BLOW = "dodge"
    """The hunter strikes: dodge it, or be hurt."""
    OPENING = "strike"
    """The hunter is open: hit it, or miss the chance."""


class Outcome(StrEnum):
    """How a ring was answered."""

    STRUCK = "struck"
    MISSED = "missed"
    DODGED = "dodged"
    RIPOSTE = "riposte"
    """A dodge so well timed that it strikes back."""
    HURT = "hurt"


@dataclass(frozen=True, slots=True)
class Ring:
    """One cue and how long it takes to close."""

    cue: Cue
    seconds: float


class Duel:
    """A row of rings; it judges the answers, the game counts the wounds."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._answered = False
        self.last: Outcome | None = None
        """The latest judgment, for the drawing."""
        self.rest_seconds = LEAD_SECONDS * 2
        """Time until the ring shows; it is at rest between two rings."""
        self.ring = self._next(None, None)
        self.left_seconds = self.ring.seconds
        """Time until the ring is closed; a little below 0 is still in time."""

    @property
    def closing(self) -> bool:
        """Whether a ring is there to be answered."""
        return self.rest_seconds <= 0

    @property
    def openness(self) -> float:
        """1 for a ring that has just appeared, 0 for a closed one."""
        return max(0.0, self.left_seconds / self.ring.seconds)

    @property
    def stumbled(self) -> bool:
        """Whether this ring was answered too early; the answer cannot be taken back."""
        return self._answered

    def step(self, dt: float, act: bool) -> Outcome | None:
        """Moves the ring on; returns a judgment when one falls."""
        if not self.closing:
            self.rest_seconds -= dt
            return None
        self.left_seconds -= dt
        if act and not self._answered:
            self._answered = True
            if abs(self.left_seconds) <= IN_TIME_SECONDS:
                return self._judge(self._in_time())
        return self._judge(self._too_late()) if self.left_seconds < -IN_TIME_SECONDS else None

    def _in_time(self) -> Outcome:
        if self.ring.cue is Cue.OPENING:
            return Outcome.STRUCK
        return Outcome.RIPOSTE if abs(self.left_seconds) <= PERFECT_SECONDS else Outcome.DODGED

    def _too_late(self) -> Outcome:
        return Outcome.MISSED if self.ring.cue is Cue.OPENING else Outcome.HURT

    def _judge(self, outcome: Outcome) -> Outcome:
        previous = self.ring
        self.last = outcome
        self.ring = self._next(previous, outcome)
        self.left_seconds = self.ring.seconds
        self.rest_seconds = REST_SECONDS + LEAD_SECONDS * self._chance.random()
        self._answered = False
        return outcome

    def _next(self, previous: Ring | None, outcome: Outcome | None) -> Ring:
        """Cues alternate more often than not: a hunter that only strikes, or only gapes, is no fight."""
        cue = self._chance.choice([Cue.BLOW, Cue.OPENING])
        if previous and previous.cue is cue and self._chance.random() < 0.6:
            cue = Cue.OPENING if cue is Cue.BLOW else Cue.BLOW
        slowness = SLOWEST_SECONDS if outcome is None else self._chance.uniform(QUICKEST_SECONDS, SLOWEST_SECONDS)
        return Ring(cue, slowness)
