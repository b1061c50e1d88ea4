"""What the tests of the house SoundFont share: a part of it, and all of it, made as its command makes it."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from barwise.errors import DeviceError
from barwise.playing.synth import describe_library
from soundfonts import cared_for
from soundfonts.house.__main__ import build
from soundfonts.house.catalog import KITS
from soundfonts.measuring import Player

PART_PROGRAMS = (8, 30, 32, 46, 48, 73, 80)
"""One of each way of making sound: struck, driven, plucked low and high, crowd, held, plain wave."""

PART_KITS = (48,)

CARED_FOR = cared_for.programs()


@pytest.fixture(scope="session")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """A player of a few presets, made in seconds."""
    yield from _player(tmp_path_factory.mktemp("fonts") / "part.sf2", PART_PROGRAMS, PART_KITS)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """A player of the whole font."""
    yield from _player(tmp_path_factory.mktemp("fonts") / "whole.sf2", range(128), tuple(KITS))


def _player(path: Path, programs: Collection[int], kits: Collection[int]) -> Iterator[Player]:
    try:
        describe_library()
    except DeviceError as error:
        pytest.skip(str(error))
    path.write_bytes(build(programs, kits).file())
    player = Player(path)
    yield player
    player.close()
