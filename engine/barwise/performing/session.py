"""One stream of music: commands in, bars on the clock, samples and reports out.

It has no thread and no wall clock: time is the number of samples rendered. A live host calls
`compose` and `render` from two threads; an offline render calls them in turn. The notes depend
on the seed and on what the journal has, never on who calls or how fast.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from barwise.commands import (
    Arrive,
    CallTheme,
    CancelArrival,
    Command,
    Enter,
    Journaled,
    JournalEntry,
    LateBar,
    LateRest,
    PlayStinger,
    SetAttributes,
    SetIntensity,
    SetMood,
    SetTempo,
)
from barwise.composing.composer import Composer
from barwise.directing.director import Wish
from barwise.directing.theming import ThemeCall
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.performance import Performance
from barwise.music.reports import BarReport, Fault
from barwise.performing.arrivals import Arrival
from barwise.performing.bar_maker import Begun, Prepared
from barwise.performing.composition import Composition
from barwise.performing.journal import Journal
from barwise.performing.plans import Cue, Plans
from barwise.performing.reporter import Reporter, SessionReport
from barwise.performing.stage import Stage, StageState
from barwise.performing.steering import LATE, Steering
from barwise.performing.telling import Playing
from barwise.plain import pack, unpack
from barwise.playing.mastering import Voices, mixed
from barwise.playing.outputs import Block
from barwise.playing.synth import Synth
from barwise.playing.transport import DEFAULT_SAMPLE_RATE, BarClock
from barwise.score.schema import LARGEST_TEMPO_STEP, Score

CALLS_KEPT = 16
"""Calls for themes that may wait for their bars at a time."""

WISH = "wish"


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


class Session:
    """One stream of music; see the module for who may call what."""

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
        synth: Synth | None = None,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        is_live: bool = False,
        is_recording: bool = False,
    ) -> None:
        """A composer of None leaves everything to the fallback; a synth of None renders silence.

        A live session never waits for a bar: one that is late is played as it was wanted before, or
        written by the fallback. Any other session composes it on the spot.
        """
        self._composition = Composition(
            score, composer, fallback, seed=seed, seek=seek, tempo_step=tempo_step, cues=cues
        )
        self._reporter = Reporter(sample_rate)
        self._stage = Stage(
            score, self._reporter, seed=seed, synth=synth, sample_rate=sample_rate, is_recording=is_recording
        )
        self._journal = Journal(self._reporter, is_recording=is_recording)
        self._steering = Steering(score, self._composition, self._stage, self._reporter, self._journal, sample_rate)
        self._sample_rate, self._is_live = sample_rate, is_live
        self._commands: deque[Journaled] = deque()
        self._began: SessionState | None = None
        self._is_restored = False

    # What the game says. Commands take effect at the start of the next rendered block.

    def call(self, command: Journaled) -> None:
        """Queue a command, or what a journal has beside them; any thread may."""
        self._commands.append(command)

    def _obey_all(self) -> None:
        commands = self._said()
        if self._stage.now:
            self._begin_bars()  # what is said as a bar begins comes after that, whoever looks in between
        self._steering.settle()
        last_arrival = max((place for place, said in enumerate(commands) if isinstance(said, Arrive)), default=-1)
        for place, command in enumerate(commands):
            self._journal.enter(self.sample, command)
            # To plan an arrival takes a millisecond, and may cut the bar: one that is replaced at once is not planned.
            if place >= last_arrival or not isinstance(command, Arrive):
                self._obey(command)

    def _said(self) -> list[Command]:
        """The commands that wait; what was late is known before it is again."""
        commands: list[Command] = []
        for _ in range(len(self._commands)):
            said = self._commands.popleft()
            if isinstance(said, LateBar | LateRest):
                self._journal.foretell(said)
            else:
                commands.append(said)
        return commands

    def _obey(self, command: Journaled) -> None:
        composition, stage, steering = self._composition, self._stage, self._steering
        match command:
            case SetMood(mood, bars, seconds):
                steering.change_mood(mood, bars, seconds)
            case SetIntensity(intensity, seconds):
                stage.approach_intensity(intensity, seconds)
            case SetTempo(tempo):
                composition.change(lambda wish: replace(wish, tempo=tempo))
            case SetAttributes(attributes):
                composition.change(lambda wish: replace(wish, attributes=attributes))
            case Enter():
                steering.enter(command)
            case CallTheme(theme, bar, waits):
                call = ThemeCall(theme, max(bar, composition.open_bar), waits)
                composition.change(lambda wish: replace(wish, themes=(*wish.themes, call)[-CALLS_KEPT:]))
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

    def _obey_deferred(self) -> None:
        if commands := self._steering.take_deferred():
            self._steering.settle()
            for command in commands:
                self._obey(command)

    # Composing: may run beside rendering.

    def compose(self) -> bool:
        """Compose one bar ahead; False when there is none to compose for now."""
        has_composed = self._composition.compose()
        if has_composed:
            ahead = self._composition.ahead()
            for coming in ahead:
                self._stage.played_notes(coming)
            if ahead:
                self._stage.arrange_ahead(ahead[0])
        return has_composed

    @property
    def wants_bars(self) -> bool:
        """Whether `compose` has something to do."""
        return self._composition.wants_bars

    # Rendering: one caller at a time.

    def render(self, frames: int) -> Block:
        """The next frames of sound, as float32 [frames, 2]; they are heard LOOKAHEAD_FRAMES later than they come."""
        return mixed(self.render_voices(frames))

    def render_voices(self, frames: int) -> Voices:
        """The same as what adds up to it: the stems where the synthesizer is split, the mix alone where it is not."""
        self._obey_all()
        sounding = self._stage.sounding
        return sounding.master([sounding.render(step) for step in self._steps(self.sample + frames)])

    def advance(self, frames: int) -> None:
        """Move on without sound; everything else happens as in `render`."""
        self._obey_all()
        for _ in self._steps(self.sample + frames):
            pass

    def skip_to(self, sample: int, journal: Iterable[JournalEntry] = ()) -> None:
        """Move on without a note being sent, doing what a journal says at its samples; notes to come are."""
        sounding = self._stage.sounding
        is_live, self._is_live, sounding.is_muted = self._is_live, False, True
        sounding.silence()
        said = []
        for entry in journal:
            if isinstance(entry.command, LateBar | LateRest):
                self._journal.foretell(entry.command)
            else:
                said.append(entry)
        if self._is_restored:
            self._begin_bars()  # the journal is of what was said since
        for entry in said:
            if entry.sample > self.sample:
                self.advance(entry.sample - self.sample)
            self.call(entry.command)
        self.advance(max(sample - self.sample, 0))
        self._is_live, sounding.is_muted = is_live, False

    @property
    def ready_until(self) -> int:
        """The sample up to which nothing has to be composed first; the present one where something has."""
        now, sample = self._stage.now, self.sample
        if now is None or sample >= round(now.clock.end_sample):
            return sample + self._composition.is_next_ready
        revision = self._steering.revision_sample()
        if revision is not None and not self._composition.is_revision_ready:
            return max(revision, sample)
        return round(now.clock.end_sample)

    def let_ring(self, frames: int) -> Block:
        """End every note and give what still rings; the music is over then."""
        return mixed(self.let_voices_ring(frames))

    def let_voices_ring(self, frames: int) -> Voices:
        """The same as what adds up to it, as `render_voices` gives it."""
        self._stage.let_go()
        return self._stage.sounding.master([self._stage.sounding.render(frames)])

    def frames_left_in_bar(self) -> int:
        """Frames from here to the end of the bar; a bar that is due begins."""
        self._obey_all()
        self._begin_bars()
        return round(self._stage.playing.clock.end_sample) - self.sample

    def _steps(self, end: int) -> Iterator[int]:
        """Frames from one happening to the next, up to a sample, with all that happens before each."""
        stage, steering = self._stage, self._steering
        while stage.sample < end:
            self._begin_bars()
            self._obey_deferred()
            steering.take_revision(waits=not self._is_live)
            stage.happen()
            self._report_coming()
            until = min(end, self._next_sample())
            yield until - stage.sample
            stage.sample = until
            steering.settle()

    def _next_sample(self) -> int:
        """The sample of whatever happens next; always later than now."""
        upcoming = [self._stage.next_sample(), *(entry.sample for entry in self._steering.deferred)]
        revision = self._steering.revision_sample()
        if revision is not None:
            upcoming.append(revision)
        return max(min(upcoming), self.sample + 1)

    def _begin_bars(self) -> None:
        stage = self._stage
        while stage.now is None or stage.sample >= round(stage.now.clock.end_sample):
            state = self._state_now()
            prepared = self._take_bar()
            self._began = replace(state, begun=Begun(prepared.before, prepared.wish, prepared.maker))
            self._begin_bar(prepared)

    def _take_bar(self) -> Prepared:
        """The bar that begins now, late where the journal says so or where it cannot be waited for."""
        foretold = self._journal.late_bar(self._composition.next_bar)
        if foretold:
            prepared = self._composition.take_as(unpack(Wish, foretold.wish, name=WISH), foretold.maker)
        else:
            prepared, is_late = self._composition.take(waits=not self._is_live)
            if not is_late:
                return prepared
        late = LateBar(prepared.intent.index, prepared.maker, pack(prepared.wish, name=WISH))
        self._journal.enter(self.sample, late)
        self._reporter.tell(self.sample, MusicEventKind.WARNING, late.bar, LATE)
        return prepared

    def _begin_bar(self, prepared: Prepared) -> None:
        stage, steering, before = self._stage, self._steering, self._stage.now
        stage.begin(prepared, self._next_clock(prepared))
        has_new_state = steering.enter_state(prepared.intent.state)
        cue = self._composition.cue_at(prepared.intent.index)
        if cue:
            stage.intensity = replace(stage.intensity, value=cue.intensity)
        stage.play(before, is_changed=has_new_state or cue is not None)
        self._composition.allow_redo()
        self._is_restored = False
        steering.settle()
        stage.report_bar()
        steering.keep_arrival()
        if steering.mood_waits:
            steering.consider_revision()

    def _next_clock(self, prepared: Prepared) -> BarClock:
        """The clock of the bar that follows, which an arrival may bend."""
        intent, condition = prepared.intent, prepared.intent.condition
        before, arrival = self._stage.clock, self._stage.arrival
        if before is None:
            return BarClock(float(self.sample), 0, condition.tempo, condition.metre, self._sample_rate)
        if arrival and intent.index < arrival.bar:
            return before.next(arrival.tempo, condition.metre, before.glide_left)
        return before.next(condition.tempo, condition.metre, intent.glide_ticks)

    def _report_coming(self) -> None:
        """Report the bar to come, as soon as it is composed and whenever it becomes another."""
        coming = self._composition.upcoming()
        if not self._stage.is_told(coming):
            self._stage.report_coming(coming, self._next_clock(coming) if coming else None)

    # What the game hears of.

    def events(self, heard_sample: int | None = None) -> list[MusicEvent]:
        """What has happened up to a sample since the last call, in order."""
        return self._reporter.events(heard_sample)

    def reports(self) -> list[SessionReport]:
        """What is to be told since the last call; their frames are samples of music."""
        return [*(Fault(text) for text in self._composition.faults()), *self._reporter.reports()]

    def playing_at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample of the last few bars."""
        return self._stage.playing_at(sample)

    def report_bar(self) -> None:
        """Report the bar that sounds, anew."""
        self._stage.report_bar()

    def bar_report(self) -> BarReport | None:
        """The bar that sounds, and what it is on the way to; None before the first."""
        return self._stage.bar_report()

    # What can be read, and gone back to.

    @property
    def sample(self) -> int:
        """Samples rendered so far: the clock."""
        return self._stage.sample

    @property
    def journal(self) -> list[JournalEntry]:
        """What took effect so far, when recording."""
        return self._journal.entries

    @property
    def wanted(self) -> Wish:
        """What is wanted in the end."""
        return self._composition.wanted

    @property
    def intensity(self) -> float:
        """The intensity in force, 0 to 1."""
        return self._stage.intensity.value

    @property
    def arrival(self) -> Arrival | None:
        """What is to be arrived at."""
        return self._stage.arrival

    @property
    def began(self) -> SessionState | None:
        """The session as the present bar began; None before the first."""
        return self._began

    def checkpoint(self) -> SessionState:
        """The session as the present bar began, or as it stands before the first."""
        self._obey_all()
        return self._began or self._state_now()

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return self._stage.performance()

    def _state_now(self) -> SessionState:
        """What the next bar begins from."""
        composition, steering = self._composition, self._steering
        return SessionState(
            Begun(composition.settled, composition.wish_at(composition.next_bar), composition.maker),
            composition.plans,
            self._stage.left(),
            steering.state_sample,
            tuple(steering.deferred),
            steering.mood_waits,
            self._journal.number,
        )

    def restore(self, state: SessionState) -> None:
        """Go to where a bar of this seed, score and composer began; the same calls give the same notes from there."""
        steering = self._steering
        self._composition.restore(state.begun, state.plans)
        self._stage.restore(state.left)
        steering.state, steering.state_sample = state.left.state, state.state_sample
        steering.deferred, steering.mood_waits = list(state.deferred), state.mood_waits
        self._journal.go_back(state.commands)
        self._began = None
        self._is_restored = bool(state.left.state)
