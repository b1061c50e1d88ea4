"""The wheel: it holds the engine whole and nothing else, and works where the sources are out of reach."""

import os
import subprocess
import sys
import tarfile
import venv
import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest

from soundfonts.placing import FONT, STAMP
from tests.packaging.conftest import ROOT

MAX_BYTES = 20_000_000
"""The weights ride in the wheel; they must stay small enough to be installed without a thought."""

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def files_in(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def files_of_the_engine() -> set[str]:
    engine = ROOT / "engine"
    paths = (path.relative_to(engine).as_posix() for path in engine.rglob("*") if path.is_file())
    return {path for path in paths if "__pycache__" not in path and Path(path).suffix != STAMP.suffix}


def run(*words: object, cwd: Path, **more: str) -> str:
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=cwd, env={**ENVIRONMENT, **more}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_plays_with_the_font_of_the_wheel(programs: Path, folder: Path) -> None:
    find = "from barwise.playing.soundfont import find_soundfont; print(find_soundfont())"
    used = run(programs / "python", "-I", "-c", find, cwd=folder, BARWISE_SOUNDFONT="").strip()
    assert Path(used).is_relative_to(folder)
    run(programs / "barwise", "render", "--out", "x.wav", "--bars", 4, cwd=folder, BARWISE_SOUNDFONT="")
    with wave.open(str(folder / "x.wav")) as sound:
        frames = np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(float)
    assert np.sqrt(np.mean(frames**2)) > 300


def test_the_wheel_holds_the_engine_and_nothing_else(wheel: Path) -> None:
    assert files_in(wheel) == files_of_the_engine()


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "score/builtin.yaml",
        "sounds/barwise.sf2",
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
    assert_plays_with_the_font_of_the_wheel(programs, tmp_path)
    assert run(programs / "barwise", "--version", cwd=tmp_path).startswith("barwise ")


@pytest.mark.slow
def test_a_wheel_of_the_source_distribution_makes_its_own_font(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    with tarfile.open(next(tmp_path.glob("barwise-*.tar.gz"))) as archive:
        assert not [name for name in archive.getnames() if name.endswith(FONT.suffix)]
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, source, cwd=tmp_path)
    wheel = zipfile.ZipFile(next(tmp_path.glob("barwise-*.whl")))
    assert wheel.read("barwise/sounds/barwise.sf2") == FONT.read_bytes()
