"""A bar that plays, and what a game is told of it: moments and reports. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from barwise.arranging.articulation import PlayedNote
from barwise.arranging.dynamics import with_melody
from barwise.composing.composer import ComposedBar
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar, Part
from barwise.music.reports import BarReport, NoteReport
from barwise.music.status import MusicStatus
from barwise.performing.bar_maker import Prepared
from barwise.playing.transport import BarClock
from barwise.score.schema import Palette


@dataclass(frozen=True)
class Playing:
    """The bar that sounds."""

    prepared: Prepared
    clock: BarClock
    palette: Palette
    bank: int = 0
    """Which channels its instruments have."""

    @property
    def intent(self) -> BarIntent:
        """What was wanted of it."""
        return self.prepared.intent

    @property
    def composed(self) -> ComposedBar:
        """What was composed."""
        return self.prepared.composed

    @cached_property
    def layered(self) -> Palette:
        """The palette with the layers of this bar: a theme is heard at every intensity."""
        return with_melody(self.palette) if self.intent.theme else self.palette


def moments_of(playing: Playing, sample_rate: int) -> list[tuple[int, MusicEvent]]:
    """The bar, its beats, its theme, its chords and cadence, with the samples at which they sound, in order."""
    clock, intent = playing.clock, playing.intent
    metre, bar = clock.metre, playing.composed.bar

    def moment(tick: int, kind: MusicEventKind, name: str = "") -> tuple[int, MusicEvent]:
        sample = clock.sample_at(tick)
        return sample, MusicEvent(kind, sample / sample_rate, intent.index, tick // metre.beat_ticks, name)

    told = [moment(0, MusicEventKind.BAR)]
    if intent.condition.phrase_bar == 0:
        told.append(moment(0, MusicEventKind.PHRASE))
    if intent.cadence:
        told.append(moment(_cadence_tick(bar, intent), MusicEventKind.CADENCE, intent.cadence))
    told += [moment(tick, MusicEventKind.BEAT) for tick in range(0, clock.ticks, metre.beat_ticks)]
    theme = intent.theme
    if theme and theme.bar == 0:
        told.append(moment(0, MusicEventKind.THEME, f"{theme.name} {theme.development}"))
    told += [moment(at, MusicEventKind.CHORD, name) for at, name in _chords(bar, intent) if at < clock.ticks]
    told = [item for item in told if item[0] < round(clock.end_sample)]  # the bar may end early
    return sorted(told, key=lambda item: item[0])


def _cadence_tick(bar: Bar, intent: BarIntent) -> int:
    """Where the chord begins that the cadence was wanted on; the bar may go on to others."""
    root = intent.harmony[-1].root if intent.harmony else None
    return next((change.position for change in bar.harmony if change.chord and change.chord.root == root), 0)


def _chords(bar: Bar, intent: BarIntent) -> list[tuple[int, str]]:
    return [(change.position, change.chord.name(intent.key)) for change in bar.harmony if change.chord is not None]


def report_of(playing: Playing, intensity: float, played: Sequence[PlayedNote] = ()) -> BarReport:
    """The bar that sounds, by samples, with its notes as they are played."""
    return _report(playing.prepared, playing.clock, intensity, played, is_settled=True)


def coming_report(
    prepared: Prepared, clock: BarClock, intensity: float, played: Sequence[PlayedNote] = ()
) -> BarReport:
    """A bar to come, with the clock that it would have and its notes as they will be played."""
    return _report(prepared, clock, intensity, played, is_settled=False)


def _report(
    prepared: Prepared, clock: BarClock, intensity: float, played: Sequence[PlayedNote], *, is_settled: bool
) -> BarReport:
    intent, bar = prepared.intent, prepared.composed.bar
    chords = _chords(bar, intent)
    status = MusicStatus(
        state=intent.state,
        mood=intent.mood,
        intensity=intensity,
        bar=intent.index,
        beat=0,
        beats_per_bar=clock.metre.beats,
        tempo=clock.goal_tempo,
        key=str(intent.key),
        chord=chords[0][1] if chords and chords[0][0] == 0 else "",
        composer=prepared.composed.composer,
    )
    notes = tuple(
        NoteReport(
            clock.sample_at(each.on),
            clock.sample_at(each.off),
            each.note.part,
            each.note.pitch if each.note.part is Part.DRUMS else each.note.pitch + intent.key.shift,
            each.velocity,
        )
        for each in played
        if each.note.position < clock.ticks
    )
    return BarReport(
        frame=clock.sample_at(0),
        end_frame=round(clock.end_sample),
        status=status,
        beats=tuple(clock.sample_at(tick) for tick in range(0, clock.ticks, clock.metre.beat_ticks)),
        chords=tuple((clock.sample_at(at), name) for at, name in chords if at < clock.ticks),
        notes=notes,
        is_settled=is_settled,
    )
