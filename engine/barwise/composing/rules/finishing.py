"""Written notes to a bar that the vocabulary can say, at the wanted loudness. Invents nothing."""

from bisect import bisect_right
from collections.abc import Iterable

from barwise.composing.rules.page import Page
from barwise.composing.rules.pitches import OCTAVE
from barwise.composing.vocabulary import DURATIONS, decode, encode
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, Bar, Note, Part


def finished(page: Page, notes: Iterable[Note]) -> Bar:
    """The notes at the wanted loudness, with lengths and velocities that the vocabulary has."""
    ordered = sorted({(note.position, note.part, note.pitch): note for note in notes}.values())
    if not ordered:
        return Bar(page.metre, page.harmony)
    mean = page.wanted.loudness * 127 - sum(note.velocity for note in ordered) / len(ordered)
    fitted = tuple(_fitted(note, mean) for note in ordered)
    return decode(encode(Bar(page.metre, page.harmony, fitted)), page.metre)


def _fitted(note: Note, mean: float) -> Note:
    velocity = min(max(round(mean + note.velocity), 1), 127)
    return Note(note.position, note.part, _playable(note), _floor(note.duration), velocity)


def _playable(note: Note) -> int:
    if note.part is Part.DRUMS or LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH:
        return note.pitch
    edge = LOWEST_PITCH if note.pitch < LOWEST_PITCH else HIGHEST_PITCH + 1 - OCTAVE
    return edge + (note.pitch - edge) % OCTAVE


def _floor(duration: int) -> int:
    """The longest length of the vocabulary that is no longer: nothing runs into the next note."""
    return DURATIONS[max(bisect_right(DURATIONS, duration) - 1, 1)]
