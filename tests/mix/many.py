"""`python -m tests.mix.many SEED... [--fit]`: how loud every state is in every style, over many pieces at intensity 1.

A line of a Markdown table for each state and style: the mean LUFS of the seeds, the softest, the loudest, and how many
are further from -16 than test_mix.py allows. With --fit also which ROLES_DB of arranging/levels.py fit the bars best.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from barwise.arranging import arranger
from barwise.arranging.levels import ROLES_DB, TARGET_DB, Lines, makeup, shares
from barwise.building import build
from barwise.controls import DirectControls
from barwise.music.events import MusicEventKind
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Bar
from barwise.parts import Parts
from barwise.score.load import load_score
from barwise.score.schema import Palette
from tests.mix.measures import RATE, lufs
from tests.mix.pieces import BLOCK, EVEN_LU, STYLES, WANTED_LUFS

SECONDS = 16
ROLES = tuple(ROLES_DB)

KEPT = 0.5
"""How dearly a decibel of a role is paid against one of a bar's error, so that roles which are seldom alone stay."""


@dataclass(frozen=True)
class Heard:
    """A bar as it was rendered."""

    look: str
    level: float
    """Decibels that it would have had without makeup, against what the estimate aims at."""
    powers: NDArray[np.floating]
    """The estimate of what each role gives, before ROLES_DB."""


def rendered(style: str | None, state: str, seed: int) -> tuple[float, list[Heard]]:
    """The LUFS of a piece, and its bars."""
    made: list[tuple[float, NDArray[np.floating]]] = []

    def watched(bar: Bar, palette: Palette, tempo: float, intensity: float, lines: Lines) -> float:
        powers = dict.fromkeys(ROLES, 0.0)
        for _, role, energy in shares(bar, palette, tempo, lines):
            powers[role] += energy
        factor = makeup(bar, palette, tempo, intensity, lines)
        seconds = bar.metre.bar_ticks * 60 / tempo / TICKS_PER_QUARTER
        made.append((40 * np.log10(factor), np.array(list(powers.values())) / seconds))
        return factor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arranger, "makeup", watched)
        built = build(Parts(seed=seed, style=style))
        controls = DirectControls(built.score, built.session.call)
        controls.enter(state)
        controls.set_intensity(1.0)
        mix = np.concatenate([built.session.render(BLOCK) for _ in range(SECONDS * RATE // BLOCK)])
        if built.synth:
            built.synth.close()
    starts = [round(event.seconds * RATE) for event in built.session.events() if event.kind is MusicEventKind.BAR]
    look = f"{state} | {style or 'built-in'}"
    spans = zip(pairwise(starts), made, strict=False)
    bars = [
        Heard(look, lufs(mix[start:end]) - WANTED_LUFS + TARGET_DB - raised, powers)
        for (start, end), (raised, powers) in spans
    ]
    return lufs(mix), bars


def fitted(bars: list[Heard]) -> dict[str, float]:
    """The decibels of each role with which the estimate errs least from bar to bar of a look."""
    places = {look: place for place, look in enumerate(dict.fromkeys(bar.look for bar in bars))}
    of_bar = np.array([places[bar.look] for bar in bars])
    powers, levels = np.array([bar.powers for bar in bars]), np.array([bar.level for bar in bars])

    def errors(guess: NDArray[np.floating]) -> NDArray[np.floating]:
        roles, looks = guess[: len(ROLES)], guess[len(ROLES) :]
        estimated = 10 * np.log10(powers @ 10 ** (roles / 10) + 1e-6)
        return np.concatenate([estimated + looks[of_bar] - levels, KEPT * roles, looks])

    found = optimize.least_squares(errors, np.zeros(len(ROLES) + len(places))).x
    return {"doubling" if role is None else role.name.lower(): float(found[place]) for place, role in enumerate(ROLES)}


def lines(seeds: list[int], keep: Callable[[list[Heard]], None]) -> Iterator[str]:
    """The table, and its sum."""
    every: list[float] = []
    for state, style in product(load_score(None).states, (None, *STYLES)):
        pieces = [rendered(style, state, seed) for seed in seeds]
        levels = np.array([level for level, _ in pieces])
        for _, bars in pieces:
            keep(bars)
        every += list(levels)
        yield f"| {state} | {style or 'built-in'} | {summary(levels)} |"
    yield f"| all | all | {summary(np.array(every))} |"


def summary(levels: NDArray[np.floating]) -> str:
    """Mean, softest and loudest, and how many are too far off."""
    outside = int((abs(levels - WANTED_LUFS) > EVEN_LU).sum())
    return f"{levels.mean():.1f} | {levels.min():.1f} | {levels.max():.1f} | {outside} of {len(levels)}"


def main() -> None:
    """Print the table, and what fits."""
    parser = argparse.ArgumentParser(prog="python -m tests.mix.many", description=__doc__)
    parser.add_argument("seeds", type=int, nargs="+")
    parser.add_argument("--fit", action="store_true", help="print the roles that fit best")
    asked = parser.parse_args()
    bars: list[Heard] = []
    sys.stdout.write("| state | style | mean | softest | loudest | outside |\n")
    for line in lines(asked.seeds, bars.extend):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    if asked.fit:
        found = ", ".join(f"{role} {decibels:.1f}" for role, decibels in fitted(bars).items())
        sys.stdout.write(f"fits best: {found}\n")


if __name__ == "__main__":
    main()
