"""Files hold exactly what was written, or nothing changes."""

import wave
from pathlib import Path

import numpy as np
import pytest

from barwise.errors import DeviceError, InputError
from barwise.playing.file_output import FileOutput
from barwise.playing.outputs import Block

RAMP = np.array([[0.0, 1.0], [0.5, -1.0], [2.0, -2.0], [0.25, -0.25]], np.float32)
AS_SAMPLES = [[0, 32767], [16384, -32767], [32767, -32767], [8192, -8192]]
"""Twice full scale is clipped; halves are rounded."""


def write(path: Path, *blocks: Block, sample_rate: int = 22050) -> None:
    output = FileOutput(path)
    output.open(sample_rate)
    for block in blocks:
        output.write(block)
    output.close()


def read_wav(path: Path) -> tuple[int, list[list[int]]]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        return file.getframerate(), np.frombuffer(file.readframes(10**6), "<i2").reshape(-1, 2).tolist()


def test_a_wav_holds_the_samples_clipped_and_rounded(tmp_path: Path) -> None:
    write(tmp_path / "x.wav", RAMP[:1], RAMP[1:])
    assert read_wav(tmp_path / "x.wav") == (22050, AS_SAMPLES)


def test_a_flac_holds_the_same_samples(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    write(tmp_path / "x.FLAC", RAMP[:1], RAMP[1:])
    samples, sample_rate = soundfile.read(tmp_path / "x.FLAC", dtype="int16")
    assert (sample_rate, samples.tolist()) == (22050, AS_SAMPLES)


def test_equal_sound_makes_equal_bytes(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", RAMP)
    write(tmp_path / "b.wav", RAMP[:2], RAMP[2:])
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_no_sound_makes_a_valid_empty_file(tmp_path: Path) -> None:
    write(tmp_path / "x.wav")
    assert read_wav(tmp_path / "x.wav") == (22050, [])


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"old")
    output = FileOutput(path)
    output.open(44100)
    output.write(RAMP)
    assert path.read_bytes() == b"old"
    output.close()
    output.close()
    assert read_wav(path) == (44100, AS_SAMPLES)
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"old")
    output = FileOutput(path)
    output.open(44100)
    with pytest.raises(InputError, match=r"cannot write .*x\.wav"):
        output.write(np.array(["not sound"]))
    output.close()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_written_can_be_discarded(tmp_path: Path) -> None:
    output = FileOutput(tmp_path / "x.wav")
    output.open(44100)
    output.write(RAMP)
    output.discard()
    output.close()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the folder .*nowhere does not exist"):
        FileOutput(tmp_path / "nowhere" / "x.wav")


def test_another_suffix_names_the_allowed_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"suffix is '\.mp3'; allowed: \.wav, \.flac"):
        FileOutput(tmp_path / "x.mp3")


def test_flac_without_soundfile_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DeviceError, match=r"pip install 'barwise\[flac\]'"):
        FileOutput(tmp_path / "x.flac").open(44100)


def test_writing_before_opening_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not open"):
        FileOutput(tmp_path / "x.wav").write(RAMP)
