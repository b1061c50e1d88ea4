"""The engine core: commands in, bars on the clock, samples and reports out.

It has no thread and no wall clock: time is the number of samples rendered. A live host calls
`compose` and `render` from two threads; an offline render calls them in turn. The notes depend
on the seed and on the commands with their samples, never on who calls or how fast.
"""

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from barwise.arranging.arranger import Arranger
from barwise.arranging.articulation import PlayedNote
from barwise.arranging.channels import BANKS, PITCHED_CHANNELS, expression_event, in_bank
from barwise.arranging.dynamics import apply_intensity, expression
from barwise.arranging.overlaps import without_overlaps
from barwise.arrivals import Arrival, approach_of, is_on_time, plan_from
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
from barwise.directing.director import Wish
from barwise.directing.theming import ThemeCall
from barwise.fading import Fades
from barwise.intensity import RAMP_SECONDS, Intensity
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind, MusicEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.notes import PARTS
from barwise.music.performance import Performance, PlayedBar
from barwise.music.reports import BarReport, Fault, IntensityReport, Told
from barwise.playing.outputs import Block
from barwise.playing.synth import MIDI_CHANNELS, Synth
from barwise.playing.transport import DEFAULT_SAMPLE_RATE, BarClock
from barwise.score.schema import LARGEST_TEMPO_STEP, MoodChange, Score, SyncPoint
from barwise.sounding import Sounding
from barwise.stinger_player import AskedStinger, StingerPlayer
from barwise.telling import Playing, coming_report, moments_of, report_of
from barwise.transitions import start_of

SETTLE_SECONDS = 0.12
"""A bar, or the rest of one, is settled this long before it sounds: a later change waits for the next beat.

It is longer than composing takes, so that a live session makes what a render makes.
"""

LATE = "the composer is late; this bar is as it was wanted before, or by the rules"

EARLIEST_STROKE_TICKS = 2.0
"""So much before its place a note may be struck: what is composed anew from a tick on takes over this much before."""

TEMPO_GLIDE_BEATS = 2.0
"""How long the tempo takes to follow a turn of mood within a bar."""

EVENTS_KEPT = 4096
CALLS_KEPT = 16
"""Calls for themes that may wait for their bars at a time."""


@dataclass(frozen=True)
class SessionState:
    """A session as a bar begins: what it goes on from, to the same notes."""

    sample: int
    begun: Begun
    plans: Plans
    clock: BarClock | None
    """Of the bar before."""
    bank: int
    """Which channels its instruments had."""
    due: tuple[ChannelEvent, ...]
    """What is left of its events."""
    intensity: Intensity
    arrival: Arrival | None
    fade: float
    state: str
    state_sample: int
    """Where the present state was entered."""
    deferred: tuple[JournalEntry, ...]
    stingers: tuple[AskedStinger, ...]
    stinger_channel: int | None
    """Of the last stinger."""
    mood_waits: bool
    commands: int
    """How many commands had been obeyed."""


SessionReport = Told | BarReport | IntensityReport | Fault | JournalEntry
"""What a session tells; frames are samples of music."""


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
        self._seed, self._sample_rate = seed, sample_rate
        self._is_live, self._is_recording = is_live, is_recording
        self._commands: deque[Command] = deque()
        self._sample = 0
        self._now: Playing | None = None
        self._clock: BarClock | None = None
        self._due: deque[ChannelEvent] = deque()
        self._moments: deque[tuple[int, MusicEvent]] = deque()
        self._events: deque[tuple[int, MusicEvent]] = deque(maxlen=EVENTS_KEPT)
        self._reports: deque[SessionReport] = deque(maxlen=EVENTS_KEPT)
        self._recent: deque[Playing] = deque(maxlen=4)
        self._sounding = Sounding(synth, self._fault, is_recording=is_recording)
        self._stingers = StingerPlayer(score, self._arranger)
        self._fades = Fades()
        self._intensity = Intensity(score.states[score.initial].intensity)
        self._bank, self._fade = 0, 0.0
        self._state, self._state_sample = "", 0
        self._deferred: list[JournalEntry] = []
        self._arrival: Arrival | None = None
        self._obeyed = 0
        self._told_coming: Prepared | None = None
        self._known_notes: deque[tuple[Prepared, Sequence[PlayedNote]]] = deque(maxlen=4)
        """Of the bar that sounds and of those to come: as they are played."""
        self._is_restored = False
        self._ramp_step = round(RAMP_SECONDS * sample_rate)
        self._mood_waits = False
        """Whether a turn of mood came too late for the bar that sounds, and is to be in the next from a beat on."""
        self._played: list[PlayedBar] = []
        self._began: SessionState | None = None
        self.journal: list[JournalEntry] = []

    # What the game says. Commands take effect at the start of the next rendered block.

    def call(self, command: Command) -> None:
        """Queue a command; any thread may."""
        self._commands.append(command)

    def _obey_all(self) -> None:
        if self._now:
            self._begin_bars()  # what is said as a bar begins comes after that, whoever looks in between
        self._settle()
        commands = [self._commands.popleft() for _ in range(len(self._commands))]
        last_arrival = max((place for place, said in enumerate(commands) if isinstance(said, Arrive)), default=-1)
        for place, command in enumerate(commands):
            self._obeyed += 1
            entry = JournalEntry(self._sample, command, self._obeyed)
            self._reports.append(entry)
            if self._is_recording:
                self.journal.append(entry)
            # To plan an arrival takes a millisecond, and may cut the bar: one that is replaced at once is not planned.
            if place >= last_arrival or not isinstance(command, Arrive):
                self._obey(command)

    def _obey(self, command: Command) -> None:
        match command:
            case SetMood(mood, bars, seconds):
                self._change_mood(mood, max(bars, self._bars_in(seconds)))
            case SetIntensity(intensity, seconds):
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
                if self._now:
                    self._stingers.ask(command, self._now.clock, self._sample)
                else:
                    self._deferred.append(JournalEntry(self._sample, command))
            case Arrive(state, seconds):
                self._forget_deferred(Enter, Arrive)
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
        self._composition.open_from(self._now.intent.index + (2 if self._is_next_settled else 1))

    @property
    def _is_next_settled(self) -> bool:
        """Whether the bar that comes next can no longer be changed."""
        return self._playing.clock.end_sample - self._sample < SETTLE_SECONDS * self._sample_rate

    def _tick_in(self, seconds: float) -> float:
        """The tick of the present bar after some seconds."""
        return self._playing.clock.tick_at(self._sample + seconds * self._sample_rate)

    def _next_tick(self, step: int, before: float = 0.0) -> int:
        """The next tick of the present bar on a grid such that so many ticks before it can still be changed.

        It is the bar's end at most.
        """
        tick = math.ceil((self._tick_in(SETTLE_SECONDS) + before) / step - 1e-9) * step
        return max(min(tick, self._playing.clock.ticks), 0)

    def _next_revision(self) -> int:
        """The next beat from which the present bar can be composed anew, with all that is struck before its place."""
        return self._next_tick(self._playing.clock.metre.beat_ticks, EARLIEST_STROKE_TICKS)

    # Changes of mood within a bar.

    def _change_mood(self, mood: Mood, bars: float) -> None:
        """Want a mood; one that is approached over bars begins to be with the next."""
        if bars < 1:
            self._composition.change_mood(mood, 0.0)
            self._consider_revision()
            return
        asked, now = self._composition.asked_revision, self._now
        if asked and now and asked.wish.approach == now.prepared.wish.approach:  # one for a fill stays
            self._composition.forget_revision()
        self._mood_waits = False
        self._composition.change_mood(mood, bars)

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
        tick = self._next_revision()
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
            now = self._change_clock(now.clock.retimed(asked.tick, revised.intent.condition.tempo, glide))
        else:
            self._renew_moments()
        arranged = (event for event in self._arranged(now) if event.position >= asked.tick)
        self._due = deque(without_overlaps([*_begun_before(self._due, asked.tick), *arranged]))
        self._stingers.refit(now)
        self._express()
        if self._is_recording:
            self._played[-1] = _played_bar(now, self._intensity.value)
        if self._mood_waits:
            self._consider_revision()

    def _renew_moments(self) -> None:
        """What is still to be told of the bar is that of the bar as it is now."""
        told = moments_of(self._playing, self._sample_rate)
        self._moments = deque(moment for moment in told if moment[0] >= self._sample)
        self.report_bar()

    # States.

    def _enter(self, command: Enter) -> None:
        spec = self._score.states[command.state]
        dwell = self._score.states[self._state].dwell if self._state else 0.0
        free_sample = self._state_sample + round(dwell * self._sample_rate)
        self._forget_deferred(Enter, Arrive)
        if self._state and command.state != self._state and self._sample < free_sample:
            self._deferred.append(JournalEntry(free_sample, command))
            return
        self._arrival = None
        self._intensity = replace(self._intensity, at_entry=spec.intensity)
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
        exits = self._score.states[self._state].exits
        start = start_of(SyncPoint(transition.at), self._playing, self._composition.open_bar, self._next_tick, exits)
        first = start.bar
        if start.cut is not None:
            self._cut_at(start.cut)
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
        tick = self._next_revision()
        if 0 < tick < now.clock.ticks:
            wish = replace(asked.wish if asked else now.prepared.wish, approach=cut)
            self._composition.ask_revision(Revision(now.intent.index, tick, wish))

    def _cut_at(self, tick: int) -> None:
        """End the present bar early."""
        now = self._playing
        self._change_clock(now.clock.cut_at(tick))
        asked = self._composition.asked_revision
        if asked and asked.tick >= tick:
            self._composition.forget_revision()
        self._due = deque(_begun_before(self._due, tick))
        self._stingers.cut(tick)

    def _change_clock(self, clock: BarClock) -> Playing:
        self._now = now = replace(self._playing, clock=clock)
        self._clock = clock
        self._recent[-1] = now
        if self._is_recording:
            self._played[-1] = _played_bar(now, self._played[-1].intensity)
        self._renew_moments()
        return now

    def _forget_deferred(self, *kinds: type) -> None:
        self._deferred = [entry for entry in self._deferred if not isinstance(entry.command, kinds)]

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
        if self._now is None or self._is_next_settled:
            bar_line = self._sample if self._now is None else round(self._now.clock.end_sample)
            later = Arrive(state, (target - bar_line) / self._sample_rate)
            self._deferred.append(JournalEntry(bar_line, later))
            return
        clock = self._playing.clock
        home = self._arrival.home_tempo if self._arrival else clock.goal_tempo
        first = self._next_tick(clock.metre.beat_ticks)
        plan = plan_from(clock, first, self._score.states[self._state].metre, target, home)
        now = self._change_clock(clock.retimed(first, plan.tempo_to, plan.glide_ticks))
        if plan.cut_tick is not None:
            self._cut_at(plan.cut_tick)
        bar = now.intent.index + 1
        approach = approach_of(plan, bar, state)
        self._intensity, self._fade = replace(self._intensity, at_entry=spec.intensity), 1.0
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
        self._forget_deferred(Arrive)
        if self._arrival is None:
            return
        self._arrival, self._intensity = None, replace(self._intensity, at_entry=None)
        here = replace(self._composition.wanted, state=self._state, mood=self._playing.intent.mood, approach=None)
        self._composition.enter(self._composition.open_bar, here)
        self.report_bar()

    def _keep_arrival(self) -> None:
        """Plan an arrival again that would not be on time: a bar was late and is other than was planned."""
        arrival, now = self._arrival, self._now
        if arrival is None or now is None or now.intent.index >= arrival.bar:
            return
        approach = self._composition.wanted.approach
        if approach and not is_on_time(arrival, approach, now):
            self._plan_arrival(arrival.state, arrival.sample)

    # Composing: may run beside rendering.

    def compose(self) -> bool:
        """Compose one bar ahead; False when there is none to compose for now."""
        has_composed = self._composition.compose()
        if has_composed:
            for coming in self._composition.ahead():
                self._played_notes(coming)
        return has_composed

    @property
    def wants_bars(self) -> bool:
        """Whether `compose` has something to do."""
        return self._composition.wants_bars

    # Rendering: one caller at a time.

    def render(self, frames: int) -> Block:
        """The next frames of sound, as float32 [frames, 2]."""
        self._obey_all()
        blocks = [self._sounding.render(step) for step in self._steps(self._sample + frames)]
        return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)

    def advance(self, frames: int) -> None:
        """Move on without sound; everything else happens as in `render`."""
        self._obey_all()
        for _ in self._steps(self._sample + frames):
            pass

    def skip_to(self, sample: int, journal: Iterable[JournalEntry] = ()) -> None:
        """Move on without a note being sent, doing what a journal says at its samples; notes to come are."""
        is_live, self._is_live, self._sounding.is_muted = self._is_live, False, True
        self._sounding.silence()
        if self._is_restored:
            self._begin_bars()  # the journal is of what was said since
        for entry in journal:
            if entry.sample > self._sample:
                self.advance(entry.sample - self._sample)
            self.call(entry.command)
        self.advance(max(sample - self._sample, 0))
        self._is_live, self._sounding.is_muted = is_live, False

    @property
    def ready_until(self) -> int:
        """The sample up to which nothing has to be composed first; the present one where something has."""
        if self._now is None or self._sample >= round(self._now.clock.end_sample):
            return self._sample + self._composition.is_next_ready
        revision = self._revision_sample()
        if revision is not None and not self._composition.is_revision_ready:
            return max(revision, self._sample)
        return round(self._now.clock.end_sample)

    def let_ring(self, frames: int) -> Block:
        """End every note and give what still rings; the music is over then."""
        self._sounding.silence()
        self._due.clear()
        return self._sounding.render(frames)

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

    def _next_sample(self) -> int:
        """The sample of whatever happens next; always later than now."""
        clock = self._playing.clock
        upcoming = [round(clock.end_sample)]
        if self._due:
            upcoming.append(clock.sample_at(self._due[0].tick))
        if self._moments:
            upcoming.append(self._moments[0][0])
        upcoming += [entry.sample for entry in self._deferred]
        if self._intensity.ramp:
            upcoming.append(self._intensity.ramp.next_step(self._sample, self._ramp_step))
        others = self._stingers.next_sample(clock), self._fades.next_sample, self._revision_sample()
        upcoming += [sample for sample in others if sample is not None]
        return max(min(upcoming), self._sample + 1)

    @property
    def _playing(self) -> Playing:
        if self._now is None:
            raise RuntimeError("no bar has begun")
        return self._now

    def _begin_bars(self) -> None:
        while self._now is None or self._sample >= round(self._now.clock.end_sample):
            state = self._state_now()
            prepared, is_late = self._composition.take(waits=not self._is_live)
            if is_late:
                self._tell(MusicEventKind.WARNING, LATE)
            self._began = replace(state, begun=Begun(prepared.before, prepared.wish, prepared.maker))
            self._begin_bar(prepared)

    def _begin_bar(self, prepared: Prepared) -> None:
        intent, old = prepared.intent, self._now
        palette = self._arranger.palette_of(intent.state)
        is_same = not self._state or self._arranger.palette_of(self._state) == palette
        old_bank, self._bank = self._bank, self._bank if is_same else (self._bank + 1) % BANKS
        ticks = self._clock.ticks if self._clock else 0
        self._clock = clock = self._next_clock(prepared)
        self._now = now = Playing(prepared, clock, palette, self._bank)
        self._recent.append(now)
        self._due = deque(replace(event, tick=event.tick - ticks) for event in self._due)
        self._stingers.carry(ticks)
        if self._bank != old_bank:
            self._change_bank(old, old_bank)
        self._enter_state(old)
        self._stingers.refit(now)
        self._due = deque(without_overlaps([*self._due, *self._arranged(now)]))
        told = [*self._moments, *moments_of(now, self._sample_rate)]
        self._moments = deque(sorted(told, key=lambda moment: moment[0]))
        if self._is_recording:
            self._played.append(_played_bar(now, self._intensity.value))
        self._composition.allow_redo()
        self._is_restored = False
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
        bar, intent, played = playing.composed.bar, playing.intent, self._played_notes(playing.prepared)
        events = self._arranger.events_of(bar, intent, played, self._intensity.value)
        return tuple(in_bank(event, playing.bank) for event in events)

    def _played_notes(self, prepared: Prepared) -> Sequence[PlayedNote]:
        """The notes of a bar as they are played, found once: ahead, where it is composed ahead."""
        known = next((notes for bar, notes in list(self._known_notes) if bar is prepared), None)
        if known is None:
            random = np.random.default_rng([self._seed, prepared.intent.index, 1])
            known = self._arranger.played(prepared.composed.bar, prepared.intent, random)
            self._known_notes.append((prepared, known))
        return known

    def _change_bank(self, old: Playing | None, old_bank: int) -> None:
        """Let what has begun ring on or fade: other instruments begin in a bank of their own."""
        self._due = deque(_begun_before(self._due, 0))
        self._free({*PITCHED_CHANNELS[self._bank], DRUM_CHANNEL})
        if old is None or self._fade <= 0:
            self._free(PITCHED_CHANNELS[old_bank])
            return
        clock = self._playing.clock
        end = max(clock.sample_at(self._fade * clock.metre.beat_ticks), self._sample + 1)
        self._fades.fade(old, self._intensity.value, self._sample, end, self._sample_rate)

    def _free(self, channels: Collection[int]) -> None:
        """Let go of all that sounds on some channels."""
        self._fades.forget(channels)
        self._sounding.let_go(channels, self._playing.clock.start_tick)
        self._due = deque(event for event in self._due if event.channel not in channels)

    def _enter_state(self, old: Playing | None) -> None:
        """Instruments and intensity as a state, or a cue, wants them when its bar begins."""
        now = self._playing
        intent = now.intent
        if old is None or old.bank != now.bank:
            for event in self._arranger.setup(now.palette):
                self._send(in_bank(event, now.bank))
        if old is None:
            for event in self._stingers.setups(now):
                self._send(event)
        has_new_state = intent.state != self._state
        if has_new_state:
            self._state, self._state_sample = intent.state, self._sample
            self._tell(MusicEventKind.STATE, intent.state)
            entry = self._intensity.at_entry
            if entry is not None and intent.state == self._composition.wanted.state:
                self._intensity = Intensity(entry)
            if self._arrival and self._arrival.state == intent.state:
                self._arrival = None
        cue = self._composition.cue_at(intent.index)
        if cue:
            self._intensity = replace(self._intensity, value=cue.intensity)
        if old is None or cue or has_new_state or _is_expressed_otherwise(old, now):
            self._express()

    def _approach_intensity(self, intensity: float, seconds: float) -> None:
        samples = round(seconds * self._sample_rate)
        if samples > 0:
            self._intensity = self._intensity.approached(intensity, self._sample, samples)
            return
        self._intensity = Intensity(intensity)
        self._express()

    def _express(self) -> None:
        """Have the intensity in force heard, and told."""
        self._reports.append(IntensityReport(self._sample, self._intensity.value))
        now = self._now
        if now is None:
            return
        tick = max(now.clock.tick_at(self._sample), 0.0)
        for part in PARTS:
            value = expression(part, self._intensity.value, now.layered, now.intent.mood.arousal)
            self._send(expression_event(part, value, now.bank, tick))

    def _happen(self) -> None:
        """Send and tell everything that is due by now."""
        revision = self._revision_sample()
        if revision is not None and revision <= self._sample:
            self._take_revision()
        followed = self._intensity.followed(self._sample, self._ramp_step)
        if followed is not self._intensity:
            self._intensity = followed
            self._express()
        for event in self._fades.take(self._sample):
            self._send(event)
        now = self._playing
        while self._due and now.clock.sample_at(self._due[0].tick) <= self._sample:
            sounding = apply_intensity(self._due.popleft(), self._intensity.value, now.layered)
            if sounding:
                self._send(sounding)
        while self._moments and self._moments[0][0] <= self._sample:
            self._told(*self._moments.popleft())
        self._play_stingers(now)
        self._tell_coming(now)

    def _play_stingers(self, now: Playing) -> None:
        for name, setup in self._stingers.begin(self._sample, now, self._intensity.value):
            for event in setup:
                self._send(event)
            self._tell(MusicEventKind.STINGER, name)
        for event in self._stingers.take(self._sample, now.clock):
            self._send(event)

    def _tell_coming(self, now: Playing) -> None:
        """Report the bar to come, as soon as it is composed and whenever it becomes another."""
        coming = self._composition.upcoming()
        if coming is not self._told_coming:
            self._told_coming = coming
            if coming:
                clock, played = self._next_clock(coming), self._played_notes(coming)
                self._reports.append(coming_report(coming, clock, self._intensity.value, played))

    def _send(self, event: ChannelEvent) -> None:
        self._sounding.send(event, (self._now.clock.start_tick if self._now else 0) + event.tick)

    def _fault(self, text: str) -> None:
        self._reports.append(Fault(text))

    # What the game hears of.

    def events(self, heard_sample: int | None = None) -> list[MusicEvent]:
        """What has happened up to a sample since the last call, in order."""
        told = []
        while self._events and (heard_sample is None or self._events[0][0] <= heard_sample):
            told.append(self._events.popleft()[1])
        return told

    def reports(self) -> list[SessionReport]:
        """What is to be told since the last call; their frames are samples of music."""
        told: list[SessionReport] = [Fault(text) for text in self._composition.faults()]
        while self._reports:
            told.append(self._reports.popleft())
        return told

    def playing_at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample of the last few bars."""
        started = [playing for playing in list(self._recent) if playing.clock.sample_at(0) <= sample]
        return started[-1] if started else None

    def report_bar(self) -> None:
        """Report the bar that sounds, anew."""
        if report := self.bar_report():
            self._reports.append(report)

    def bar_report(self) -> BarReport | None:
        """The bar that sounds, and what it is on the way to; None before the first."""
        now, arrival = self._now, self._arrival
        if now is None:
            return None
        report = report_of(now, self._intensity.value, self._played_notes(now.prepared))
        if arrival is None:
            return report
        return replace(report, status=replace(report.status, arriving=arrival.state, tempo_ratio=arrival.tempo_ratio))

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
        return self._intensity.value

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
        return Performance(tuple(self._played), tuple(self._sounding.sent))

    def _state_now(self) -> SessionState:
        """What the next bar begins from."""
        composition = self._composition
        return SessionState(
            sample=self._sample,
            begun=Begun(composition.settled, composition.wish_at(composition.next_bar), composition.maker),
            plans=composition.plans,
            clock=self._clock,
            bank=self._bank,
            due=tuple(self._due),
            intensity=self._intensity,
            arrival=self._arrival,
            fade=self._fade,
            state=self._state,
            state_sample=self._state_sample,
            deferred=tuple(self._deferred),
            stingers=self._stingers.asked,
            stinger_channel=self._stingers.last_channel,
            mood_waits=self._mood_waits,
            commands=self._obeyed,
        )

    def restore(self, state: SessionState) -> None:
        """Go to where a bar of this seed, score and composer began; the same calls give the same notes from there."""
        self._composition.restore(state.begun, state.plans)
        self._sample, self._clock, self._now, self._began = state.sample, state.clock, None, None
        self._bank, self._due, self._intensity = state.bank, deque(state.due), state.intensity
        self._arrival, self._fade = state.arrival, state.fade
        self._state, self._state_sample = state.state, state.state_sample
        self._deferred, self._obeyed, self._mood_waits = list(state.deferred), state.commands, state.mood_waits
        self._stingers.asked, self._stingers.last_channel = state.stingers, state.stinger_channel
        self._moments.clear()
        self._recent.clear()
        self._fades.forget(range(MIDI_CHANNELS))
        self._is_restored = bool(state.state)


def _is_expressed_otherwise(old: Playing, now: Playing) -> bool:
    has_new_layers = (old.intent.theme is None) != (now.intent.theme is None)
    return has_new_layers or old.bank != now.bank or old.intent.mood.arousal != now.intent.mood.arousal


def _begun_before(due: Iterable[ChannelEvent], tick: int) -> list[ChannelEvent]:
    """What is left of the events when nothing begins from a tick of the bar on: notes that have begun still end."""
    events = list(due)
    waiting = {
        (event.channel, event.number, event.position)
        for event in events
        if event.kind is ChannelEventKind.NOTE_ON and event.position >= tick
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
