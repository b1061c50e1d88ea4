"""The chords: voiced close and led smoothly, struck as their texture says. Knows no other part."""

from bisect import bisect_left
from collections.abc import Sequence

from barwise.composing.rules.dice import TEXTURE_DIE
from barwise.composing.rules.page import LOUDER, Page
from barwise.composing.rules.pitches import OCTAVE, pitches_of
from barwise.composing.rules.rhythm import grids_of, spans_between
from barwise.composing.rules.texture import Texture
from barwise.music.harmony import Chord
from barwise.music.notes import Note, Part

_BROKEN_VOICES = 4
_BROKEN_ORDERS = ((0, 1, 2, 3), (0, 2, 1, 2), (0, 1, 2, 1), (3, 2, 1, 0), (0, 3, 2, 1))


def write_chords(page: Page, texture: Texture, voices: int) -> list[Note]:
    """The bar's chords in a texture; a held one is struck again where the harmony changes."""
    grid = grids_of(page.metre)[texture.grid]
    sustains = texture.gate >= 1.0 and not texture.is_broken
    starts = {*grid, *page.changes} if sustains or not grid else set(grid)
    voicings = dict(zip(page.changes, voicings_of(page, _BROKEN_VOICES if texture.is_broken else voices), strict=True))
    order = _BROKEN_ORDERS[page.die(TEXTURE_DIE, 1).pick([1] * len(_BROKEN_ORDERS))]
    notes = []
    for number, (position, duration) in enumerate(spans_between(starts, page.metre.bar_ticks, texture.gate)):
        voicing = voicings[max(change for change in page.changes if change <= position)]
        struck = [voicing[order[number % len(order)]]] if texture.is_broken else voicing
        notes += [Note(position, Part.CHORDS, pitch, duration, LOUDER[Part.CHORDS]) for pitch in struck]
    return notes


def voicings_of(page: Page, voices: int) -> list[tuple[int, ...]]:
    """The bar's chords in close position, each moving as little as can be from the one before."""
    before = page.memory.voices
    voicings = []
    for change in page.changes:
        before = _voicing(page.chord_at(change), voices, before, page.center(Part.CHORDS))
        voicings.append(before)
    return voicings


def _voicing(chord: Chord, voices: int, before: Sequence[int], center: float) -> tuple[int, ...]:
    ladder = pitches_of(_telling(chord, voices))
    first = max(bisect_left(ladder, center - OCTAVE) - 1, 0)
    windows = [ladder[at : at + voices] for at in range(first, min(first + 9, len(ladder) - voices + 1))]

    def cost(voicing: tuple[int, ...]) -> float:
        moves = sum(min(abs(pitch - other) for other in before) for pitch in voicing) if before else 0
        return 1.2 * abs(sum(voicing) / voices - center) + moves

    return min(windows, key=cost)


def _telling(chord: Chord, voices: int) -> tuple[int, ...]:
    """The tones to play when there are fewer voices than tones: the fifth is missed least."""
    root, *others = chord.tones
    return chord.tones if voices >= len(chord.tones) else (root, others[0], *others[2:], *others[1:2])[:voices]
