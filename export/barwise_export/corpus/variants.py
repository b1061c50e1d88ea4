"""Pieces with parts left out, so that sparse and drumless music is heard of full bands too."""

from random import Random

from barwise.music.notes import PITCHED_PARTS, Part
from barwise_export.corpus.voices import PartNotes

VARIANTS = 2
FEWEST_PARTS = 3
"""Parts that a piece must have for some to be left out."""

_CHOICES: tuple[tuple[int, frozenset[Part]], ...] = (
    (4, frozenset({Part.BASS, Part.CHORDS, Part.COUNTER, Part.MELODY})),
    (3, frozenset({Part.CHORDS, Part.COUNTER, Part.MELODY})),
    (3, frozenset({Part.CHORDS, Part.MELODY})),
    (2, frozenset({Part.BASS, Part.CHORDS, Part.DRUMS})),
    (2, frozenset({Part.BASS, Part.CHORDS})),
    (2, frozenset({Part.CHORDS})),
    (1, frozenset({Part.BASS, Part.MELODY})),
    (1, frozenset({Part.BASS, Part.DRUMS})),
    (1, frozenset({Part.COUNTER, Part.MELODY})),
)
"""Parts to keep, each with its weight in the draw."""


def variants(name: str, parts: PartNotes) -> list[PartNotes]:
    """Up to VARIANTS different thinner versions of a piece, drawn by its name."""
    present = frozenset(part for part, notes in parts.items() if len(notes))
    if len(present) < FEWEST_PARTS:
        return []
    return [{part: parts[part] for part in keep} for keep in _draw(Random(name), present)]


def _draw(random: Random, present: frozenset[Part]) -> list[list[Part]]:
    weights: dict[frozenset[Part], int] = {}
    for weight, keep in _CHOICES:
        kept = keep & present
        if kept != present and any(part in PITCHED_PARTS for part in kept):
            weights[kept] = weights.get(kept, 0) + weight
    drawn: list[list[Part]] = []
    while weights and len(drawn) < VARIANTS:
        keep = random.choices(list(weights), list(weights.values()))[0]
        del weights[keep]
        drawn.append(sorted(keep))
    return drawn
