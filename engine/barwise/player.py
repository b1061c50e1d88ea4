"""MusicPlayer: what a game holds. The music is made behind a link, and what it tells is given out as it is heard."""

import mmap
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from barwise.commands import Command, JournalEntry
from barwise.controls import Controls
from barwise.errors import InputError, ModelError
from barwise.linking.choice import AUTO, Choice
from barwise.models import COMPOSER
from barwise.parts import SEEK, Parts, StrPath
from barwise.playing.soundfont import check_soundfont
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.saved_music import Origin as MadeWith
from barwise.saved_music import check_origin, origin_in, origin_of, pack_music, unpack_saved
from barwise.score.schema import LARGEST_TEMPO_STEP

if TYPE_CHECKING:
    from barwise.hearing import Coming
    from barwise.music.events import MusicEvent
    from barwise.music.status import MusicStatus
    from barwise.offline import OfflinePlayer
    from barwise.playing.outputs import Output

MODEL_MARK = b"barwise_contract"
"""In every composer's file that is ours; what else may be wrong with one, its reader finds out."""


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
        from a thread. The host is 'process', 'thread' (of the game's process) or 'auto'; a process begins to load
        now, and ends with `stop` or with the player. Raises InputError for a file that is named and wrong, or a
        value out of range.
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
        choice = Choice(host, output, {name: getattr(parts, name) for name in _TRAVELING})
        choice.get_ready()
        # Meanwhile the game loads the rest.
        from barwise.hearing import Hearing
        from barwise.linking.report_log import ReportLog
        from barwise.score.load import load_score

        super().__init__(load_score(None if score is None else Path(score), style))
        _check_files(model, soundfont)
        self._parts, self._sample_rate = parts, sample_rate
        self._log = ReportLog()
        self._link = choice.link(self._log)
        self._hearing = Hearing(self._link, self._log, sample_rate)

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

    def events(self) -> "list[MusicEvent]":
        """What has been heard since the last call, in order, and what went wrong; call it once a frame."""
        return self._hearing.events()

    def post_events(self, event_type: int) -> None:
        """From now on post each event to pygame's queue at the moment it is heard, under a type such as USEREVENT.

        The event has the fields of a MusicEvent as its attributes. `events` gives them out as well.
        Raises InputError while pygame is not imported.
        """
        self._hearing.post_events(event_type)

    def upcoming(self) -> "Coming":
        """The notes, beats and chords that are known before they are heard: the rest of this bar, and the next."""
        return self._hearing.upcoming()

    @property
    def status(self) -> "MusicStatus":
        """What is heard now; before the first bar, what it will begin with."""
        first = self._score.initial
        return self._hearing.status(first, self._mood, self._score.states[first].intensity)

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
        self._link.poll()
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
        from barwise.linking.messages import Origin, Position

        position = Position(time.monotonic(), 0.0, float(music.sample), is_moving=False)
        self._link.restore(Origin(music.checkpoint, music.journal, position, music.said))
        self._hearing.begin_again()

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

    def _made_with(self) -> MadeWith:
        """What the music is made with: as it says itself once it plays."""
        playing = self._link.origin(time.monotonic())
        if playing.checkpoint is not None:
            return origin_in(playing.checkpoint)
        return origin_of(self._score, Path(self._parts.model or COMPOSER), self._sample_rate)


_TRAVELING = ("score", "style", "model", "soundfont", "seed", "sample_rate", "seek", "tempo_step", "is_live")
"""Fields of Parts that a link is told."""


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
