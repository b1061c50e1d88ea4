"""Where the music goes: moods within a bar, transitions between states, arrivals. Commands in, plans out.

It says what is wanted of the bars to come, has the bar that sounds composed anew, cut or played at another tempo, and
keeps what has to wait. It composes nothing and sends nothing itself.
"""

import math
from dataclasses import replace

from barwise.commands import Arrive, Command, Enter, Journaled, JournalEntry, LateRest
from barwise.directing.approaching import Approach
from barwise.music.events import MusicEventKind
from barwise.music.mood import Mood
from barwise.performing.arrivals import Arrival, approach_of, is_on_time, plan_from
from barwise.performing.bar_maker import Prepared, Revision
from barwise.performing.composition import Composition
from barwise.performing.intensity import Intensity
from barwise.performing.journal import Journal
from barwise.performing.reporter import Reporter
from barwise.performing.stage import Stage
from barwise.performing.transitions import start_of
from barwise.score.schema import MoodChange, Score, SyncPoint

SETTLE_SECONDS = 0.12
"""A bar, or the rest of one, is settled this long before it sounds: a later change waits for the next beat.

It is longer than composing takes, so that a live session makes what a render makes.
"""

EARLIEST_STROKE_TICKS = 2.0
"""So much before its place a note may be struck: what is composed anew from a tick on takes over this much before."""

TEMPO_GLIDE_BEATS = 2.0
"""How long the tempo takes to follow a turn of mood within a bar."""

LATE = "the composer is late; this bar is as it was wanted before, or by the rules"


class Steering:
    """The way of one stream of music."""

    def __init__(
        self,
        score: Score,
        composition: Composition,
        stage: Stage,
        reporter: Reporter,
        journal: Journal,
        sample_rate: int,
    ) -> None:
        self._score, self._composition, self._stage = score, composition, stage
        self._reporter, self._journal, self._sample_rate = reporter, journal, sample_rate
        self.state, self.state_sample = "", 0
        """The present state, and where it was entered."""
        self.deferred: list[JournalEntry] = []
        """What waits for its sample."""
        self.mood_waits = False
        """Whether a turn of mood came too late for the bar that sounds, and is to be in the next from a beat on."""
        self._misses = 0
        """How often the rest of the bar that sounds was late."""

    # What can still be changed.

    def settle(self) -> None:
        """Tell the composition which bars can still be changed."""
        now = self._stage.now
        if now is None:
            self._composition.wishes.open_bar = self._composition.next_bar
            return
        self._composition.wishes.open_bar = now.intent.index + (2 if self._is_next_settled else 1)

    @property
    def _is_next_settled(self) -> bool:
        """Whether the bar that comes next can no longer be changed."""
        left = self._stage.playing.clock.end_sample - self._stage.sample
        return left < SETTLE_SECONDS * self._sample_rate

    def _next_tick(self, step: int, before: float = 0.0) -> int:
        """The next tick of the present bar on a grid such that so many ticks before it can still be changed.

        It is the bar's end at most.
        """
        clock = self._stage.playing.clock
        settled = clock.tick_at(self._stage.sample + SETTLE_SECONDS * self._sample_rate)
        return max(min(math.ceil((settled + before) / step - 1e-9) * step, clock.ticks), 0)

    def _next_revision(self) -> int:
        """The next beat from which the present bar can be composed anew, with all that is struck before its place.

        It is a beat later for each time that this was late: asked for one beat after the other, a composer that is
        still busy with the last would never be in time.
        """
        beat_ticks = self._stage.playing.clock.metre.beat_ticks
        return self._next_tick(beat_ticks, EARLIEST_STROKE_TICKS + self._misses * beat_ticks)

    def defer(self, sample: int, command: Command) -> None:
        """Have a command wait for a sample."""
        self.deferred.append(JournalEntry(sample, command))

    def take_deferred(self) -> list[Journaled]:
        """The commands whose sample has come."""
        due = [entry.command for entry in self.deferred if entry.sample <= self._stage.sample]
        if due:
            self.deferred = [entry for entry in self.deferred if entry.sample > self._stage.sample]
        return due

    def _forget_deferred(self, *kinds: type) -> None:
        self.deferred = [entry for entry in self.deferred if not isinstance(entry.command, kinds)]

    # Moods.

    def change_mood(self, mood: Mood, bars: float, seconds: float) -> None:
        """Want a mood; one that is approached over bars begins to be with the next."""
        bars = max(bars, self._bars_in(seconds))
        if bars < 1:
            self._composition.change_mood(mood, 0.0)
            self.consider_revision()
            return
        asked, now = self._composition.asked_revision, self._stage.now
        if asked and now and asked.wish.approach == now.prepared.wish.approach:  # one for a fill stays
            self._composition.forget_revision()
        self.mood_waits = False
        self._composition.change_mood(mood, bars)

    def _bars_in(self, seconds: float) -> float:
        """How many bars of the present length a time has."""
        clock = self._stage.clock
        if clock is None or seconds <= 0:
            return 0.0
        return seconds * self._sample_rate / max(clock.end_sample - clock.start_sample, 1.0)

    def consider_revision(self) -> None:
        """Have the rest of the bar composed anew, from the next beat on, where the mood that is wanted turns it."""
        now, composition = self._stage.now, self._composition
        if now is None or self._score.mood_changes is not MoodChange.BEAT:
            return
        later = composition.wishes.wish_at(composition.wishes.open_bar)
        is_led = later.approach is not None and now.intent.index < later.approach.end
        if later.state != now.prepared.wish.state or is_led:
            return
        self.mood_waits = False
        wish = replace(now.prepared.wish, mood=later.mood)
        asked = composition.asked_revision
        tick = self._next_revision()
        if not composition.turns(now.prepared, wish):
            composition.forget_revision()
        elif tick >= now.clock.ticks or (asked and asked.tick < tick):
            self.mood_waits = True
        else:
            composition.ask_revision(Revision(now.intent.index, tick, wish))

    def revision_sample(self) -> int | None:
        """Where the bar that sounds is to be another; None where it is not."""
        asked, now = self._composition.asked_revision, self._stage.now
        if asked is None or now is None:
            return None
        return now.clock.sample_at(max(asked.tick - EARLIEST_STROKE_TICKS, 0.0))

    def take_revision(self, *, waits: bool) -> None:
        """Have the bar that sounds be another from here on, where that is due and composed, or waited for."""
        due, asked = self.revision_sample(), self._composition.asked_revision
        if due is None or asked is None or due > self._stage.sample:
            return
        playing, revised = self._stage.playing.prepared, self._take_revised(asked, waits=waits)
        if revised is None:
            self._composition.forget_revision()
            self._misses += 1
            self._journal.enter(self._stage.sample, LateRest(asked.bar, asked.tick))
            self._reporter.tell(self._stage.sample, MusicEventKind.WARNING, asked.bar, LATE)
            self.consider_revision()
            return
        if revised.maker != playing.maker:
            self._journal.enter(self._stage.sample, LateRest(asked.bar, asked.tick, revised.maker))
        if self._stage.arrival is None:
            clock = self._stage.playing.clock
            glide = TEMPO_GLIDE_BEATS * clock.metre.beat_ticks
            self._stage.retime(clock.retimed(asked.tick, revised.intent.condition.tempo, glide))
        self._stage.revise(revised, asked.tick)
        if self.mood_waits:
            self.consider_revision()

    def _take_revised(self, asked: Revision, *, waits: bool) -> Prepared | None:
        """The bar that sounds, composed anew; None where that is late, or is foretold to be."""
        foretold = self._journal.late_rest(asked.bar, asked.tick)
        if foretold is None:
            return self._composition.take_revision(waits=waits)
        return self._composition.take_revision_by(foretold.maker) if foretold.maker else None

    # States.

    def enter(self, command: Enter) -> None:
        """Go to a state as its transition says, or once the present one has stayed as long as it is to."""
        stage, composition, spec = self._stage, self._composition, self._score.states[command.state]
        dwell = self._score.states[self.state].dwell if self.state else 0.0
        free_sample = self.state_sample + round(dwell * self._sample_rate)
        self._forget_deferred(Enter, Arrive)
        if self.state and command.state != self.state and stage.sample < free_sample:
            self.defer(free_sample, command)
            return
        said = {name: getattr(command, name) for name in ("at", "fill", "bridge", "fade")}
        transition = replace(
            self._score.transition_between(self.state, command.state),
            **{name: value for name, value in said.items() if value is not None},
        )
        stage.arrival, stage.fade = None, transition.fade
        stage.intensity = replace(stage.intensity, at_entry=spec.intensity)
        wish = replace(composition.wishes.wanted, state=command.state, mood=spec.mood, approach=None)
        if stage.now is None or command.state == self.state:
            composition.wishes.enter(composition.wishes.open_bar, wish)
            self.consider_revision()
            return
        exits = self._score.states[self.state].exits
        start = start_of(SyncPoint(transition.at), stage.playing, composition.wishes.open_bar, self._next_tick, exits)
        first = start.bar
        if start.cut is not None:
            self._cut_at(start.cut)
        if transition.bridge or transition.fill:
            bridge = Approach.bridge(first, transition.bridge, command.state, has_fill=transition.fill)
            wish = replace(wish, approach=bridge)
            if bridge.fill_bar == stage.playing.intent.index:
                self._lead_over(bridge)
        told_of = first - 1 if transition.fill and not transition.bridge else first  # the bar with the fill knows of it
        composition.wishes.enter(max(told_of, composition.wishes.open_bar), wish)

    def _lead_over(self, cut: Approach) -> None:
        """Have the rest of the bar that sounds composed anew with a fill, where a beat of it is left."""
        now, asked = self._stage.playing, self._composition.asked_revision
        tick = self._next_revision()
        if 0 < tick < now.clock.ticks:
            wish = replace(asked.wish if asked else now.prepared.wish, approach=cut)
            self._composition.ask_revision(Revision(now.intent.index, tick, wish))

    def _cut_at(self, tick: int) -> None:
        """End the present bar early."""
        asked = self._composition.asked_revision
        if asked and asked.tick >= tick:
            self._composition.forget_revision()
        self._stage.cut(tick)

    def enter_state(self, state: str) -> bool:
        """Take in that a bar of a state begins; whether it is another than before."""
        stage, self._misses = self._stage, 0
        if state == self.state:
            return False
        self.state, self.state_sample = state, stage.sample
        self._reporter.tell(stage.sample, MusicEventKind.STATE, stage.playing.intent.index, state)
        entry = stage.intensity.at_entry
        if entry is not None and state == self._composition.wishes.wanted.state:
            stage.intensity = Intensity(entry)
        if stage.arrival and stage.arrival.state == state:
            stage.arrival = None
        return True

    # Arrivals.

    def arrive(self, command: Arrive) -> None:
        """Have a state begin so many seconds from here."""
        self._forget_deferred(Enter, Arrive)
        self._plan_arrival(command.state, self._stage.sample + command.seconds * self._sample_rate)

    def _plan_arrival(self, state: str, target: float) -> None:
        """Bend the tempo, count out bars and cut one if need be, so that a bar begins at a sample."""
        stage, spec = self._stage, self._score.states[state]
        if stage.now is None or self._is_next_settled:
            bar_line = stage.sample if stage.now is None else round(stage.playing.clock.end_sample)
            self.defer(bar_line, Arrive(state, (target - bar_line) / self._sample_rate))
            return
        clock, bar = stage.playing.clock, stage.playing.intent.index + 1
        home = stage.arrival.home_tempo if stage.arrival else clock.goal_tempo
        first = self._next_tick(clock.metre.beat_ticks)
        plan = plan_from(clock, first, self._score.states[self.state].metre, target, home)
        approach = approach_of(plan, bar, state)
        stage.intensity, stage.fade = replace(stage.intensity, at_entry=spec.intensity), 1.0
        stage.arrival = Arrival(state, target, approach.end, home, plan.tempo_to, plan.tempo_ratio)
        stage.retime(clock.retimed(first, plan.tempo_to, plan.glide_ticks))
        if plan.cut_tick is not None:
            self._cut_at(plan.cut_tick)
        self._composition.wishes.open_bar = bar
        wish = replace(self._composition.wishes.wanted, state=state, mood=spec.mood, approach=approach)
        self._composition.wishes.enter(bar, wish)

    def cancel_arrival(self) -> None:
        """Stay in the present state; harmless when nothing is to be arrived at."""
        stage, composition = self._stage, self._composition
        self._forget_deferred(Arrive)
        if stage.arrival is None:
            return
        stage.arrival, stage.intensity = None, replace(stage.intensity, at_entry=None)
        here = replace(composition.wishes.wanted, state=self.state, mood=stage.playing.intent.mood, approach=None)
        composition.wishes.enter(composition.wishes.open_bar, here)
        stage.report_bar()

    def keep_arrival(self) -> None:
        """Plan an arrival again that would not be on time: a bar was late and is other than was planned."""
        arrival, now = self._stage.arrival, self._stage.now
        if arrival is None or now is None or now.intent.index >= arrival.bar:
            return
        approach = self._composition.wishes.wanted.approach
        if approach and not is_on_time(arrival, approach, now.clock, now.intent.index):
            self._plan_arrival(arrival.state, arrival.sample)
