"""Each library of the outside world has its home in the engine, late imports included."""

import re

import pytest

from tests.packaging.conftest import ROOT

PACKAGE = ROOT / "engine" / "barwise"

HOMES = {
    "onnxruntime": ("composing/network_file.py",),
    "fluidsynth": ("playing/fluid_library.py",),
    "pygame": ("playing/fluid_library.py", "bench/game.py"),  # and a game that is played to be measured
    "torch": ("bench/eager.py",),
    "mido": ("playing/midi_file.py", "score/theme_midi.py"),
    "soundfile": ("playing/file_output.py",),
    "matplotlib": ("picture.py",),
    "yaml": ("score/document.py",),
    "click": ("cli.py",),
}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_alone(library: str) -> None:
    importing = re.compile(rf"^\s*(import|from) {library}\b|import_module\(\"{library}\b", re.MULTILINE)
    users = {path for path in PACKAGE.rglob("*.py") if importing.search(path.read_text("utf-8"))}
    assert {path.relative_to(PACKAGE).as_posix() for path in users} == set(HOMES[library])
