"""The project's own words: they ask nothing, say one thing, and the versions agree."""

import subprocess
import tomllib

import pytest

from barwise.version import VERSION
from tests.packaging.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_changelog_tells_of_this_version() -> None:
    assert PROJECT["dynamic"] == ["version"]
    assert f"## {VERSION} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("word", ["demo", "gallery", "test", "test-all", "lint", "format", "clean", "help"])
def test_each_word_of_the_makefile_is_explained(word: str) -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {word} " in shown


def test_set_up_refuses_what_it_does_not_know_in_one_line() -> None:
    done = subprocess.run([ROOT / "scripts/setup.sh", "all"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
