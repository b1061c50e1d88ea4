"""One stream of music: commands in, bars on the clock, samples and reports out.

It has no thread and no wall clock: time is the number of samples rendered. A live host calls
`compose` and `render` from two threads; an offline render calls them in turn. The notes depend
on the seed and on what the journal has, never on who calls or how fast.
"""

from collections.abc import Iterable, Iterator, Sequence

from barwise.commands import Journaled, JournalEntry
from barwise.composing.composer import Composer
from barwise.directing.director import Wish
from barwise.music.events import MusicEvent
from barwise.music.performance import Performance
from barwise.music.reports import BarReport, Fault
from barwise.performing.arrivals import Arrival
from barwise.performing.bar_lines import BarLines, SessionState
from barwise.performing.composition import Composition
from barwise.performing.journal import Journal
from barwise.performing.lead import Lead
from barwise.performing.obeying import Commands
from barwise.performing.plans import Cue
from barwise.performing.reporter import Reporter, SessionReport
from barwise.performing.stage import Stage
from barwise.performing.steering import Steering
from barwise.performing.telling import Playing
from barwise.playing.mastering import Voices, mixed
from barwise.playing.outputs import Block
from barwise.playing.synth import Synth
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.score.schema import LARGEST_TEMPO_STEP, Score


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
        self._reporter = reporter = Reporter(sample_rate)
        self._lead = Lead(sample_rate)
        self._composition = composition = Composition(
            score,
            composer,
            fallback,
            seed=seed,
            seek=seek,
            tempo_step=tempo_step,
            cues=cues,
            lead=self._lead if is_live else None,
        )
        self._stage = stage = Stage(
            score, reporter, seed=seed, synth=synth, sample_rate=sample_rate, is_recording=is_recording
        )
        self._journal = journal = Journal(reporter, is_recording=is_recording)
        self._steering = steering = Steering(score, composition, stage, reporter, journal, sample_rate)
        self._commands = Commands(composition, stage, steering, journal)
        self._bar_lines = BarLines(composition, stage, steering, journal, reporter, sample_rate)
        self._is_live = is_live
        self._turn = 0
        """The sample up to which nothing happens but the bar's own events: other blocks need look for no more."""

    # What the game says. Commands take effect at the start of the next rendered block.

    def call(self, command: Journaled) -> None:
        """Queue a command, or what a journal has beside them; any thread may."""
        self._commands.add(command)

    def _obey_all(self) -> None:
        said = self._commands.take()
        if self._stage.now:
            self._begin_bars()  # what is said as a bar begins comes after that, whoever looks in between
        if said:
            self._commands.obey_all(said)
            self._turn = self.sample

    # Composing and arranging: may run beside rendering.

    def compose(self) -> bool:
        """Compose one bar ahead; False when there is none to compose for now."""
        began = self.sample
        has_composed = self._composition.compose()
        if has_composed:
            self._lead.took(self.sample - began)
        return has_composed

    def arrange_ahead(self) -> bool:
        """One step of having at hand what the bars ahead need as they begin; False when all of it is."""
        ahead = self._composition.ahead()
        if self._stage.arranged.is_at_hand(ahead):
            return False
        self._stage.arranged.arrange_ahead(ahead, self.intensity)
        return True

    @property
    def wants_work(self) -> bool:
        """Whether `compose` or `arrange_ahead` has something to do."""
        return self._composition.wants_bars or not self._stage.arranged.is_at_hand(self._composition.ahead())

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
        entries = list(journal)
        self._journal.foretell(entry.command for entry in entries)
        if self._bar_lines.is_restored:
            self._begin_bars()  # the journal is of what was said since
        for entry in entries:
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
            if stage.sample >= self._turn:
                self._begin_bars()
                self._commands.obey_deferred()
                steering.take_revision(waits=not self._is_live)
                stage.happen()
                self._turn = self._next_turn()
            stage.report_coming(self._composition.upcoming(), self._bar_lines.clock_of)
            yield from stage.play_on(min(end, self._turn))
            steering.settle()
            self._lead.left = self._left

    def _next_turn(self) -> int:
        """The sample of whatever happens next beside the bar's own events; always later than now."""
        upcoming = [self._stage.next_turn(), *(entry.sample for entry in self._steering.deferred)]
        revision = self._steering.revision_sample()
        if revision is not None:
            upcoming.append(revision)
        return max(min(upcoming), self.sample + 1)

    def _begin_bars(self) -> None:
        if self._bar_lines.begin(waits=not self._is_live):
            self._turn = self.sample
            self._lead.left = self._left

    @property
    def _left(self) -> float:
        """How many samples are left of the bar that sounds."""
        return self._stage.playing.clock.end_sample - self.sample

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
        return self._composition.wishes.wanted

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
        return self._bar_lines.began

    def checkpoint(self) -> SessionState:
        """The session as the present bar began, or as it stands before the first."""
        self._obey_all()
        return self._bar_lines.began or self._bar_lines.state_now()

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return self._stage.performance()

    def restore(self, state: SessionState) -> None:
        """Go to where a bar of this seed, score and composer began; the same journal gives the same notes."""
        self._bar_lines.restore(state)
        self._steering.settle()
        self._turn = self.sample
