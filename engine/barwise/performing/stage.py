"""The bar that sounds, with all that sounds in it: its events, banks of instruments, fades, stingers, intensity.

It sends and tells what is due by the sample, and knows no commands: which bar begins, where it ends and what it
becomes is for others. Its clock is the number of samples.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from barwise.arranging.arranger import Arranger
from barwise.arranging.articulation import PlayedNote
from barwise.arranging.channels import (
    BANKS,
    BRIGHTNESS,
    control_event,
    expression_event,
    in_bank,
    is_pad,
    pitched_channels,
    voices,
)
from barwise.arranging.dynamics import apply_intensity, expressions
from barwise.arranging.overlaps import without_overlaps
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind, MusicEvent, MusicEventKind
from barwise.music.performance import Performance, PlayedBar
from barwise.music.reports import BarReport, IntensityReport
from barwise.performing.arrivals import Arrival
from barwise.performing.bar_maker import Prepared
from barwise.performing.brightness import STEP_SECONDS, Brightness
from barwise.performing.fading import Fades
from barwise.performing.intensity import RAMP_SECONDS, Intensity
from barwise.performing.reporter import Reporter
from barwise.performing.sounding import Sounding
from barwise.performing.stinger_player import AskedStinger, StingerPlayer
from barwise.performing.telling import Playing, coming_report, moments_of, report_of
from barwise.playing.synth import MIDI_CHANNELS, Synth
from barwise.playing.transport import BarClock
from barwise.score.schema import Score

MOOD_FADE_BEATS = 2.0
"""Over which instruments fade where a mood, and no transition, brings others."""


@dataclass(frozen=True)
class StageState:
    """What is left of one bar as the next begins."""

    sample: int
    clock: BarClock | None
    """Of the bar before."""
    bank: int
    """Which channels its instruments had."""
    state: str
    """Name of its state."""
    palette: str
    """Name of its palette."""
    due: tuple[ChannelEvent, ...]
    """What is left of its events."""
    intensity: Intensity
    arrival: Arrival | None
    fade: float
    stingers: tuple[AskedStinger, ...]
    stinger_channel: int | None
    """Of the last stinger."""


class Stage:
    """One bar after another; whoever changes it says so at the sample at which it stands."""

    def __init__(
        self,
        score: Score,
        reporter: Reporter,
        *,
        seed: int,
        synth: Synth | None,
        sample_rate: int,
        is_recording: bool,
    ) -> None:
        self._arranger, self._reporter = Arranger(score), reporter
        self._seed, self._sample_rate, self._is_recording = seed, sample_rate, is_recording
        self._ramp_step = round(RAMP_SECONDS * sample_rate)
        self.sample = 0
        self.now: Playing | None = None
        self.clock: BarClock | None = None
        """Of the bar that sounds; before the first after going back, of the bar before."""
        self.state = ""
        """Name of the state of the bar that sounds, or of the bar before."""
        self.palette = ""
        """Name of its palette."""
        self.intensity = Intensity(score.states[score.initial].intensity)
        self.arrival: Arrival | None = None
        """What the bars lead to."""
        self.fade = 0.0
        """Beats over which the instruments fade when others begin."""
        self.sounding = Sounding(synth, reporter.fault, sample_rate=sample_rate, is_recording=is_recording)
        self.stingers = StingerPlayer(score, self._arranger)
        self._fades = Fades()
        self._brightness = Brightness(max(round(STEP_SECONDS * sample_rate), 1))
        self._bank = 0
        self._due: deque[ChannelEvent] = deque()
        self._timed: tuple[ChannelEvent, BarClock, int] | None = None
        """The event that was due last, and the sample that this was at."""
        self._has_drums = True
        """Whether the drums of a palette may sound, as far as is known."""
        self._unheard: list[ChannelEvent] = []
        """What would sound by now if the intensity were higher, of pads: they may join within their chord."""
        self._moments: deque[tuple[int, MusicEvent]] = deque()
        self._recent: deque[Playing] = deque(maxlen=4)
        self._played: list[PlayedBar] = []
        self._told_coming: Prepared | None = None
        self._known_notes: deque[tuple[Prepared, Sequence[PlayedNote]]] = deque(maxlen=4)
        """Of the bar that sounds and of those to come: as they are played."""
        self._ahead: tuple[Prepared, float, tuple[ChannelEvent, ...]] | None = None
        """The events of the bar to come, at an intensity."""

    @property
    def playing(self) -> Playing:
        """The bar that sounds."""
        if self.now is None:
            raise RuntimeError("no bar has begun")
        return self.now

    def playing_at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample of the last few bars."""
        started = [playing for playing in list(self._recent) if playing.clock.sample_at(0) <= sample]
        return started[-1] if started else None

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return Performance(tuple(self._played), tuple(self.sounding.sent))

    # Bars.

    def begin(self, prepared: Prepared, clock: BarClock) -> None:
        """Begin a bar: what still sounds is taken into it, and other instruments play in a bank of their own.

        `play` is to follow, once what comes with the bar's state is known.
        """
        old, old_bank, ticks = self.now, self._bank, self.clock.ticks if self.clock else 0
        palette = self._arranger.palette_for(prepared.intent)
        if self.palette and self.palette != palette.name:
            self._bank = (old_bank + 1) % BANKS
        fade = self.fade if self.state != prepared.intent.state else MOOD_FADE_BEATS
        self.clock, self.state, self.palette = clock, prepared.intent.state, palette.name
        self.now = now = Playing(prepared, clock, palette, self._bank)
        self._recent.append(now)
        self.sounding.lift_pedals(clock.start_tick)
        self._due = deque(replace(event, tick=event.tick - ticks) for event in self._due)
        self._unheard.clear()
        self.stingers.carry(ticks)
        if self._bank != old_bank:
            self._change_bank(old, old_bank, fade)
        if old is None or self._bank != old_bank:
            self._brightness.forget()
            for event in self._arranger.setup(palette):
                self._send(in_bank(event, now.bank))
        if old is None:
            for event in self.stingers.setups(now):
                self._send(event)

    def play(self, before: Playing | None, *, is_changed: bool) -> None:
        """Play the bar that has begun after another; is_changed says that its intensity is not what it was."""
        now = self.playing
        if before is None or is_changed or _is_expressed_otherwise(before, now):
            self.express()
        self._brightness.want(now, self.intensity.value, self.sample)
        self.stingers.refit(now)
        self._due = deque(without_overlaps([*self._due, *self._arranged(now)]))
        told = [*self._moments, *moments_of(now, self._sample_rate)]
        self._moments = deque(sorted(told, key=lambda moment: moment[0]))
        if self._is_recording:
            self._played.append(_played_bar(now, self.intensity.value))

    def revise(self, revised: Prepared, tick: int) -> None:
        """Play the bar from a tick on as it is composed anew."""
        self.now = now = replace(self.playing, prepared=revised)
        self._recent[-1] = now
        self.sounding.lift_pedals(now.clock.start_tick + tick)
        arranged = (event for event in self._arranged(now) if event.position >= tick)
        self._due = deque(without_overlaps([*_begun_before(self._due, tick), *arranged]))
        self.stingers.refit(now)
        self._renew_moments()
        self.express()
        if self._is_recording:
            self._played[-1] = _played_bar(now, self.intensity.value)

    def retime(self, clock: BarClock) -> None:
        """Play what is left of the bar at another tempo."""
        self.now = now = replace(self.playing, clock=clock)
        self.clock = clock
        self._recent[-1] = now
        if self._is_recording:
            self._played[-1] = _played_bar(now, self._played[-1].intensity)
        self._renew_moments()

    def cut(self, tick: int) -> None:
        """End the bar early."""
        self.retime(self.playing.clock.cut_at(tick))
        self._due = deque(_begun_before(self._due, tick))
        self.stingers.cut(tick)

    def _arranged(self, playing: Playing) -> tuple[ChannelEvent, ...]:
        """All events of a bar, in its bank."""
        events = self._events_of(playing.prepared, self.intensity.value)
        return tuple(in_bank(event, playing.bank) for event in events)

    def arrange_ahead(self, prepared: Prepared) -> None:
        """Have the events of a bar to come at hand as they will be if the intensity stays: that takes milliseconds.

        It may be called beside everything else.
        """
        intensity = self.intensity.value
        self._ahead = (prepared, intensity, self._events_of(prepared, intensity))

    def _events_of(self, prepared: Prepared, intensity: float) -> tuple[ChannelEvent, ...]:
        ahead = self._ahead
        if ahead and ahead[0] is prepared and ahead[1] == intensity:
            return ahead[2]
        bar, intent, played = prepared.composed.bar, prepared.intent, self.played_notes(prepared)
        return self._arranger.events_of(bar, intent, played, intensity)

    def played_notes(self, prepared: Prepared) -> Sequence[PlayedNote]:
        """The notes of a bar as they are played, found once: ahead, where it is composed ahead."""
        known = next((notes for bar, notes in list(self._known_notes) if bar is prepared), None)
        if known is None:
            random = np.random.default_rng([self._seed, prepared.intent.index, 1])
            known = self._arranger.played(prepared.composed.bar, prepared.intent, random)
            self._known_notes.append((prepared, known))
        return known

    def _change_bank(self, old: Playing | None, old_bank: int, fade: float) -> None:
        """Let what has begun ring on or fade, over so many beats."""
        self._due = deque(_begun_before(self._due, 0))
        self._free({*pitched_channels(self._bank), DRUM_CHANNEL})
        if old is None or fade <= 0:
            self._free(pitched_channels(old_bank))
            return
        clock = self.playing.clock
        end = max(clock.sample_at(fade * clock.metre.beat_ticks), self.sample + 1)
        self._fades.fade(old, self.intensity.value, self.sample, end, self._sample_rate)

    def _free(self, channels: Collection[int]) -> None:
        """Let go of all that sounds on some channels."""
        self._fades.forget(channels)
        self.sounding.let_go(channels, self.playing.clock.start_tick)
        self._due = deque(event for event in self._due if event.channel not in channels)

    # Intensity.

    def approach_intensity(self, intensity: float, seconds: float) -> None:
        """Go to an intensity, at once or over some seconds."""
        samples = round(seconds * self._sample_rate)
        if samples > 0:
            self.intensity = self.intensity.approached(intensity, self.sample, samples)
            return
        self.intensity = Intensity(intensity)
        self.express()

    def express(self) -> None:
        """Have the intensity in force heard, and told."""
        self._reporter.report(IntensityReport(self.sample, self.intensity.value))
        now = self.now
        if now is None:
            return
        tick = max(now.clock.tick_at(self.sample), 0.0)
        for voice, value in expressions(self.intensity.value, now.layered, now.intent.mood.arousal):
            is_drums = voice.channel == DRUM_CHANNEL
            # Where drums stay silent, what a roll or a stinger has struck on them rings out.
            if value or self._has_drums or not is_drums:
                self._send(expression_event(voice, value, now.bank, tick))
            self._has_drums = value > 0 if is_drums else self._has_drums
        self._brightness.want(now, self.intensity.value, self.sample)
        self._join(now)

    def _join(self, now: Playing) -> None:
        """Have pads that have entered since their chord began come in with it, rather than with the next."""
        for event in [event for event in self._unheard if self._send_at(event, now)]:
            self._unheard.remove(event)

    # Samples.

    def next_sample(self) -> int:
        """The sample of whatever is due next; the bar's end at last."""
        clock = self.playing.clock
        upcoming = [round(clock.end_sample)]
        if self._due:
            upcoming.append(self._due_sample())
        if self._moments:
            upcoming.append(self._moments[0][0])
        if self.intensity.ramp:
            upcoming.append(self.intensity.ramp.next_step(self.sample, self._ramp_step))
        others = self.stingers.next_sample(clock), self._fades.next_sample, self._brightness.next_sample
        return min([*upcoming, *(sample for sample in others if sample is not None)])

    def _due_sample(self) -> int:
        """The sample of the event that is due next; kept, because it is asked for with every step."""
        event, clock = self._due[0], self.playing.clock
        if self._timed is None or self._timed[0] is not event or self._timed[1] is not clock:
            self._timed = event, clock, clock.sample_at(event.tick)
        return self._timed[2]

    def happen(self) -> None:
        """Send and tell everything that is due by now."""
        followed = self.intensity.followed(self.sample, self._ramp_step)
        if followed is not self.intensity:
            self.intensity = followed
            self.express()
        for event in self._fades.take(self.sample):
            self._send(event)
        now = self.playing
        brightness = self._brightness.take(self.sample)
        if brightness is not None:
            tick = max(now.clock.tick_at(self.sample), 0.0)
            for voice in voices(now.layered):
                self._send(control_event(voice, BRIGHTNESS, brightness, now.bank, tick))
        while self._due and self._due_sample() <= self.sample:
            self._play_event(self._due.popleft(), now)
        while self._moments and self._moments[0][0] <= self.sample:
            self._reporter.told(*self._moments.popleft())
        for name, setup in self.stingers.begin(self.sample, now, self.intensity.value):
            for event in setup:
                self._send(event)
            self._reporter.tell(self.sample, MusicEventKind.STINGER, now.intent.index, name)
        for event in self.stingers.take(self.sample, now.clock):
            self._send(event)

    def _play_event(self, event: ChannelEvent, now: Playing) -> None:
        """Send an event as it sounds at the intensity in force; a pad's that does not sound may do so later."""
        if not self._send_at(event, now) and is_pad(event.channel):
            self._unheard.append(event)
        elif event.kind is ChannelEventKind.NOTE_OFF:
            self._unheard = [on for on in self._unheard if (on.channel, on.number) != (event.channel, event.number)]

    def _send_at(self, event: ChannelEvent, now: Playing) -> bool:
        """Send an event as it sounds at the intensity in force; whether it does."""
        sounding = apply_intensity(event, self.intensity.value, now.layered)
        if sounding:
            self._send(sounding)
        return sounding is not None

    def let_go(self) -> None:
        """End every note; nothing more is due."""
        self.sounding.silence()
        self._due.clear()

    def _send(self, event: ChannelEvent) -> None:
        self.sounding.send(event, self.playing.clock.start_tick + event.tick)

    # What is told of bars.

    def _renew_moments(self) -> None:
        """What is still to be told of the bar is that of the bar as it is now."""
        told = moments_of(self.playing, self._sample_rate)
        self._moments = deque(moment for moment in told if moment[0] >= self.sample)
        self.report_bar()

    def report_bar(self) -> None:
        """Report the bar that sounds, anew; what comes after it may begin elsewhere, and is to be reported again."""
        self._told_coming = None
        if report := self.bar_report():
            self._reporter.report(report)

    def bar_report(self) -> BarReport | None:
        """The bar that sounds, and what it is on the way to; None before the first."""
        now, arrival = self.now, self.arrival
        if now is None:
            return None
        report = report_of(now, self.intensity.value, self.played_notes(now.prepared))
        if arrival is None:
            return report
        return replace(report, status=replace(report.status, arriving=arrival.state, tempo_ratio=arrival.tempo_ratio))

    def is_told(self, coming: Prepared | None) -> bool:
        """Whether the bar to come has been reported as it is."""
        return coming is self._told_coming

    def report_coming(self, coming: Prepared | None, clock: BarClock | None) -> None:
        """Report the bar to come, with the clock that it would have."""
        self._told_coming = coming
        if coming and clock:
            notes = self.played_notes(coming)
            self._reporter.report(coming_report(coming, clock, self.intensity.value, notes))

    # Going back.

    def left(self) -> StageState:
        """What is left of the bar that ends here."""
        stingers = self.stingers
        return StageState(
            self.sample,
            self.clock,
            self._bank,
            self.state,
            self.palette,
            tuple(self._due),
            self.intensity,
            self.arrival,
            self.fade,
            stingers.asked,
            stingers.last_channel,
        )

    def restore(self, left: StageState) -> None:
        """Go to where a bar ended: nothing sounds, and the next is to begin."""
        self.sample, self.clock, self._bank = left.sample, left.clock, left.bank
        self.state, self.palette = left.state, left.palette
        self._due, self.intensity = deque(left.due), left.intensity
        self.arrival, self.fade = left.arrival, left.fade
        self.stingers.asked, self.stingers.last_channel = left.stingers, left.stinger_channel
        self.now = None
        self._has_drums = True
        self._unheard.clear()
        self._moments.clear()
        self._recent.clear()
        self._brightness.forget()
        self._fades.forget(range(MIDI_CHANNELS))


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
    return [
        event
        for event in events
        if (event.channel, event.number, event.position) not in waiting
        and not (event.kind is ChannelEventKind.CONTROL and event.position >= tick)
    ]


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
