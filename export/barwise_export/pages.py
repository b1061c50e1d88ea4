"""Figures into pages: what `evaluate` found goes between markers, so that no figure is typed by hand.

A page says `<!-- figures: NAME -->`, and whatever stands from there to `<!-- /figures -->` is
replaced. NAME is 'goals', the name of a section, or 'all' for the goals and every section.
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from barwise.errors import InputError
from barwise_export.evaluate import Measured, section_text
from barwise_export.figures.goals import goal_table
from barwise_export.figures.sections import SECTIONS

GOALS, ALL = "goals", "all"
_MARKED = re.compile(r"<!-- figures: (.*?) -->\n.*?<!-- /figures -->", re.DOTALL)


def texts(measured: Mapping[str, Measured]) -> dict[str, str]:
    """What each marker may be filled with."""
    goals = goal_table({SECTIONS[name].title: one.goals for name, one in measured.items() if one.goals})
    sections = {name: section_text(one) for name, one in measured.items()}
    titled = [f"### {SECTIONS[name].title}\n\n{text}" for name, text in sections.items()]
    return {GOALS: goals, **sections, ALL: "\n".join([goals, *titled])}


def fill(page: Path, found: Mapping[str, str], report: Path, pictures: Path) -> None:
    """Fill a page's markers; the pictures that its figures show are copied from the report to a folder beside it.

    Raises InputError when the page has no marker, or one for which there are no figures.
    """
    before = page.read_text()
    wanted = [match.group(1) for match in _MARKED.finditer(before)]
    missing = [name for name in wanted if name not in found]
    if missing or not wanted:
        wrong = f"asks for the figures {missing[0]!r}" if missing else "has no <!-- figures: NAME --> marker"
        raise InputError(f"page {page} {wrong}; there are: {', '.join(found)}")

    def filled(match: re.Match[str]) -> str:
        name = match.group(1)
        text = _with_pictures(found[name], page, report, pictures)
        return f"<!-- figures: {name} -->\n{text.strip()}\n<!-- /figures -->"

    page.write_text(_MARKED.sub(filled, before))


def _with_pictures(text: str, page: Path, report: Path, pictures: Path) -> str:
    """The text with its pictures in their place beside the page."""

    def copied(match: re.Match[str]) -> str:
        source = report / match.group(2)
        target = pictures / f"{source.parent.name}_{source.name}"
        pictures.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        link = Path(os.path.relpath(target, page.parent)).as_posix()
        return f"![{match.group(1)}]({link})"

    return re.sub(r"!\[(.*?)\]\((.*?)\)", copied, text)
