"""Whether a composed bar can be played and gone on from, whoever wrote it."""

import numpy as np

from barwise.composing.composer import ComposedBar
from barwise.errors import ModelError
from barwise.music.intent import BarIntent
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PERCUSSION, Part


def check_composed(composed: ComposedBar, intent: BarIntent) -> None:
    """Raise ModelError unless the memory is finite and each note lies in the bar wanted, on a pitch there is."""
    who = f"the composer of {composed.composer!r} bars"
    if not np.isfinite(composed.state).all():
        raise ModelError(f"{who} has a memory that is not finite; use another model")
    bar, metre = composed.bar, intent.condition.metre
    if bar.metre != metre:
        raise ModelError(f"{who} wrote {bar.metre} where {metre} was wanted")
    for note in bar.notes:
        low, high = (LOWEST_PITCH, HIGHEST_PITCH)
        is_pitch = note.pitch in PERCUSSION if note.part is Part.DRUMS else low <= note.pitch <= high
        if not (is_pitch and 0 <= note.position < metre.bar_ticks and note.duration > 0 and 1 <= note.velocity <= 127):
            raise ModelError(f"{who} wrote a note that cannot be played: {note}")
