"""Stems in a folder: they add up, and an old set stays until the new one is whole."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from barwise.errors import InputError
from barwise.playing.mastering import Voices
from barwise.playing.stem_files import StemFiles

NAMES = ("drums", "bass", "stingers")


def voices(frames: int = 100) -> Voices:
    """Two that sound and one that does not."""
    sound = np.random.default_rng(3).uniform(-0.4, 0.4, (3, frames, 2)).astype(np.float32)
    sound[2] = 1e-7
    return sound


def write(folder: Path, sound: Voices, suffix: str = ".wav") -> None:
    stems = StemFiles(folder, NAMES, suffix)
    stems.open(22050)
    stems.write(sound[:, :30])
    stems.write(sound[:, 30:])
    stems.close()


def read(path: Path) -> np.ndarray:
    assert soundfile.info(path).subtype == "PCM_24"
    return np.asarray(soundfile.read(path, dtype="int32")[0]) / 65536


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_stems_add_up_to_sixteen_bits_of_the_mix(tmp_path: Path, suffix: str) -> None:
    sound = voices()
    write(tmp_path / "stems", sound, suffix)
    total = sum(read(tmp_path / "stems" / f"{name}{suffix}") for name in ("drums", "bass"))
    assert np.abs(total - sound.sum(axis=0) * 32767).max() < 0.02


def test_what_never_sounds_has_no_file_and_an_old_one_goes(tmp_path: Path) -> None:
    (tmp_path / "stingers.wav").write_bytes(b"of another render")
    write(tmp_path, voices())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bass.wav", "drums.wav"]


def test_what_is_given_up_leaves_the_old_stems_alone(tmp_path: Path) -> None:
    (tmp_path / "bass.wav").write_bytes(b"old")
    stems = StemFiles(tmp_path, NAMES)
    stems.open(22050)
    stems.write(voices())
    stems.discard()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("bass.wav", b"old")]


def test_a_folder_that_was_made_for_nothing_goes(tmp_path: Path) -> None:
    stems = StemFiles(tmp_path / "stems", NAMES)
    stems.open(22050)
    assert (tmp_path / "stems").is_dir()
    stems.discard()
    assert not (tmp_path / "stems").exists()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "stems"):
        with pytest.raises(InputError, match=str(folder)):
            StemFiles(folder, NAMES)
