"""A goal and the figure that was measured for it. Knows no measure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

REACHED = {True: "yes", False: "**no**"}


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the report's first table."""

    name: str
    figure: float
    at_least: float | None = None
    """The smallest figure that reaches the goal; None when there is none."""
    at_most: float | None = None
    """The largest figure that reaches the goal; None when there is none."""
    unit: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the figure is within the goal's bounds, both included; never where it is no number."""
        above = self.at_least is None or self.figure >= self.at_least
        below = self.at_most is None or self.figure <= self.at_most
        return above and below and self.figure == self.figure

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        low = "" if self.at_least is None else f"at least {self._shown(self.at_least)}"
        high = "" if self.at_most is None else f"at most {self._shown(self.at_most)}"
        return ", ".join(part for part in (low, high) if part)

    @property
    def shown(self) -> str:
        """The figure with its unit."""
        return self._shown(self.figure)

    def _shown(self, value: float) -> str:
        return f"{value:.3g} {self.unit}".strip()

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON, which knows no not-a-number."""
        figure = self.figure if self.figure == self.figure else None
        return {**asdict(self), "figure": figure, "is_reached": self.is_reached}


class Figures(Protocol):
    """What the measuring of one subject gives."""

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        ...

    def markdown(self) -> str:
        """Tables for the report, without a title."""
        ...

    def goals(self) -> Iterable[Goal]:
        """What was to be reached, and what was."""
        ...


def goal_table(goals: Mapping[str, Iterable[Goal]]) -> str:
    """All goals by section, as one table."""
    lines = ["| subject | goal | wanted | figure | reached |", "|---|---|---|---|---|"]
    lines += [
        f"| {section} | {goal.name} | {goal.wanted} | {goal.shown} | {REACHED[goal.is_reached]} |"
        for section, found in goals.items()
        for goal in found
    ]
    return "\n".join(lines) + "\n"
