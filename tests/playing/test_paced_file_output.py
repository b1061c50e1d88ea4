"""A recording of what nobody hears, with when it was."""

import json
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from barwise.errors import InputError
from barwise.playing.paced_file_output import PacedFileOutput

RATE = 8000
BLOCK = np.full((80, 2), 0.5, np.float32)


def facts_beside(path: Path) -> dict[str, object]:
    facts: dict[str, object] = json.loads(path.with_suffix(".json").read_text())
    return facts


def test_a_recording_says_when_it_began_and_where_sound_was_missing(tmp_path: Path) -> None:
    output = PacedFileOutput(tmp_path / "heard.wav")
    output.open(RATE)
    before = time.monotonic()
    output.write(BLOCK)
    after = time.monotonic()
    time.sleep(0.05)
    output.write(BLOCK)
    output.close()
    facts = facts_beside(output.path)
    underruns = facts["underruns"]
    assert isinstance(underruns, list)
    (gap,) = underruns
    assert before <= facts["began_at"] <= after  # type: ignore[operator]
    assert gap[0] == 80
    assert 0.03 * RATE < gap[1] < 5 * RATE
    assert facts["frames"] == 160


def test_whoever_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    output = PacedFileOutput(tmp_path / "heard.wav")
    output.open(RATE)
    output.write(BLOCK)
    with wave.open(str(output.path)) as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (80, RATE, 2)
    output.close()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    output = PacedFileOutput(tmp_path / "heard.wav")
    output.open(RATE)
    output.close()
    output.close()


@pytest.mark.parametrize("name", ["heard.mp3", "nowhere/heard.wav"])
def test_another_ending_or_a_missing_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=name.partition("/")[0]):
        PacedFileOutput(tmp_path / name)
