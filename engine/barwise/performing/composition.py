"""Bars composed ahead of the music: wishes by bar in, prepared bars out.

It counts bars and knows no samples. What a bar becomes depends on the seed, the snapshot before it and
what is wanted of it, never on when or by which thread it is composed. `compose` may run beside everything
else; the other methods are for whoever plays the bars.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.soundness import check_composed
from barwise.composing.splicing import prefix, spliced
from barwise.directing.director import Director, Memory, Wish
from barwise.directing.turning import turns
from barwise.errors import BarwiseError
from barwise.music.intent import BarIntent
from barwise.music.mood import Mood
from barwise.music.notes import Bar
from barwise.score.schema import LARGEST_TEMPO_STEP, Score

LOOK_AHEAD = 2
"""Bars composed beyond the one that sounds, once the next of them is settled; until then one."""

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


@dataclass(frozen=True, slots=True)
class Cue:
    """A mood and an intensity that hold from a bar on, known beforehand."""

    bar: int
    mood: Mood
    intensity: float


@dataclass(frozen=True, slots=True)
class MoodGlide:
    """A mood that is approached evenly from one bar to another."""

    first: int
    bars: float
    start: Mood
    lead: float = 0.0
    """Bars by which the wish is ahead of where the mood is to be, because moods follow wishes only so fast."""
    until: int | None = None
    """Number of the bar from which something else is wanted; None: it is approached to the end."""

    def mood_at(self, bar: int, wanted: Mood) -> Mood:
        """The mood of a bar on the way to the wanted one."""
        if bar < self.first or (self.until is not None and bar >= self.until):
            return wanted
        return self.start.toward(wanted, (bar - self.first + 1 + self.lead) / self.bars)


@dataclass(frozen=True, slots=True)
class Revision:
    """The rest of the bar that sounds is to be another, from a tick on."""

    bar: int
    tick: int
    wish: Wish


@dataclass(frozen=True)
class Plans:
    """What is wanted of the bars to come: all that a composition knows besides its snapshots."""

    wishes: tuple[tuple[int, Wish], ...]
    """First bars, rising, and what is wanted from them on."""
    glide: MoodGlide | None = None


class Composition:
    """One stream of bars; see the module for who may call what."""

    def __init__(
        self,
        score: Score,
        composer: Composer | None,
        fallback: Composer,
        *,
        seed: int = 0,
        seek: float = 1.0,
        tempo_step: float = LARGEST_TEMPO_STEP,
        cues: Sequence[Cue] = (),
    ) -> None:
        """A composer of None leaves everything to the fallback."""
        self._composers = {RULES: fallback} if composer is None else {NETWORK: composer, RULES: fallback}
        self._director = Director(score, seek, tempo_step)
        self._seed, self._seek = seed, seek
        self._cues = {cue.bar: cue for cue in cues}
        self._lock = threading.Lock()
        first = score.states[score.initial]
        self._plans = Plans(((0, Wish(score.initial, first.mood)),))
        self._settled = Snapshot(Memory(), {name: maker.initial_state() for name, maker in self._composers.items()})
        self._ahead: deque[Prepared] = deque()
        self._now: Prepared | None = None
        self._asked: Revision | None = None
        self._revised: Prepared | None = None
        self._open_bar = 0
        self._may_redo = True
        self._faults: deque[str] = deque(maxlen=MOST_FAULTS)
        self._has_failed = False

    @property
    def maker(self) -> str:
        """Who composes unless he is late or fails."""
        return next(iter(self._composers))

    def faults(self) -> list[str]:
        """What has gone wrong since the last call, in one line each."""
        return [self._faults.popleft() for _ in range(len(self._faults))]

    # What is wanted.

    @property
    def plans(self) -> Plans:
        """What is wanted of the bars to come."""
        return self._plans

    @property
    def wanted(self) -> Wish:
        """What is wanted in the end."""
        return self._plans.wishes[-1][1]

    @property
    def open_bar(self) -> int:
        """Number of the first bar that can still be changed."""
        return self._open_bar

    @property
    def next_bar(self) -> int:
        """Number of the bar that begins next."""
        return self._settled.memory.bar

    @property
    def settled(self) -> Snapshot:
        """What the bar that begins next follows."""
        return self._settled

    def open_from(self, bar: int) -> None:
        """Say which is the first bar that can still be changed; a later call may open none again."""
        self._open_bar = bar

    def allow_redo(self) -> None:
        """Allow one bar that is not settled to be composed again; to be called now and then.

        So a game that turns the mood with every frame costs a bar now and then, not sixty a second.
        """
        self._may_redo = True

    def wish_at(self, bar: int) -> Wish:
        """What is wanted of a bar: the game's last word, or a later cue's mood."""
        plans = self._plans
        first, wish = [item for item in plans.wishes if item[0] <= bar][-1]
        if plans.glide:
            wish = replace(wish, mood=plans.glide.mood_at(bar, wish.mood))
        cued = [cue for number, cue in self._cues.items() if first <= number <= bar]
        return replace(wish, mood=max(cued, key=lambda cue: cue.bar).mood) if cued else wish

    def cue_at(self, bar: int) -> Cue | None:
        """The cue that begins with a bar."""
        return self._cues.get(bar)

    def change(self, change: Callable[[Wish], Wish]) -> None:
        """Want something else of all bars that are open."""
        with self._lock:
            wishes, first = self._plans.wishes, self._open_bar
            before = [item for item in wishes if item[0] < first]
            at = [wish for bar, wish in wishes if bar <= first][-1]
            later = [item for item in wishes if item[0] > first]
            changed = [(bar, change(wish)) for bar, wish in [(first, at), *later]]
            if changed != [(first, at), *later]:
                self._plans = replace(self._plans, wishes=(*before, *changed))

    def change_mood(self, mood: Mood, bars: float) -> None:
        """Want a mood of all bars that are open, approached over so many of them."""
        first = self._open_bar
        glide = MoodGlide(first, bars, self._mood_before(first), 1 / self._seek - 1) if bars >= 1 else None
        with self._lock:
            # What is settled stays as it was wanted, on the way of an earlier approach perhaps.
            settled = [(bar, self.wish_at(bar)) for bar in range(self.next_bar, first)]
            old = [item for item in self._plans.wishes if item[0] < self.next_bar]
            later = [item for item in self._plans.wishes if item[0] > first]
            at = [wish for bar, wish in self._plans.wishes if bar <= first][-1]
            wishes = (*old, *settled, (first, at), *later)
            self._plans = Plans(wishes, glide)
        self.change(lambda wish: replace(wish, mood=mood))

    def enter(self, bar: int, wish: Wish) -> None:
        """Want something else from a bar on; other states that were to be entered are not."""
        with self._lock:
            wishes = self._plans.wishes
            here = [item for item in wishes if item[0] < max(self._open_bar, 1)][-1:] or [wishes[0]]
            state = here[0][1].state
            kept = [item for item in wishes if item[0] < bar and (item[0] < self._open_bar or item[1].state == state)]
            glide = self._plans.glide
            on_the_way = replace(glide, until=min(bar, glide.until or bar)) if glide else None
            self._plans = Plans((*kept, (bar, wish)), on_the_way)

    def _mood_before(self, bar: int) -> Mood:
        """The mood that the bar before a bar has, or is to have."""
        memory = self._settled.memory
        if self._now and self._asked:
            _, memory = self._director.plan(self._asked.wish, self._now.before.memory, self._random_of(self._now))
        if memory.bar < bar:
            random = np.random.default_rng([self._seed, memory.bar])
            _, memory = self._director.plan(self.wish_at(memory.bar), memory, random)
        return memory.mood or self.wish_at(bar).mood

    # Composing: may run beside the rest.

    def compose(self) -> bool:
        """Compose one bar ahead, or the rest of the one that sounds; False when there is nothing to compose."""
        with self._lock:
            asked, now = self._asked, self._now
            is_to_revise = self._is_to_revise
        if is_to_revise and asked and now:
            self._compose_rest(asked, now)
            return True
        return self._compose_next()

    def _compose_rest(self, asked: Revision, now: Prepared) -> None:
        """Compose the rest of the bar that sounds."""
        revised = self._revise(asked, now)
        with self._lock:
            if self._asked is asked and self._now is now:
                self._revised = revised
                self._ahead.clear()

    def _compose_next(self) -> bool:
        """Compose one bar ahead; False when there is none to compose."""
        with self._lock:
            place = self._place_to_compose()
            if place is None:
                return False
            before = self._before(place)
            wish = self.wish_at(before.memory.bar)
            if place < len(self._ahead):
                self._may_redo = False
        prepared = self.prepare(before, wish, self.maker)
        with self._lock:
            if self._follows(prepared, before, place):
                while len(self._ahead) > place:
                    self._ahead.pop()
                self._ahead.append(prepared)
        return True

    @property
    def wants_bars(self) -> bool:
        """Whether `compose` has something to do."""
        with self._lock:
            return self._is_to_revise or self._place_to_compose() is not None

    @property
    def is_next_ready(self) -> bool:
        """Whether the bar that comes next is composed, and as it is wanted."""
        with self._lock:
            return bool(self._ahead) and not self._is_stale(self._ahead[0])

    @property
    def is_revision_ready(self) -> bool:
        """Whether nothing has to be composed of the bar that sounds."""
        with self._lock:
            return not self._is_to_revise

    @property
    def _is_to_revise(self) -> bool:
        """Whether the rest of the bar that sounds is still to be composed."""
        return self._asked is not None and self._revised is None

    def _before(self, place: int) -> Snapshot:
        """The snapshot that a bar at a place among those ahead follows."""
        if place:
            return self._ahead[place - 1].after
        return self._revised.after if self._revised else self._settled

    def _place_to_compose(self) -> int | None:
        """Where among the bars ahead the next one belongs; None while all are there, or may still turn again."""
        if self._is_to_revise:
            return None
        for place, prepared in enumerate(self._ahead):
            if self._is_stale(prepared):
                is_settled = prepared.intent.index < self._open_bar or self._now is None
                return place if is_settled or self._may_redo else None
        # The bar after the next is composed once the next is settled: until then a turn of mood would waste it.
        is_next_settled = bool(self._ahead) and self._ahead[0].intent.index < self._open_bar
        return len(self._ahead) if len(self._ahead) < (LOOK_AHEAD if is_next_settled else 1) else None

    def _is_stale(self, prepared: Prepared) -> bool:
        return prepared.wish != self.wish_at(prepared.intent.index)

    def _follows(self, prepared: Prepared, before: Snapshot, place: int) -> bool:
        """Whether a bar still belongs at its place: neither the bars before nor the wish have changed meanwhile."""
        return place <= len(self._ahead) and self._before(place) is before and not self._is_stale(prepared)

    def prepare(self, before: Snapshot, wish: Wish, maker: str) -> Prepared:
        """A bar that follows a snapshot, by one of the composers; by the rules where that is not there, or fails."""
        maker = maker if maker in self._composers else RULES
        return self._by_someone(maker, lambda maker: self._composed(before, wish, maker))

    def _composed(self, before: Snapshot, wish: Wish, maker: str) -> Prepared:
        random = np.random.default_rng([self._seed, before.memory.bar])
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

    def _revise(self, revision: Revision, now: Prepared) -> Prepared:
        """The bar that sounds, as it is up to a tick, and from there on as it is wanted now."""
        return self._by_someone(now.maker, lambda maker: self._revised_by(maker, revision, now))

    def _revised_by(self, maker: str, revision: Revision, now: Prepared) -> Prepared:
        before = now.before
        intent, memory = self._director.plan(revision.wish, before.memory, self._random_of(now))
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

    def _random_of(self, prepared: Prepared) -> np.random.Generator:
        return np.random.default_rng([self._seed, prepared.intent.index])

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

    # Playing: one caller.

    def take(self, *, waits: bool) -> tuple[Prepared, bool]:
        """The bar that begins now, and whether it is other than was wanted because that was late.

        Waiting, it is composed on the spot. Otherwise a bar that is late is as it was wanted before, or
        the fallback writes it.
        """
        self.forget_revision()
        while waits and (not self._ahead or self._is_stale(self._ahead[0])):
            self._may_redo = True
            self.compose()
        with self._lock:
            prepared = self._ahead.popleft() if self._ahead else None
            before = self._settled
            wish = self.wish_at(before.memory.bar)
        is_late = prepared is None or prepared.wish != wish
        prepared = prepared or self.prepare(before, wish, RULES)
        self._begin(prepared)
        return prepared, is_late

    def _begin(self, prepared: Prepared) -> None:
        with self._lock:
            self._now, self._settled = prepared, prepared.after
            wishes = self._plans.wishes
            while len(wishes) > 1 and wishes[1][0] <= prepared.intent.index:
                wishes = wishes[1:]
            self._plans = replace(self._plans, wishes=wishes)

    def ask_revision(self, revision: Revision) -> None:
        """Want the rest of the bar that sounds to be another; what was asked before is forgotten."""
        with self._lock:
            if revision != self._asked:
                if self._revised:
                    self._ahead.clear()
                self._asked, self._revised = revision, None

    def forget_revision(self) -> None:
        """Leave the bar that sounds as it is."""
        with self._lock:
            if self._revised:
                self._ahead.clear()
            self._asked = self._revised = None

    def turns(self, prepared: Prepared, wish: Wish) -> bool:
        """Whether a wish would make a bar that sounds another, as far as is heard at once."""
        before = prepared.before.memory.mood
        mood = wish.mood if before is None else before.toward(wish.mood, self._seek)
        return turns(prepared.intent.mood, mood)

    @property
    def asked_revision(self) -> Revision | None:
        """The revision that was asked for and has not been taken."""
        return self._asked

    def take_revision(self, *, waits: bool) -> Prepared | None:
        """The bar that sounds, revised; None when it is late, which forgets it."""
        while waits and self._is_to_revise:
            self.compose()
        with self._lock:
            revised, self._asked, self._revised = self._revised, None, None
            if revised:
                self._now, self._settled = revised, revised.after
        return revised

    # Going back.

    def upcoming(self) -> Prepared | None:
        """The bar that comes next, as it is composed so far."""
        with self._lock:
            return self._ahead[0] if self._ahead and not self._is_to_revise else None

    def ahead(self) -> tuple[Prepared, ...]:
        """All bars that are composed ahead so far, in order."""
        with self._lock:
            return tuple(self._ahead)

    def restore(self, prepared: "Begun", plans: Plans) -> None:
        """Go back to where a bar began: it is composed again, the same, and comes next."""
        with self._lock:
            self._plans, self._settled = plans, prepared.before
            self._now = self._asked = self._revised = None
            self._ahead.clear()
        again = self.prepare(prepared.before, prepared.wish, prepared.maker)
        with self._lock:
            self._ahead.append(again)


@dataclass(frozen=True)
class Begun:
    """What a bar that began is composed from again."""

    before: Snapshot
    wish: Wish
    maker: str


def _line(error: Exception) -> str:
    text = str(error) if isinstance(error, BarwiseError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())
