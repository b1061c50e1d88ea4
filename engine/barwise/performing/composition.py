"""Bars composed ahead of the music: wishes by bar in, prepared bars out.

It counts bars and knows no samples, and nothing of how a bar is made. `compose` may run beside everything
else; the other methods are for whoever plays the bars.
"""

import threading
from collections import deque
from collections.abc import Sequence

from barwise.composing.composer import Composer
from barwise.directing.director import Director, Wish
from barwise.directing.turning import turns
from barwise.music.mood import Mood
from barwise.performing.bar_maker import RULES, BarMaker, Begun, Prepared, Revision, Snapshot
from barwise.performing.lead import Lead
from barwise.performing.plans import Cue, MoodGlide, Plans
from barwise.performing.wishes import Wishes
from barwise.score.schema import LARGEST_TEMPO_STEP, Score

LOOK_AHEAD = 2
"""Bars composed beyond the one that sounds, once the next of them is settled; until then one."""


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
        lead: Lead | None = None,
    ) -> None:
        """A composer of None leaves everything to the fallback; without a lead no bar waits to be composed."""
        self._maker = BarMaker(Director(score, seek, tempo_step), composer, fallback, seed)
        self._seek, self._lead = seek, lead
        self._lock = threading.Lock()
        first = score.states[score.initial]
        self.wishes = Wishes(Wish(score.initial, first.mood), cues)
        """What is wanted of the bars to come."""
        self._settled = self._maker.beginning
        self._ahead: deque[Prepared] = deque()
        self._now: Prepared | None = None
        self._asked: Revision | None = None
        self._revised: Prepared | None = None
        self._may_redo = True

    @property
    def maker(self) -> str:
        """Who composes unless he is late or fails."""
        return self._maker.chosen

    def faults(self) -> list[str]:
        """What has gone wrong since the last call, in one line each."""
        return self._maker.faults()

    # What is wanted, and what it follows.

    @property
    def next_bar(self) -> int:
        """Number of the bar that begins next."""
        return self._settled.memory.bar

    @property
    def settled(self) -> Snapshot:
        """What the bar that begins next follows."""
        return self._settled

    def allow_redo(self) -> None:
        """Allow one bar that is not settled to be composed again; to be called now and then.

        So a game that turns the mood with every frame costs a bar now and then, not sixty a second.
        """
        self._may_redo = True

    def change_mood(self, mood: Mood, bars: float) -> None:
        """Want a mood of all bars that are open, approached over so many of them."""
        first = self.wishes.open_bar
        glide = MoodGlide(first, bars, self._mood_before(first), 1 / self._seek - 1) if bars >= 1 else None
        self.wishes.change_mood(mood, glide, self.next_bar)

    def _mood_before(self, bar: int) -> Mood:
        """The mood that the bar before a bar has, or is to have."""
        memory = self._settled.memory
        if self._now and self._asked:
            memory = self._maker.memory_after(self._asked.wish, self._now.before.memory, self._now.intent.index)
        if memory.bar < bar:
            memory = self._maker.memory_after(self.wishes.wish_at(memory.bar), memory, memory.bar)
        return memory.mood or self.wishes.wish_at(bar).mood

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
        revised = self._maker.revise(asked, now)
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
            wish = self.wishes.wish_at(before.memory.bar)
            if place < len(self._ahead):
                self._may_redo = False
        prepared = self._maker.prepare(before, wish, self.maker)
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
        is_lively = self._is_lively
        if self._is_to_revise or (is_lively and self._lead and not self._lead.is_due):
            return None
        for place, prepared in enumerate(self._ahead):
            if self._is_stale(prepared):
                is_settled = prepared.intent.index < self.wishes.open_bar or self._now is None
                return place if is_settled or self._may_redo else None
        # The bar after the next is composed once the next is settled: until then a turn of mood would waste it.
        is_next_settled = bool(self._ahead) and self._ahead[0].intent.index < self.wishes.open_bar
        bars = LOOK_AHEAD if is_next_settled and not is_lively else 1
        return len(self._ahead) if len(self._ahead) < bars else None

    @property
    def _is_lively(self) -> bool:
        """Whether bars wait, because others are likely to be wanted before they begin."""
        if self._lead is None or self._now is None:
            return False
        return self._lead.is_expecting(self.next_bar - self.wishes.turned)

    def _is_stale(self, prepared: Prepared) -> bool:
        return prepared.wish != self.wishes.wish_at(prepared.intent.index)

    def _follows(self, prepared: Prepared, before: Snapshot, place: int) -> bool:
        """Whether a bar still belongs at its place: neither the bars before nor the wish have changed meanwhile."""
        return place <= len(self._ahead) and self._before(place) is before and not self._is_stale(prepared)

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
            wish = self.wishes.wish_at(before.memory.bar)
        is_late = prepared is None or prepared.wish != wish
        prepared = prepared or self._maker.prepare(before, wish, RULES)
        self._begin(prepared)
        return prepared, is_late

    def take_as(self, wish: Wish, maker: str) -> Prepared:
        """The bar that begins now, as it was wanted once, by one of the composers."""
        self.forget_revision()
        with self._lock:
            prepared = self._ahead.popleft() if self._ahead else None
            before = self._settled
            if prepared is None or (prepared.wish, prepared.maker) != (wish, maker):
                self._ahead.clear()
                prepared = None
        prepared = prepared or self._maker.prepare(before, wish, maker)
        self._begin(prepared)
        return prepared

    def _begin(self, prepared: Prepared) -> None:
        with self._lock:
            self._now, self._settled = prepared, prepared.after
            self.wishes.begin(prepared.intent.index)

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

    def take_revision_by(self, maker: str) -> Prepared | None:
        """The bar that sounds, revised by one of the composers; None where that is not asked for."""
        with self._lock:
            asked, now = self._asked, self._now
        if asked is None or now is None:
            return None
        revised = self._maker.revise(asked, now, maker)
        with self._lock:
            self._ahead.clear()
            self._asked = self._revised = None
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

    def restore(self, prepared: Begun, plans: Plans) -> None:
        """Go back to where a bar began: it is composed again, the same, and comes next."""
        with self._lock:
            self.wishes.plans, self._settled = plans, prepared.before
            self._now = self._asked = self._revised = None
            self._ahead.clear()
        again = self._maker.prepare(prepared.before, prepared.wish, prepared.maker)
        with self._lock:
            self._ahead.append(again)
