"""How alike two bars are. Used to choose references while training and to check form afterward."""

from collections import Counter

from barwise.music.notes import Bar


def similarity(first: Bar, second: Bar) -> float:
    """Dice coefficient of the (part, position, pitch) of both bars' onsets, 0 to 1; 1 when both are empty."""
    left = Counter((note.part, note.position, note.pitch) for note in first.notes)
    right = Counter((note.part, note.position, note.pitch) for note in second.notes)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0
