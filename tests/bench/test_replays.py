"""What a call or a note changed is found by leaving it out: music here is a tone of the intensity's level."""

from dataclasses import dataclass, field

import numpy as np

from barwise.bench.recording import Recording
from barwise.bench.replays import Replayer, SentNote, played_back
from barwise.commands import Journaled, JournalEntry, SetIntensity, SetMood
from barwise.music.mood import Mood
from barwise.playing.file_output import to_samples
from barwise.playing.outputs import Block

RATE = 8000
LATENCY = 64
"""Frames after which this music heeds a call."""


@dataclass
class Tone:
    """Music whose level is its intensity; its notes are clicks at 0, 1000, 2000, and so on."""

    without_note: int | None = None
    frame: int = 0
    changes: list[tuple[int, float]] = field(default_factory=list)

    def call(self, command: Journaled) -> None:
        if isinstance(command, SetIntensity):
            self.changes.append((self.frame + LATENCY, command.intensity))

    def render(self, frames: int) -> Block:
        times = np.arange(self.frame, self.frame + frames)
        level = np.full(frames, 0.5, np.float32)
        for begin, intensity in self.changes:
            level[times >= begin] = intensity / 2
        clicks = (times % 1000 == 0) & (times // 1000 != (-1 if self.without_note is None else self.without_note))
        self.frame += frames
        return np.repeat((level + clicks * 0.25)[:, None], 2, axis=1).astype(np.float32)

    @property
    def notes(self) -> list[SentNote]:
        return []

    def work(self) -> bool:
        return False

    def close(self) -> None:
        pass


JOURNAL = (
    JournalEntry(2500, SetIntensity(0.5)),
    JournalEntry(5000, SetMood(Mood())),
    JournalEntry(9000, SetIntensity(0.25)),
)


def recorded(frames: int = 16000) -> Recording:
    sound = np.concatenate([samples for _, samples in played_back(Tone(), JOURNAL, frames)])
    return Recording(sound, RATE, began_at=100.0)


def test_a_recording_equals_its_replay() -> None:
    assert Replayer(Tone, JOURNAL).compare(recorded()).differs_at is None


def test_a_recording_that_is_no_replay_says_where() -> None:
    recording = recorded()
    recording.samples[12345] += 1
    assert Replayer(Tone, JOURNAL).compare(recording).differs_at == 12345


def test_a_call_is_heard_where_the_music_without_it_differs() -> None:
    replayer = Replayer(Tone, JOURNAL)
    assert replayer.changed_by_call(recorded(), 0) == 2500 + LATENCY
    assert replayer.changed_by_call(recorded(), 2) == 9000 + LATENCY


def test_a_call_that_changes_nothing_is_not_heard() -> None:
    assert Replayer(Tone, JOURNAL).changed_by_call(recorded(), 1) is None


def test_only_a_recording_that_goes_on_says_that_a_call_was_not_heard() -> None:
    replayer = Replayer(Tone, JOURNAL)
    assert not replayer.is_judged(recorded(9100), 2)
    assert replayer.is_judged(recorded(9000 + 2 * RATE), 2)
    assert replayer.changed_by_call(recorded(9000), 2) is None


def test_a_note_is_heard_where_the_music_without_it_differs() -> None:
    assert Replayer(Tone, JOURNAL).changed_by_note(recorded(), 4, start=3900) == 4000


def test_the_length_of_the_stretches_changes_nothing() -> None:
    whole = Tone().render(5000)
    parts = [samples for _, samples in played_back(Tone(), (), 5000)]
    assert len(parts) > 1
    assert np.array_equal(np.concatenate(parts), to_samples(whole))
