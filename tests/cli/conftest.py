"""A command line that runs in this process and keeps what it said."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from barwise.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a person sees of one run."""

    code: int
    out: str
    err: str


Barwise = Callable[..., Outcome]


@pytest.fixture
def barwise(capsys: pytest.CaptureFixture[str]) -> Barwise:
    """Runs `barwise` with some words."""

    def run(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run
