"""What every host runs: a session with its sounds, its level, its pauses and its preparation.

It counts output frames, which go on while the music is paused; a session counts samples of music.
Commands that concern sound alone are obeyed here, all others by the session. One thread renders,
one works ahead, any may call and read the reports.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np

from barwise.building import Loaded, build, instruments_of
from barwise.commands import Arrive, Duck, Journaled, JournalEntry, Pause, Resume, SetVolume, Skip
from barwise.composing.onnx_composer import run_network_within
from barwise.music.events import MusicEvent
from barwise.music.performance import Performance
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, Told
from barwise.music.status import MusicStatus
from barwise.parts import Parts
from barwise.performing.levels import Levels
from barwise.performing.reporter import SessionReport
from barwise.performing.telling import Playing
from barwise.playing.mastering import LOOKAHEAD_FRAMES
from barwise.playing.outputs import CHANNELS, Block
from barwise.preparing import Preparing
from barwise.saved_music import Asked, SavedMusic, check_origin, pack_music
from barwise.saving import ANY_TEMPO_STEP, Checkpoints, Pace, SavedBar, unpack_music
from barwise.score.schema import Score

Report = Told | BarReport | IntensityReport | Checkpoint | Fault | JournalEntry
"""What a core tells of itself; frames are those of the output."""


class Core:
    """One stream of music with its sound; see the module for who may call what."""

    def __init__(self, parts: Parts, saved: bytes | None = None, loaded: Loaded | None = None) -> None:
        """Make the music, or go on with what was saved; raises InputError for a file or a save that is wrong.

        What was loaded for the same parts, but for what a save holds of them, need not be loaded again.
        """
        restored = None if saved is None else unpack_music(saved)
        if restored:
            pace = restored[0].pace
            parts = replace(parts, seed=pace.seed, seek=pace.seek, tempo_step=pace.tempo_step)
        built = build(parts, loaded)
        self.score: Score = built.score
        self.frames = 0
        self.heard_now: Callable[[], float] = lambda: float(self.frames)
        self._session, self._synth = built.session, built.synth
        self._sample_rate = parts.sample_rate
        self._late = LOOKAHEAD_FRAMES if built.synth else 0
        """Frames by which sound is heard later than it is rendered."""
        pace = Pace(parts.seed, parts.seek, min(parts.tempo_step, ANY_TEMPO_STEP))
        self._origin, self._checkpoints = built.origin, Checkpoints(built.origin, pace)
        self._commands: deque[tuple[Journaled, float | None]] = deque()
        self._levels = Levels(parts.sample_rate)
        self._was_frozen = False
        self._is_live = parts.is_live
        self._skips_to: int | None = None
        """Sample to which the music is moved on without sound."""
        self._shift = 0
        self._told: deque[Report] = deque(Fault(note) for note in built.notes)
        self._telling = threading.Lock()
        first = restored[0].state.left.state if restored else ""
        self._preparing = Preparing(built.synth, instruments_of(built.score, first))
        if restored:
            self._restore(*restored)

    def _restore(self, bar: SavedBar, music: SavedMusic) -> None:
        check_origin(bar.origin, self._origin)
        self._session.restore(bar.state)
        self._session.skip_to(music.sample, music.journal)
        self._shift = -self._session.sample

    @property
    def has_sound(self) -> bool:
        """Whether there is a synthesizer."""
        return self._synth is not None

    # What the game says.

    def call(self, command: Journaled, called_at: float | None = None) -> None:
        """Have a command take effect with the next block; called_at is time.monotonic() of the game's call."""
        self._commands.append((command, called_at))

    def _obey(self) -> None:
        self._go_on_skipping()
        while self._commands and self._skips_to is None:
            command, called_at = self._commands.popleft()
            match command:
                case Pause() | Resume():
                    self._levels.pause(isinstance(command, Pause), self.frames)
                case SetVolume(volume, seconds):
                    self._levels.set_volume(volume, seconds, self.frames)
                case Duck(decibels, seconds):
                    self._levels.duck(decibels, seconds, self.frames)
                case Skip(seconds):
                    self._session.call(command)  # for the journal
                    self._skip(seconds)
                case Arrive(_, seconds):
                    self._session.call(replace(command, seconds=self._seconds_ahead(seconds, called_at)))
                case _:
                    self._session.call(command)

    def _skip(self, seconds: float) -> None:
        self._skips_to = self._session.sample + round(seconds * self._sample_rate)
        self._go_on_skipping()

    def _go_on_skipping(self) -> None:
        """Skip as far as bars are composed; a core that is not live composes them now. Until then there is silence."""
        end = self._skips_to
        if end is None:
            return
        while self._session.sample < end:
            until = min(end, self._session.ready_until) if self._is_live else end
            if until <= self._session.sample:
                break
            self._session.skip_to(until)
        else:
            self._skips_to = None
        self._shift = self.frames - self._session.sample
        self._session.report_bar()  # its frames are no longer what they were

    def _seconds_ahead(self, seconds: float, called_at: float | None) -> float:
        """What is left, at the frame that is rendered next, of seconds from a call to what is heard then."""
        passed = 0.0 if called_at is None else max(time.monotonic() - called_at, 0.0)
        ahead = (self.frames + self._late - self.heard_now()) / self._sample_rate
        return seconds - passed - ahead

    # Rendering: one thread.

    def render(self, frames: int) -> Block:
        """The next frames of the output: float32 [frames, 2]."""
        self._obey()
        blocks = []
        for step, is_still in self._steps(frames):
            start, end = self._levels.at(self.frames), self._levels.at(self.frames + step)
            block = np.zeros((step, CHANNELS), np.float32) if is_still else self._session.render(step)
            if (start, end) != (1.0, 1.0):
                block *= np.linspace(start, end, step, endpoint=False, dtype=np.float32)[:, None]
            blocks.append(block)
        return blocks[0] if len(blocks) == 1 else np.concatenate([np.zeros((0, CHANNELS), np.float32), *blocks])

    def advance(self, frames: int) -> None:
        """Move on without making sound; everything else happens as in `render`."""
        self._obey()
        for step, is_still in self._steps(frames):
            if not is_still:
                self._session.advance(step)

    def _steps(self, frames: int) -> Iterator[tuple[int, bool]]:
        """So many frames, cut where a level has come to where it goes, and whether the music stands still in each."""
        end = self.frames + frames
        while self.frames < end:
            step = self._levels.even_until(self.frames, end) - self.frames
            is_still = self._is_frozen or self._skips_to is not None
            yield step, is_still
            if is_still:
                self._shift += step
            self.frames += step

    def frames_left_in_bar(self) -> int:
        """Frames from here to the end of the bar; a bar that is due begins."""
        self._obey()
        return self._session.frames_left_in_bar()

    def let_ring(self, frames: int) -> Block:
        """End every note and give what still rings; the music is over then."""
        return self._session.let_ring(frames)

    @property
    def _is_frozen(self) -> bool:
        is_frozen = self._levels.stands_still(self.frames)
        if not is_frozen and self._was_frozen:
            self._session.report_bar()  # its frames are no longer what they were
        self._was_frozen = is_frozen
        return is_frozen

    # Working ahead: one thread.

    def work(self) -> bool:
        """One step of what is to be done ahead: a bar, its notes, a checkpoint, instruments; False: nothing."""
        session = self._session
        return session.compose() or session.arrange_ahead() or self._pack_checkpoint() or self._prepare()

    def run_long_work_within(self, context: Callable[[], AbstractContextManager[None]]) -> None:
        """Have the network, of all cores of this process, run within a context."""
        run_network_within(context)

    @property
    def wants_work(self) -> bool:
        """Whether `work` has something to do."""
        session = self._session
        return session.wants_work or not self._preparing.is_done or self._checkpoints.is_new(session.began)

    def get_ready(self) -> None:
        """Do what must be there before the first sound, as the calls so far want it: a bar and its instruments."""
        self._obey()
        self._session.advance(0)
        with ThreadPoolExecutor(1) as beside:
            preparing = beside.submit(self._prepare)
            self._session.compose()
            while self._session.arrange_ahead():
                pass
            preparing.result()

    def _prepare(self) -> bool:
        if self._preparing.is_done:
            return False
        self._keep(self._preparing.go_on())
        return True

    def _pack_checkpoint(self) -> bool:
        told = self._checkpoints.take(self._session.began, self._shift)
        self._keep(told)
        return told is not None

    def _keep(self, told: Report | None) -> None:
        """Have something told with the next reports."""
        if told:
            with self._telling:
                self._told.append(told)

    # What can be read.

    def reports(self) -> list[Report]:
        """What has happened since the last call; events come before they are heard."""
        with self._telling:
            told = [*self._told, *map(self._shifted, self._session.reports())]
            self._told.clear()
        return told

    def _shifted(self, report: SessionReport) -> Report:
        """A session's report, by the output frames at which it is heard."""
        shift = self._shift + self._late
        match report:
            case BarReport():
                return report.shifted(shift)
            case Told() | IntensityReport():
                return replace(report, frame=report.frame + shift)
            case _:
                return report

    def save(self, asked: Asked | None = None) -> bytes:
        """The music as it stands: what `saved` may be given. Only for who renders and works in one thread."""
        self._obey()  # what was said before is in the save
        began = self._session.checkpoint()
        since = [entry for entry in self._session.journal if entry.number > began.commands]
        return pack_music(self._checkpoints.pack(began), since, self._session.sample, asked)

    @property
    def status(self) -> MusicStatus:
        """What is rendered at this moment; before the first bar, what it will begin with."""
        report = self._session.bar_report()
        if report is None:
            wanted = self._session.wanted
            return MusicStatus(wanted.state, wanted.mood, self.intensity, 0, 0, 4, 0.0, "", "", "")
        return report.status_at(self._session.sample, self.intensity)

    def events(self) -> list[MusicEvent]:
        """What has happened since the last call, for who does not read the reports."""
        return self._session.events()

    @property
    def playing(self) -> Playing | None:
        """The bar that is rendered."""
        return self._session.playing_at(self._session.sample)

    @property
    def intensity(self) -> float:
        """The intensity in force, 0 to 1."""
        return self._session.intensity

    @property
    def sample(self) -> int:
        """Samples of music so far."""
        return self._session.sample

    @property
    def journal(self) -> list[JournalEntry]:
        """The commands that took effect, when recording."""
        return self._session.journal

    def performance(self) -> Performance:
        """All that was played, when recording."""
        return self._session.performance()

    def close(self) -> None:
        """Free the synthesizer; doing it twice is harmless."""
        if self._synth:
            self._synth.close()
