"""MusicPlayer: a session in a thread host, with whatever sound this machine has."""

from collections import deque

from barwise.building import LOG, SEEK, Parts, StrPath, build
from barwise.controls import Controls, MusicStatus
from barwise.errors import BarwiseError
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.playing.host import ThreadHost
from barwise.playing.outputs import Block, Output
from barwise.playing.sdl_output import SdlOutput
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.score.schema import LARGEST_TEMPO_STEP


class MusicPlayer(Controls):
    """Composes and plays while the game runs.

    Nothing that the machine lacks stops the game: without FluidSynth, a SoundFont or a device the
    music goes on silently, and without the trained composer it goes on by rules. Each is one line
    in the log of the name 'barwise', with its cure, and a WARNING event.
    """

    def __init__(
        self,
        score: StrPath | None = None,
        *,
        seed: int = 0,
        output: Output | None = None,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        soundfont: StrPath | None = None,
        model: StrPath | None = None,
        seek: float = SEEK,
        tempo_step: float = LARGEST_TEMPO_STEP,
    ) -> None:
        """Load a score, a composer and sounds; None takes what comes with Barwise or the machine.

        A bar goes the share `seek` (above 0 to 1) of the way to the wanted mood, and within a state its
        tempo no further than by the factor `tempo_step`: 1 and math.inf let every wish through at once.
        An output of None is the machine's sound device. Raises InputError for a file that is named
        and wrong.
        """
        built = build(
            Parts(
                score=score,
                model=model,
                soundfont=soundfont,
                seed=seed,
                sample_rate=sample_rate,
                seek=seek,
                tempo_step=tempo_step,
                is_live=True,
            )
        )
        super().__init__(built.session, built.score)
        self._synth = built.synth
        self._sample_rate = sample_rate
        self._notes = deque(built.notes)
        self._unprepared = deque([built.score.palette_of(built.score.initial), *built.score.palettes.values()])
        self._is_silent = built.synth is None
        self._host = ThreadHost(
            self._render,
            self._work,
            SdlOutput() if output is None else output,
            sample_rate=sample_rate,
            on_fault=self._note_fault,
        )

    def start(self) -> None:
        """Compose the first bar and begin to play; harmless while playing."""
        if self._host.is_running:
            return
        self._prepare_instruments()
        self._session.compose()
        self._host.start()

    def stop(self) -> None:
        """End the music at once; harmless when it is not playing."""
        self._host.stop()

    def events(self) -> list[MusicEvent]:
        """What has been heard since the last call, in order; call it once a frame."""
        heard = self._session.events(self._heard_sample)
        seconds = self._heard_sample / self._sample_rate
        while self._notes:
            heard.append(MusicEvent(MusicEventKind.WARNING, seconds, 0, name=self._notes.popleft()))
        return heard

    @property
    def status(self) -> MusicStatus:
        """What is heard now."""
        return self._status_at(self._heard_sample)

    @property
    def is_sounding(self) -> bool:
        """Whether the music plays aloud."""
        return self._host.is_running and not self._is_silent

    @property
    def _heard_sample(self) -> int:
        return max(self._session.sample - self._host.queued_frames, 0)

    def _render(self, frames: int) -> Block:
        block = self._session.render(frames)
        if self._session.wants_bars:
            self._host.wake()
        return block

    def _work(self) -> bool:
        """Compose a bar; when enough are waiting, load the instruments of another palette."""
        return self._session.compose() or self._prepare_instruments()

    def _prepare_instruments(self) -> bool:
        if self._synth is None or not self._unprepared:
            return False
        palette = self._unprepared.popleft()
        drums, *others = [palette.instruments[part].program for part in sorted(palette.instruments)]
        self._synth.prepare(others, [drums])
        return True

    def _note_fault(self, fault: Exception) -> None:
        text = str(fault) if isinstance(fault, BarwiseError) else f"{type(fault).__name__}: {fault}"
        self._is_silent = self._is_silent or isinstance(fault, BarwiseError)
        LOG.warning(text)
        self._notes.append(text)
