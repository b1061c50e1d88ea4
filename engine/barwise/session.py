"""The engine core: commands in, bars on the clock, samples and reports out.

It has no thread and no wall clock: time is the number of samples rendered. A live host calls
`compose` and `render` from two threads; an offline render calls them in turn. The notes depend
on the seed and on the commands with their samples, never on who calls or how fast.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import BANKS, PITCHED_CHANNELS, expression_event, in_bank, let_go
from barwise.arranging.dynamics import apply_intensity, expression
from barwise.arranging.overlaps import without_overlaps
from barwise.arranging.stingers import (
    STINGER_CHANNELS,
    Scene,
    placed,
    stinger_events,
    stinger_setup,
    without_stinger,
)
from barwise.commands import (
    Arrive,
    CallTheme,
    CancelArrival,
    Command,
    Enter,
    JournalEntry,
    PlayStinger,
    SetAttributes,
    SetIntensity,
    SetMood,
    SetTempo,
)
from barwise.composing.composer import Composer
from barwise.composition import Begun, Composition, Cue, Plans, Prepared, Revision
from barwise.directing.approaching import Approach
from barwise.directing.arrival import Moment, plan_arrival
from barwise.directing.director import Wish
from barwise.directing.theming import ThemeCall
from barwise.music.events import ChannelEvent, ChannelEventKind, MusicEvent, MusicEventKind
from barwise.music.intent import PHRASE_BARS
from barwise.music.notes import PARTS, Part
from barwise.music.performance import Performance, PlayedBar, SentEvent
from barwise.music.reports import BarReport, IntensityReport, Told
from barwise.music.stinger import StingerStart, start_tick
from barwise.music.stinger_fitting import heard_chords
from barwise.playing.outputs import Block
from barwise.playing.soft_clip import soft_clip
from barwise.playing.synth import Synth
from barwise.playing.transport import DEFAULT_SAMPLE_RATE, BarClock
from barwise.score.schema import LARGEST_TEMPO_STEP, MoodChange, Score, SyncPoint, Transition
from barwise.telling import Playing, coming_report, moments_of, report_of

SETTLE_SECONDS = 0.12
"""A bar, or the rest of one, is settled this long before it sounds: a later change waits for the next beat.

It is longer than composing takes, so that a live session makes what a render makes.
"""

LATE = "the composer is late; this bar is as it was wanted before, or by the rules"

SIXTEENTH_TICKS = 6
EARLIEST_STROKE_TICKS = 2.0
"""So much before its place a note may be struck: what is composed anew from a tick on takes over this much before."""

TEMPO_GLIDE_BEATS = 2.0
"""How long the tempo takes to follow a turn of mood within a bar."""

RAMP_SECONDS = 0.012
"""Steps in which expression follows what is approached."""

EVENTS_KEPT = 4096
CALLS_KEPT = 16
"""Calls for themes that may wait for their bars at a time."""

ON_TIME_SECONDS = 0.0005
"""An arrival that is to land farther off is planned again."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """A value on its way to another."""

    start_sample: int
    end_sample: int
    start: float
    end: float

    def at(self, sample: int) -> float:
        """The value at a sample."""
        if sample >= self.end_sample:
            return self.end
        return self.start + (self.end - self.start) * (sample - self.start_sample) / (
            self.end_sample - self.start_sample
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A state that is to begin at a sample."""

    state: str
    sample: float
    bar: int
    """Number of the bar that lands there."""
    home_tempo: float
    """What the tempo was before."""
    tempo: float
    """What the bars until then are played at, once the glide is over."""
    tempo_ratio: float
    """The tempo over what it was before."""


@dataclass(frozen=True)
class SessionState:
    """A session as a bar begins: what it goes on from, to the same notes."""

    sample: int
    begun: Begun
    plans: Plans
    clock: BarClock | None
    """Of the bar before."""
    intensity: float
    entry_intensity: float | None
    ramp: Ramp | None
    arrival: Arrival | None
    fade: float
    state: str
    state_sample: int
    """Where the present state was entered."""
    deferred: tuple[JournalEntry, ...]
    stingers: int
    mood_waits: bool
    commands: int
    """How many commands had been obeyed."""


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
        self._score, self._arranger = score, Arranger(score)
        self._composition = Composition(
            score, composer, fallback, seed=seed, seek=seek, tempo_step=tempo_step, cues=cues
        )
        self._seed, self._synth, self._sample_rate = seed, synth, sample_rate
        self._is_live, self._is_recording = is_live, is_recording
        self._commands: deque[Command] = deque()
        self._sample = 0
        self._now: Playing | None = None
        self._clock: BarClock | None = None
        self._due: deque[ChannelEvent] = deque()
        self._timed: list[tuple[int, int, ChannelEvent]] = []
        self._moments: deque[tuple[int, MusicEvent]] = deque()
        self._stingers_due: list[tuple[float, str]] = []
        """Ticks of the bar, or past it, at which stingers begin, and their names: told where their notes sound."""
        self._events: deque[tuple[int, MusicEvent]] = deque(maxlen=EVENTS_KEPT)
        self._reports: deque[Told | BarReport | IntensityReport | JournalEntry] = deque(maxlen=EVENTS_KEPT)
        self._recent: deque[Playing] = deque(maxlen=4)
        self._intensity = score.states[score.initial].intensity
        self._entry_intensity: float | None = None
        self._ramp: Ramp | None = None
        self._fade = 0.0
        self._state, self._state_sample = "", 0
        self._deferred: list[JournalEntry] = []
        self._arrival: Arrival | None = None
        self._stingers = 0
        self._obeyed = 0
        self._told_coming: Prepared | None = None
        self._is_skipping = False
        self._mood_waits = False
        """Whether a turn of mood came too late for the bar that sounds, and is to be in the next from a beat on."""
        self._played: list[PlayedBar] = []
        self._sent: list[SentEvent] = []
        self._began: SessionState | None = None
        self.journal: list[JournalEntry] = []

    # What the game says. Commands take effect at the start of the next rendered block.

    def call(self, command: Command) -> None:
        """Queue a command; any thread may."""
        self._commands.append(command)

    def _obey_all(self) -> None:
        self._settle()
        while self._commands:
            command = self._commands.popleft()
            self._obeyed += 1
            entry = JournalEntry(self._sample, command, self._obeyed)
            self._reports.append(entry)
            if self._is_recording:
                self.journal.append(entry)
            self._obey(command)

    def _obey(self, command: Command) -> None:
        match command:
            case SetMood(mood, bars, seconds):
                self._composition.change_mood(mood, max(bars, self._bars_in(seconds)))
                self._consider_revision()
            case SetIntensity(intensity, seconds):
                self._entry_intensity = None
                self._approach_intensity(intensity, seconds)
            case SetTempo(tempo):
                self._composition.change(lambda wish: replace(wish, tempo=tempo))
            case SetAttributes(attributes):
                self._composition.change(lambda wish: replace(wish, attributes=attributes))
            case Enter():
                self._enter(command)
            case CallTheme(theme, bar, waits):
                call = ThemeCall(theme, max(bar, self._composition.open_bar), waits)
                self._composition.change(lambda wish: replace(wish, themes=(*wish.themes, call)[-CALLS_KEPT:]))
            case PlayStinger():
                self._play_stinger(command)
            case Arrive(state, seconds):
                self._plan_arrival(state, self._sample + seconds * self._sample_rate)
            case CancelArrival():
                self._cancel_arrival()
            case _:
                pass  # what concerns sound alone is the core's

    def _bars_in(self, seconds: float) -> float:
        """How many bars of the present length a time has."""
        if self._clock is None or seconds <= 0:
            return 0.0
        return seconds * self._sample_rate / max(self._clock.end_sample - self._clock.start_sample, 1.0)

    def _settle(self) -> None:
        """Tell the composition which bars can still be changed."""
        if self._now is None:
            self._composition.open_from(self._composition.next_bar)
            return
        is_next_settled = self._now.clock.end_sample - self._sample < SETTLE_SECONDS * self._sample_rate
        self._composition.open_from(self._now.intent.index + (2 if is_next_settled else 1))

    def _tick_in(self, seconds: float) -> float:
        """The tick of the present bar after some seconds."""
        return self._playing.clock.tick_at(self._sample + seconds * self._sample_rate)

    def _next_tick(self, step: int) -> int:
        """The next tick of the present bar on a grid that can still be changed; the bar's end at most."""
        tick = math.ceil(self._tick_in(SETTLE_SECONDS) / step - 1e-9) * step
        return max(min(tick, self._playing.clock.ticks), 0)

    # Changes of mood within a bar.

    def _consider_revision(self) -> None:
        """Have the rest of the bar composed anew, from the next beat on, where the mood that is wanted turns it."""
        now, composition = self._now, self._composition
        if now is None or self._score.mood_changes is not MoodChange.BEAT:
            return
        later = composition.wish_at(composition.open_bar)
        is_led = later.approach is not None and now.intent.index < later.approach.end
        if later.state != now.prepared.wish.state or is_led:
            return
        self._mood_waits = False
        wish = replace(now.prepared.wish, mood=later.mood)
        asked = composition.asked_revision
        tick = self._next_tick(now.clock.metre.beat_ticks)
        if not composition.turns(now.prepared, wish):
            composition.forget_revision()
        elif tick >= now.clock.ticks or (asked and asked.tick < tick):
            self._mood_waits = True
        else:
            composition.ask_revision(Revision(now.intent.index, tick, wish))

    def _revision_sample(self) -> int | None:
        asked = self._composition.asked_revision
        if asked is None or self._now is None:
            return None
        return self._now.clock.sample_at(max(asked.tick - EARLIEST_STROKE_TICKS, 0.0))

    def _take_revision(self) -> None:
        asked, now = self._composition.asked_revision, self._playing
        revised = self._composition.take_revision(waits=not self._is_live)
        if asked is None:
            return
        if revised is None:
            self._tell(MusicEventKind.WARNING, LATE)
            self._consider_revision()
            return
        self._now = now = replace(now, prepared=revised)
        self._recent[-1] = now
        if self._arrival is None:
            glide = TEMPO_GLIDE_BEATS * now.clock.metre.beat_ticks
            self._change_clock(now.clock.retimed(asked.tick, revised.intent.condition.tempo, glide))
            now = self._playing
        arranged = (event for event in self._arranged(now) if event.position >= asked.tick)
        self._due = deque(without_overlaps([*_begun_before(self._due, asked.tick), *arranged]))
        self._renew_moments(asked.tick)
        self._change_intensity(self._intensity)
        if self._is_recording:
            self._played[-1] = _played_bar(now, self._intensity)
        if self._mood_waits:
            self._consider_revision()

    def _renew_moments(self, tick: int) -> None:
        """What is told from a tick of the bar on is that of the bar as it is now."""
        sample = self._playing.clock.sample_at(tick)
        before = [moment for moment in self._moments if moment[0] < sample]
        later = [moment for moment in moments_of(self._playing, self._sample_rate) if moment[0] >= sample]
        self._moments = deque([*before, *later])
        self.report_bar()

    # States.

    def _enter(self, command: Enter) -> None:
        spec = self._score.states[command.state]
        dwell = self._score.states[self._state].dwell if self._state else 0.0
        free_sample = self._state_sample + round(dwell * self._sample_rate)
        self._deferred = [entry for entry in self._deferred if not isinstance(entry.command, Enter)]
        if self._state and command.state != self._state and self._sample < free_sample:
            self._deferred.append(JournalEntry(free_sample, command))
            return
        self._arrival = None
        self._entry_intensity = spec.intensity
        said = {name: getattr(command, name) for name in ("at", "fill", "bridge", "fade")}
        transition = replace(
            self._score.transition_between(self._state, command.state),
            **{name: value for name, value in said.items() if value is not None},
        )
        is_here = command.state == self._state
        self._fade = transition.fade
        wish = replace(self._composition.wanted, state=command.state, mood=spec.mood, approach=None)
        if self._now is None or is_here:
            self._composition.enter(self._composition.open_bar, wish)
            self._consider_revision()
            return
        first = self._first_bar(transition)
        if transition.bridge or transition.fill:
            bridge = Approach.bridge(first, transition.bridge, command.state, has_fill=transition.fill)
            wish = replace(wish, approach=bridge)
            if bridge.fill_bar == self._playing.intent.index:
                self._lead_over(bridge)
        told_of = first - 1 if transition.fill and not transition.bridge else first  # the bar with the fill knows of it
        self._composition.enter(max(told_of, self._composition.open_bar), wish)

    def _lead_over(self, cut: Approach) -> None:
        """Have the rest of the bar that sounds composed anew with a fill, where a beat of it is left."""
        now, asked = self._playing, self._composition.asked_revision
        tick = self._next_tick(now.clock.metre.beat_ticks)
        if 0 < tick < now.clock.ticks:
            wish = replace(asked.wish if asked else now.prepared.wish, approach=cut)
            self._composition.ask_revision(Revision(now.intent.index, tick, wish))

    def _first_bar(self, transition: Transition) -> int:
        """Number of the bar with which a transition begins; the present bar is cut where it does not wait."""
        now, open_bar = self._playing, self._composition.open_bar
        at = SyncPoint(transition.at)
        if at in (SyncPoint.NOW, SyncPoint.BEAT):
            tick = self._next_tick(SIXTEENTH_TICKS if at is SyncPoint.NOW else now.clock.metre.beat_ticks)
            if 0 < tick < now.clock.ticks:
                self._cut_at(tick)
                return now.intent.index + 1
        if at in (SyncPoint.PHRASE, SyncPoint.EXIT):
            exits = self._score.states[self._state].exits if at is SyncPoint.EXIT else (PHRASE_BARS,)
            for bar in range(open_bar, open_bar + PHRASE_BARS):
                place = (now.intent.condition.phrase_bar + bar - now.intent.index) % PHRASE_BARS
                if (place or PHRASE_BARS) in exits:
                    return bar
        return open_bar

    def _cut_at(self, tick: int) -> None:
        """End the present bar early."""
        now = self._playing
        self._change_clock(now.clock.cut_at(tick))
        asked = self._composition.asked_revision
        if asked and asked.tick >= tick:
            self._composition.forget_revision()
        self._due = deque(_begun_before(self._due, tick))
        sample = self._playing.clock.end_sample
        self._moments = deque(moment for moment in self._moments if moment[0] < round(sample))
        self.report_bar()

    def _change_clock(self, clock: BarClock) -> None:
        self._now = replace(self._playing, clock=clock)
        self._clock = clock
        self._recent[-1] = self._now
        if self._is_recording:
            self._played[-1] = _played_bar(self._now, self._played[-1].intensity)

    def _obey_deferred(self) -> None:
        due = [entry for entry in self._deferred if entry.sample <= self._sample]
        if due:
            self._deferred = [entry for entry in self._deferred if entry.sample > self._sample]
            self._settle()
            for entry in due:
                self._obey(entry.command)

    # Arrivals.

    def _plan_arrival(self, state: str, target: float) -> None:
        """Bend the tempo, count out bars and cut one if need be, so that a bar begins at a sample."""
        spec = self._score.states[state]
        if self._now is None:
            later = Arrive(state, (target - self._sample) / self._sample_rate)
            self._deferred.append(JournalEntry(self._sample, later))
            return
        now = self._playing
        beat = now.clock.metre.beat_ticks
        first = self._next_tick(beat)
        clock = now.clock
        home = self._arrival.home_tempo if self._arrival else clock.goal_tempo
        moment = Moment(
            self._score.states[self._state].metre,
            clock.tempo_at(first),
            first,
            clock.ticks,
            present=clock.metre,
            home_tempo=home,
        )
        plan = plan_arrival(moment, (target - clock.exact_sample_at(first)) / self._sample_rate)
        self._change_clock(now.clock.retimed(first, plan.tempo_to, plan.glide_ticks))
        self._renew_moments(first)
        if plan.cut_tick is not None:
            self._cut_at(plan.cut_tick)
        bar = now.intent.index + 1
        approach = Approach(
            bar, plan.metres, (plan.tempo_to,) * len(plan.metres), state, has_fill=True, glide_ticks=0.0
        )
        self._entry_intensity, self._fade = spec.intensity, 1.0
        self._arrival = Arrival(state, target, approach.end, home, plan.tempo_to, plan.tempo_ratio)
        wish = replace(self._composition.wanted, state=state, mood=spec.mood, approach=approach)
        self._composition.open_from(bar)
        self._composition.enter(bar, wish)
        self.report_bar()

    @property
    def arrival(self) -> Arrival | None:
        """What is to be arrived at."""
        return self._arrival

    def _cancel_arrival(self) -> None:
        if self._arrival is None:
            return
        self._arrival, self._entry_intensity = None, None
        here = replace(self._composition.wanted, state=self._state, mood=self._playing.intent.mood, approach=None)
        self._composition.enter(self._composition.open_bar, here)

    def _keep_arrival(self) -> None:
        """Plan an arrival again that would not be on time: a bar was late and is other than was planned."""
        arrival, now = self._arrival, self._now
        if arrival is None or now is None or now.intent.index >= arrival.bar:
            return
        approach = self._composition.wanted.approach
        if approach is None:
            return
        clock = now.clock
        for number in range(now.intent.index + 1, arrival.bar):
            clock = clock.next(arrival.tempo, approach.metres[number - approach.first] or clock.metre, clock.glide_left)
        if abs(clock.end_sample - arrival.sample) > ON_TIME_SECONDS * self._sample_rate:
            self._plan_arrival(arrival.state, arrival.sample)

    # Stingers.

    def _play_stinger(self, command: PlayStinger) -> None:
        """A stinger's notes among those that are due; before the first bar it waits for that."""
        if self._now is None:
            self._deferred.append(JournalEntry(self._sample, command))
            return
        now, stinger = self._playing, self._score.stingers[command.name]
        clock, intent = now.clock, now.intent
        tick = start_tick(StingerStart(command.at or stinger.at), clock.tick_at(self._sample), clock.metre)
        chords = heard_chords(now.composed.bar.harmony, intent.key)
        if coming := self._composition.upcoming():
            chords += heard_chords(coming.composed.bar.harmony, coming.intent.key, clock.ticks)
        channel = STINGER_CHANNELS[self._stingers % len(STINGER_CHANNELS)]
        self._stingers += 1
        scene = Scene(
            now.layered,
            self._intensity,
            intent.mood.arousal,
            intent.key,
            clock.metre,
            clock.tempo_at(tick),
            self._arranger.swing_of(intent.state),
        )
        for event in stinger_setup(stinger, channel, scene):
            self._send(event)
        notes = placed(stinger, tick, chords)
        events = stinger_events(stinger, notes, tick, channel, scene, command.strength)
        self._due = deque(without_overlaps([*without_stinger(self._due, channel), *events]))
        self._stingers_due.append((tick, command.name))

    # Composing: may run beside rendering.

    def compose(self) -> bool:
        """Compose one bar ahead; False when there is none to compose for now."""
        return self._composition.compose()

    @property
    def wants_bars(self) -> bool:
        """Whether `compose` has something to do."""
        return self._composition.wants_bars

    # Rendering: one caller at a time.

    def render(self, frames: int) -> Block:
        """The next frames of sound, as float32 [frames, 2]."""
        self._obey_all()
        blocks = [self._sound(step) for step in self._steps(self._sample + frames)]
        return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)

    def advance(self, frames: int) -> None:
        """Move on without sound; everything else happens as in `render`."""
        self._obey_all()
        for _ in self._steps(self._sample + frames):
            pass

    def skip_to(self, sample: int, journal: Iterable[JournalEntry] = ()) -> None:
        """Move on without a note being sent, doing what a journal says at its samples; notes to come are."""
        self._is_skipping, is_live, self._is_live = True, self._is_live, False
        if self._synth:
            self._synth.silence()
        for entry in journal:
            self.advance(max(entry.sample - self._sample, 0))
            self.call(entry.command)
        self.advance(max(sample - self._sample, 0))
        self._is_skipping, self._is_live = False, is_live

    def let_ring(self, frames: int) -> Block:
        """End every note and give what still rings; the music is over then."""
        if self._synth:
            self._synth.silence()
        self._due.clear()
        return self._sound(frames)

    def frames_left_in_bar(self) -> int:
        """Frames from here to the end of the bar; a bar that is due begins."""
        self._obey_all()
        self._begin_bars()
        return round(self._playing.clock.end_sample) - self._sample

    def _steps(self, end: int) -> Iterator[int]:
        """Frames from one happening to the next, up to a sample, with all that happens before each."""
        while self._sample < end:
            self._begin_bars()
            self._obey_deferred()
            self._happen()
            until = min(end, self._next_sample())
            yield until - self._sample
            self._sample = until
            self._settle()

    def _sound(self, frames: int) -> Block:
        return soft_clip(self._synth.render(frames)) if self._synth else np.zeros((frames, 2), np.float32)

    def _next_sample(self) -> int:
        """The sample of whatever happens next; always later than now."""
        clock = self._playing.clock
        upcoming = [round(clock.end_sample)]
        if self._due:
            upcoming.append(clock.sample_at(self._due[0].tick))
        if self._moments:
            upcoming.append(self._moments[0][0])
        upcoming += [clock.sample_at(tick) for tick, _ in self._stingers_due]
        if self._timed:
            upcoming.append(self._timed[0][0])
        if self._deferred:
            upcoming.append(min(entry.sample for entry in self._deferred))
        if self._ramp:
            # On a grid of the ramp's own: what sounds must not depend on how blocks are cut.
            step = round(RAMP_SECONDS * self._sample_rate)
            done = (self._sample - self._ramp.start_sample) // step
            upcoming.append(min(self._ramp.start_sample + (done + 1) * step, self._ramp.end_sample))
        if (revision := self._revision_sample()) is not None:
            upcoming.append(revision)
        return max(min(upcoming), self._sample + 1)

    @property
    def _playing(self) -> Playing:
        if self._now is None:
            raise RuntimeError("no bar has begun")
        return self._now

    def _begin_bars(self) -> None:
        while self._now is None or self._sample >= round(self._now.clock.end_sample):
            begun_at = SessionState(
                sample=self._sample,
                begun=Begun(self._composition.settled, self._composition.wish_at(self._composition.next_bar), ""),
                plans=self._composition.plans,
                clock=self._clock,
                intensity=self._intensity,
                entry_intensity=self._entry_intensity,
                ramp=self._ramp,
                arrival=self._arrival,
                fade=self._fade,
                state=self._state,
                state_sample=self._state_sample,
                deferred=tuple(self._deferred),
                stingers=self._stingers,
                mood_waits=self._mood_waits,
                commands=self._obeyed,
            )
            prepared, is_late = self._composition.take(waits=not self._is_live)
            if is_late:
                self._tell(MusicEventKind.WARNING, LATE)
            self._began = replace(begun_at, begun=Begun(prepared.before, prepared.wish, prepared.maker))
            self._begin_bar(prepared)

    def _begin_bar(self, prepared: Prepared) -> None:
        intent, old = prepared.intent, self._now
        palette = self._arranger.palette_of(intent.state)
        clock = self._next_clock(prepared)
        is_same = old is not None and old.palette == palette
        bank = 0 if old is None else old.bank if is_same else (old.bank + 1) % BANKS
        self._now = Playing(prepared, clock, palette, bank)
        self._clock = clock
        self._recent.append(self._now)
        self._carry(old, bank)
        self._enter_state(old)
        self._due = deque(without_overlaps([*self._due, *self._arranged(self._now)]))
        told = [*self._moments, *moments_of(self._now, self._sample_rate)]
        self._moments = deque(sorted(told, key=lambda moment: moment[0]))
        if self._is_recording:
            self._played.append(_played_bar(self._now, self._intensity))
        self._composition.allow_redo()
        self._settle()
        self.report_bar()
        self._keep_arrival()
        if self._mood_waits:
            self._consider_revision()

    def _next_clock(self, prepared: Prepared) -> BarClock:
        intent, condition, before = prepared.intent, prepared.intent.condition, self._clock
        if before is None:
            return BarClock(float(self._sample), 0, condition.tempo, condition.metre, self._sample_rate)
        arrival = self._arrival
        if arrival and intent.index < arrival.bar:
            return before.next(arrival.tempo, condition.metre, before.glide_left)
        return before.next(condition.tempo, condition.metre, intent.glide_ticks)

    def _arranged(self, playing: Playing) -> tuple[ChannelEvent, ...]:
        """All events of a bar, in its bank."""
        random = np.random.default_rng([self._seed, playing.intent.index, 1])
        events = self._arranger.arrange(playing.composed.bar, playing.intent, random, self._intensity)
        return tuple(in_bank(event, playing.bank) for event in events)

    def _carry(self, old: Playing | None, bank: int) -> None:
        """Take what still sounds into the new bar; other instruments play in a bank of their own."""
        if old is None:
            return
        ticks = old.clock.ticks
        self._due = deque(replace(event, tick=event.tick - ticks) for event in self._due)
        self._stingers_due = [(tick - ticks, name) for tick, name in self._stingers_due]
        if old.bank == bank:
            return
        self._due = deque(_begun_before(self._due, 0, self._own_channels))
        self._free(bank)
        self._let_drums_go()
        if self._fade <= 0:
            self._free(old.bank)
        else:
            self._fade_out(old, self._fade)

    @property
    def _own_channels(self) -> frozenset[int]:
        return frozenset(STINGER_CHANNELS)

    def _free(self, bank: int) -> None:
        """Let go of all that sounds in a bank."""
        channels = PITCHED_CHANNELS[bank]
        self._timed = [item for item in self._timed if item[2].channel not in channels]
        heapq.heapify(self._timed)
        for event in [event for event in self._due if event.channel in channels]:
            if event.kind is ChannelEventKind.NOTE_OFF:
                self._send(replace(event, tick=0.0))
        self._due = deque(event for event in self._due if event.channel not in channels)

    def _let_drums_go(self) -> None:
        """End the strokes that still sound: another kit is to have their channel."""
        ending = [event for event in self._due if event.part is Part.DRUMS]
        for event in ending:
            self._send(replace(event, tick=0.0))
        self._due = deque(event for event in self._due if event.part is not Part.DRUMS)

    def _fade_out(self, old: Playing, beats: float) -> None:
        """Fade the instruments of a bank away over some beats of the new tempo, and let go of them."""
        clock = self._playing.clock
        ticks = beats * clock.metre.beat_ticks
        start, end = self._sample, max(clock.sample_at(ticks), self._sample + 1)
        steps = max(round((end - start) / (RAMP_SECONDS * self._sample_rate)), 1)
        for part in PARTS:
            now = expression(part, self._intensity, old.layered, old.intent.mood.arousal)
            for step in range(1, steps + 1):
                value = round(now * (1 - step / steps))
                self._at(start + (end - start) * step // steps, expression_event(part, value, old.bank))
        for event in let_go(old.bank):
            self._at(end, event)

    def _at(self, sample: int, event: ChannelEvent) -> None:
        """Send an event at a sample; events of drums, which have no bank, are not faded."""
        if event.channel in PITCHED_CHANNELS[0] or event.channel in PITCHED_CHANNELS[1]:
            heapq.heappush(self._timed, (sample, len(self._timed), event))

    def _enter_state(self, old: Playing | None) -> None:
        """Instruments and intensity as a state, or a cue, wants them when its bar begins."""
        now = self._playing
        intent = now.intent
        has_new_palette = old is None or old.palette != now.palette
        has_new_state = intent.state != self._state
        has_new_layers = old is not None and (old.intent.theme is None) != (intent.theme is None)
        if has_new_palette:
            for event in self._arranger.setup(now.palette):
                self._send(in_bank(event, now.bank))
        if has_new_state:
            self._state, self._state_sample = intent.state, self._sample
            self._tell(MusicEventKind.STATE, intent.state)
            if self._entry_intensity is not None and intent.state == self._composition.wanted.state:
                self._intensity, self._entry_intensity, self._ramp = self._entry_intensity, None, None
                self._reports.append(IntensityReport(self._sample, self._intensity))
            if self._arrival and self._arrival.state == intent.state:
                self._arrival = None
        cue = self._composition.cue_at(intent.index)
        if cue:
            self._intensity = cue.intensity
        has_new_strokes = old is not None and old.intent.mood.arousal != intent.mood.arousal
        if has_new_palette or has_new_state or has_new_layers or has_new_strokes or cue:
            self._change_intensity(self._intensity)

    def _approach_intensity(self, intensity: float, seconds: float) -> None:
        if seconds <= 0:
            self._ramp = None
            self._change_intensity(intensity)
            return
        end = self._sample + max(round(seconds * self._sample_rate), 1)
        self._ramp = Ramp(self._sample, end, self._intensity, intensity)

    def _change_intensity(self, intensity: float) -> None:
        self._intensity = intensity
        self._reports.append(IntensityReport(self._sample, intensity))
        if self._now is None:
            return
        tick = max(self._now.clock.tick_at(self._sample), 0.0)
        for part in PARTS:
            value = expression(part, intensity, self._now.layered, self._now.intent.mood.arousal)
            self._send(expression_event(part, value, self._now.bank, tick))

    def _happen(self) -> None:
        """Send and tell everything that is due by now."""
        revision = self._revision_sample()
        if revision is not None and revision <= self._sample:
            self._take_revision()
        self._follow_ramp()
        while self._timed and self._timed[0][0] <= self._sample:
            self._send(heapq.heappop(self._timed)[2])
        now = self._playing
        while self._due and now.clock.sample_at(self._due[0].tick) <= self._sample:
            event = self._due.popleft()
            is_stinger = event.part is None
            sounding = event if is_stinger else apply_intensity(event, self._intensity, now.layered)
            if sounding:
                self._send(sounding)
        while self._moments and self._moments[0][0] <= self._sample:
            self._told(*self._moments.popleft())
        for tick, name in [due for due in self._stingers_due if now.clock.sample_at(due[0]) <= self._sample]:
            self._stingers_due.remove((tick, name))
            self._tell(MusicEventKind.STINGER, name)
        coming = self._composition.upcoming()
        if coming is not self._told_coming:
            self._told_coming = coming
            if coming:
                self._reports.append(coming_report(coming, now.clock, self._intensity))

    def _follow_ramp(self) -> None:
        """The intensity as it is approached, at its steps."""
        ramp = self._ramp
        if ramp is None:
            return
        is_over = self._sample >= ramp.end_sample
        if is_over or (self._sample - ramp.start_sample) % round(RAMP_SECONDS * self._sample_rate) == 0:
            self._ramp = None if is_over else ramp
            self._change_intensity(ramp.at(self._sample))

    def _send(self, event: ChannelEvent) -> None:
        if self._synth and not (self._is_skipping and event.kind is ChannelEventKind.NOTE_ON):
            self._synth.send(event)
        if self._is_recording:
            start = self._now.clock.start_tick if self._now else 0
            self._sent.append(SentEvent(start + event.tick, event))

    # What the game hears of.

    def events(self, heard_sample: int | None = None) -> list[MusicEvent]:
        """What has happened up to a sample since the last call, in order."""
        told = []
        while self._events and (heard_sample is None or self._events[0][0] <= heard_sample):
            told.append(self._events.popleft()[1])
        return told

    def reports(self) -> list[Told | BarReport | IntensityReport | JournalEntry]:
        """What is to be told since the last call; their frames are samples of music."""
        told = []
        while self._reports:
            told.append(self._reports.popleft())
        return told

    def playing_at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample of the last few bars."""
        started = [playing for playing in list(self._recent) if playing.clock.sample_at(0) <= sample]
        return started[-1] if started else None

    def report_bar(self) -> None:
        """Report the bar that sounds, anew."""
        if self._now:
            self._reports.append(report_of(self._now, self._intensity))

    def _moment(self, sample: int, kind: MusicEventKind, beat: int = 0, name: str = "") -> tuple[int, MusicEvent]:
        bar = self._now.intent.index if self._now else 0
        return sample, MusicEvent(kind, sample / self._sample_rate, bar, beat, name)

    def _tell(self, kind: MusicEventKind, name: str) -> None:
        self._told(*self._moment(self._sample, kind, name=name))

    def _told(self, sample: int, event: MusicEvent) -> None:
        self._events.append((sample, event))
        self._reports.append(Told(sample, event))

    # What can be read, and gone back to.

    @property
    def sample(self) -> int:
        """Samples rendered so far: the clock."""
        return self._sample

    @property
    def wanted(self) -> Wish:
        """What is wanted in the end."""
        return self._composition.wanted

    @property
    def intensity(self) -> float:
        """The intensity in force, 0 to 1."""
        return self._intensity

    @property
    def began(self) -> SessionState | None:
        """The session as the present bar began; None before the first."""
        return self._began

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return Performance(tuple(self._played), tuple(self._sent))

    def restore(self, state: SessionState) -> None:
        """Go to where a bar of this seed, score and composer began; the same calls give the same notes from there."""
        self._composition.restore(state.begun, state.plans)
        self._sample, self._clock, self._now = state.sample, state.clock, None
        self._intensity, self._entry_intensity, self._ramp = state.intensity, state.entry_intensity, state.ramp
        self._arrival, self._fade = state.arrival, state.fade
        self._state, self._state_sample = state.state, state.state_sample
        self._deferred, self._stingers, self._obeyed = list(state.deferred), state.stingers, state.commands
        self._mood_waits = state.mood_waits
        self._due.clear()
        self._timed.clear()
        self._moments.clear()
        self._stingers_due.clear()


def _begun_before(
    due: Iterable[ChannelEvent], tick: int, kept_channels: frozenset[int] = frozenset(STINGER_CHANNELS)
) -> list[ChannelEvent]:
    """What is left of the events when nothing begins from a tick of the bar on: notes that have begun still end."""
    events = list(due)
    waiting = {
        (event.channel, event.number, event.position)
        for event in events
        if event.kind is ChannelEventKind.NOTE_ON and event.position >= tick and event.channel not in kept_channels
    }
    return [event for event in events if (event.channel, event.number, event.position) not in waiting]


def _played_bar(playing: Playing, intensity: float) -> PlayedBar:
    composed, clock = playing.composed, playing.clock
    return PlayedBar(
        clock.start_tick,
        playing.intent,
        intensity,
        composed.bar,
        composed.achieved,
        composed.composer,
        tempo=clock.tempo,
        tempo_to=clock.tempo_to,
        glide_ticks=clock.glide_ticks,
        changes=clock.changes,
        ticks=clock.ticks,
    )
