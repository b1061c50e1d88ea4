"""One bar made: a wish and what came before it to a bar, by one of the composers.

What a bar becomes depends on the seed, the snapshot before it and what is wanted of it, never on when or
by which thread it is made. It knows no order of bars.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.soundness import check_composed
from barwise.composing.splicing import prefix, spliced
from barwise.directing.director import Director, Memory, Wish
from barwise.errors import BarwiseError
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar

MOST_FAULTS = 16

KEPT_BARS = 40
"""Bars back that can be answered, besides the themes."""

NETWORK, RULES = "network", "rules"

_REVISION = 2
"""Stream of random numbers for the rest of a bar that is composed again."""


@dataclass(frozen=True)
class Snapshot:
    """All that the next bar depends on besides the wish: a value, so that going back is free."""

    memory: Memory
    states: Mapping[str, State]
    """Each composer's memory, by the composer's name."""
    history: Mapping[int, Bar] = field(default_factory=dict)
    """Earlier bars that may be answered."""


@dataclass(frozen=True)
class Prepared:
    """A bar that is composed and not yet playing."""

    before: Snapshot
    wish: Wish
    maker: str
    """The composer that was asked: NETWORK or RULES."""
    intent: BarIntent
    composed: ComposedBar
    after: Snapshot


@dataclass(frozen=True)
class Begun:
    """What a bar that began is composed from again."""

    before: Snapshot
    wish: Wish
    maker: str


@dataclass(frozen=True, slots=True)
class Revision:
    """The rest of the bar that sounds is to be another, from a tick on."""

    bar: int
    tick: int
    wish: Wish


class BarMaker:
    """A director and composers; every method may be called from any thread."""

    def __init__(self, director: Director, composer: Composer | None, fallback: Composer, seed: int) -> None:
        """A composer of None leaves everything to the fallback."""
        self._director, self._seed = director, seed
        self._composers = {RULES: fallback} if composer is None else {NETWORK: composer, RULES: fallback}
        self._faults: deque[str] = deque(maxlen=MOST_FAULTS)
        self._has_failed = False

    @property
    def chosen(self) -> str:
        """Who composes unless he is late or fails."""
        return next(iter(self._composers))

    @property
    def beginning(self) -> Snapshot:
        """What the first bar follows."""
        return Snapshot(Memory(), {name: maker.initial_state() for name, maker in self._composers.items()})

    def faults(self) -> list[str]:
        """What has gone wrong since the last call, in one line each."""
        return [self._faults.popleft() for _ in range(len(self._faults))]

    def memory_after(self, wish: Wish, memory: Memory, bar: int) -> Memory:
        """What a director would remember after a bar, were it wanted so."""
        return self._director.plan(wish, memory, self._random_of(bar))[1]

    def prepare(self, before: Snapshot, wish: Wish, maker: str) -> Prepared:
        """A bar that follows a snapshot, by one of the composers; by the rules where that is not there, or fails."""
        maker = maker if maker in self._composers else RULES
        return self._by_someone(maker, lambda maker: self._composed(before, wish, maker))

    def _composed(self, before: Snapshot, wish: Wish, maker: str) -> Prepared:
        random = self._random_of(before.memory.bar)
        intent, memory = self._director.plan(wish, before.memory, random)
        state = self._states(before, intent)[maker]
        composed = self._composers[maker].compose(intent, state, self._reference(before, intent), random)
        check_composed(composed, intent)
        return self._prepared(before, wish, maker, intent, composed, memory)

    def _by_someone(self, maker: str, compose: Callable[[str], Prepared]) -> Prepared:
        """What a composer makes; where it fails, which is told once, what the rules make."""
        if maker == RULES:
            return compose(RULES)
        try:
            made = compose(maker)
        except Exception as error:
            # Whatever it is, and whoever wrote that composer: the music goes on.
            if not self._has_failed:
                self._faults.append(f"the composer fails, and the rules write until it no longer does: {_line(error)}")
            self._has_failed = True
            return compose(RULES)
        self._has_failed = False
        return made

    def revise(self, revision: Revision, now: Prepared, maker: str | None = None) -> Prepared:
        """The bar that sounds, as it is up to a tick, and from there on as it is wanted now; None: by who wrote it."""
        return self._by_someone(maker or now.maker, lambda maker: self._revised_by(maker, revision, now))

    def _revised_by(self, maker: str, revision: Revision, now: Prepared) -> Prepared:
        before = now.before
        intent, memory = self._director.plan(revision.wish, before.memory, self._random_of(now.intent.index))
        # Instruments change with a bar.
        palette = now.intent.palette
        intent, memory = replace(intent, palette=palette), replace(memory, palette=palette)
        random = np.random.default_rng([self._seed, intent.index, _REVISION, revision.tick])
        forced = prefix(now.composed.bar, revision.tick)
        state, reference = self._states(before, intent)[maker], self._reference(before, intent)
        composed = self._composers[maker].compose(intent, state, reference, random, forced)
        check_composed(composed, intent)
        composed = spliced(now.composed, revision.tick, composed, intent.condition.mode)
        return self._prepared(before, revision.wish, maker, intent, composed, memory)

    def _random_of(self, bar: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, bar])

    def _states(self, before: Snapshot, intent: BarIntent) -> Mapping[str, State]:
        if intent.state == before.memory.state:
            return before.states
        # A new section owes nothing to the last one.
        return {name: composer.initial_state() for name, composer in self._composers.items()}

    def _reference(self, before: Snapshot, intent: BarIntent) -> Bar | None:
        return None if intent.reference is None else before.history.get(intent.reference)

    def _prepared(
        self, before: Snapshot, wish: Wish, maker: str, intent: BarIntent, composed: ComposedBar, memory: Memory
    ) -> Prepared:
        index = intent.index
        kept = {*memory.kept_bars, *range(index - KEPT_BARS, index)}
        history = {number: bar for number, bar in before.history.items() if number in kept}
        states = {**self._states(before, intent), maker: composed.state}
        after = Snapshot(memory, states, {**history, index: composed.bar})
        return Prepared(before, wish, maker, intent, composed, after)


def _line(error: Exception) -> str:
    text = str(error) if isinstance(error, BarwiseError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())
