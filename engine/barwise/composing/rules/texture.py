"""How chords and bass are played, chosen together by what they add up to. Writes no note."""

import math
from dataclasses import dataclass

from barwise.composing.rules.dice import TEXTURE_DIE
from barwise.composing.rules.page import Page
from barwise.composing.rules.rhythm import grids_of
from barwise.music.notes import Part

_BASS_SHARE = 0.5
"""Part of the wanted onsets that the bass takes; the chords fill in the rest."""

_OTHER_VOICES = 2.6
"""Notes that sound beside the chords."""

_TASTE = 0.25
"""How far chance may prefer a pattern to a better fitting one."""


@dataclass(frozen=True, slots=True)
class Texture:
    """How chords are played."""

    grid: str
    """Where they are struck, see grids_of."""
    is_broken: bool = False
    """One note after another instead of all at once."""
    gate: float = 1.0
    """Share of the time to the next stroke for which they sound."""


_TEXTURES = (
    Texture("changes"),
    Texture("strong"),
    Texture("beats"),
    Texture("tresillo"),
    Texture("offbeats", gate=0.6),
    Texture("divisions", gate=0.7),
    Texture("gallop", gate=0.7),
    Texture("divisions", is_broken=True),
    Texture("subdivisions", is_broken=True),
)

_BASS_GRIDS = ("changes", "strong", "beats", "tresillo", "divisions", "gallop")
_FINAL_VOICES = 4


def accompaniment(page: Page) -> tuple[Texture, int, str]:
    """Texture and number of voices of the chords, grid of the bass: what comes nearest to what is wanted."""
    if page.is_final:
        return _TEXTURES[0], _FINAL_VOICES, _BASS_GRIDS[0]
    melody = max(page.melody_per_quarter * page.metre.quarters, 1.0) * (Part.MELODY in page.condition.parts)
    die, grids, quarters = page.die(TEXTURE_DIE), grids_of(page.metre), page.metre.quarters
    slow = page.onsets_per_quarter * _BASS_SHARE
    bass = min(_BASS_GRIDS, key=lambda grid: _apart(len(grids[grid] or (0,)) / quarters, slow) + die.share() * _TASTE)
    beneath = len(grids[bass] or (0,))

    def cost(choice: tuple[Texture, int]) -> float:
        texture, voices = choice
        strokes = len(grids[texture.grid] or (0,))
        return (
            _apart(max(strokes, melody, beneath) / quarters, page.onsets_per_quarter)
            + _apart((strokes * voices + melody * 1.4 + beneath) / quarters, page.wanted.density)
            + _apart(voices * min(texture.gate + 0.2, 1) + _OTHER_VOICES, page.wanted.polyphony)
            + die.share() * _TASTE
        )

    choices = [(texture, voices) for texture in _TEXTURES for voices in ((1,) if texture.is_broken else (2, 3, 4))]
    return (*min(choices, key=cost), bass)


def _apart(got: float, wanted: float) -> float:
    return abs(math.log((got + 0.5) / (wanted + 0.5)))
