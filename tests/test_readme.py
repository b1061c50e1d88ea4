"""The README's code does what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def test_the_ten_lines_are_ten_and_run_until_the_window_closes() -> None:
    pygame = pytest.importorskip("pygame")
    code = blocks()[0]
    assert len([line for line in code.splitlines() if line.strip()]) == 10
    pygame.init()
    pygame.time.set_timer(pygame.QUIT, 300, 1)
    try:
        exec(compile(code, str(README), "exec"), {})
    finally:
        pygame.quit()


def test_every_picture_and_page_it_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target
