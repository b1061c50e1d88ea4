"""A core that makes numbers instead of music: each sample says which one it is. The music's process finds it too."""

import ctypes
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from barwise.commands import Enter, Journaled, JournalEntry, Pause, Resume, SetIntensity
from barwise.errors import InputError
from barwise.linking.messages import Report
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, NoteReport, Told
from barwise.music.status import MusicStatus
from barwise.playing.outputs import Block
from barwise.saved_music import unpack_saved

RATE = 8000
BEATS = 4
BEAT = 800
BAR = BEATS * BEAT
"""Samples: a bar lasts 0.4 s."""
CYCLE = 30_000
"""Numbers of samples come again after so many."""

BEGINNING = {"sample": 0, "state": "calm", "intensity": 0.5, "said": 0}


def number_at(values: np.ndarray) -> np.ndarray:
    """The numbers that are written in 16-bit samples."""
    numbers: np.ndarray = np.rint(values * 32767).astype(int)
    return numbers


class FakeCore:
    """Bars of four beats; its state is the number of samples and the last state entered."""

    def __init__(self, parts: Mapping[str, Any], saved: bytes | None) -> None:
        music = unpack_saved(saved) if saved else None
        kept: dict[str, Any] = (
            json.loads(music.checkpoint) if music else {"sample": 0, "state": "calm", "intensity": 0.5, "said": 0}
        )
        self.sample: int = kept["sample"]
        self._state: str = kept["state"]
        self._intensity: float = kept["intensity"]
        self._said: int = kept["said"]
        self.has_sound = True
        self.frames = 0
        self.heard_now: Callable[[], float] = lambda: float(self.frames)
        self._is_paused = False
        self._commands: deque[Journaled] = deque()
        self._reports: deque[Report] = deque()
        self._left = 3
        if parts.get("noise"):
            sys.stdout.write("a library prints\n")
            sys.stderr.write("a library complains\n")
        if music:
            self.frames = self.sample - music.sample
            for entry in music.journal:
                self.advance(max(entry.sample - self.sample, 0))
                self.call(entry.command)
            self.advance(max(music.sample - self.sample, 0))  # what was said may have taken effect after what is heard

    @property
    def wants_work(self) -> bool:
        return self._left > 0

    def work(self) -> bool:
        self._left = max(self._left - 1, 0)
        return self._left > 0

    def call(self, command: Journaled, called_at: float | None = None) -> None:
        if isinstance(command, Enter) and command.state == "crash":
            os.abort()
        if isinstance(command, Enter) and command.state == "hog":
            ctypes.PyDLL(None).usleep(3_000_000)
        self._commands.append(command)

    def render(self, frames: int) -> Block:
        while self._commands:
            self._obey(self._commands.popleft())
        numbers = np.zeros(frames, np.float32)
        if not self._is_paused:
            for sample in range(self.sample, self.sample + frames):
                if sample % BAR == 0:
                    self._begin_bar(sample)
                if sample % BEAT == 0:
                    beat = sample % BAR // BEAT
                    event = MusicEvent(MusicEventKind.BEAT, sample / RATE, sample // BAR, beat, self._state)
                    self._reports.append(Told(self.frames + sample - self.sample, event))
            numbers = (np.arange(self.sample, self.sample + frames) % CYCLE / 32767).astype(np.float32)
            self.sample += frames
        self.frames += frames
        return np.stack([numbers, np.full(frames, self._intensity, np.float32)], axis=1)

    def get_ready(self) -> None:
        pass

    def advance(self, frames: int) -> None:
        self.render(frames)

    def frames_left_in_bar(self) -> int:
        return BAR - self.sample % BAR

    def reports(self) -> list[Report]:
        return [self._reports.popleft() for _ in range(len(self._reports))]

    def run_long_work_within(self, context: object) -> None:
        pass

    def close(self) -> None:
        pass

    def _obey(self, command: Journaled) -> None:
        if isinstance(command, Pause | Resume):
            self._is_paused = isinstance(command, Pause)
            return
        self._said += 1
        self._reports.append(JournalEntry(self.sample, command, self._said))
        if isinstance(command, SetIntensity):
            self._intensity = command.intensity
            self._reports.append(IntensityReport(self.frames, self._intensity))
        elif isinstance(command, Enter):
            self._state = command.state

    def _begin_bar(self, sample: int) -> None:
        frame, bar = self.frames + sample - self.sample, sample // BAR
        status = MusicStatus(self._state, Mood(), self._intensity, bar, 0, BEATS, 150.0, "C major", "", "fake")
        beats = tuple(frame + beat * BEAT for beat in range(BEATS))
        notes = tuple(NoteReport(at, at + BEAT, Part.MELODY, 60, 80) for at in beats)
        self._reports.append(BarReport(frame, frame + BAR, status, beats, (), notes))
        kept = {"sample": sample, "state": self._state, "intensity": self._intensity, "said": self._said}
        self._reports.append(Checkpoint(frame, sample, self._said, json.dumps(kept).encode()))


def make(parts: Mapping[str, Any], saved: bytes | None) -> FakeCore:
    """The core that the tests name."""
    return FakeCore(parts, saved)


def make_broken(parts: Mapping[str, Any], saved: bytes | None) -> FakeCore:
    """Dies of an error of its own."""
    raise RuntimeError("broken core")


def make_slow(parts: Mapping[str, Any], saved: bytes | None) -> FakeCore:
    """Takes its time."""
    time.sleep(0.5)
    return FakeCore(parts, saved)


def make_refusing(parts: Mapping[str, Any], saved: bytes | None) -> FakeCore:
    """Refuses a model that is named; without one it plays, and says so."""
    if parts.get("model"):
        raise InputError(f"composer {parts['model']} is not ours")
    core = FakeCore(parts, saved)
    core._reports.append(Fault("it plays"))
    return core
