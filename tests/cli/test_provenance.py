"""`render --provenance`: a line a bar for a person, a page for a program, and mistakes before the work."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Barwise


def test_a_table_has_a_line_for_each_bar(barwise: Barwise, tmp_path: Path) -> None:
    outcome = barwise("render", "--out", tmp_path / "x.mid", "--bars", 3, "--state", "combat", "--provenance", "-")
    assert outcome.code == 0
    assert [line.split()[:2] for line in outcome.out.splitlines()[2:]] == [[n, "combat"] for n in "123"]


def test_a_log_names_the_composer_and_each_bar_s_longest_run(barwise: Barwise, tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    assert barwise("render", "--out", tmp_path / "x.mid", "--bars", 4, "--seed", 5, "--provenance", log).code == 0
    page = json.loads(log.read_text())
    assert (page["seed"], len(page["composer"]["sha256"])) == (5, 64)
    assert 0 < page["training_music"]["false_positive_rate"] < 0.06
    assert [bar["bar"] for bar in page["bars"]] == [1, 2, 3, 4]
    assert all(bar["longest_run"] == 0 or bar["longest_run"] >= 8 for bar in page["bars"])


def test_the_log_changes_no_note(barwise: Barwise, tmp_path: Path) -> None:
    for name, more in (("with.mid", ("--provenance", "-")), ("without.mid", ())):
        barwise("render", "--out", tmp_path / name, "--bars", 2, *more)
    assert (tmp_path / "with.mid").read_bytes() == (tmp_path / "without.mid").read_bytes()


@pytest.mark.parametrize(("log", "message"), [("x.txt", "allowed: .json"), ("none/x.json", "does not exist")])
def test_a_log_that_cannot_be_written_is_refused_before_the_work(
    barwise: Barwise, log: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = barwise("render", "--out", "x.mid", "--provenance", log)
    assert (outcome.code, list(tmp_path.iterdir())) == (2, [])
    assert message in outcome.err
