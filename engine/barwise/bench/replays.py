"""The recording played back offline from its journal, with or without one cause, to find what that cause changed.

Rendering gives the same samples in every run, so what differs between the recording and a replay
that leaves one call out is what the call did, and the first such frame is when it could be heard.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from barwise.bench.recording import Recording, Samples, first_difference
from barwise.commands import Journaled, JournalEntry
from barwise.music.events import ChannelEvent
from barwise.playing.file_output import to_samples
from barwise.playing.outputs import Block

CHUNK_FRAMES = 1024
"""Rendered at a time, with all that can be composed ahead composed before, as a host that is in time does it."""

LOOKED_FOR_SECONDS = 2.0
"""A cause that has changed nothing by then was not heard."""


class Music(Protocol):
    """What a journal can be played back with."""

    @property
    def notes(self) -> Sequence["SentNote"]:
        """What the synthesizer was sent so far."""

    def call(self, command: Journaled) -> None:
        """Have a command take effect at the present sample."""

    def work(self) -> bool:
        """Prepare one thing; False when there is nothing to prepare."""

    def render(self, frames: int) -> Block:
        """The next frames of sound."""

    def close(self) -> None:
        """Free it."""


Make = Callable[[int | None], Music]
"""Music from its beginning; given a number, the note that is sent as that one, from 0, is left out."""


@dataclass(frozen=True, slots=True)
class SentNote:
    """A note as the synthesizer was sent it."""

    frame: int
    event: ChannelEvent


@dataclass(frozen=True, slots=True)
class Comparison:
    """A recording and its replay."""

    differs_at: int | None
    """The first frame of the recording that the replay does not give; None where they are equal."""
    notes: tuple[SentNote, ...]
    """Of the replay; their places here are their numbers."""


@dataclass(frozen=True)
class Replayer:
    """A journal, and how to begin the music that it belongs to."""

    make: Make
    journal: Sequence[JournalEntry]

    def compare(self, recording: Recording) -> "Comparison":
        """A whole replay, to see whether it is the recording."""
        music, found = self.make(None), None
        try:
            for frame, samples in played_back(music, self.journal, len(recording.samples)):
                if found is None:
                    different = first_difference(recording.samples[frame : frame + len(samples)], samples)
                    found = None if different is None else frame + different
            return Comparison(found, tuple(music.notes))
        finally:
            music.close()

    def changed_by_call(self, recording: Recording, number: int) -> int | None:
        """The first frame that a command of the journal changed; None where it was not heard."""
        start = self.journal[number].sample
        return self._first_difference(recording, start, self._end(recording, start), without_call=number)

    def changed_by_note(self, recording: Recording, number: int, start: int) -> int | None:
        """The first frame that a note changed, which was sent at a frame; None where it was not heard."""
        return self._first_difference(recording, start, self._end(recording, start), without_note=number)

    def is_judged(self, recording: Recording, number: int) -> bool:
        """Whether a recording goes far enough after a command to say that it was not heard."""
        end = self.journal[number].sample + LOOKED_FOR_SECONDS * recording.sample_rate
        return end <= len(recording.samples)

    def _end(self, recording: Recording, start: int) -> int:
        return min(start + round(LOOKED_FOR_SECONDS * recording.sample_rate), len(recording.samples))

    def _first_difference(
        self,
        recording: Recording,
        start: int,
        end: int,
        *,
        without_call: int | None = None,
        without_note: int | None = None,
    ) -> int | None:
        music = self.make(without_note)
        try:
            for frame, samples in played_back(music, self.journal, end, without_call):
                if frame + len(samples) <= start:
                    continue
                found = first_difference(recording.samples[frame : frame + len(samples)], samples)
                if found is not None:
                    return frame + found
        finally:
            music.close()
        return None


def played_back(
    music: Music, journal: Sequence[JournalEntry], end: int, without: int | None = None
) -> Iterator[tuple[int, Samples]]:
    """Sound up to a frame as it was recorded: first frames and samples of one stretch after the other."""
    frame = 0
    for number, entry in enumerate(journal):
        yield from _rendered(music, frame, min(entry.sample, end))
        frame = min(entry.sample, end)
        if number != without:
            music.call(entry.command)
    yield from _rendered(music, frame, end)


def _rendered(music: Music, frame: int, end: int) -> Iterator[tuple[int, Samples]]:
    while frame < end:
        frames = min(CHUNK_FRAMES, end - frame)
        while music.work():
            pass
        yield frame, to_samples(music.render(frames)).astype("<i2", copy=False)
        frame += frames
