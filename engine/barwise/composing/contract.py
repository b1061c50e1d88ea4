"""What the network is given and gives back: names, shapes and the conditioning vector.

Training writes a graph to this contract and the engine refuses any other.
"""

import math
from collections.abc import Mapping
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from barwise.music.attributes import Attributes
from barwise.music.intent import PHRASE_BARS, Condition, Style
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PARTS, PITCHED_PARTS, Part

CONTRACT_VERSION = 3

INPUTS = {
    "state": "float32 [candidates, state]: the recurrent state; zeros begin a piece",
    "condition": "float32 [condition]: what is wanted of the bar, see CONDITION_NAMES",
    "parts": "bool [6]: the parts that may write, HARMONY first",
    "bar_ticks": "int64 []: length of the bar",
    "reference": "int64 [rows, 5]: the bar to answer; one END row when there is none",
    "forced": "int64 [rows, 5]: rows the bar must begin with; no rows to leave it free",
    "pitch_bias": "float32 [6, pitches]: added to the logits of each part's pitches, from LOWEST_PITCH up",
    "noise": "float32 [candidates, MAX_ROWS]: uniform in [0, 1), one number for each row that is not forced",
    "temperature": "float32 []: logits are divided by it",
}
OUTPUTS = {
    "rows": "int64 [candidates, rows, 5]: padded with END rows",
    "forced_log_probability": "float32 [candidates, forced rows]: of each row, under condition and leaning",
    "next_state": "float32 [candidates, state]",
}

_SCALES: dict[str, tuple[float, float]] = {
    "polyphony": (0.0, 8.0),
    "density": (0.0, 12.0),
    "register": (36.0, 84.0),
}
"""Attributes that are not shares: the value that maps to 0 and the one that maps to 1."""

_ATTRIBUTES = tuple(field.name for field in fields(Attributes))
_STYLES = tuple(Style)
CONDITION_NAMES = (
    *_ATTRIBUTES,
    *(f"has_{part.name.lower()}" for part in Part),
    "is_major",
    "quarters",
    "is_compound",
    "tempo",
    *(f"style_{style.value}" for style in Style),
    *(f"phrase_{bar}" for bar in range(PHRASE_BARS)),
    "is_ending",
    "has_reference",
    "similarity",
)
CONDITION_SIZE = len(CONDITION_NAMES)


UNSCALED: Mapping[str, tuple[float, float]] = {
    field.name: (low, high - low)
    for field in fields(Attributes)
    for low, high in (_SCALES.get(field.name, (0.0, 1.0)),)
}
"""Of each attribute, its value where the vector has 0, and what 1 in the vector adds to it."""


def condition_vector(condition: Condition) -> NDArray[np.float32]:
    """The conditioning vector, every figure scaled to about 0 to 1: [CONDITION_SIZE]."""
    values = [
        *(_scaled(name, getattr(condition.attributes, name)) for name in _ATTRIBUTES),
        *(float(part in condition.parts) for part in PARTS),
        float(condition.mode.is_major),
        condition.metre.quarters / 6,
        float(condition.metre.is_compound),
        math.log2(min(max(condition.tempo, 30.0), 300.0) / 120.0) / 2 + 0.5,
        *(float(style is condition.style) for style in _STYLES),
        *(float(bar == condition.phrase_bar % PHRASE_BARS) for bar in range(PHRASE_BARS)),
        float(condition.is_ending),
        float(condition.similarity is not None),
        condition.similarity or 0.0,
    ]
    return np.array(values, dtype=np.float32)


def pitch_bias(leaning: tuple[float, ...]) -> NDArray[np.float32]:
    """Log-weights of the 12 pitch classes above the tonic, none meaning all 0, as the graph takes them.

    They hold for the pitched parts: [1 + parts, pitches]. Raises ValueError for another number of them.
    """
    bias = np.zeros((1 + len(Part), HIGHEST_PITCH - LOWEST_PITCH + 1), np.float32)
    if leaning:
        if len(leaning) != 12:
            raise ValueError(f"leaning has {len(leaning)} weights; it needs one for each of 12 pitch classes")
        of_pitch = np.asarray(leaning, np.float32)[np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1) % 12]
        bias[list(PITCHED_PARTS)] = of_pitch
    return bias


def parts_mask(parts: frozenset[Part]) -> NDArray[np.bool_]:
    """Which parts may write: [1 + parts], HARMONY first and always true."""
    return np.array([True, *(part in parts for part in PARTS)])


def _scaled(name: str, value: float) -> float:
    low, high = _SCALES.get(name, (0.0, 1.0))
    return min(max((value - low) / (high - low), 0.0), 1.5)
