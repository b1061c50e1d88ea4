"""Stingers over the music, from being asked for to their last note: where they begin, and on which chords.

Each is put on the chords of the bar that sounds as it begins; what has not sounded by the next bar, or by the
tick from which a bar is composed anew, is put on the chords that then sound. So nothing depends on which bars are
composed ahead. It counts ticks of the bar that sounds, and sends nothing itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from barwise.arranging.arranger import Arranger
from barwise.arranging.overlaps import in_order
from barwise.arranging.stingers import Scene, next_channel, placed, stinger_events, stinger_setup
from barwise.commands import PlayStinger
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.harmony import Key
from barwise.music.metre import Metre
from barwise.music.stinger import StingerStart, grid_tick, start_tick
from barwise.music.stinger_fitting import FittedNote, HeardChord, heard_chords, shortened
from barwise.performing.telling import Playing
from barwise.playing.transport import BarClock
from barwise.score.schema import Score

MOST_WAITING = 8
"""Stingers that may wait for their place at a time: more would only take each other's channel."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a stinger began in, which its loudness and its swing stay with."""

    state: str
    intensity: float
    arousal: float
    metre: Metre
    tempo: float


@dataclass(frozen=True, slots=True)
class AskedStinger:
    """A stinger that waits for its place, or that sounds."""

    name: str
    at: StingerStart
    strength: float
    start: float
    """Ticks from the start of the bar that sounds; below 0 once that is a later one."""
    channel: int | None = None
    """None until it has begun."""
    setting: Setting | None = None
    notes: tuple[FittedNote, ...] = ()
    due: tuple[ChannelEvent, ...] = ()
    """What is left to be sent, by ticks of the bar that sounds."""


class StingerPlayer:
    """All stingers of one stream of music."""

    def __init__(self, score: Score, arranger: Arranger) -> None:
        self._score, self._arranger = score, arranger
        self.asked: tuple[AskedStinger, ...] = ()
        """Those that wait or sound: with `last_channel` all there is to keep."""
        self.last_channel: int | None = None

    def ask(self, command: PlayStinger, clock: BarClock, sample: int) -> None:
        """Have a stinger begin at its place; asked for twice at one place, it is played once, as the stronger of both.

        One for the next beat is not played before the bar's end where the bar is cut before that beat.
        """
        at = StingerStart(command.at or self._score.stingers[command.name].at)
        # A place between the sample before and this one is at this one.
        now = clock.tick_at(sample if at is StingerStart.NOW else sample - 0.5)
        start = min(start_tick(at, now, clock.metre), float(clock.ticks))
        same = [each for each in self._waiting if each.name == command.name and abs(each.start - start) < 1]
        new = AskedStinger(command.name, at, max(command.strength, *(each.strength for each in same), 0.0), start)
        others = tuple(each for each in self.asked if each not in same)
        if len([each for each in others if each.channel is None]) < MOST_WAITING:
            self.asked = (*others, new)

    @property
    def _waiting(self) -> list[AskedStinger]:
        return [each for each in self.asked if each.channel is None]

    def next_sample(self, clock: BarClock) -> int | None:
        """When the next one begins, or has something to send; None: never."""
        if not self.asked:
            return None
        ticks = [each.start for each in self._waiting] + [each.due[0].tick for each in self.asked if each.due]
        return clock.sample_at(min(ticks)) if ticks else None

    def begin(self, sample: int, now: Playing, intensity: float) -> Iterator[tuple[str, tuple[ChannelEvent, ...]]]:
        """The stingers that begin by a sample: their names, and what makes their channels ready."""
        for each in [each for each in self._waiting if now.clock.sample_at(each.start) <= sample]:
            self.last_channel = channel = next_channel(self.last_channel)
            intent, clock = now.intent, now.clock
            setting = Setting(intent.state, intensity, intent.mood.arousal, clock.metre, clock.tempo_at(each.start))
            begun = replace(each, channel=channel, setting=setting)
            stinger, scene = self._score.stingers[each.name], self._scene(setting, now)
            notes = placed(stinger, each.start, _chords(now))
            due = stinger_events(stinger, notes, each.start, channel, scene, each.strength)
            begun = replace(begun, notes=notes, due=due)
            self.asked = (*(other for other in self.asked if other is not each and other.channel != channel), begun)
            yield each.name, self._setup(begun, now)

    def setups(self, now: Playing) -> Iterator[ChannelEvent]:
        """What makes the channels of those that sound ready again."""
        for each in self.asked:
            if each.channel is not None:
                yield from self._setup(each, now)

    def take(self, sample: int, clock: BarClock) -> Iterator[ChannelEvent]:
        """What is to be sent by a sample."""
        for each in self.asked:
            due = [event for event in each.due if clock.sample_at(event.tick) <= sample]
            if due:
                self._change(each, replace(each, due=each.due[len(due) :]))
                yield from due

    def carry(self, ticks: int) -> None:
        """Another bar begins, so many ticks after the one that ends."""
        self.asked = tuple(
            replace(
                each,
                start=0.0 if each.channel is None and each.at is StingerStart.BAR else each.start - ticks,
                due=tuple(replace(event, tick=event.tick - ticks) for event in each.due),
            )
            for each in self.asked
            if each.channel is None or each.due
        )

    def cut(self, tick: int) -> None:
        """The bar ends at a tick: what was to begin later in it begins with the next."""
        self.asked = tuple(
            replace(each, start=min(each.start, float(tick))) if each.channel is None else each for each in self.asked
        )

    def refit(self, now: Playing) -> None:
        """Put what has not sounded on the chords, and on the drums, of the bar as it is now."""
        chords = _chords(now)
        for each in self.asked:
            if each.channel is not None and each.setting is not None and each.due:
                self._change(each, self._refitted(each, each.channel, each.setting, chords, now))

    def _refitted(
        self, each: AskedStinger, channel: int, setting: Setting, chords: Sequence[HeardChord], now: Playing
    ) -> AskedStinger:
        stinger, scene = self._score.stingers[each.name], self._scene(setting, now)
        ons = {(event.channel, event.position) for event in each.due if event.kind is ChannelEventKind.NOTE_ON}
        begun = [note for note in each.notes if (channel, note.position) not in ons]
        kept = shortened(begun, each.start, chords)
        ends = {(note.position, note.pitch): grid_tick(each.start) + note.end for note in kept if note not in begun}
        ringing = [
            replace(event, tick=min(event.tick, ends.get((event.position, event.number), event.tick)))
            for event in each.due
            if (event.channel, event.position) not in ons
        ]
        notes = placed(stinger, each.start, chords, kept)
        events = stinger_events(stinger, notes, each.start, channel, scene, each.strength)
        new = [event for event in events if (event.channel, event.position) in ons]
        return replace(each, notes=notes, due=in_order([*ringing, *new]))

    def _change(self, old: AskedStinger, new: AskedStinger) -> None:
        self.asked = tuple(new if each is old else each for each in self.asked)

    def _setup(self, each: AskedStinger, now: Playing) -> tuple[ChannelEvent, ...]:
        if each.channel is None or each.setting is None:
            return ()
        events = stinger_setup(self._score.stingers[each.name], each.channel, self._scene(each.setting, now))
        return tuple(replace(event, tick=max(each.start, 0.0)) for event in events)

    def _scene(self, setting: Setting, now: Playing) -> Scene:
        """What it began in, with the drums and the key of the bar that sounds."""
        return Scene(
            now.layered,
            setting.intensity,
            setting.arousal,
            now.intent.key,
            setting.metre,
            setting.tempo,
            self._arranger.swing_of(setting.state),
        )


def _chords(now: Playing) -> list[HeardChord]:
    key: Key = now.intent.key
    return heard_chords(now.composed.bar.harmony, key) or [HeardChord(0, None, key)]
