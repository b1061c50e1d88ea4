"""The evaluation: sections are kept as they are finished, and the report says what was reached."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from barwise.composing.onnx_composer import model_path
from barwise.errors import InputError

pytest.importorskip("torch")

from barwise_export import evaluate as evaluation
from barwise_export.evaluate import FIGURES_FILE, REPORT_FILE, evaluate, read_measured
from barwise_export.figures.goals import Figures, Goal
from barwise_export.figures.sections import Section
from barwise_export.figures.subject import Subject, weights_hash
from tests.export.tiny import RISING, Piece, dataset


@dataclass(frozen=True)
class Loudness:
    """What a section gives, with numpy's numbers in it."""

    figure: float

    def as_dict(self) -> dict[str, object]:
        return {"figure": np.float64(self.figure), "all": np.arange(2)}

    def goals(self) -> list[Goal]:
        return [Goal("peak", self.figure, at_most=1.0)]

    def markdown(self) -> str:
        return "| peak |\n|---|\n"

    def draw(self, folder: Path) -> None:
        (folder / "peaks.png").write_bytes(b"a picture")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two sections, of which the second needs a data set; the names of those that were measured."""
    calls: list[str] = []

    def loudness(subject: Subject) -> Figures:
        calls.append("loudness")
        return Loudness(0.5)

    def likeness(subject: Subject) -> Figures:
        calls.append("likeness")
        return Loudness(2.0 * subject.data.pieces)

    sections = {"loudness": Section("How loud", loudness, 1), "likeness": Section("How alike", likeness, 3)}
    monkeypatch.setattr(evaluation, "SECTIONS", sections)
    return calls


def subject(folder: Path) -> Subject:
    return Subject(model_path(), folder, dataset(Piece((RISING,))))


def test_the_report_begins_with_what_was_reached(tmp_path: Path, measured: list[str]) -> None:
    found = evaluate(subject(tmp_path))
    report = (tmp_path / REPORT_FILE).read_text().splitlines()
    assert report[2:4] == [
        "| How loud | peak | at most 1 | 0.5 | yes |",
        "| How alike | peak | at most 1 | 2 | **no** |",
    ]
    assert "![peaks](pictures/loudness/peaks.png)" in report
    assert json.loads((tmp_path / FIGURES_FILE).read_text())["figures"]["loudness"] == {"figure": 0.5, "all": [0, 1]}
    assert found.left_out == {}


def test_what_is_finished_is_kept_when_the_evaluation_is_stopped(tmp_path: Path, measured: list[str]) -> None:
    evaluate(subject(tmp_path), only=["loudness"])
    assert measured == ["loudness"]
    evaluate(subject(tmp_path))
    assert measured == ["loudness", "likeness"]
    assert list(read_measured(tmp_path)) == ["loudness", "likeness"]


def test_other_music_or_another_size_is_measured_anew(tmp_path: Path, measured: list[str]) -> None:
    evaluate(subject(tmp_path), only=["loudness"])
    evaluate(replace(subject(tmp_path), is_quick=True), only=["loudness"])
    evaluate(replace(subject(tmp_path), music=dataset(Piece((RISING, RISING)))), only=["loudness"])
    assert measured == ["loudness"] * 3


def test_what_cannot_be_measured_is_told_and_the_rest_is_there(tmp_path: Path, measured: list[str]) -> None:
    found = evaluate(replace(subject(tmp_path), music=None))
    assert list(found.measured) == ["loudness"]
    assert "Not measured: how alike (there is no data set" in (tmp_path / REPORT_FILE).read_text()


@pytest.mark.parametrize(
    ("only", "message"),
    [(["noise"], "section 'noise' is unknown; allowed: loudness, likeness"), (["likeness"], "there is no data set")],
)
def test_a_section_that_cannot_be_had_is_refused(
    tmp_path: Path, measured: list[str], only: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        evaluate(replace(subject(tmp_path), music=None), only)


def test_figures_written_into_a_composer_do_not_make_it_another(tmp_path: Path) -> None:
    import onnx

    model = onnx.load(model_path())
    onnx.helper.set_model_props(model, {"figures": "{}"})
    onnx.save(model, tmp_path / "told.onnx")
    assert weights_hash(tmp_path / "told.onnx") == weights_hash(model_path())


def test_a_quick_look_is_a_tenth_and_never_nothing() -> None:
    quick = Subject(model_path(), Path(), is_quick=True)
    assert (quick.share(200), quick.share(3), replace(quick, is_quick=False).share(200)) == (20, 1, 200)


def test_a_section_is_old_when_a_file_that_it_measures_with_is_another() -> None:
    names = {path.name for path in evaluation._code(evaluation.FIGURES / "closeness.py")}
    assert {"closeness.py", "measures.py", "excerpts.py", "generated.py"} <= names
    assert not names & {"goals.py", "cost.py"}
