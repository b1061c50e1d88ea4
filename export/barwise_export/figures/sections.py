"""The sections of the report: which measures there are, in their order, and what each is given.

A section's file is imported when it is its turn: some need torch, some need partitura.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from barwise_export.figures.goals import Figures
from barwise_export.figures.subject import QUICK, Subject

MOST_BARS = 2000
"""Bars of each set whose likelihood is asked: more than the test split has of any set of game music."""

HELPS_SEEDS = 8
"""Of each variant: enough to tell tenths apart."""


@dataclass(frozen=True)
class Section:
    """One subject of the report."""

    title: str
    measure: Callable[[Subject], Figures]
    share: int
    """Of the time of a whole evaluation, in hundredths, about."""


def _control(subject: Subject) -> Figures:
    from barwise_export.figures.control import SEEDS, measure_control

    return measure_control(subject.model, seeds=subject.share(SEEDS), keep=subject.keep("control"))


def _helps(subject: Subject) -> Figures:
    from barwise_export.figures.control import ablation

    return ablation(subject.model, seeds=subject.share(HELPS_SEEDS))


def _themes(subject: Subject) -> Figures:
    from barwise_export.figures.themes import DRAWN, MOODS, measure_themes

    return measure_themes(subject.model, subject.share(MOODS), subject.share(DRAWN))


def _harmony(subject: Subject) -> Figures:
    from barwise_export.figures.harmony import harmony

    return harmony(subject.files, subject.data)


def _groove(subject: Subject) -> Figures:
    from barwise_export.figures.groove import microtiming
    from barwise_export.groove import held_out_sessions, performances, split

    return microtiming(*split(performances(subject.files), held_out_sessions(subject.held_out)))


def _closeness(subject: Subject) -> Figures:
    from barwise_export.figures.closeness import closeness

    return closeness(subject.pieces(), subject.data)


def _originality(subject: Subject) -> Figures:
    from barwise_export.figures.originality import originality

    return originality(subject.pieces(), subject.data)


def _likelihood(subject: Subject) -> Figures:
    from barwise_export.figures.likelihood import likelihood

    every = QUICK if subject.is_quick else 1
    return likelihood(subject.model, subject.data, subject.ablations, subject.share(MOST_BARS), every)


def _lines(subject: Subject) -> Figures:
    from barwise_export.figures.lines import lines

    return lines(subject.pieces(), subject.data)


def _voices(subject: Subject) -> Figures:
    from barwise_export.figures.voices import voices

    return voices(subject.pieces(), subject.data)


def _fills(subject: Subject) -> Figures:
    from barwise_export.figures.fills import fills

    return fills(subject.pieces(), subject.data)


def _cost(subject: Subject) -> Figures:
    from barwise_export.figures.cost import measure_cost

    return measure_cost(subject.model, subject.is_quick)


SECTIONS: Mapping[str, Section] = {
    "control": Section("Control", _control, 40),
    "helps": Section("What helps control", _helps, 10),
    "closeness": Section("Closeness to real music", _closeness, 20),
    "likelihood": Section("Likelihood", _likelihood, 10),
    "originality": Section("Originality", _originality, 10),
    "themes": Section("Themes", _themes, 5),
    "harmony": Section("Harmony", _harmony, 2),
    "groove": Section("Groove", _groove, 2),
    "cost": Section("Cost", _cost, 10),
    "fills": Section("Fills at phrase ends", _fills, 1),
    "voices": Section("Bass, voices and ranges", _voices, 1),
    "lines": Section("Lines", _lines, 1),
}
"""By the name that --only takes."""
