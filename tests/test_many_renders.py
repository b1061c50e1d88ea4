"""The promises of a render over many seeds and moods, on the composer that ships. Slow: minutes."""

import sys
import wave
from collections import Counter
from pathlib import Path

import mido
import numpy as np
import pyloudnorm
import pytest

from barwise import Mood, OfflinePlayer
from barwise.music.harmony import SCALES, Mode
from barwise.rendering import RenderRequest, render_file
from barwise.score.load import load_score

pytestmark = pytest.mark.slow

BARS = 16
BAR_TICKS = 1920
TONIC = 2  # the built-in score is in D
DRUM_CHANNEL = 9
SEEDS = range(5)

EXCITED, CALM = Mood(0.3, 0.8, 0.3), Mood(0.3, -0.8, 0.3)
GLAD, SAD = Mood(0.8, 0.2, 0.3), Mood(-0.8, 0.2, 0.3)
TENSE = Mood(-0.3, 0.2, 0.6)  # from 0.65 on music leaves its key in every other bar

Onset = tuple[int, int, str]
"""Bar, pitch and part."""


def onsets(mood: Mood, seed: int, folder: Path) -> list[Onset]:
    out = folder / "render.mid"
    render_file(RenderRequest(seed=seed, bars=BARS, mood=mood, intensity=1.0), out)
    found: list[Onset] = []
    for track in mido.MidiFile(out).tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity:
                found.append((tick // BAR_TICKS, message.note, track.name))
    return found


def pitched(found: list[Onset]) -> list[int]:
    return [(pitch - TONIC) % 12 for _, pitch, part in found if part != "Drums"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_part_that_does_not_rest_plays_in_all_but_one_bar_of_fifty(seed: int) -> None:
    """Where a thin cycle wants few voices, a part may pause for a bar."""
    lacking = []
    for mood in (EXCITED, CALM, GLAD, SAD, TENSE):
        player = OfflinePlayer(seed=seed, has_sound=False)
        player.set_mood(mood)
        while len(played := player.performance().bars) < BARS:
            player.advance(4.0)
        lacking += [one.intent.condition.parts - one.bar.parts for one in played]
        assert all(one.bar.parts <= one.intent.condition.parts for one in played)
    assert np.mean([bool(parts) for parts in lacking]) <= 0.02
    assert all(len(parts) <= 1 for parts in lacking)


@pytest.mark.parametrize("seed", SEEDS)
def test_excited_music_has_twice_the_onsets_of_calm_music(seed: int, tmp_path: Path) -> None:
    assert len(onsets(EXCITED, seed, tmp_path)) > 2 * len(onsets(CALM, seed, tmp_path))


@pytest.mark.parametrize("seed", SEEDS)
def test_glad_music_has_major_thirds_and_sad_music_minor_ones(seed: int, tmp_path: Path) -> None:
    glad, sad = (Counter(pitched(onsets(mood, seed, tmp_path))) for mood in (GLAD, SAD))
    assert glad[4] > glad[3]
    assert sad[3] > sad[4]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("mood", "mode"), [(GLAD, Mode.MAJOR), (SAD, Mode.MINOR), (TENSE, Mode.MINOR)])
def test_the_key_is_held(seed: int, mood: Mood, mode: Mode, tmp_path: Path) -> None:
    degrees = pitched(onsets(mood, seed, tmp_path))
    assert np.mean([degree in SCALES[mode] for degree in degrees]) > 0.9


@pytest.mark.parametrize(
    ("seed", "intensity", "most"),
    [(4, 1.0, 3.0), (4, 0.3, 3.0), (9, 1.0, 3.0), (9, 0.3, 3.0)],
)
def test_states_and_moods_are_about_equally_loud(seed: int, intensity: float, most: float, tmp_path: Path) -> None:
    """In LU; `pytest -s` shows the levels."""
    requests = [(state, None) for state in ("explore", "wonder", "combat", "defeat")]
    requests += [("explore", mood) for mood in ("fury", "joy")]  # type: ignore[misc]
    levels = [loudness(state, mood, seed, intensity, tmp_path) for state, mood in requests]
    sys.stdout.write(f"seed {seed}, intensity {intensity}: {[round(level, 1) for level in levels]} LUFS\n")
    assert max(levels) - min(levels) < most


@pytest.mark.parametrize("style", [None, "chip", "synth", "folk", "ambient", "hybrid"])
def test_all_palettes_are_about_equally_loud(style: str | None, tmp_path: Path) -> None:
    """In LU, against each other and against the usual one; `pytest -s` shows the levels."""
    levels = [loudness(state, None, 4, 1.0, tmp_path, style) for state in load_score().states]
    sys.stdout.write(f"{style or 'as the score says'}: {[round(level, 1) for level in levels]} LUFS\n")
    levels.append(loudness("explore", None, 4, 1.0, tmp_path))
    assert max(levels) - min(levels) < 3.0


def loudness(
    state: str, mood: str | None, seed: int, intensity: float, folder: Path, style: str | None = None
) -> float:
    out = folder / "loud.wav"
    wanted = RenderRequest(seed=seed, seconds=12, state=state, mood=mood, intensity=intensity, style=style)
    render_file(wanted, out)
    with wave.open(str(out)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(12 * rate), np.int16).reshape(-1, 2) / 32768
    return float(pyloudnorm.Meter(rate).integrated_loudness(samples))
