"""What a game says, until it takes effect: which part of the music does what. Decides nothing of how.

Any thread may say something; whoever renders takes it, and has it obeyed.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from barwise.commands import (
    Arrive,
    CallTheme,
    CancelArrival,
    Command,
    Enter,
    Journaled,
    LateBar,
    LateRest,
    PlayStinger,
    SetAttributes,
    SetIntensity,
    SetMood,
    SetTempo,
)
from barwise.directing.theming import ThemeCall
from barwise.performing.composition import Composition
from barwise.performing.journal import Journal
from barwise.performing.stage import Stage
from barwise.performing.steering import Steering

CALLS_KEPT = 16
"""Calls for themes that may wait for their bars at a time."""


class Commands:
    """Those of one stream of music."""

    def __init__(self, composition: Composition, stage: Stage, steering: Steering, journal: Journal) -> None:
        self._composition, self._stage, self._steering, self._journal = composition, stage, steering, journal
        self._waiting: deque[Journaled] = deque()

    def add(self, said: Journaled) -> None:
        """Something is said, or was late where a journal is played back; any thread may."""
        self._waiting.append(said)

    def take(self) -> list[Command]:
        """What waits to be obeyed; what was late is foretold from now on."""
        said = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._journal.foretell(said)
        return [each for each in said if not isinstance(each, LateBar | LateRest)]

    def obey_all(self, commands: Sequence[Command]) -> None:
        """Have commands take effect at the present sample."""
        self._steering.settle()
        last_arrival = max((place for place, said in enumerate(commands) if isinstance(said, Arrive)), default=-1)
        for place, command in enumerate(commands):
            self._journal.enter(self._stage.sample, command)
            # To plan an arrival takes a millisecond, and may cut the bar: one that is replaced at once is not planned.
            if place >= last_arrival or not isinstance(command, Arrive):
                self._obey(command)

    def obey_deferred(self) -> None:
        """Have those take effect whose sample has come."""
        if commands := self._steering.take_deferred():
            self._steering.settle()
            for command in commands:
                self._obey(command)

    def _obey(self, command: Journaled) -> None:
        composition, stage, steering = self._composition, self._stage, self._steering
        match command:
            case SetMood(mood, bars, seconds):
                steering.change_mood(mood, bars, seconds)
            case SetIntensity(intensity, seconds):
                stage.approach_intensity(intensity, seconds)
            case SetTempo(tempo):
                composition.wishes.change(lambda wish: replace(wish, tempo=tempo))
            case SetAttributes(attributes):
                composition.wishes.change(lambda wish: replace(wish, attributes=attributes))
            case Enter():
                steering.enter(command)
            case CallTheme(theme, bar, waits):
                call = ThemeCall(theme, max(bar, composition.wishes.open_bar), waits)
                composition.wishes.change(lambda wish: replace(wish, themes=(*wish.themes, call)[-CALLS_KEPT:]))
            case PlayStinger() if stage.now is None:
                steering.defer(stage.sample, command)
            case PlayStinger():
                stage.stingers.ask(command, stage.playing.clock, stage.sample)
            case Arrive():
                steering.arrive(command)
            case CancelArrival():
                steering.cancel_arrival()
            case _:
                pass  # what concerns sound alone is the core's
