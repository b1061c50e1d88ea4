"""The wheel: it holds the engine whole and nothing else, and works where the sources are out of reach."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

MAX_BYTES = 20_000_000
"""The weights ride in the wheel; they must stay small enough to be installed without a thought."""

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def files_in(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def files_of_the_engine() -> set[str]:
    engine = ROOT / "engine"
    paths = (path.relative_to(engine).as_posix() for path in engine.rglob("*") if path.is_file())
    return {path for path in paths if "__pycache__" not in path}


def run(*words: object, cwd: Path, **more: str) -> str:
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=cwd, env={**ENVIRONMENT, **more}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_engine_and_nothing_else(wheel: Path) -> None:
    assert files_in(wheel) == files_of_the_engine()


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "score/builtin.yaml",
        "models/composer.onnx",
        "models/composer.json",
        "models/groove.json",
        "models/harmony.json",
    ],
)
def test_the_wheel_holds_what_is_not_code(wheel: Path, name: str) -> None:
    assert f"barwise/{name}" in files_in(wheel)


def test_the_wheel_is_small_and_carries_the_license(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_BYTES
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_the_unpacked_wheel_composes_away_from_the_sources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    where = run(sys.executable, "-c", "import barwise; print(barwise.__file__)", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert Path(where.strip()).is_relative_to(tmp_path)
    run(
        sys.executable, "-m", "barwise", "render", "--out", "x.mid", "--bars", 4, cwd=tmp_path, PYTHONPATH=str(tmp_path)
    )
    assert (tmp_path / "x.mid").read_bytes().startswith(b"MThd")


@pytest.mark.slow
def test_the_wheel_brings_all_that_it_needs(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-I", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    run(programs / "barwise", "render", "--out", "x.mid", "--bars", 4, cwd=tmp_path)
    assert (tmp_path / "x.mid").read_bytes().startswith(b"MThd")
    assert run(programs / "barwise", "--version", cwd=tmp_path).startswith("barwise ")
