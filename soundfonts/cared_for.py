"""Which programs and kits get the care: those that the built-in score and the styles that come with it play."""

from functools import cache

from barwise.music.notes import Part
from barwise.score.document import parse, read_file
from barwise.score.load import STYLES, load_score
from barwise.score.palettes import read_palettes
from barwise.score.schema import Palette

LIKELY_PROGRAMS = frozenset({1, 4, 9, 12, 13, 22, 35, 45, 47, 106, 107, 108, 109, 114})
"""Played by neither, but likely in a game's own score: pianos, mallets, free reeds, plucked and piped folk."""


@cache
def _palettes() -> tuple[Palette, ...]:
    styles = parse(read_file(STYLES), STYLES.name).fields(("palettes", "styles"))
    return (*load_score().palettes.values(), *read_palettes(styles["palettes"]).values())


def programs() -> list[int]:
    """Of melodic instruments, stingers and layers included, in order."""
    instruments = {
        instrument.program
        for palette in _palettes()
        for part, instrument in palette.instruments.items()
        if part is not Part.DRUMS
    }
    layers = {layer.instrument.program for palette in _palettes() for layer in palette.layers}
    stingers = {stinger.program for stinger in load_score().stingers.values()}
    return sorted(instruments | layers | stingers | LIKELY_PROGRAMS)


def kits() -> list[int]:
    """Of drums, in order."""
    return sorted({0} | {palette.instruments[Part.DRUMS].program for palette in _palettes()})
