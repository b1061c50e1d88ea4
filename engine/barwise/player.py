"""MusicPlayer: what a game holds. The music is made behind a link, and what it tells is given out as it is heard."""

import mmap
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from barwise.commands import Command, JournalEntry
from barwise.controls import Controls
from barwise.errors import InputError, ModelError
from barwise.linking.link import Link, Plan
from barwise.linking.messages import Origin, Position
from barwise.linking.poster import EventPoster
from barwise.linking.process_link import ProcessLink
from barwise.linking.report_log import ReportLog, bar_moments, heard_event, warning
from barwise.models import COMPOSER
from barwise.music.events import MusicEvent
from barwise.music.notes import Part
from barwise.music.reports import BarReport, NoteReport
from barwise.music.status import MusicStatus
from barwise.parts import SEEK, Parts, StrPath
from barwise.playing.atomic_file import check_folder
from barwise.playing.soundfont import check_soundfont
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.saved_music import Origin as MadeWith
from barwise.saved_music import check_origin, origin_in, origin_of, pack_music, unpack_saved
from barwise.score.load import load_score
from barwise.score.schema import LARGEST_TEMPO_STEP

if TYPE_CHECKING:
    from barwise.offline import OfflinePlayer
    from barwise.playing.outputs import Output

HOST_VARIABLE = "BARWISE_HOST"
"""Environment: takes the place of a host of 'auto'."""

AUTO, THREAD, PROCESS = "auto", "thread", "process"
HOSTS = (AUTO, THREAD, PROCESS)

NULL, RECORDING = "null", ".wav"

MODEL_MARK = b"barwise_contract"
"""In every composer's file that is ours; what else may be wrong with one, its reader finds out."""


@dataclass(frozen=True, slots=True)
class ComingNote:
    """A note before it is heard."""

    seconds: float
    """From now until it is heard."""
    length: float
    """Seconds that it is held."""
    part: Part
    pitch: int
    """MIDI's number, or General MIDI's drum."""
    velocity: int
    """1 to 127."""
    is_settled: bool
    """False while the bar may still be composed anew."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What is known of the music to come: the rest of the bar that is heard, and the bar after."""

    notes: tuple[ComingNote, ...]
    events: tuple[MusicEvent, ...]
    """Bars, beats and chords, with the moments at which they will be heard."""


LARGEST_WAVER_SECONDS = 1.0
"""By so much the heard frame never goes back: what goes back further is another beginning."""


class MusicPlayer(Controls):
    """Composes and plays while the game runs, in a process of its own where that is possible.

    Nothing that the machine lacks, and nothing that goes wrong, stops the game: without FluidSynth, a
    SoundFont or a device the music goes on silently, without the trained composer by rules, and a
    process that dies is replaced. Each is one line in the log of the name 'barwise', with its cure,
    and a WARNING event. No method waits for the music, but for stop().
    """

    def __init__(
        self,
        score: StrPath | None = None,
        *,
        style: str | None = None,
        seed: int = 0,
        output: "Output | StrPath | None" = None,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        soundfont: StrPath | None = None,
        model: StrPath | None = None,
        seek: float = SEEK,
        tempo_step: float = LARGEST_TEMPO_STEP,
        host: str = AUTO,
    ) -> None:
        """Load a score and check the rest; None takes what comes with Barwise or the machine.

        A style, such as 'chip', gives every state another palette: one of the score's styles, or 'chip', 'synth',
        'folk', 'ambient' or 'hybrid'.

        A bar goes the share `seek` (above 0 to 1) of the way to the wanted mood, and within a state its
        tempo no further than by the factor `tempo_step`: 1 and math.inf let every wish through at once.
        An output of None is the machine's sound device; 'null' plays to nobody, in real time; a .wav file
        keeps what that would play, with a .json beside it that says when; any other Output is played to
        from a thread. The host is 'process', 'thread' (of the game's process) or 'auto'. Raises InputError
        for a file that is named and wrong, or a value out of range.
        """
        parts = Parts(
            score=_absolute(score),
            style=style,
            model=_absolute(model),
            soundfont=_absolute(soundfont),
            seed=seed,
            sample_rate=sample_rate,
            seek=seek,
            tempo_step=tempo_step,
            is_live=True,
        )
        self._log = ReportLog()
        plan = Plan({name: getattr(parts, name) for name in _TRAVELING}, _output_name(output), sample_rate)
        self._link = _link(plan, self._log, chosen_host(host, output), output)
        self._link.get_ready()  # beside the following
        super().__init__(load_score(None if score is None else Path(score), style))
        _check_files(model, soundfont)
        self._parts = parts
        self._sample_rate = sample_rate
        self._latest_frame = -1.0
        self._events = self._log.listen()
        self._poster: EventPoster | None = None

    def start(self) -> None:
        """Begin to play, or go on where `stop` has ended; harmless while playing."""
        self._link.start()

    def stop(self) -> None:
        """End the music at once; harmless when it is not playing."""
        self._link.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def events(self) -> list[MusicEvent]:
        """What has been heard since the last call, in order, and what went wrong; call it once a frame."""
        self._link.poll()
        at, frame = self._now()
        with self._log.changed:
            told = self._events.heard(frame)
        heard = [heard_event(item, frame, at, self._sample_rate) for item in told]
        faults = self._log.take_faults()
        seconds = heard[-1].seconds if heard else frame / self._sample_rate
        return heard + [warning(text, seconds) for text in faults]

    def post_events(self, event_type: int) -> None:
        """From now on post each event to pygame's queue at the moment it is heard, under a type such as USEREVENT.

        The event has the fields of a MusicEvent as its attributes. `events` gives them out as well.
        Raises InputError while pygame is not imported.
        """
        if "pygame" not in sys.modules:
            raise InputError("events are posted to pygame, and that is not imported; use events() without it")
        if self._poster is None:
            self._poster = EventPoster(event_type, self._link, self._log, self._sample_rate)
        self._poster.event_type = event_type

    def upcoming(self) -> Coming:
        """The notes, beats and chords that are known before they are heard: the rest of this bar, and the next."""
        at, frame = self._now()
        bars = self._log.bars_after(frame)
        notes = [self._coming(note, bar, frame) for bar in bars for note in bar.notes if note.frame > frame]
        told = [told for bar in bars for told in bar_moments(bar, self._sample_rate) if told.frame > frame]
        return Coming(tuple(notes), tuple(heard_event(item, frame, at, self._sample_rate) for item in told))

    @property
    def status(self) -> MusicStatus:
        """What is heard now; before the first bar, what it will begin with."""
        heard = self._log.status_at(self._now()[1])
        first = self._score.initial
        return heard or MusicStatus(first, self._mood, self._score.states[first].intensity, 0, 0, 4, 0.0, "", "", "")

    @property
    def is_sounding(self) -> bool:
        """Whether the music plays aloud."""
        return self._link.is_aloud

    @property
    def host(self) -> str:
        """Where the music is made now: 'process' or 'thread'."""
        return self._link.host

    @property
    def underruns(self) -> int:
        """How often the output ran out of sound since the first start."""
        return self._link.underruns

    @property
    def journal(self) -> list[JournalEntry]:
        """What took effect, and what was late, each with its sample of music: from the same comes the same music."""
        return self._log.journal

    def save(self) -> bytes:
        """The music as it is heard now, in a few kilobytes: `restore` goes on with it, to the same notes.

        Raises InputError before the first bar.
        """
        origin = self._link.origin(time.monotonic())
        if origin.checkpoint is None or origin.position is None:
            raise InputError("there is no music to save yet; save it once its first bar is heard")
        return pack_music(origin.checkpoint, origin.journal, round(origin.position.sample), self._asked, origin.said)

    def restore(self, saved: bytes) -> None:
        """Go on with saved music, now or at `start`: paused when it was, and as loud, as far as that was ever said.

        Raises InputError, naming what differs, when it was made with something else.
        """
        music = unpack_saved(saved)
        check_origin(origin_in(music.checkpoint), self._made_with())
        self._go_on_asking(music.asked)
        position = Position(time.monotonic(), 0.0, float(music.sample), is_moving=False)
        self._link.restore(Origin(music.checkpoint, music.journal, position, music.said))
        self._latest_frame = -1.0

    def fork(self, *, has_sound: bool = False) -> "OfflinePlayer":
        """The same music at the same moment without a clock: a what-if that does not disturb what plays.

        It is composed here: the first call loads what that takes.
        """
        from barwise.offline import OfflinePlayer  # a game that does not fork has no need of a composer

        parts = self._parts
        return OfflinePlayer.from_saved(
            self.save(),
            parts.score,
            style=parts.style,
            sample_rate=parts.sample_rate,
            soundfont=parts.soundfont,
            model=parts.model,
            has_sound=has_sound,
        )

    def _send(self, command: Command) -> None:
        self._link.send(command)

    def _now(self) -> tuple[float, float]:
        """The present moment, and the output frame that is heard."""
        at = time.monotonic()
        frame = self._link.heard_frame(at)
        # What devices tell of where they are wavers; music goes forward, but for a restore or another beginning.
        if not 0.0 < self._latest_frame - frame < LARGEST_WAVER_SECONDS * self._sample_rate:
            self._latest_frame = frame
        return at, self._latest_frame

    def _coming(self, note: NoteReport, bar: BarReport, frame: float) -> ComingNote:
        return ComingNote(
            seconds=(note.frame - frame) / self._sample_rate,
            length=(note.end_frame - note.frame) / self._sample_rate,
            part=note.part,
            pitch=note.pitch,
            velocity=note.velocity,
            is_settled=bar.is_settled,
        )

    def _made_with(self) -> MadeWith:
        """What the music is made with: as it says itself once it plays."""
        playing = self._link.origin(time.monotonic())
        if playing.checkpoint is not None:
            return origin_in(playing.checkpoint)
        return origin_of(self._score, Path(self._parts.model or COMPOSER), self._sample_rate)


_TRAVELING = ("score", "style", "model", "soundfont", "seed", "sample_rate", "seek", "tempo_step", "is_live")
"""Fields of Parts that a link is told."""


def chosen_host(host: str, output: object) -> str:
    """'process' or 'thread' for what a game asks; raises InputError for what cannot be."""
    if host not in HOSTS:
        raise InputError(f"host {host!r} is unknown; allowed: {', '.join(HOSTS)}")
    asked = os.environ.get(HOST_VARIABLE, AUTO) if host == AUTO else host
    if _is_object(output):
        if host == PROCESS:
            raise InputError(
                "an Output is played to from a thread; allowed with host='process': None, 'null', a .wav file"
            )
        return THREAD
    if asked in (THREAD, PROCESS):
        return asked
    return PROCESS if _can_have_process() else THREAD


def _can_have_process() -> bool:
    """Whether sys.executable is an interpreter: in a frozen game it is the game."""
    is_frozen = getattr(sys, "frozen", False) or "__compiled__" in sys.modules.get("__main__", object).__dict__
    is_interpreter = Path(sys.executable or "").stem.lower().startswith(("python", "pypy"))
    return not is_frozen and is_interpreter and sys.platform not in ("emscripten", "wasi", "ios", "android")


def _link(plan: Plan, log: ReportLog, host: str, output: "Output | StrPath | None") -> Link:
    def threads() -> Link:
        from barwise.linking.engine_core import make_core  # what makes music: not for a game that has a process
        from barwise.linking.hosting import output_named
        from barwise.linking.thread_link import ThreadLink

        def opened() -> "Output":
            return output_named(plan.output) if output is None or isinstance(output, str | os.PathLike) else output

        return ThreadLink(plan, log, opened, make_core)

    return threads() if host == THREAD else ProcessLink(plan, log, threads)


def _is_object(output: object) -> bool:
    return output is not None and not isinstance(output, str | os.PathLike)


def _output_name(output: "Output | StrPath | None") -> str | None:
    """An output by name; None for the device and for an object."""
    if not isinstance(output, str | os.PathLike):
        return None
    name = os.fspath(output)
    if name == NULL:
        return name
    if Path(name).suffix.lower() != RECORDING:
        raise InputError(
            f"output {name!r} is unknown; allowed: {NULL!r}, a file that ends in {RECORDING}, or an Output"
        )
    check_folder(Path(name).absolute())
    return str(Path(name).absolute())


def _absolute(file: StrPath | None) -> str | None:
    """A file's name that means the same in another process, and after a change of folder."""
    return None if file is None else str(Path(file).absolute())


def _check_files(model: StrPath | None, soundfont: StrPath | None) -> None:
    if soundfont is not None:
        check_soundfont(Path(soundfont))
    if model is None:
        return
    path = Path(model)
    if not path.is_file():
        raise ModelError(f"composer {path} does not exist; name a file that `export` wrote")
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(MODEL_MARK) < 0:
            raise ModelError(f"composer {path} was not made for this version of barwise; export it again")
