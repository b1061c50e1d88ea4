"""Figures into pages: between markers, with their pictures beside the page."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from barwise.errors import InputError
from barwise_export.evaluate import Measured
from barwise_export.figures.goals import Goal
from barwise_export.pages import fill, texts

COST = Measured("0", (Goal("a bar", 7.0, at_most=8.0),), {}, "| bars |", ("pictures/cost/times.png",), 1.0)


def page(folder: Path, text: str) -> Path:
    path = folder / "export" / "README.md"
    path.parent.mkdir()
    path.write_text(text)
    picture = folder / "report" / "pictures" / "cost" / "times.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    return path


def filled(folder: Path, text: str) -> str:
    path = page(folder, text)
    for _ in range(2):  # the second time changes nothing
        fill(path, texts({"cost": COST}), folder / "report", folder / "docs")
    return path.read_text()


def test_goals_and_sections_go_where_their_markers_are(tmp_path: Path) -> None:
    text = (
        "Before.\n<!-- figures: goals -->\nold\n<!-- /figures -->\n<!-- figures: cost -->\n<!-- /figures -->\nAfter.\n"
    )
    assert filled(tmp_path, text).splitlines() == [
        "Before.",
        "<!-- figures: goals -->",
        "| subject | goal | wanted | figure | reached |",
        "|---|---|---|---|---|",
        "| Cost | a bar | at most 8 | 7 | yes |",
        "<!-- /figures -->",
        "<!-- figures: cost -->",
        "| bars |",
        "",
        "![times](../docs/cost_times.png)",
        "<!-- /figures -->",
        "After.",
    ]
    assert (tmp_path / "docs" / "cost_times.png").read_bytes() == b"a picture"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no marker", "has no <!-- figures: NAME --> marker; there are: goals, cost, all"),
        ("<!-- figures: noise -->\n<!-- /figures -->", "asks for the figures 'noise'"),
    ],
)
def test_a_page_that_cannot_be_filled_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        filled(tmp_path, text)
