"""The house font in the package: made when its sources changed, else left alone."""

from pathlib import Path

import pytest

from soundfonts.placing import digest_of_sources, is_current


@pytest.fixture
def placed(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A font, the digest beside it, and the sources that it was made from."""
    font, stamp, sources = tmp_path / "barwise.sf2", tmp_path / "barwise.sources", tmp_path / "house"
    sources.mkdir()
    (sources / "tone.py").write_text("PITCH = 440\n")
    font.write_bytes(b"RIFF")
    stamp.write_text(digest_of_sources(sources))
    return font, stamp, sources


def test_a_font_of_the_sources_as_they_are_is_current(placed: tuple[Path, Path, Path]) -> None:
    assert is_current(*placed)


@pytest.mark.parametrize("name", ["tone.py", "voice.py"])
def test_a_changed_or_added_source_asks_for_another_font(placed: tuple[Path, Path, Path], name: str) -> None:
    (placed[2] / name).write_text("PITCH = 442\n")
    assert not is_current(*placed)


@pytest.mark.parametrize("index", [0, 1])
def test_a_missing_font_or_stamp_asks_for_another_font(placed: tuple[Path, Path, Path], index: int) -> None:
    placed[index].unlink()
    assert not is_current(*placed)
