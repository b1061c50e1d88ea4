"""How far arrivals land from when they should: offline, for what is asked is a place on the music's own clock."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from barwise.bench.percentiles import plain, rms
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.offline import OfflinePlayer
from barwise.score.load import load_score

SHORTEST_SECONDS, LONGEST_SECONDS = 3.0, 30.0
BETWEEN_SECONDS = (0.5, 8.0)
"""Music between a landing and the next call, so that calls come anywhere in a bar."""
LOOK_SECONDS = 0.25
"""How often the tempo is looked at on the way."""
GRACE_SECONDS = 4.0
"""So long after its time an arrival is still looked for; after that it is missed."""


@dataclass(frozen=True)
class Arrivals:
    """Random arrivals, each landed or missed."""

    errors_ms: tuple[float, ...]
    """Of those that landed: when its state was entered, less when it should have been."""
    tempo_changes: tuple[float, ...]
    """Of those that landed, the largest change of tempo on the way, as a share of the tempo at the call."""
    missed: int

    @property
    def rms_ms(self) -> float | None:
        """Root of the mean square of the errors; None where nothing landed."""
        return rms(self.errors_ms)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "landed": len(self.errors_ms),
            "missed": self.missed,
            "rms_ms": self.rms_ms,
            "error_ms": plain([abs(error) for error in self.errors_ms]),
            "tempo_change": plain(self.tempo_changes),
        }


def measure_arrivals(count: int, seconds: float, progress: Callable[[float], None], seed: int = 0) -> Arrivals:
    """Ask for so many arrivals, or as many as there is time for, one after the other in one piece of music."""
    random, states = np.random.default_rng(seed), sorted(load_score(None).states)
    player = OfflinePlayer(seed=seed, has_sound=False)
    errors, changes, missed = [], [], 0
    end = time.monotonic() + seconds
    for number in range(count):
        landed = _arrive(player, states, random)
        if landed is None:
            missed += 1
        else:
            errors.append(landed[0])
            changes.append(landed[1])
        progress((number + 1) / count)
        if time.monotonic() > end:
            break
    player.close()
    return Arrivals(tuple(errors), tuple(changes), missed)


def _arrive(player: OfflinePlayer, states: Sequence[str], random: np.random.Generator) -> tuple[float, float] | None:
    """Milliseconds beside its time, and the change of tempo; None for an arrival that was missed."""
    player.advance(float(random.uniform(*BETWEEN_SECONDS)))
    player.events()
    state = str(random.choice([state for state in states if state != player.status.state]))
    wanted = float(random.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
    called, tempos = player.seconds, [player.status.tempo]
    player.arrive(state, seconds=wanted)
    while player.seconds - called < wanted - 2 * LOOK_SECONDS:
        player.advance(LOOK_SECONDS)
        tempos.append(player.status.tempo)
    player.advance(called + wanted + GRACE_SECONDS - player.seconds)
    landing = landing_of(player.events(), state)
    if landing is None:
        return None
    return (landing - called - wanted) * 1000, max(abs(tempo / tempos[0] - 1) for tempo in tempos)


def landing_of(events: Sequence[MusicEvent], state: str) -> float | None:
    """When a state was entered, in seconds of music."""
    entered = [event.seconds for event in events if event.kind is MusicEventKind.STATE and event.name == state]
    return entered[0] if entered else None
