"""What composers do with a theme: it is moved, mirrored, stretched, cut and adorned. Values to values.

Everything happens on scale degrees, so that the outcome stays in the mode; the change of mode is
theme.sounded's.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.theme import LARGEST_BARS, Theme, ThemeNote

SHORTEST_TICKS = 3
"""No note becomes shorter: a thirty-second."""


class Development(StrEnum):
    """The ways in which a theme appears."""

    STATEMENT = "statement"
    """As it is."""
    SEQUENCE = "sequence"
    """On another degree of the scale."""
    INVERSION = "inversion"
    """Upside down around its first note."""
    AUGMENTATION = "augmentation"
    """Twice as slow."""
    DIMINUTION = "diminution"
    """Twice as fast, then so again a step away."""
    FRAGMENT = "fragment"
    """Its head alone, three times, each a step further."""
    ORNAMENT = "ornament"
    """Long notes with a neighbor, thirds filled in."""


def developed(theme: Theme, development: Development, step: int = 1) -> Theme | None:
    """The theme in one of the ways; None where it is too long or too fast for it.

    The step, of the scale, is how far a sequence, and what a diminution and a fragment repeat, moves.
    """
    made = _PLAIN[development](theme) if development in _PLAIN else _BY_STEPS[development](theme, step)
    notes = made.notes
    is_whole = len(notes) >= 2 and all(note.duration >= SHORTEST_TICKS for note in notes)
    return made if is_whole and made.bars <= LARGEST_BARS else None


def _sequenced(theme: Theme, step: int) -> Theme:
    return replace(theme, notes=tuple(_shifted(note, step) for note in theme.notes))


def _shifted(note: ThemeNote, step: int, ticks: int = 0) -> ThemeNote:
    """A note moved by steps and ticks; what was chromatic becomes plain, for a step elsewhere is another one."""
    return replace(note, degree=note.degree + step, position=note.position + ticks, raised=0 if step else note.raised)


def _inverted(theme: Theme) -> Theme:
    axis = 2 * theme.notes[0].degree
    return replace(
        theme, notes=tuple(replace(note, degree=axis - note.degree, raised=-note.raised) for note in theme.notes)
    )


def _augmented(theme: Theme) -> Theme:
    return replace(
        theme,
        notes=tuple(replace(note, position=2 * note.position, duration=2 * note.duration) for note in theme.notes),
    )


def _diminished(theme: Theme, step: int) -> Theme:
    halves = [
        replace(note, position=note.position // 2, duration=note.end // 2 - note.position // 2) for note in theme.notes
    ]
    bar = theme.metre.bar_ticks
    # The second time begins on a beat, and at the half of what the theme fills, so that both fill as much.
    second = -(-theme.bars * bar // 2 // theme.metre.beat_ticks) * theme.metre.beat_ticks
    return replace(theme, notes=(*halves, *(_shifted(note, step, second) for note in halves)))


def _fragment(theme: Theme, step: int) -> Theme:
    head, length = _head(theme)
    return replace(theme, notes=tuple(_shifted(note, step * time, length * time) for time in range(3) for note in head))


def _head(theme: Theme) -> tuple[list[ThemeNote], int]:
    """What a theme is known by, its first bar or half of its only one, and how many ticks that is."""
    bar = theme.metre.bar_ticks
    length = bar if theme.bars > 1 else -(-bar // 2 // theme.metre.beat_ticks) * theme.metre.beat_ticks
    inside = [note for note in theme.notes if note.position < length]
    return [replace(note, duration=min(note.end, length) - note.position) for note in inside], length


def _ornamented(theme: Theme) -> Theme:
    following = (*theme.notes[1:], None)
    return replace(
        theme,
        notes=tuple(new for note, after in zip(theme.notes, following, strict=True) for new in _adorned(note, after)),
    )


def _adorned(note: ThemeNote, after: ThemeNote | None) -> list[ThemeNote]:
    """A long note as itself, its upper neighbor and itself; a third on the way to the next note filled in."""
    if after and note.end == after.position and abs(after.degree - note.degree) == 2 and note.duration % 2 == 0:
        half = note.duration // 2
        if TICKS_PER_QUARTER // 4 <= half <= TICKS_PER_QUARTER:
            between = (note.degree + after.degree) // 2
            return [replace(note, duration=half), ThemeNote(note.position + half, half, between)]
    if after and note.duration >= 2 * TICKS_PER_QUARTER:
        turn = TICKS_PER_QUARTER // 2
        start = note.end - 2 * turn
        return [
            replace(note, duration=note.duration - 2 * turn),
            ThemeNote(start, turn, note.degree + 1),
            replace(note, position=start + turn, duration=turn),
        ]
    return [note]


_PLAIN: Mapping[Development, Callable[[Theme], Theme]] = {
    Development.STATEMENT: lambda theme: theme,
    Development.INVERSION: _inverted,
    Development.AUGMENTATION: _augmented,
    Development.ORNAMENT: _ornamented,
}

_BY_STEPS: Mapping[Development, Callable[[Theme, int], Theme]] = {
    Development.SEQUENCE: _sequenced,
    Development.DIMINUTION: _diminished,
    Development.FRAGMENT: _fragment,
}
