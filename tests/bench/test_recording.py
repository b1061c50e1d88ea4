"""A recording knows when each of its frames left, and where two recordings part."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from barwise.bench.recording import Recording, first_difference
from barwise.errors import InputError
from barwise.playing.paced_file_output import PacedFileOutput

SILENCE = np.zeros((10, 2), np.int16)


def test_the_first_frame_in_which_either_channel_differs() -> None:
    other = SILENCE.copy()
    other[7, 1] = other[9, 0] = 1
    assert first_difference(SILENCE, other) == 7
    assert first_difference(SILENCE, SILENCE) is None
    assert first_difference(SILENCE, other[:7]) is None, "no difference as far as both go"


def test_a_gap_holds_up_the_frames_after_it_and_no_others() -> None:
    recording = Recording(SILENCE, sample_rate=1000, began_at=5.0, underruns=((4, 500), (8, 100)))
    assert [recording.left_at(frame) for frame in (0, 3, 4, 8)] == pytest.approx([5.0, 5.003, 5.504, 5.608])


def test_a_recording_cut_short_keeps_its_times() -> None:
    recording = Recording(SILENCE, sample_rate=1000, began_at=5.0)
    assert len(recording.until(4).samples) == 4
    assert recording.until(4).left_at(9) == recording.left_at(9)
    assert len(recording.until(None).samples) == 10


def test_sound_begins_with_the_first_frame_that_is_not_silent() -> None:
    samples = SILENCE.copy()
    samples[6:] = -1
    assert Recording(samples, 1000, 0.0).first_sound() == 6
    assert Recording(SILENCE, 1000, 0.0).first_sound() is None


def test_what_a_paced_output_writes_is_read_to_the_sample(tmp_path: Path) -> None:
    output, before = PacedFileOutput(tmp_path / "sound.wav"), time.monotonic()
    output.open(44100)
    output.write(np.array([[0.0, 0.5], [-1.0, 1.0]], np.float32))
    output.close()
    recording = Recording.read(tmp_path / "sound.wav")
    assert recording.samples.tolist() == [[0, 16384], [-32767, 32767]]
    assert recording.sample_rate == 44100
    assert before <= recording.began_at <= time.monotonic()


@pytest.mark.parametrize("facts", [None, "{}", json.dumps({"sample_rate": 1, "began_at": None, "underruns": []})])
def test_a_recording_without_its_times_is_refused(tmp_path: Path, facts: str | None) -> None:
    output = PacedFileOutput(tmp_path / "sound.wav")
    output.open(44100)
    output.close()
    (tmp_path / "sound.json").unlink()
    if facts is not None:
        (tmp_path / "sound.json").write_text(facts)
    with pytest.raises(InputError, match=r"recording .* cannot be read"):
        Recording.read(tmp_path / "sound.wav")
