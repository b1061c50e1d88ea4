"""partitura's tonal tension, bar by bar, told the key.

partitura reads the tonic from a key signature and so takes the relative major for the tonic of a minor
key; here bars stand with their tonic on C, and the signature given is that of C major, whose tonic is C.
Its windows are its own: a beat around each onset. Notes are spelled by its ps13, which hears every bar
after its tonic: left to itself with music that is far from its key, it loses the tonic and spells whole
bars twelve fifths away.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise.music.harmony import Mode
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
_SPELLING = ("step", "alter", "octave")
_TONIC_PITCH = 60


def tonal_tension(bars: Sequence[Bar], modes: Sequence[Mode]) -> NDArray[np.float64]:
    """Cloud diameter and tensile strain of each bar, means over its onsets: [bars, 2].

    Only notes that begin in a bar are counted in it, as in all attributes; a silent bar has zeros.
    """
    analysis = load_partitura().musicanalysis
    return np.array([_of_bar(bar, mode, analysis) for bar, mode in zip(bars, modes, strict=True)])


def _of_bar(bar: Bar, mode: Mode, analysis: Any) -> tuple[float, float]:
    notes = _notes(bar, mode)
    if len(notes) == 1:
        return 0.0, 0.0
    spelling = analysis.estimate_spelling(notes[list(_FIELDS_HEARD)], K_pre=len(notes), K_post=len(notes))
    for name in _SPELLING:
        notes[name] = spelling[name]
    tension = analysis.estimate_tonaltension(notes[1:])
    return float(tension["cloud_diameter"].mean()), float(tension["tensile_strain"].mean())


def _notes(bar: Bar, mode: Mode) -> NDArray[np.void]:
    """The pitched notes of a bar as partitura reads them, after the tonic: [1 + notes]."""
    signature = (0, 1 if mode.is_major else -1)
    rows = [(-1.0, 1.0, _TONIC_PITCH, "C", 0, 4, *signature)]
    rows += [
        (note.position / TICKS_PER_QUARTER, note.duration / TICKS_PER_QUARTER, note.pitch, "C", 0, 0, *signature)
        for note in bar.notes
        if note.part is not Part.DRUMS
    ]
    return np.array(rows, dtype=_FIELDS)


_FIELDS_HEARD = ("onset_beat", "duration_beat", "pitch")
