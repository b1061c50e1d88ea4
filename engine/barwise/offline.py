"""OfflinePlayer: the same music without a clock, moved on by hand and written to files."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from barwise.commands import OF_SOUND, Command, JournalEntry
from barwise.controls import Controls
from barwise.core import Core
from barwise.errors import InputError
from barwise.music.events import MusicEvent
from barwise.music.mood import in_range
from barwise.music.performance import Performance
from barwise.music.status import MusicStatus
from barwise.parts import SEEK, Parts, StrPath
from barwise.playing.file_output import FileOutput
from barwise.playing.midi_file import write_midi
from barwise.playing.outputs import Block
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.saved_music import unpack_saved
from barwise.score.schema import LARGEST_TEMPO_STEP

BLOCK_FRAMES = 512
"""As the live host asks for them, so that a render cuts where a session does."""

FADE_SECONDS = 0.05
"""The end of a sound file is faded over this long: the music may go on, and a cut would click."""

LONGEST_STEP_SECONDS = 36_000.0
AUDIO_ENDINGS = (".wav", ".flac")
MIDI_ENDING = ".mid"


class OfflinePlayer(Controls):
    """A session as fast as the machine allows: for tests of games, trailers and looking ahead.

    The verbs are those of MusicPlayer; the same seed and the same calls at the same times give the
    same notes.
    """

    def __init__(
        self,
        score: StrPath | None = None,
        *,
        style: str | None = None,
        seed: int = 0,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        soundfont: StrPath | None = None,
        model: StrPath | None = None,
        has_sound: bool = True,
        seek: float = SEEK,
        tempo_step: float = LARGEST_TEMPO_STEP,
    ) -> None:
        """As MusicPlayer; has_sound of False composes without rendering, many times faster."""
        self._open(
            Parts(
                score=score,
                style=style,
                model=model,
                soundfont=soundfont,
                seed=seed,
                sample_rate=sample_rate,
                seek=seek,
                tempo_step=tempo_step,
                has_sound=has_sound,
                is_recording=True,
            ),
            None,
        )

    @classmethod
    def from_saved(
        cls,
        saved: bytes,
        score: StrPath | None = None,
        *,
        style: str | None = None,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        soundfont: StrPath | None = None,
        model: StrPath | None = None,
        has_sound: bool = True,
    ) -> "OfflinePlayer":
        """What the music that was saved would go on as; raises InputError when it was made with something else."""
        player = cls.__new__(cls)
        parts = Parts(
            score=score,
            style=style,
            model=model,
            soundfont=soundfont,
            sample_rate=sample_rate,
            has_sound=has_sound,
            is_recording=True,
        )
        player._open(parts, saved)
        return player

    def _open(self, parts: Parts, saved: bytes | None) -> None:
        self._parts = parts
        self._core = Core(parts, saved)
        super().__init__(self._core.score)
        music = None if saved is None else unpack_saved(saved)
        self._go_on_asking(music.asked if music else None)
        for command in music.said if music else ():
            if not isinstance(command, OF_SOUND):
                self._send(command)
        self._sample_rate = parts.sample_rate
        self._blocks: list[Block] = []

    def _send(self, command: Command) -> None:
        self._core.call(command)

    def advance(self, seconds: float) -> None:
        """Compose and render so much music."""
        frames = round(in_range("seconds", seconds, 0.0, LONGEST_STEP_SECONDS) * self._sample_rate)
        while frames > 0:
            step = min(frames, BLOCK_FRAMES)
            if self.has_sound:
                self._blocks.append(self._core.render(step))
            else:
                self._core.advance(step)
            frames -= step

    def advance_bars(self, bars: int) -> None:
        """Compose and render so many bars, the one that has begun counted, to the end of the last."""
        for _ in range(bars):
            frames = self._core.frames_left_in_bar()
            if self.has_sound:
                self._blocks.append(self._core.render(frames))
            else:
                self._core.advance(frames)

    def let_ring(self, seconds: float) -> None:
        """End every note and render what still rings: the last thing that a player does."""
        frames = round(in_range("seconds", seconds, 0.0, LONGEST_STEP_SECONDS) * self._sample_rate)
        if self.has_sound:
            self._blocks.append(self._core.let_ring(frames))

    def events(self) -> list[MusicEvent]:
        """What has happened since the last call, in order."""
        return self._core.events()

    @property
    def status(self) -> MusicStatus:
        """What sounds now."""
        return self._core.status

    @property
    def has_sound(self) -> bool:
        """Whether sound is rendered: False when it was not wanted, or the machine lacks something for it."""
        return self._core.has_sound

    @property
    def journal(self) -> list[JournalEntry]:
        """The calls so far, each with the sample of music before which it took effect."""
        return self._core.journal

    def save(self) -> bytes:
        """The music as it stands, in a few kilobytes: `from_saved` goes on with it, to the same notes."""
        return self._core.save(self._asked)

    def fork(self, *, has_sound: bool = False) -> "OfflinePlayer":
        """The same music at the same moment, to be taken elsewhere: a what-if that disturbs nothing."""
        player = OfflinePlayer.__new__(OfflinePlayer)
        player._open(replace(self._parts, has_sound=has_sound), self.save())
        return player

    @property
    def seconds(self) -> float:
        """How much music there is so far."""
        return self._core.sample / self._sample_rate

    def performance(self) -> Performance:
        """Every bar and event so far."""
        return self._core.performance()

    def write(self, path: StrPath) -> None:
        """Write all music so far to a .mid, .wav or .flac file, whole or not at all."""
        file = Path(path)
        if file.suffix.lower() == MIDI_ENDING:
            write_midi(self.performance(), file)
        elif file.suffix.lower() in AUDIO_ENDINGS:
            self._write_sound(file)
        else:
            raise InputError(f"cannot write {file}: allowed endings: {', '.join((MIDI_ENDING, *AUDIO_ENDINGS))}")

    def draw(self, path: StrPath) -> None:
        """Draw all music so far, piano roll, loudness and mood, to a .png file; needs matplotlib."""
        from barwise.picture import draw_performance  # matplotlib is of the 'demo' extra

        draw_performance(self.performance(), Path(path), self._sound(), self._sample_rate)

    def close(self) -> None:
        """Free the synthesizer; doing it twice is harmless."""
        self._core.close()

    def _sound(self) -> Block:
        """All sound so far: float32 [frames, 2]."""
        return np.concatenate([np.zeros((0, 2), np.float32), *self._blocks])

    def _write_sound(self, file: Path) -> None:
        sound = self._sound()
        frames = min(round(FADE_SECONDS * self._sample_rate), len(sound))
        sound[len(sound) - frames :] *= np.linspace(1, 0, frames, dtype=np.float32)[:, None]
        output = FileOutput(file)
        output.open(self._sample_rate)
        output.write(sound)
        output.close()
