"""What the engine core tells of itself, as values that travel: events, bars and notes by the frame.

A frame is one of the output: it is heard when it leaves there. Frames go on while the music is paused.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace

from barwise.music.events import MusicEvent
from barwise.music.notes import Part
from barwise.music.status import MusicStatus


@dataclass(frozen=True, slots=True)
class Told:
    """An event, as soon as its sound is made."""

    frame: int
    """When it is heard."""
    event: MusicEvent


@dataclass(frozen=True, slots=True)
class NoteReport:
    """A note before it sounds."""

    frame: int
    end_frame: int
    part: Part
    pitch: int
    """As it is written in the key of the music; MIDI's number, or General MIDI's drum."""
    velocity: int


@dataclass(frozen=True, slots=True)
class BarReport:
    """A bar that begins, or will; another report of the same number replaces it."""

    frame: int
    """Where it begins."""
    end_frame: int
    status: MusicStatus
    """At its first beat."""
    beats: tuple[int, ...]
    """Frames of its felt beats."""
    chords: tuple[tuple[int, str], ...]
    """Frames from which chords hold, and their names."""
    notes: tuple[NoteReport, ...]
    is_settled: bool = True
    """Whether it sounds so for certain: a bar to come may still be composed anew."""

    def shifted(self, frames: int) -> "BarReport":
        """The same bar, so many frames later."""
        return replace(
            self,
            frame=self.frame + frames,
            end_frame=self.end_frame + frames,
            beats=tuple(beat + frames for beat in self.beats),
            chords=tuple((at + frames, name) for at, name in self.chords),
            notes=tuple(
                replace(note, frame=note.frame + frames, end_frame=note.end_frame + frames) for note in self.notes
            ),
        )

    def status_at(self, frame: float, intensity: float) -> MusicStatus:
        """The status at a frame of the bar."""
        beat = max(bisect_right(self.beats, frame) - 1, 0)
        before = [name for at, name in self.chords if at <= frame]
        chord = before[-1] if before else self.status.chord
        return replace(self.status, beat=beat, chord=chord, intensity=intensity)


@dataclass(frozen=True, slots=True)
class IntensityReport:
    """The intensity from a frame on, 0 to 1."""

    frame: int
    intensity: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What restores the music from the beginning of a bar."""

    frame: int
    sample: int
    """Samples of music before it."""
    number: int
    """Commands that had taken effect before it."""
    saved: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong, in one line with its cure."""

    text: str
