"""What the tests of arranging share: a SoundFont, where loudness is measured on sound."""

from pathlib import Path

import pytest

from barwise.errors import DeviceError, SoundFontError
from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth


@pytest.fixture(scope="session")
def soundfont() -> Path:
    """Any General MIDI font of this machine; without one the tests of sound are skipped."""
    try:
        Synth(path := find_soundfont()).close()
    except (SoundFontError, DeviceError) as error:
        pytest.skip(str(error))
    return path
