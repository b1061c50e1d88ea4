"""A bar that has begun, and another that goes on from it: the forced prefix, and what sounds in the end."""

from dataclasses import replace

from barwise.composing.composer import ComposedBar
from barwise.composing.vocabulary import Rows, encode
from barwise.music.attributes import measure
from barwise.music.harmony import Mode
from barwise.music.notes import Bar

_END_ROWS = 1


def prefix(bar: Bar, tick: int) -> Rows:
    """The rows of all that begins before a tick of a bar."""
    return encode(replace(bar, harmony=_until(bar, tick).harmony, notes=_until(bar, tick).notes))[:-_END_ROWS]


def spliced(begun: ComposedBar, tick: int, later: ComposedBar, mode: Mode) -> ComposedBar:
    """The first bar up to a tick and the second from there on; the state is the second's.

    A note that begins before the tick keeps its length, so that what sounds is not cut.
    """
    before = _until(begun.bar, tick)
    harmony = (*before.harmony, *(change for change in later.bar.harmony if change.position >= tick))
    notes = (*before.notes, *(note for note in later.bar.notes if note.position >= tick))
    bar = replace(begun.bar, harmony=harmony, notes=tuple(sorted(notes)))
    return replace(later, bar=bar, achieved=measure(bar, mode))


def _until(bar: Bar, tick: int) -> Bar:
    return replace(
        bar,
        harmony=tuple(change for change in bar.harmony if change.position < tick),
        notes=tuple(note for note in bar.notes if note.position < tick),
    )
