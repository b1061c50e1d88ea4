"""A session of hours without a clock: all that a game can say, at random, and nothing that wears out.

`BARWISE_SOAK_HOURS=24 pytest -s -m slow tests/test_long_sessions.py` plays a day and prints each hour.
"""

import gc
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from barwise import building
from barwise.controls import STATE_STARTS, STINGER_STARTS, DirectControls
from barwise.core import Core
from barwise.music.events import ChannelEvent, ChannelEventKind, MusicEvent, MusicEventKind
from barwise.music.glide import TempoChange
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.reports import Checkpoint, Told
from barwise.parts import Parts
from barwise.playing.outputs import CHANNELS, Block
from barwise.playing.transport import BarClock

RATE = 44100
HOURS = float(os.environ.get("BARWISE_SOAK_HOURS", "0.5"))
ALL_NOTES_OFF = 123

LONGEST_NOTE_SECONDS = 30.0
"""Whole bars are held, and over a bar line; what sounds longer than this is stuck."""

SECONDS_PER_CALL = 2.5
LONGEST_STEP = 4096

WHOLE = 2**64
"""Lengths of bars are added up in parts of a sample of this fineness: exact fractions would grow without end."""


@dataclass
class Listener:
    """In place of the synthesizer: counts what is struck and what is let go."""

    sample: int = 0
    """Where the music is; whoever plays it says so."""
    struck: int = 0
    twice: list[tuple[int, int, int]] = field(default_factory=list)
    """Sample, channel and key of notes that were struck while they sounded."""
    sounding: dict[tuple[int, int], int] = field(default_factory=dict)
    longest: int = 0
    last_stroke: int = 0
    longest_silence: int = 0
    is_split: bool = False

    def send(self, event: ChannelEvent) -> bool:
        assert 0 <= event.channel <= 31
        assert 0 <= event.number <= (16383 if event.kind is ChannelEventKind.BEND else 127)
        assert 0 <= event.value <= 127
        key = event.channel, event.number
        if event.kind is ChannelEventKind.NOTE_ON:
            if key in self.sounding:
                self.twice.append((self.sample, *key))
            self.sounding[key] = self.sample
            self.struck += 1
            self.longest_silence = max(self.longest_silence, self.sample - self.last_stroke)
            self.last_stroke = self.sample
        elif event.kind is ChannelEventKind.NOTE_OFF:
            self._end(key)
        elif event.kind is ChannelEventKind.CONTROL and event.number == ALL_NOTES_OFF:
            for sounding in [each for each in self.sounding if each[0] == event.channel]:
                self._end(sounding)
        return True

    def _end(self, key: tuple[int, int]) -> None:
        self.longest = max(self.longest, self.sample - self.sounding.pop(key, self.sample))

    def longest_sounding(self) -> int:
        return max([self.longest, *(self.sample - start for start in self.sounding.values())])

    def prepare(self, programs: list[int], drum_kits: list[int]) -> None:
        pass

    def render(self, frames: int) -> Block:
        return np.zeros((frames, CHANNELS), np.float32)

    def silence(self) -> None:
        for key in list(self.sounding):
            self._end(key)

    def close(self) -> None:
        pass


def exact_span(clock: BarClock, tick: int) -> Fraction:
    """Samples from a bar to a tick of it, in fractions: the length of a tick goes evenly in a glide."""

    def tick_length(tempo: float) -> Fraction:
        return Fraction(RATE * 60, TICKS_PER_QUARTER) / Fraction(tempo)

    begun = () if clock.tempo_to is None else (TempoChange(0, clock.tempo_to, clock.glide_ticks),)
    span, start = Fraction(0), Fraction(0)
    first = last = tick_length(clock.tempo)
    glide = Fraction(0)
    for change in (*begun, *clock.changes, None):
        passed = min(Fraction(change.tick), Fraction(tick)) - start if change else tick - start
        gliding = min(passed, glide)
        slope = (last - first) / glide if glide else Fraction(0)
        now = first + slope * gliding if gliding < glide else last
        span += gliding * (first + slope * gliding / 2) + (passed - gliding) * last
        if change is None or change.tick >= tick:
            break
        start, first, last = Fraction(change.tick), now, tick_length(change.tempo_to)
        glide = Fraction(change.glide_ticks)
    return span


@dataclass
class Grid:
    """Adds the bars up by fractions and compares the beats that were told."""

    start: Fraction = Fraction(0)
    told: list[MusicEvent] = field(default_factory=list)
    """Of the bar that sounds."""
    bar: int = -1
    bars: int = 0
    beats: int = 0
    worst: Fraction = Fraction(0)
    """How far a beat was told from where it is, in samples."""

    def hear(self, event: MusicEvent, core: Core) -> None:
        if event.kind is MusicEventKind.BAR and self.told:
            self._end_bar(core)
            assert event.bar == self.bar + 1
        if event.kind in (MusicEventKind.BAR, MusicEventKind.BEAT):
            self.told.append(event)
            self.bar = event.bar

    def _end_bar(self, core: Core) -> None:
        playing = core._session.playing_at(round(self.told[0].seconds * RATE))
        assert playing is not None
        assert playing.intent.index == self.bar
        clock = playing.clock
        for event in self.told:
            place = self.start + exact_span(clock, event.beat * clock.metre.beat_ticks)
            self.worst = max(self.worst, abs(round(event.seconds * RATE) - place))
        assert len(self.told) == 1 + len(range(0, clock.ticks, clock.metre.beat_ticks))
        self.beats += len(self.told) - 1
        self.bars += 1
        self.start += Fraction(round(exact_span(clock, clock.ticks) * WHOLE), WHOLE)
        self.told = []


@dataclass
class Stretch:
    """What an hour, or less, took."""

    bars: int
    milliseconds: float
    """Processor time of this thread for a bar."""
    resident: float
    """MiB at its end."""
    objects: int
    """Containers that the garbage collector knows of, at its end."""
    saved: int
    """Bytes of its largest save."""


@dataclass
class Soaked:
    """What a session of hours came to."""

    listener: Listener
    grid: Grid
    stretches: list[Stretch]
    calls: int


def resident_mebibytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def say_something(music: DirectControls, core: Core, dice: random.Random) -> None:
    """One of the verbs, at random."""
    states, themes = list(core.score.states), list(core.score.themes)
    fade = dice.choice([None, 0.0, 1.0, 4.0, 16.0])
    starts: list[str | int] = ["bar", "phrase", core.status.bar + 5]
    match dice.randrange(18):
        case 0 | 1 | 2:
            music.set_mood(
                valence=dice.uniform(-1, 1),
                arousal=dice.uniform(-1, 1),
                tension=dice.random(),
                bars=dice.choice([0.0, 0.0, 3.0]),
                seconds=dice.choice([0.0, 0.0, 5.0]),
            )
        case 3 | 4 | 5:
            music.enter(
                dice.choice(states),
                at=dice.choice([None, *STATE_STARTS]),
                fill=dice.choice([None, True, False]),
                bridge=dice.choice([None, 0, 0, 1, 4]),
                fade=fade,
            )
        case 6 | 7 | 8:
            music.stinger(
                dice.choice(list(core.score.stingers)), at=dice.choice([None, *STINGER_STARTS]), strength=dice.random()
            )
        case 9:
            music.theme(dice.choice(themes), at=dice.choice(starts))
        case 10 | 11:
            music.arrive(dice.choice(states), dice.uniform(0.5, 30.0))
        case 12:
            music.cancel_arrival()
        case 13 | 14:
            music.set_intensity(dice.random(), seconds=dice.choice([0.0, 0.3, 4.0]))
        case 15:
            music.pause()
        case 16:
            music.skip(dice.uniform(0.0, 3.0))
        case _:
            music.duck(dice.choice([0.0, 12.0]))
            music.set_volume(dice.random(), seconds=dice.random())
            music.set_tempo(dice.choice([None, None, dice.uniform(60.0, 180.0)]))


def steps(core: Core, listener: Listener, hours: float, dice: random.Random) -> Iterator[int]:
    """Play, a step of any length at a time, with all that is to be composed composed ahead; counts the calls."""
    music, calls, end = DirectControls(core.score, core.call), 0, hours * 3600 * RATE
    while core.sample < end:
        frames = dice.randrange(64, LONGEST_STEP)
        if dice.random() < frames / RATE / SECONDS_PER_CALL:
            say_something(music, core, dice)
            calls += 1
        if dice.random() < frames / RATE:
            music.resume()
        left = frames
        while left > 0:
            # In small steps, so that the listener knows about where the music is.
            listener.sample = core.sample
            core.advance(min(left, 1024))
            left -= 1024
        while core.work():
            pass
        yield calls


def soak(hours: float, seed: int, monkeypatch: pytest.MonkeyPatch, stretch_hours: float) -> Soaked:
    """Play for hours of music and keep an eye on everything."""
    listener, grid, calls = Listener(), Grid(), 0
    stretches: list[Stretch] = []
    monkeypatch.setattr(building, "find_soundfont", lambda _: Path("no.sf2"))
    monkeypatch.setattr(building, "Synth", lambda *_, **__: listener)
    core = Core(Parts(seed=seed))
    began, begun_bars, saved = time.thread_time(), 0, 0
    for calls in steps(core, listener, hours, random.Random(seed)):
        for report in core.reports():
            match report:
                case Told(_, event):
                    assert event.kind is not MusicEventKind.WARNING
                    grid.hear(event, core)
                case Checkpoint():
                    saved = max(saved, len(report.saved))
        if core.sample >= (len(stretches) + 1) * stretch_hours * 3600 * RATE:
            bars, now = grid.bars - begun_bars, time.thread_time()
            cost = (now - began) * 1000 / max(bars, 1)
            gc.collect()
            stretches.append(Stretch(bars, cost, resident_mebibytes(), len(gc.get_objects()), saved))
            sys.stdout.write(
                f"{core.sample / RATE / 3600:.2f} h, {calls} calls, {grid.bars} bars, {grid.beats} beats, "
                f"drift {float(grid.worst):.6f} samples, {listener.struck} notes, "
                f"longest {listener.longest_sounding() / RATE:.1f} s, struck twice {len(listener.twice)}, "
                f"longest silence {listener.longest_silence / RATE:.1f} s; {stretches[-1]}\n"
            )
            sys.stdout.flush()
            began, begun_bars, saved = time.thread_time(), grid.bars, 0
    core._session.let_ring(0)
    return Soaked(listener, grid, stretches, calls)


def check(soaked: Soaked) -> None:
    assert soaked.listener.struck > 1000
    assert soaked.listener.twice == []
    assert soaked.listener.longest_sounding() < LONGEST_NOTE_SECONDS * RATE
    # A beat is told with the sample nearest to it, after hours as in the first bar.
    assert soaked.grid.worst < Fraction(501, 1000)


def test_in_ten_minutes_of_every_call_no_note_is_stuck_and_no_beat_drifts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Composed by rules, which is quick."""
    monkeypatch.setattr(building, "_composer", lambda *_: None)
    check(soak(1 / 6, 1, monkeypatch, 1 / 6))


@pytest.mark.slow
def test_in_hours_of_every_call_no_note_is_stuck_no_beat_drifts_and_nothing_grows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the shipped composer. The first of at least five stretches warms up and is left out."""
    soaked = soak(HOURS, 0, monkeypatch, min(HOURS / 5, 1.0))
    check(soaked)
    first, *_, last = soaked.stretches[1:]
    assert last.resident < first.resident + 4.0
    assert last.objects < 1.1 * first.objects
    assert last.saved < 1.25 * first.saved
    assert last.milliseconds < 1.5 * first.milliseconds
