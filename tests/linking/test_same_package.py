"""A game that brings a package of its own, beside an installed one, has its own in the music's process too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import barwise

GAME = """
import sys, time
sys.path.insert(0, {folder!r})
import barwise
music = barwise.MusicPlayer(output="null", host="process")
music.start()
deadline = time.monotonic() + 60
while not music.events() and time.monotonic() < deadline:
    time.sleep(0.01)
music.stop()
"""


def test_the_music_s_process_has_the_package_of_the_game(tmp_path: Path) -> None:
    """The copy tells where it runs: in the game's process and in the music's."""
    source = Path(str(barwise.__file__)).parent
    copy = shutil.copytree(source, tmp_path / "vendored" / "barwise", ignore=shutil.ignore_patterns("__pycache__"))
    marks = tmp_path / "marks"
    marks.mkdir()
    page = copy / "__init__.py"
    mark = f"\nimport os as _os\nopen(_os.path.join({str(marks)!r}, str(_os.getpid())), 'w').close()\n"
    page.write_text(page.read_text(encoding="utf-8") + mark, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "BARWISE_HOST"}
    script = GAME.format(folder=str(tmp_path / "vendored"))
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120, env=environment, cwd=tmp_path)
    assert len(list(marks.iterdir())) == 2
