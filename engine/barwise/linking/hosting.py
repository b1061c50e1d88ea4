"""An engine core in a thread host: made, moved on to where the music is to be, played and listened to.

Both links play through it, one in the game's process and one in the child's. It knows what a core
is asked for, and nothing of pipes or games.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from barwise.commands import Command
from barwise.errors import BarwiseError
from barwise.linking.messages import Origin, Report
from barwise.linking.playable import Maker, Parts, Playable
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, NoteReport, Told
from barwise.playing.host import ThreadHost
from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Block, Output
from barwise.playing.paced_file_output import PacedFileOutput
from barwise.playing.sdl_output import SdlOutput

NULL = "null"

CATCH_UP_FRAMES = 1024
"""Rendered at a time while nobody listens."""

LONGEST_CATCH_UP_SECONDS = 60.0
"""A checkpoint comes with each bar; whoever is further behind than this goes on from where he is."""


@dataclass(frozen=True)
class Queue:
    """How sound waits for the device."""

    seconds: float
    """Latency against safety: whatever holds the playing thread up for longer is heard as a gap."""
    block_frames: int
    """Rendered at a time: commands take effect between blocks."""


class CoreHost:
    """Plays a core to an output; what the core tells goes to `on_reports`, from the playing thread."""

    def __init__(
        self, core: Playable, output: Output, sample_rate: int, queue: Queue, on_reports: Callable[[list[Report]], None]
    ) -> None:
        self._core, self._sample_rate = core, sample_rate
        self._on_reports = on_reports
        self._first_frame = self._shift = 0
        self._host = ThreadHost(
            self._render,
            core.work,
            output,
            queue.block_frames,
            queue.seconds,
            sample_rate=sample_rate,
            on_fault=lambda fault: on_reports([Fault(line_of(fault))]),
        )

    @property
    def is_running(self) -> bool:
        """Whether the music plays, aloud or silently."""
        return self._host.is_running

    @property
    def is_aloud(self) -> bool:
        """Whether the output takes the sound."""
        return self._host.is_aloud

    @property
    def underruns(self) -> int:
        """How often the output ran out of sound."""
        return self._host.underruns

    def call(self, command: Command, called_at: float) -> bool:
        """Do what a game says; any thread may. Always True: it is taken."""
        self._core.call(command, called_at)
        return True

    def heard_frame(self, at: float) -> float:
        """The output frame that is heard at a moment, counted as the origin's place does."""
        return self._first_frame + self._host.heard_frames(at)

    def play_from(self, origin: Origin) -> None:
        """Move on to where the origin says, unheard, and play from there."""
        began = self._core.frames
        self._prepare()
        self._replay(origin)
        self._catch_up(origin, began)
        place = origin.place
        moved = origin.frame + self._core.frames - began
        frame = place.frame_at(time.monotonic(), self._sample_rate) if place else moved
        self._first_frame = round(frame)
        self._shift = self._first_frame - self._core.frames
        # The core counts its own frames.
        self._core.heard_now = lambda: self.heard_frame(time.monotonic()) - self._shift
        self._tell()
        self._host.start()

    def stop(self) -> None:
        """End the music at once and free the core; doing it twice is harmless."""
        self._host.stop()
        self._core.close()

    def _prepare(self) -> None:
        """Do what the first bar needs; what is left is done while it plays."""
        self._core.work()

    def _replay(self, origin: Origin) -> None:
        for entry in origin.journal:
            self._skip(entry.sample - self._core.sample)
            self._core.call(entry.command)
            self._skip(0)

    def _catch_up(self, origin: Origin, began: int) -> None:
        place = origin.place
        if origin.until is not None:
            self._skip(origin.until - self._core.sample)
        elif place is not None:
            wanted = place.frame_at(time.monotonic(), self._sample_rate) - origin.frame
            while (
                0 < (left := round(wanted) - (self._core.frames - began)) < LONGEST_CATCH_UP_SECONDS * self._sample_rate
            ):
                self._skip(min(left, CATCH_UP_FRAMES))
                wanted = place.frame_at(time.monotonic(), self._sample_rate) - origin.frame

    def _skip(self, frames: int) -> None:
        """Render without a listener, with every bar in time."""
        while frames > 0:
            step = min(frames, CATCH_UP_FRAMES)
            while self._core.wants_work and self._core.work():
                pass
            self._core.render(step)
            frames -= step

    def _render(self, frames: int) -> Block:
        block = self._core.render(frames)
        if self._core.wants_work:
            self._host.wake()
        self._tell()
        return block

    def _tell(self) -> None:
        reports = self._core.reports()
        if reports:
            self._on_reports([shifted(report, self._shift) for report in reports] if self._shift else reports)


def made_core(maker: Maker, parts: Parts, origin: Origin) -> tuple[Playable, list[Fault]]:
    """A core of these parts; of those that come with Barwise, and a fault that says so, when they are wrong."""
    try:
        return maker(parts, origin.saved), []
    except BarwiseError as error:
        plain = {**parts, "model": None, "soundfont": None}
        return maker(plain, origin.saved), [Fault(f"{error}; playing with what comes with Barwise")]


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
    match report:
        case Told() | IntensityReport() | Checkpoint():
            return replace(report, frame=report.frame + frames)
        case BarReport():
            return replace(
                report,
                frame=report.frame + frames,
                end_frame=report.end_frame + frames,
                beats=tuple(beat + frames for beat in report.beats),
                chords=tuple((frame + frames, name) for frame, name in report.chords),
                notes=tuple(_shifted_note(note, frames) for note in report.notes),
            )
        case _:
            return report


def _shifted_note(note: NoteReport, frames: int) -> NoteReport:
    return replace(note, frame=note.frame + frames, end_frame=note.end_frame + frames)
