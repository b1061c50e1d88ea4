"""A theme in another metre: which notes grow or shrink, so that it is still known. Moves no pitch.

The first way that keeps the theme well enough is taken:

1. Beat for beat, where one metre divides its beats in three and the other in two: a beat of two eighths
   becomes a quarter and an eighth (4/4 into 6/8: two bars for one), and back.
2. Bar for bar: the longest note of each bar takes up what the new bar has more, or gives what it has
   less (4/4 into 3/4: a half note becomes a quarter). The bar lines stay where they were.
3. Straight on: every note keeps its length and the bar lines fall where they will.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from barwise.music.melodic_similarity import Tone, melodic_similarity
from barwise.music.metre import Metre
from barwise.music.theme import Theme, ThemeNote

KEPT = 0.9
"""Similarity to the theme below which a way is not taken; a change of mode costs its share besides."""


def in_metre(theme: Theme, metre: Metre) -> Theme:
    """The theme in a metre; the same theme where it is in it already."""
    if metre == theme.metre:
        return theme
    if (metre.bar_ticks, metre.is_compound) == (theme.metre.bar_ticks, theme.metre.is_compound):
        return replace(theme, metre=metre)
    for fit in _WAYS:
        notes = fit(theme, metre)
        if notes and melodic_similarity(tones(theme.notes), tones(notes)) >= KEPT:
            return replace(theme, notes=tuple(notes), metre=metre)
    return replace(theme, metre=metre)


def tones(notes: Sequence[ThemeNote]) -> list[Tone]:
    """Notes as the similarity reads them, in scale degrees as if of the major scale."""
    scale = (0, 2, 4, 5, 7, 9, 11)
    return [
        (note.position, note.duration, 12 * (note.degree // 7) + scale[note.degree % 7] + note.raised) for note in notes
    ]


def _by_beats(theme: Theme, metre: Metre) -> list[ThemeNote]:
    """Every beat to a beat; nothing where both metres divide their beats alike, or bar lines would be displaced."""
    fewer, more = sorted((theme.metre.beats, metre.beats))
    if theme.metre.is_compound == metre.is_compound or more % fewer:
        return []
    return _moved(theme, lambda tick: _beat_for_beat(tick, theme.metre, metre))


def _beat_for_beat(tick: int, old: Metre, new: Metre) -> int:
    """Where a tick of one metre lies in the other: the middle of a divided beat goes to its third third, and back."""
    beat, within = divmod(tick, old.beat_ticks)
    old_bend = (old.beat_ticks * 2 // 3) if old.is_compound else old.beat_ticks // 2
    new_bend = (new.beat_ticks * 2 // 3) if new.is_compound else new.beat_ticks // 2
    if within <= old_bend:
        bent = within * new_bend / old_bend
    else:
        bent = new_bend + (within - old_bend) * (new.beat_ticks - new_bend) / (old.beat_ticks - old_bend)
    return beat * new.beat_ticks + round(bent)


def _by_bars(theme: Theme, metre: Metre) -> list[ThemeNote]:
    """Every bar to a bar; nothing where some bar has no note that can give what is too much."""
    old, new = theme.metre.bar_ticks, metre.bar_ticks
    bends: list[tuple[int, int]] = []
    for bar in range(theme.bars):
        inside = [note for note in theme.notes if bar * old <= note.position < (bar + 1) * old]
        longest = max(inside, key=lambda note: note.duration, default=None)
        end = longest.end if longest else (bar + 1) * old
        if longest and (longest.duration + new - old) * 3 < longest.duration:
            return []
        bends.append((min(end, (bar + 1) * old), new - old))
    return _moved(theme, lambda tick: tick + sum(more for end, more in bends if end <= tick))


def _moved(theme: Theme, move: Callable[[int], int]) -> list[ThemeNote]:
    """The notes with both their ends moved; nothing where one would vanish."""
    moved = [
        replace(note, position=move(note.position), duration=move(note.end) - move(note.position))
        for note in theme.notes
    ]
    return moved if all(note.duration > 0 for note in moved) else []


_WAYS = (_by_beats, _by_bars)
