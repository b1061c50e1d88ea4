"""An engine core in a thread host: made, moved on to where the music is to be, played and listened to.

Both links play through it, one in the game's process and one in the child's. It knows what a core
is asked for, and nothing of pipes or games.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from barwise.commands import Command
from barwise.errors import BarwiseError, InputError
from barwise.linking.messages import Call, Origin, Position, Report
from barwise.linking.playable import Maker, Parts, Playable
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, Told
from barwise.playing.host import ThreadHost
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Block, Output
from barwise.playing.paced_file_output import PacedFileOutput
from barwise.playing.sdl_output import SdlOutput
from barwise.saved_music import pack_music

NULL = "null"

LEAD_SECONDS = 0.2
"""About what it takes to make a core: one that goes on from elsewhere is made for so much later."""

STEP_FRAMES = 1024
"""Moved on at a time, where making the core took longer."""

LONGEST_STEPS_SECONDS = 10.0
"""Whoever is further behind goes on from where he is."""

SAFE_QUEUE_SECONDS = 0.5
"""While instruments are loaded: FluidSynth takes up to 130 ms for one, on a busy machine more, and no events then."""

NEAR_SECONDS = 1.0
"""Where the music goes on from elsewhere, a bar that begins sooner is composed before the first sound."""


@dataclass(frozen=True)
class Queue:
    """How sound waits for the device."""

    seconds: float
    """Latency against safety, half a block less or more: a block is made when half of one is missing, and whatever
    holds the playing thread up for longer than what is left then is heard as a gap."""
    block_frames: int
    """Rendered at a time: commands take effect between blocks."""


class CoreHost:
    """Plays a core to an output; what the core tells goes to `on_reports`, from the playing thread.

    It is told when its block is in the queue, so that events have the moment at which they are heard: a gap that
    comes later comes after them.
    """

    def __init__(
        self,
        core: Playable,
        output: Output,
        sample_rate: int,
        queue: Queue,
        on_reports: Callable[[list[Report]], None],
        on_play: Callable[[], None] = lambda: None,
        *,
        breath_seconds: float = 0.0,
    ) -> None:
        """Between two steps of composing there is a breath."""
        self._core, self._sample_rate = core, sample_rate
        self._on_reports = on_reports
        self._first_frame = self._shift = 0
        """Of the output as the game counts it, and that over the core's own count."""
        self._queue = queue
        self._lag = 0
        """Frames that the music has stood still for, as of the last block."""
        self._is_moving = True
        self._gaps = 0
        self._has_begun = False
        self._host = ThreadHost(
            self._render,
            self._work,
            output,
            queue.block_frames,
            max(queue.seconds, SAFE_QUEUE_SECONDS),
            breath_seconds=breath_seconds,
            sample_rate=sample_rate,
            on_fault=lambda fault: on_reports([Fault(line_of(fault))]),
            on_play=on_play,
            on_written=self._tell,
        )

    @property
    def is_running(self) -> bool:
        """Whether the music plays, aloud or silently."""
        return self._host.is_running

    @property
    def is_aloud(self) -> bool:
        """Whether the output takes the sound, and there is some."""
        return self._host.is_aloud and self._core.has_sound

    @property
    def underruns(self) -> int:
        """How often the output ran out of sound."""
        return self._host.underruns

    def call(self, command: Command, called_at: float) -> bool:
        """Do what a game says; any thread may. Always True: it is taken."""
        self._core.call(command, called_at)
        return True

    def position(self, at: float) -> Position | None:
        """Where the music is at a moment; None before a device has some of it."""
        if not self._has_begun:
            return None
        frame = self._heard_frame(at)
        sample = max(frame - self._shift - self._lag, 0.0) if self._is_moving else self._core.sample
        return Position(at, frame, sample, self._is_moving)

    def play_from(self, position: Position | None) -> None:
        """Play from where the core is, as the output's frame of that position by now."""
        self._first_frame = 0
        if position:
            self._come_up_to(position)
            self._first_frame = round(position.frame_at(time.monotonic(), self._sample_rate))
        self._shift = self._first_frame - self._core.frames
        self._lag = self._core.frames - self._core.sample
        # The core counts its own frames.
        self._core.heard_now = lambda: self._heard_frame(time.monotonic()) - self._shift
        self._host.start()

    def stop(self) -> None:
        """End the music at once and free the core; doing it twice is harmless."""
        self._host.stop()
        self._core.close()

    def _come_up_to(self, position: Position) -> None:
        """Compose what comes at once, and move on, or wait, until the core is where the music is to be."""
        if self._core.wants_work and self._core.frames_left_in_bar() < NEAR_SECONDS * self._sample_rate:
            self._core.work()
        while 0 < (frames := self._frames_to(position)) < LONGEST_STEPS_SECONDS * self._sample_rate:
            self._core.advance(min(frames, STEP_FRAMES))
        time.sleep(min(max(-frames / self._sample_rate, 0.0), LEAD_SECONDS))

    def _frames_to(self, position: Position) -> int:
        return round(position.sample_at(time.monotonic(), self._sample_rate)) - self._core.sample

    def _render(self, frames: int) -> Block:
        block = self._core.render(frames)
        lag = self._core.frames - self._core.sample
        self._is_moving, self._lag = lag == self._lag, lag
        if self._core.wants_work:
            self._host.wake()
        return block

    def _work(self) -> bool:
        """Once all is prepared for the first time, the queue may be as short as it is to be."""
        has_more = self._core.work()
        if not has_more:
            self._host.hold(self._queue.seconds)
        return has_more

    def _heard_frame(self, at: float) -> float:
        return self._first_frame + self._host.heard_frames(at)

    def _tell(self) -> None:
        self._has_begun = True
        reports, gaps = self._core.reports(), self._host.underruns
        if reports or gaps != self._gaps:  # after a gap what is heard is no longer what was told
            self._gaps = gaps
            at = time.monotonic()
            frame = self._heard_frame(at)
            self._on_reports([self._timed(shifted(report, self._shift), frame, at) for report in reports])

    def _timed(self, report: Report, frame: float, at: float) -> Report:
        """An event with the moment at which it is heard, by what is heard at a moment."""
        if not isinstance(report, Told):
            return report
        heard_at = at + (report.frame - frame) / self._sample_rate
        return replace(report, event=replace(report.event, heard_at=heard_at))


def core_of(
    maker: Maker,
    parts: Parts,
    origin: Origin,
    calls: Iterable[Call],
    sample_rate: int,
    on_reports: Callable[[list[Report]], None],
) -> Playable:
    """A core at the position of an origin, or a little after; raises InputError when parts or origin are wrong.

    Its first block is as the calls want it.

    A composer or a SoundFont that is wrong, after all, is told and replaced by what there is.
    """
    try:
        return _core_of(maker, parts, origin, tuple(calls), sample_rate)
    except InputError as error:
        plain = {**parts, "model": None, "soundfont": None}
        if plain == dict(parts):
            raise
        core = _core_of(maker, plain, origin, tuple(calls), sample_rate)
        on_reports([Fault(f"{line_of(error)}; the music goes on without it")])
        return core


def _core_of(maker: Maker, parts: Parts, origin: Origin, calls: Iterable[Call], sample_rate: int) -> Playable:
    sample = _sample_for(origin.position, sample_rate)
    if origin.checkpoint is not None:
        core = maker(parts, pack_music(origin.checkpoint, origin.journal, sample))
    else:
        core = maker(parts, None)
        for entry in origin.journal:
            _advance(core, entry.sample)
            core.call(entry.command)
        _advance(core, sample)
    for call in calls:
        core.call(call.command, call.called_at)
    core.advance(0)  # obeyed before the first bar is composed
    if core.sample == 0:
        core.get_ready()
    return core


def _sample_for(position: Position | None, sample_rate: int) -> int:
    if position is None:
        return 0
    lead = LEAD_SECONDS if position.is_moving else 0.0
    return round(position.sample_at(time.monotonic() + lead, sample_rate))


def _advance(core: Playable, sample: int) -> None:
    while core.sample < sample:
        if core.sample == 0:
            core.get_ready()
        core.advance(min(sample - core.sample, STEP_FRAMES))
        core.work()


def output_named(name: str | None) -> Output:
    """The sound device for None, nobody for 'null', a recording of what nobody hears for a .wav file.

    Raises InputError for any other ending, and for a missing folder.
    """
    if name is None:
        return SdlOutput()
    return NullOutput(time.monotonic) if name == NULL else PacedFileOutput(Path(name))


def line_of(fault: BaseException) -> str:
    """A fault in one line."""
    text = str(fault) if isinstance(fault, BarwiseError) else f"{type(fault).__name__}: {fault}"
    return " ".join(text.split())


def shifted(report: Report, frames: int) -> Report:
    """A report with its output frames moved by so many."""
    if not frames:
        return report
    match report:
        case BarReport():
            return report.shifted(frames)
        case Told() | IntensityReport() | Checkpoint():
            return replace(report, frame=report.frame + frames)
        case _:
            return report
