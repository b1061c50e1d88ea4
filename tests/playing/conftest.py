"""What the tests of playing share: a real SoundFont and short names for events."""

from pathlib import Path

import pytest

from barwise.playing.soundfont import find_soundfont


@pytest.fixture(scope="session")
def soundfont() -> Path:
    """The SoundFont of this machine; CI installs one."""
    return find_soundfont()
