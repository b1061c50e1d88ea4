"""Where one bar follows another: which begins, by which clock, and what the music goes on from there.

What a bar becomes, how it is heard and where it leads are for others.
"""

from dataclasses import dataclass, replace

from barwise.commands import JournalEntry
from barwise.music.events import MusicEventKind
from barwise.performing.bar_maker import Begun, Prepared
from barwise.performing.composition import Composition
from barwise.performing.journal import Journal
from barwise.performing.plans import Plans
from barwise.performing.reporter import Reporter
from barwise.performing.stage import Stage
from barwise.performing.stage_state import StageState
from barwise.performing.steering import LATE, Steering
from barwise.playing.transport import BarClock


@dataclass(frozen=True)
class SessionState:
    """A session as a bar begins: what it goes on from, to the same notes."""

    begun: Begun
    plans: Plans
    left: StageState
    """Of the bar before."""
    state_sample: int
    """Where the present state was entered."""
    deferred: tuple[JournalEntry, ...]
    mood_waits: bool
    commands: int
    """How many entries the journal had."""

    @property
    def sample(self) -> int:
        """Where it begins."""
        return self.left.sample


class BarLines:
    """Those of one stream of music."""

    def __init__(
        self,
        composition: Composition,
        stage: Stage,
        steering: Steering,
        journal: Journal,
        reporter: Reporter,
        sample_rate: int,
    ) -> None:
        self._composition, self._stage, self._steering = composition, stage, steering
        self._journal, self._reporter, self._sample_rate = journal, reporter, sample_rate
        self.began: SessionState | None = None
        """The session as the present bar began; None before the first."""
        self.is_restored = False
        """Whether the bar that comes next had begun when it was saved."""

    def begin(self, *, waits: bool) -> bool:
        """Begin the bar that is due, if one is; where that is not waited for, as it stands. Whether one was."""
        stage, has_begun = self._stage, False
        while stage.now is None or stage.sample >= round(stage.now.clock.end_sample):
            has_begun = True
            state = self.state_now()
            prepared = self._take(waits=waits)
            self.began = replace(state, begun=Begun(prepared.before, prepared.wish, prepared.maker))
            self._begin(prepared)
        return has_begun

    def _take(self, *, waits: bool) -> Prepared:
        """The bar that begins now: a late one where that is foretold, or where it is not waited for."""
        composition, sample = self._composition, self._stage.sample
        foretold = self._journal.late_bar(composition.next_bar)
        prepared, is_late = (composition.take_as(*foretold), True) if foretold else composition.take(waits=waits)
        if is_late or prepared.maker != composition.maker:
            self._journal.enter_late_bar(sample, prepared.intent.index, prepared.wish, prepared.maker)
        if is_late:
            self._reporter.tell(sample, MusicEventKind.WARNING, prepared.intent.index, LATE)
        return prepared

    def _begin(self, prepared: Prepared) -> None:
        stage, steering, before = self._stage, self._steering, self._stage.now
        stage.begin(prepared, self.clock_of(prepared))
        has_new_state = steering.enter_state(prepared.intent.state)
        cue = self._composition.wishes.cue_at(prepared.intent.index)
        if cue:
            stage.intensity = replace(stage.intensity, value=cue.intensity)
        stage.play(before, is_changed=has_new_state or cue is not None)
        self._composition.allow_redo()
        self.is_restored = False
        steering.settle()
        stage.report_bar()
        steering.keep_arrival()
        if steering.mood_waits:
            steering.consider_revision()

    def clock_of(self, prepared: Prepared) -> BarClock:
        """The clock of the bar that follows, which an arrival may bend."""
        intent, condition = prepared.intent, prepared.intent.condition
        before, arrival = self._stage.clock, self._stage.arrival
        if before is None:
            return BarClock(float(self._stage.sample), 0, condition.tempo, condition.metre, self._sample_rate)
        if arrival and intent.index < arrival.bar:
            return before.next(arrival.tempo, condition.metre, before.glide_left)
        return before.next(condition.tempo, condition.metre, intent.glide_ticks)

    # Going back.

    def state_now(self) -> SessionState:
        """What the next bar begins from."""
        composition, steering = self._composition, self._steering
        return SessionState(
            Begun(composition.settled, composition.wishes.wish_at(composition.next_bar), composition.maker),
            composition.wishes.plans,
            self._stage.left(),
            steering.state_sample,
            tuple(steering.deferred),
            steering.mood_waits,
            self._journal.number,
        )

    def restore(self, state: SessionState) -> None:
        """Go to where a bar of this seed, score and composer began; the same journal gives the same notes."""
        steering = self._steering
        self._composition.restore(state.begun, state.plans)
        self._stage.restore(state.left)
        steering.state, steering.state_sample = state.left.state, state.state_sample
        steering.deferred, steering.mood_waits = list(state.deferred), state.mood_waits
        self._journal.go_back(state.commands)
        self.began = None
        self.is_restored = bool(state.left.state)
