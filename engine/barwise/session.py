"""The engine core: wishes in, bars composed ahead, samples and events out.

It has no thread and no wall clock: time is the number of samples rendered. A live host calls
`compose` and `render` from two threads; an offline render calls them in turn. The notes depend
on the seed and on the commands with their samples, never on who calls or how fast.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import CHANNELS
from barwise.arranging.dynamics import apply_intensity, expression, with_melody
from barwise.arranging.overlaps import without_overlaps
from barwise.composing.composer import ComposedBar, Composer, State
from barwise.directing.director import LARGEST_TEMPO_STEP, Director, Memory, Wish
from barwise.directing.theming import ThemeCall
from barwise.music.events import ChannelEvent, ChannelEventKind, MusicEvent, MusicEventKind
from barwise.music.intent import BarIntent
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Bar
from barwise.music.performance import Performance, PlayedBar, SentEvent
from barwise.music.theme import Theme
from barwise.playing.outputs import Block
from barwise.playing.soft_clip import soft_clip
from barwise.playing.synth import Synth
from barwise.playing.transport import DEFAULT_SAMPLE_RATE, BarClock
from barwise.score.schema import Palette, Score

LOOK_AHEAD = 2
"""Bars composed beyond the one that sounds."""

KEPT_BARS = 40
"""Bars back that can be answered, besides the themes."""

COMMIT_BEATS = 1
"""A bar is settled this long before it begins: a later change of mood waits for the bar after.

It is longer than composing takes, so that a live session makes what a render makes. A bar whose
wish has changed is composed again once it is settled, and only then: a game that turns the mood
with every frame costs one more bar a bar, not sixty a second.
"""

NETWORK, RULES = "network", "rules"
LATE = "the composer is late; this bar is as it was wanted before, or by the rules"

EXPRESSION = 11
EVENTS_KEPT = 4096

CALLS_KEPT = 16
"""Calls for themes that may wait for their bars at a time."""

Command = Callable[["Session"], None]


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

    wish: Wish
    intent: BarIntent
    composed: ComposedBar
    after: Snapshot


@dataclass(frozen=True)
class Playing:
    """The bar that sounds."""

    intent: BarIntent
    composed: ComposedBar
    clock: BarClock
    palette: Palette

    @property
    def layered(self) -> Palette:
        """The palette with the layers of this bar: a theme is heard at every intensity."""
        return with_melody(self.palette) if self.intent.theme else self.palette


@dataclass(frozen=True)
class Cue:
    """A mood and an intensity that hold from a bar on, known beforehand."""

    bar: int
    mood: Mood
    intensity: float


@dataclass(frozen=True)
class JournalEntry:
    """A command and the sample before which it took effect: replayed, it gives the same notes."""

    sample: int
    command: Command


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
        self._score = score
        self._composers = {RULES: fallback} if composer is None else {NETWORK: composer, RULES: fallback}
        self._director, self._arranger = Director(score, seek, tempo_step), Arranger(score)
        self._seed, self._synth, self._sample_rate = seed, synth, sample_rate
        self._lock = threading.Lock()
        self._commands: deque[Command] = deque()
        self._wishes = [(0, Wish(score.initial, score.states[score.initial].mood))]
        self._cues = {cue.bar: cue for cue in cues}
        self._intensity = score.states[score.initial].intensity
        self._entry_intensity: float | None = None
        self._settled = Snapshot(Memory(), {name: maker.initial_state() for name, maker in self._composers.items()})
        self._ahead: deque[Prepared] = deque()
        self._now: Playing | None = None
        self._sample = 0
        self._due: deque[ChannelEvent] = deque()
        self._moments: deque[tuple[int, MusicEvent]] = deque()
        self._events: deque[tuple[int, MusicEvent]] = deque(maxlen=EVENTS_KEPT)
        self._recent: deque[Playing] = deque(maxlen=4)
        self._is_live, self._is_recording = is_live, is_recording
        self._played: list[PlayedBar] = []
        self._sent: list[SentEvent] = []
        self.journal: list[JournalEntry] = []

    # What the game says. Commands take effect at the start of the next rendered block.

    def call(self, command: Command) -> None:
        """Queue a command; any thread may."""
        self._commands.append(command)

    def wish(self, wish: Wish) -> None:
        """Want something else from the next bar that is not settled; only commands call this."""
        if wish == self.wanted:
            return
        with self._lock:
            first = self._first_open_bar()
            self._wishes = [item for item in self._wishes if item[0] < first] + [(first, wish)]

    @property
    def wanted(self) -> Wish:
        """What is wanted at present."""
        return self._wishes[-1][1]

    def _first_open_bar(self) -> int:
        """Number of the first bar that can still be changed."""
        if self._now is None:
            return 0
        left = self._now.clock.metre.bar_ticks - self._now.clock.tick_at(self._sample)
        is_next_settled = left < COMMIT_BEATS * self._now.clock.metre.beat_ticks
        return self._now.intent.index + (2 if is_next_settled else 1)

    def _wish_at(self, bar: int) -> Wish:
        """What is wanted of a bar: the game's last word, or a later cue's mood."""
        first, wish = [item for item in self._wishes if item[0] <= bar][-1]
        cued = [cue for number, cue in self._cues.items() if first <= number <= bar]
        return replace(wish, mood=max(cued, key=lambda cue: cue.bar).mood) if cued else wish

    def enter(self, state: str) -> None:
        """Go to a state of the score: its mood and palette, and its intensity when it begins."""
        spec = self._score.states[state]
        self._entry_intensity = spec.intensity
        self.wish(replace(self.wanted, state=state, mood=spec.mood))

    def call_theme(self, theme: Theme, bar: int = 0, *, waits_for_phrase: bool = False) -> None:
        """Have a theme stated and developed from a bar on, or from the next that is not settled."""
        with self._lock:
            first = self._first_open_bar()
        call = ThemeCall(theme, max(bar, first), waits_for_phrase)
        self.wish(replace(self.wanted, themes=(*self.wanted.themes, call)[-CALLS_KEPT:]))

    def set_intensity(self, intensity: float) -> None:
        """How much sounds from this sample on, 0 to 1."""
        self._entry_intensity = None
        self._change_intensity(intensity)

    # Composing: may run beside rendering.

    def compose(self) -> bool:
        """Compose one bar ahead; False when there is none to compose for now."""
        with self._lock:
            place = self._place_to_compose()
            if place is None:
                return False
            before = self._ahead[place - 1].after if place else self._settled
            wish = self._wish_at(before.memory.bar)
        prepared = self._prepare(before, wish, next(iter(self._composers)))
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
            return self._place_to_compose() is not None

    def _place_to_compose(self) -> int | None:
        """Where among the bars ahead the next one belongs; None while all are there or not yet settled."""
        for place, prepared in enumerate(self._ahead):
            if self._is_stale(prepared):
                is_settled = self._now is None or prepared.intent.index < self._first_open_bar()
                return place if is_settled else None
        return len(self._ahead) if len(self._ahead) < LOOK_AHEAD else None

    def _is_stale(self, prepared: Prepared) -> bool:
        return prepared.wish != self._wish_at(prepared.intent.index)

    def _follows(self, prepared: Prepared, before: Snapshot, place: int) -> bool:
        """Whether a bar still belongs at its place: neither the bars before nor the wish have changed meanwhile."""
        if place > len(self._ahead):
            return False
        now_before = self._ahead[place - 1].after if place else self._settled
        return now_before is before and not self._is_stale(prepared)

    def _prepare(self, before: Snapshot, wish: Wish, name: str) -> Prepared:
        index = before.memory.bar
        random = np.random.default_rng([self._seed, index])
        intent, memory = self._director.plan(wish, before.memory, random)
        states = before.states
        if intent.state != before.memory.state:  # a new section owes nothing to the last one
            states = {maker: composer.initial_state() for maker, composer in self._composers.items()}
        reference = None if intent.reference is None else before.history.get(intent.reference)
        composed = self._composers[name].compose(intent, states[name], reference, random)
        kept = {*memory.kept_bars, *range(index - KEPT_BARS, index)}
        history = {number: bar for number, bar in before.history.items() if number in kept}
        after = Snapshot(memory, {**states, name: composed.state}, {**history, index: composed.bar})
        return Prepared(wish, intent, composed, after)

    # Rendering: one caller at a time.

    def render(self, frames: int) -> Block:
        """The next frames of sound, as float32 [frames, 2]."""
        self._obey()
        blocks = [self._sound(step) for step in self._steps(self._sample + frames)]
        return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)

    def advance(self, frames: int) -> None:
        """Move on without sound; everything else happens as in `render`."""
        self._obey()
        for _ in self._steps(self._sample + frames):
            pass

    def let_ring(self, frames: int) -> Block:
        """End every note and give what still rings; the music is over then."""
        if self._synth:
            self._synth.silence()
        self._due.clear()
        return self._sound(frames)

    def frames_left_in_bar(self) -> int:
        """Frames from here to the end of the bar; a bar that is due begins."""
        self._obey()
        self._begin_bars()
        return round(self._playing.clock.end_sample) - self._sample

    def _steps(self, end: int) -> Iterator[int]:
        """Frames from one happening to the next, up to a sample, with all that happens before each."""
        while self._sample < end:
            self._begin_bars()
            self._dispatch()
            until = min(end, self._next_sample())
            yield until - self._sample
            self._sample = until

    def _obey(self) -> None:
        while self._commands:
            command = self._commands.popleft()
            if self._is_recording:
                self.journal.append(JournalEntry(self._sample, command))
            command(self)

    def _sound(self, frames: int) -> Block:
        return soft_clip(self._synth.render(frames)) if self._synth else np.zeros((frames, 2), np.float32)

    def _next_sample(self) -> int:
        """The sample of whatever happens next; always later than now."""
        now = self._playing
        upcoming = [round(now.clock.end_sample)]
        if self._due:
            upcoming.append(now.clock.sample_at(self._due[0].tick))
        if self._moments:
            upcoming.append(self._moments[0][0])
        return max(min(upcoming), self._sample + 1)

    @property
    def _playing(self) -> Playing:
        if self._now is None:
            raise RuntimeError("no bar has begun")
        return self._now

    def _begin_bars(self) -> None:
        if self._now is None or self._sample >= round(self._now.clock.end_sample):
            self._begin_bar(self._next_prepared())

    def _next_prepared(self) -> Prepared:
        """The bar that was composed ahead; when it is late, what there is."""
        while not self._is_live and (not self._ahead or self._is_stale(self._ahead[0])):
            self.compose()
        with self._lock:
            prepared = self._ahead.popleft() if self._ahead else None
            before = self._settled
            wish = self._wish_at(before.memory.bar)
        is_late = prepared is None or prepared.wish != wish
        prepared = prepared or self._prepare(before, wish, RULES)
        if is_late:
            self._tell(self._sample, MusicEventKind.WARNING, LATE)
        with self._lock:
            self._settled = prepared.after
            self._forget_wishes(prepared.intent.index)
        return prepared

    def _forget_wishes(self, bar: int) -> None:
        """Drop the wishes that a later one has replaced by this bar."""
        while len(self._wishes) > 1 and self._wishes[1][0] <= bar:
            self._wishes.pop(0)

    def _begin_bar(self, prepared: Prepared) -> None:
        intent, condition, old = prepared.intent, prepared.intent.condition, self._now
        palette = self._arranger.palette_of(intent.state)
        clock = (
            old.clock.next(condition.tempo, condition.metre)
            if old
            else BarClock(0.0, 0, condition.tempo, condition.metre, self._sample_rate)
        )
        self._now = Playing(intent, prepared.composed, clock, palette)
        self._recent.append(self._now)
        self._carry(old, palette)
        self._enter_state(old, intent, palette)
        random = np.random.default_rng([self._seed, intent.index, 1])
        arranged = self._arranger.arrange(prepared.composed.bar, intent, random, self._intensity)
        self._due = deque(without_overlaps([*self._due, *arranged]))
        self._moments = deque(sorted(self._told(), key=lambda moment: moment[0]))
        if self._is_recording:
            self._played.append(_played_bar(self._now, self._intensity))

    def _carry(self, old: Playing | None, palette: Palette) -> None:
        """Take what still sounds into the new bar; let it go at once when the instruments change."""
        if old is None:
            return
        ticks = old.clock.metre.bar_ticks
        left = [replace(event, tick=max(event.tick - ticks, 0.0)) for event in self._due]
        self._due = deque(left if old.palette == palette else ())
        if old.palette != palette:
            for event in left:
                if event.kind is ChannelEventKind.NOTE_OFF:
                    self._send(replace(event, tick=0.0))

    def _enter_state(self, old: Playing | None, intent: BarIntent, palette: Palette) -> None:
        """Instruments and intensity as a state, or a cue, wants them when its bar begins."""
        has_new_palette = old is None or old.palette != palette
        has_new_state = old is None or old.intent.state != intent.state
        has_new_layers = old is not None and (old.intent.theme is None) != (intent.theme is None)
        if has_new_palette:
            for event in self._arranger.setup(palette):
                self._send(event)
        if has_new_state:
            self._tell(self._sample, MusicEventKind.STATE, name=intent.state)
            if self._entry_intensity is not None and intent.state == self.wanted.state:
                self._intensity, self._entry_intensity = self._entry_intensity, None
        cue = self._cues.get(intent.index)
        if cue:
            self._intensity = cue.intensity
        has_new_strokes = old is not None and old.intent.mood.arousal != intent.mood.arousal
        if has_new_palette or has_new_state or has_new_layers or has_new_strokes or cue:
            self._change_intensity(self._intensity)

    def _change_intensity(self, intensity: float) -> None:
        self._intensity = intensity
        if self._now is None:
            return
        tick = max(self._now.clock.tick_at(self._sample), 0.0)
        for part in PARTS:
            value = expression(part, intensity, self._now.layered, self._now.intent.mood.arousal)
            self._send(ChannelEvent(tick, ChannelEventKind.CONTROL, CHANNELS[part], EXPRESSION, value, part))

    def _dispatch(self) -> None:
        """Send and tell everything that is due by now."""
        now = self._playing
        while self._due and now.clock.sample_at(self._due[0].tick) <= self._sample:
            event = apply_intensity(self._due.popleft(), self._intensity, now.layered)
            if event:
                self._send(event)
        while self._moments and self._moments[0][0] <= self._sample:
            self._events.append(self._moments.popleft())

    def _send(self, event: ChannelEvent) -> None:
        if self._synth:
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

    def playing_at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample of the last few bars."""
        started = [playing for playing in list(self._recent) if playing.clock.start_sample <= sample]
        return started[-1] if started else None

    def _told(self) -> list[tuple[int, MusicEvent]]:
        """The bar, its beats, its theme and its chords, with the samples at which they sound."""
        now = self._playing
        metre, bar = now.clock.metre, now.composed.bar
        told = [self._moment(now.clock.sample_at(0), MusicEventKind.BAR)]
        told += [
            self._moment(now.clock.sample_at(beat * metre.beat_ticks), MusicEventKind.BEAT, beat)
            for beat in range(metre.beats)
        ]
        theme = now.intent.theme
        if theme and theme.bar == 0:
            name = f"{theme.name} {theme.development}"
            told.append(self._moment(now.clock.sample_at(0), MusicEventKind.THEME, name=name))
        for change in bar.harmony:
            if change.chord is not None:
                beat = change.position // metre.beat_ticks
                name = change.chord.name(now.intent.key)
                told.append(self._moment(now.clock.sample_at(change.position), MusicEventKind.CHORD, beat, name))
        return told

    def _moment(self, sample: int, kind: MusicEventKind, beat: int = 0, name: str = "") -> tuple[int, MusicEvent]:
        bar = self._now.intent.index if self._now else 0
        return sample, MusicEvent(kind, sample / self._sample_rate, bar, beat, name)

    def _tell(self, sample: int, kind: MusicEventKind, name: str) -> None:
        self._events.append(self._moment(sample, kind, name=name))

    # What can be read.

    @property
    def sample(self) -> int:
        """Samples rendered so far: the clock."""
        return self._sample

    @property
    def intensity(self) -> float:
        """The intensity in force, 0 to 1."""
        return self._intensity

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return Performance(tuple(self._played), tuple(self._sent))


def _played_bar(playing: Playing, intensity: float) -> PlayedBar:
    composed = playing.composed
    return PlayedBar(
        playing.clock.start_tick, playing.intent, intensity, composed.bar, composed.achieved, composed.composer
    )
