"""The sections of the report: which measures there are, in their order, and what each is given.

A section's file is imported when it is its turn: some need torch, some need partitura.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from barwise_export.figures.goals import Figures
from barwise_export.figures.subject import Subject

MOST_BARS = 2000
"""Bars of each set whose likelihood is asked: more than the test split has of any set of game music."""


@dataclass(frozen=True)
class Section:
    """One subject of the report."""

    title: str
    measure: Callable[[Subject], Figures]
    share: int
    """Of the time of a whole evaluation, in hundredths, about."""


def _closeness(subject: Subject) -> Figures:
    from barwise_export.figures.closeness import closeness

    return closeness(subject.pieces(), subject.data)


def _originality(subject: Subject) -> Figures:
    from barwise_export.figures.originality import originality

    return originality(subject.pieces(), subject.data)


def _likelihood(subject: Subject) -> Figures:
    from barwise_export.figures.likelihood import likelihood

    return likelihood(subject.model, subject.data, subject.ablations, subject.share(MOST_BARS))


def _lines(subject: Subject) -> Figures:
    from barwise_export.figures.lines import lines

    return lines(subject.pieces(), subject.data)


def _cost(subject: Subject) -> Figures:
    from barwise_export.figures.cost import measure_cost

    return measure_cost(subject.model, subject.is_quick)


SECTIONS: Mapping[str, Section] = {
    "closeness": Section("Closeness to real music", _closeness, 20),
    "lines": Section("Lines", _lines, 2),
    "likelihood": Section("Likelihood", _likelihood, 10),
    "originality": Section("Originality", _originality, 10),
    "cost": Section("Cost", _cost, 10),
}
"""By the name that --only takes."""
