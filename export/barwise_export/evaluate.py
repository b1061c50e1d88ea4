"""The evaluation: every section measured and kept, then one report. Knows no measure.

A section that is finished is written down at once with what it depends on, so that an interrupted
evaluation goes on, and one after a change measures again only what the change can have moved.
"""

import hashlib
import inspect
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from barwise.errors import BarwiseError, InputError
from barwise_export.figures.goals import Goal, goal_table
from barwise_export.figures.sections import SECTIONS, Section
from barwise_export.figures.subject import Subject

FIGURES_FILE = "evaluation.json"
REPORT_FILE = "evaluation.md"
PICTURES = "pictures"
FIGURES = Path(__file__).with_name("figures")
SHOWING = ("goals", "subject")
"""Files of figures that measure nothing: a change to them makes no figure old."""
QUICK_NOTE = "A quick look: a tenth of the sizes of a whole evaluation."

_IMPORTED = re.compile(r"^from barwise_export\.figures\.(\w+) import", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """A finished section, as plain values."""

    depends: str
    """The same as long as nothing that the figures depend on has changed."""
    goals: tuple[Goal, ...]
    figures: Mapping[str, Any]
    markdown: str
    pictures: tuple[str, ...]
    """Files under the report's folder."""
    seconds: float


@dataclass(frozen=True)
class Evaluation:
    """Everything that the report shows."""

    measured: Mapping[str, Measured]
    left_out: Mapping[str, str]
    """Sections that could not be measured, and why."""
    is_quick: bool

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "is_quick": self.is_quick,
            "goals": {name: [goal.as_dict() for goal in one.goals] for name, one in self.measured.items()},
            "figures": {name: one.figures for name, one in self.measured.items()},
            "left_out": dict(self.left_out),
        }

    def goals(self) -> str:
        """The table of all goals."""
        return goal_table({SECTIONS[name].title: one.goals for name, one in self.measured.items() if one.goals})

    def markdown(self) -> str:
        """The report: goals up front, then section by section."""
        parts = [*([QUICK_NOTE + "\n"] if self.is_quick else []), self.goals()]
        parts += [f"Not measured: {SECTIONS[name].title.lower()} ({why}).\n" for name, why in self.left_out.items()]
        parts += [f"### {SECTIONS[name].title}\n\n{section_text(one)}" for name, one in self.measured.items()]
        return "\n".join(parts)


def section_text(measured: Measured) -> str:
    """Tables and pictures of one section, pictures by their place under the report's folder."""
    pictures = "".join(f"\n![{Path(name).stem.replace('_', ' ')}]({name})\n" for name in measured.pictures)
    return measured.markdown.rstrip() + "\n" + pictures


def evaluate(subject: Subject, only: Sequence[str] = ()) -> Evaluation:
    """Measure what is not measured yet, all sections or some, and write the report of all that is.

    Raises InputError for an unknown section, or when the only section asked for cannot be measured.
    """
    unknown = [name for name in only if name not in SECTIONS]
    if unknown:
        raise InputError(f"section {unknown[0]!r} is unknown; allowed: {', '.join(SECTIONS)}")
    chosen = [name for name in SECTIONS if not only or name in only]
    left_out: dict[str, str] = {}
    with tqdm(total=sum(SECTIONS[name].share for name in chosen), unit="%", disable=None) as progress:
        for name in chosen:
            progress.set_description(f"evaluate: {name}")
            try:
                _measure(name, subject)
            except BarwiseError as error:
                if len(only) == 1:
                    raise
                left_out[name] = str(error)
            progress.update(SECTIONS[name].share)
    return write_report(subject, left_out)


def write_report(subject: Subject, left_out: Mapping[str, str]) -> Evaluation:
    """The report of the sections that are measured for this subject, in evaluation.json and evaluation.md."""
    found = {name: _kept(name, subject) for name in SECTIONS if name not in left_out}
    measured = {name: one for name, one in found.items() if one is not None}
    evaluation = Evaluation(measured, left_out, subject.is_quick)
    subject.folder.mkdir(parents=True, exist_ok=True)
    (subject.folder / FIGURES_FILE).write_text(json.dumps(evaluation.as_dict(), indent=1, default=_plain) + "\n")
    (subject.folder / REPORT_FILE).write_text(evaluation.markdown())
    return evaluation


def read_measured(folder: Path) -> dict[str, Measured]:
    """The finished sections of a report's folder, whatever they were measured on, in their order."""
    found = {name: _read(_path(folder, name)) for name in SECTIONS}
    return {name: one for name, one in found.items() if one is not None}


def _measure(name: str, subject: Subject) -> None:
    """One section, unless it is there already; written beside and moved into place."""
    if _kept(name, subject) is not None:
        return
    began = time.monotonic()
    figures = SECTIONS[name].measure(subject)
    drawn = subject.folder / PICTURES / name
    drawn.mkdir(parents=True, exist_ok=True)
    if hasattr(figures, "draw"):
        figures.draw(drawn)
    measured = Measured(
        _depends(name, SECTIONS[name], subject),
        tuple(figures.goals()),
        figures.as_dict(),
        figures.markdown(),
        tuple(path.relative_to(subject.folder).as_posix() for path in sorted(drawn.glob("*.png"))),
        round(time.monotonic() - began, 1),
    )
    path = _path(subject.folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(asdict(measured), indent=1, default=_plain) + "\n")
    beside.replace(path)


def _kept(name: str, subject: Subject) -> Measured | None:
    """What was measured before, if nothing that it depends on has changed."""
    found = _read(_path(subject.folder, name))
    return found if found and found.depends == _depends(name, SECTIONS[name], subject) else None


def _depends(name: str, section: Section, subject: Subject) -> str:
    """Weights, engine, music, the sizes asked for, and the code of the section."""
    code = "".join(path.read_text() for path in sorted(_code(FIGURES / f"{name}.py")))
    parts = (subject.fingerprint, subject.music_fingerprint, inspect.getsource(section.measure), code)
    return hashlib.sha256("\n".join([*parts, "quick" if subject.is_quick else "whole"]).encode()).hexdigest()[:16]


def _code(file: Path, known: frozenset[Path] = frozenset()) -> frozenset[Path]:
    """A file of figures and those that it imports, and so on; none where there is no such file."""
    if file in known or not file.is_file():
        return known
    known |= {file}
    for name in _IMPORTED.findall(file.read_text()):
        if name not in SHOWING:
            known |= _code(FIGURES / f"{name}.py", known)
    return known


def _path(folder: Path, name: str) -> Path:
    return folder / "sections" / f"{name}.json"


def _read(path: Path) -> Measured | None:
    if not path.is_file():
        return None
    found = json.loads(path.read_text())
    for goal in found["goals"]:
        goal["figure"] = float("nan") if goal["figure"] is None else goal["figure"]
    return Measured(
        **found | {"goals": tuple(Goal(**goal) for goal in found["goals"]), "pictures": tuple(found["pictures"])}
    )


def _plain(value: Any) -> object:
    """Numpy's numbers and arrays, and mappings that are no dict, as JSON has them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    return list(value)
