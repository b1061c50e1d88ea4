"""partitura's tonal tension, bar by bar, with the right tonic.

partitura reads the tonic from a key signature and so takes the relative major for the tonic of a
minor key; here the signature given to it is that whose major tonic is the bar's own tonic. Windows are
partitura's own: a beat around each onset. Notes are spelled by its ps13 over the whole piece.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from barwise.music.harmony import Key
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar, Part
from barwise_export.quiet_partitura import load_partitura

_FIELDS = [
    ("onset_beat", "f8"),
    ("duration_beat", "f8"),
    ("pitch", "i4"),
    ("step", "U1"),
    ("alter", "i4"),
    ("octave", "i4"),
    ("ks_fifths", "i4"),
    ("ks_mode", "i4"),
]


def tonal_tension(bars: Sequence[Bar], keys: Sequence[Key]) -> NDArray[np.float64]:
    """Cloud diameter and tensile strain of each bar, means over its onsets: [bars, 2].

    Only notes that begin in a bar are counted in it, as in all attributes; a silent bar has zeros.
    """
    analysis = load_partitura().musicanalysis
    notes, bar_of = _notes(bars, keys)
    found = np.zeros((len(bars), 2))
    if not len(notes):
        return found
    spelling = analysis.estimate_spelling(notes[["onset_beat", "duration_beat", "pitch"]])
    for name in ("step", "alter", "octave"):
        notes[name] = spelling[name]
    for number in np.unique(bar_of):
        tension = analysis.estimate_tonaltension(notes[bar_of == number])
        found[number] = tension["cloud_diameter"].mean(), tension["tensile_strain"].mean()
    return found


def _notes(bars: Sequence[Bar], keys: Sequence[Key]) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """All pitched notes as partitura reads them, as they sound, and the bar of each."""
    rows, bar_of, start = list[tuple[object, ...]](), list[int](), 0
    for number, (bar, key) in enumerate(zip(bars, keys, strict=True)):
        for note in bar.notes:
            if note.part is not Part.DRUMS:
                onset = (start + note.position) / TICKS_PER_QUARTER
                length = note.duration / TICKS_PER_QUARTER
                rows.append((onset, length, note.pitch + key.shift, "C", 0, 0, _fifths(key.tonic), _mode(key)))
                bar_of.append(number)
        start += bar.metre.bar_ticks
    return np.array(rows, dtype=_FIELDS), np.array(bar_of, dtype=np.int64)


def _fifths(tonic: int) -> int:
    """Sharps (flats below 0) of the major key on a tonic: the tonic's own place on the line of fifths."""
    return (7 * tonic + 5) % 12 - 5


def _mode(key: Key) -> int:
    return 1 if key.mode.is_major else -1
