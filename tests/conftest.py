"""What every test starts from: no screen, no sound card, and examples that do not race a clock."""

import os

import pytest
from hypothesis import settings

# Before anything imports pygame: a test machine has neither, and a developer wants quiet.
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

settings.register_profile("barwise", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True)
settings.load_profile("barwise")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` rewrites the recorded expectations that a change has made obsolete."""
    parser.addoption("--update", action="store_true", help="rewrite recorded expectations")
