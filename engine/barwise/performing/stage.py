"""The bar that sounds, with all that sounds in it: its events, banks of instruments, fades, stingers, intensity.

It sends and tells what is due by the sample, and knows no commands: which bar begins, where it ends and what it
becomes is for others. Its clock is the number of samples.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import BANKS, in_bank, pitched_channels
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, MusicEventKind
from barwise.music.performance import Performance
from barwise.music.reports import BarReport, IntensityReport
from barwise.performing.announcing import Announcer
from barwise.performing.arranged import ArrangedBars
from barwise.performing.arrivals import Arrival
from barwise.performing.bar_maker import Prepared
from barwise.performing.due import DueEvents
from barwise.performing.expression import Expression, is_expressed_otherwise
from barwise.performing.fading import MOOD_FADE_BEATS, Fades
from barwise.performing.intensity import RAMP_SECONDS, Intensity
from barwise.performing.recorded import RecordedBars
from barwise.performing.reporter import Reporter
from barwise.performing.sounding import Sounding
from barwise.performing.stage_state import StageState
from barwise.performing.stinger_player import StingerPlayer
from barwise.performing.telling import Playing
from barwise.playing.synth import Synth
from barwise.playing.transport import BarClock
from barwise.score.schema import Score


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
        self._arranger, self._reporter, self._sample_rate = Arranger(score), reporter, sample_rate
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
        self.arranged = ArrangedBars(self._arranger, seed)
        """What the bars to come need may be put into it beside the rest."""
        self._due = DueEvents()
        self._expression, self._fades = Expression(sample_rate), Fades()
        self._announcer = Announcer(reporter, self.arranged, sample_rate)
        self._recorded = RecordedBars(is_recording=is_recording)
        self._bank = 0

    @property
    def playing(self) -> Playing:
        """The bar that sounds."""
        if self.now is None:
            raise RuntimeError("no bar has begun")
        return self.now

    def playing_at(self, sample: int) -> Playing | None:
        """The bar that sounds at a sample of the last few bars."""
        return self._recorded.at(sample)

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return Performance(tuple(self._recorded.played), tuple(self.sounding.sent))

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
        self._recorded.begin(now)
        self.sounding.lift_pedals(clock.start_tick)
        self._due.carry(ticks)
        self._expression.begin_bar()
        self.stingers.carry(ticks)
        if self._bank != old_bank:
            self._change_bank(old, old_bank, fade)
        if old is None or self._bank != old_bank:
            self._expression.change_instruments()
            self._send(in_bank(event, now.bank) for event in self._arranger.setup(palette))
        if old is None:
            self._send(self.stingers.setups(now))

    def play(self, before: Playing | None, *, is_changed: bool) -> None:
        """Play the bar that has begun after another; is_changed says that its intensity is not what it was."""
        now, intensity = self.playing, self.intensity.value
        if before is None or is_changed or is_expressed_otherwise(before, now):
            self.express()
        self._expression.want_brightness(now, intensity, self.sample)
        self.stingers.refit(now)
        self._due.add(self._events_of(now))
        self._announcer.begin(now)
        self._recorded.play(now, intensity)

    def revise(self, revised: Prepared, tick: int) -> None:
        """Play the bar from a tick on as it is composed anew."""
        self.now = now = replace(self.playing, prepared=revised)
        self.sounding.lift_pedals(now.clock.start_tick + tick)
        self._due.begin_none_from(tick)
        self._due.add(event for event in self._events_of(now) if event.position >= tick)
        self.stingers.refit(now)
        self._renew_moments()
        self.express()
        self._recorded.revise(now, self.intensity.value)

    def retime(self, clock: BarClock) -> None:
        """Play what is left of the bar at another tempo."""
        self.now = now = replace(self.playing, clock=clock)
        self.clock = clock
        self._recorded.revise(now)
        self._renew_moments()

    def cut(self, tick: int) -> None:
        """End the bar early."""
        self.retime(self.playing.clock.cut_at(tick))
        self._due.begin_none_from(tick)
        self.stingers.cut(tick)

    def _events_of(self, playing: Playing) -> tuple[ChannelEvent, ...]:
        """All events of a bar, in its bank."""
        events = self.arranged.events_of(playing.prepared, self.intensity.value)
        return tuple(in_bank(event, playing.bank) for event in events)

    def _change_bank(self, old: Playing | None, old_bank: int, fade: float) -> None:
        """Let what has begun ring on or fade, over so many beats."""
        self._due.begin_none_from(0)
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
        self._due.leave_out(channels)

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
        if self.now:
            self._send(self._expression.express(self.now, self.intensity.value, self.sample))

    # Samples.

    def next_turn(self) -> int:
        """The sample of whatever is due next beside the bar's own events; its end at last."""
        clock, ramp = self.playing.clock, self.intensity.ramp
        upcoming = (
            round(clock.end_sample),
            ramp.next_step(self.sample, self._ramp_step) if ramp else None,
            self._announcer.next_sample,
            self.stingers.next_sample(clock),
            self._fades.next_sample,
            self._expression.next_sample,
        )
        return min(sample for sample in upcoming if sample is not None)

    def happen(self) -> None:
        """Send and tell everything that is due by now."""
        followed = self.intensity.followed(self.sample, self._ramp_step)
        if followed is not self.intensity:
            self.intensity = followed
            self.express()
        now, sample = self.playing, self.sample
        self._send(self._fades.take(sample))
        self._send(self._expression.take(sample, now))
        self._play_due(now)
        self._announcer.tell(sample)
        if self.stingers.asked:
            for name, setup in self.stingers.begin(sample, now, self.intensity.value):
                self._send(setup)
                self._reporter.tell(sample, MusicEventKind.STINGER, now.intent.index, name)
            self._send(self.stingers.take(sample, now.clock))

    def play_on(self, turn: int) -> Iterator[int]:
        """Frames from one event of the bar to the next, up to a sample before which nothing else happens."""
        now = self.playing
        while self.sample < turn:
            self._play_due(now)
            due = self._due.next_sample(now.clock)
            until = turn if due is None else min(due, turn)
            yield until - self.sample
            self.sample = until

    def _play_due(self, now: Playing) -> None:
        """Send the bar's own events that are due by now."""
        intensity, start_tick = self.intensity.value, now.clock.start_tick
        for event in self._due.take(self.sample, now.clock):
            if sounding := self._expression.heard(event, now, intensity):
                self.sounding.send(sounding, start_tick + sounding.tick)

    def let_go(self) -> None:
        """End every note; nothing more is due."""
        self.sounding.silence()
        self._due.put(())

    def _send(self, events: Iterable[ChannelEvent]) -> None:
        start_tick = self.playing.clock.start_tick
        for event in events:
            self.sounding.send(event, start_tick + event.tick)

    # What is told of bars.

    def _renew_moments(self) -> None:
        """What is still to be told of the bar is that of the bar as it is now."""
        self._announcer.renew(self.playing, self.sample)
        self.report_bar()

    def report_bar(self) -> None:
        """Report the bar that sounds, anew."""
        self._announcer.report(self.bar_report())

    def bar_report(self) -> BarReport | None:
        """The bar that sounds, and what it is on the way to; None before the first."""
        return self._announcer.report_of(self.now, self.intensity.value, self.arrival) if self.now else None

    def report_coming(self, coming: Prepared | None, clock_of: Callable[[Prepared], BarClock]) -> None:
        """Report the bar to come, with the clock that it would have, unless it was reported as it is."""
        if not self._announcer.is_told(coming):
            self._announcer.report_coming(coming, clock_of(coming) if coming else None, self.intensity.value)

    # Going back.

    def left(self) -> StageState:
        """What is left of the bar that ends here."""
        return StageState(
            self.sample,
            self.clock,
            self._bank,
            self.state,
            self.palette,
            self._due.left,
            self.intensity,
            self.arrival,
            self.fade,
            self.stingers.asked,
            self.stingers.last_channel,
        )

    def restore(self, left: StageState) -> None:
        """Go to where a bar ended: nothing sounds, and the next is to begin."""
        self.sample, self.clock, self._bank = left.sample, left.clock, left.bank
        self.state, self.palette = left.state, left.palette
        self.intensity, self.arrival, self.fade = left.intensity, left.arrival, left.fade
        self.stingers.asked, self.stingers.last_channel = left.stingers, left.stinger_channel
        self.now = None
        self._due.put(left.due)
        self._expression.forget()
        self._announcer.forget()
        self._recorded.forget_recent()
        self._fades.forget_all()
