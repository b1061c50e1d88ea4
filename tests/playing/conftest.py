"""What the tests of playing share: a real SoundFont."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth


@pytest.fixture(scope="session")
def soundfont() -> Iterator[Path]:
    """The SoundFont of this machine; CI installs one."""
    path = find_soundfont()
    # FluidSynth shares decoded samples between the synthesizers that are alive: this one keeps them for all.
    keeper = Synth(path)
    yield path
    keeper.close()
