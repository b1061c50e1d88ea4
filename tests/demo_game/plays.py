"""Games played once by the autopilot and kept, so that many tests can look at the same one."""

from dataclasses import dataclass
from functools import lru_cache

from demo_game.autopilot import Autopilot
from demo_game.game import STEP_SECONDS, Game, GameEvent, State
from demo_game.geometry import Vec

LIMIT_SECONDS = 40.0


@dataclass(frozen=True)
class Play:
    """All that can be seen of a game from outside."""

    game: Game
    events: tuple[tuple[float, GameEvent], ...]
    steps: tuple[tuple[State, Vec, Vec], ...]
    """State, bearer's place and hunter's place, step by step."""


@lru_cache(maxsize=16)
def played(seed: int) -> Play:
    """The autopilot's game in the ruin of a seed, to its end or the limit."""
    return play(seed)


def play(seed: int) -> Play:
    """The same, played anew."""
    game, pilot = Game(seed), Autopilot(seed)
    events: list[tuple[float, GameEvent]] = []
    steps = []
    while not game.over and game.seconds < LIMIT_SECONDS:
        happened = game.step(STEP_SECONDS, pilot.controls(game, STEP_SECONDS))
        events += [(game.seconds, event) for event in happened]
        steps.append((game.state, game.bearer.at, game.hunter.at))
    return Play(game, tuple(events), tuple(steps))
