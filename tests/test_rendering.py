"""What a render holds, counted in its own file, with the composer that ships."""

import wave
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from barwise import InputError, Mood, OfflinePlayer
from barwise.music.harmony import SCALES, Mode
from barwise.rendering import RenderRequest, render_file

TICKS_PER_QUARTER = 480
DRUM_CHANNEL = 9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("renders")


def render(folder: Path, **request: object) -> mido.MidiFile:
    out = folder / "render.mid"
    render_file(RenderRequest(**request), out)  # type: ignore[arg-type]
    return mido.MidiFile(out)


def onsets(file: mido.MidiFile) -> Iterator[tuple[int, int, int]]:
    """Tick, channel and pitch of every note-on."""
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity:
                yield tick, message.channel, message.note


@cache
def density(valence: float, arousal: float, seed: int, folder: Path) -> float:
    file = render(folder, mood=Mood(valence, arousal, 0.3), seed=seed, bars=8, intensity=1.0, tempo=120.0)
    return len(list(onsets(file))) / 8


def test_five_named_parts_play_in_every_bar_at_full_intensity(folder: Path) -> None:
    file = render(folder, bars=8, intensity=1.0, seed=1)
    parts = [track.name for track in file.tracks[1:] if not track.name.endswith(" layers")]
    assert parts == ["Melody", "Counter", "Chords", "Bass", "Drums"]
    bars = Counter(tick // (4 * TICKS_PER_QUARTER) for tick, _, _ in onsets(file))
    assert set(bars) == set(range(8))


def test_drums_are_on_channel_ten_and_nothing_else_is(folder: Path) -> None:
    file = render(folder, bars=4, intensity=1.0)
    by_name = {track.name: {message.channel for message in track if message.type == "note_on"} for track in file.tracks}
    assert by_name.pop("Drums") == {DRUM_CHANNEL}
    assert DRUM_CHANNEL not in set().union(*by_name.values())


def test_every_note_ends_before_its_pitch_is_struck_again(folder: Path) -> None:
    for track in render(folder, bars=8, intensity=1.0, state="combat").tracks:
        sounding: set[tuple[int, int]] = set()
        for message in track:
            if message.type == "note_on" and message.velocity:
                assert (message.channel, message.note) not in sounding
                sounding.add((message.channel, message.note))
            elif message.type in ("note_off", "note_on"):
                sounding.discard((message.channel, message.note))
        assert not sounding


def test_more_arousal_is_more_onsets(folder: Path) -> None:
    for seed in range(2):
        assert density(0.5, 0.9, seed, folder) > 1.3 * density(0.5, -0.9, seed, folder)


@pytest.mark.parametrize(("valence", "mode"), [(0.8, Mode.MAJOR), (-0.8, Mode.MINOR)])
def test_the_key_is_held(folder: Path, valence: float, mode: Mode) -> None:
    file = render(folder, mood=Mood(valence, 0.2, 0.2), bars=8, intensity=1.0)
    keys = {message.key for track in file.tracks for message in track if message.type == "key_signature"}
    assert keys == {"D" if mode is Mode.MAJOR else "Dm"}
    scale = {(2 + step) % 12 for step in SCALES[mode]}
    pitches = [pitch % 12 for _, channel, pitch in onsets(file) if channel != DRUM_CHANNEL]
    assert np.mean([pitch in scale for pitch in pitches]) > 0.9


def test_each_bar_has_a_marker_with_its_mood(folder: Path) -> None:
    file = render(folder, mood=Mood(0.25, -0.5, 0.75), intensity=0.5, bars=3)
    markers = [message.text for track in file.tracks for message in track if message.type == "marker"]
    assert len(markers) == 3
    assert all("valence +0.25 arousal -0.50 tension 0.75 intensity 0.50" in marker for marker in markers)


def test_equal_requests_give_equal_bytes(folder: Path) -> None:
    paths = [folder / "first.mid", folder / "second.mid"]
    for path in paths:
        render_file(RenderRequest(seed=5, bars=3), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_wav_is_as_long_as_its_bars_and_unclipped(folder: Path) -> None:
    out = folder / "render.wav"
    report = render_file(RenderRequest(bars=2, tempo=120.0, intensity=1.0, state="combat"), out)
    with wave.open(str(out)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        assert file.getnframes() / file.getframerate() == pytest.approx(4.0 + 3.0, abs=0.01)
    assert report.seconds == pytest.approx(4.0, abs=0.01)
    assert 1000 < abs(samples.astype(int)).max() < 32767


def test_stems_add_up_to_the_mix_which_is_the_same_without_them(folder: Path) -> None:
    """Half a step of sixteen bits is the mix's own rounding."""
    request = {"bars": 3, "seed": 4, "state": "combat", "intensity": 1.0}
    render_file(RenderRequest(stems=folder / "stems", **request), folder / "told_apart.wav")  # type: ignore[arg-type]
    render_file(RenderRequest(**request), folder / "whole.wav")  # type: ignore[arg-type]
    assert {path.name for path in (folder / "stems").iterdir()} == {
        *("melody.wav", "counter.wav", "chords.wav", "bass.wav", "drums.wav"),
        "told_apart.mid",
    }
    mix, whole = (samples(folder / name) for name in ("told_apart.wav", "whole.wav"))
    assert np.abs(sum(samples(stem) for stem in (folder / "stems").glob("*.wav")) - mix).max() < 0.6
    assert np.abs(mix - whole).max() <= 1
    assert np.abs(mix).max() > 5000


def samples(path: Path) -> np.ndarray:
    """In steps of sixteen bits."""
    return np.asarray(soundfile.read(path, dtype="int32")[0]) / 65536


@pytest.mark.parametrize(("out", "message"), [("silent.mid", "has no sound"), ("none/bass.wav", "has that name")])
def test_stems_that_have_no_sound_or_no_place_are_refused(tmp_path: Path, out: str, message: str) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match=message):
        render_file(RenderRequest(stems=tmp_path / "none"), tmp_path / out)
    assert not list((tmp_path / "none").iterdir())


def test_a_failed_render_leaves_the_old_file(folder: Path) -> None:
    out = folder / "kept.mid"
    out.write_text("old")
    with pytest.raises(InputError, match="'menu'"):
        render_file(RenderRequest(state="menu"), out)
    assert out.read_text() == "old"


def test_progress_ends_at_one(folder: Path) -> None:
    shares: list[float] = []
    render_file(RenderRequest(bars=2), folder / "progress.mid", shares.append)
    assert shares == [0.5, 1.0]


def test_an_offline_player_writes_what_it_played(folder: Path) -> None:
    player = OfflinePlayer(seed=2, has_sound=False)
    player.enter("tension")
    player.advance(4)
    player.write(folder / "scene.mid")
    player.draw(folder / "scene.png")
    assert player.status.state == "tension"
    assert player.seconds == pytest.approx(4.0, abs=0.001)
    assert (folder / "scene.png").read_bytes().startswith(b"\x89PNG")
    assert len(list(onsets(mido.MidiFile(folder / "scene.mid")))) > 4


def test_an_offline_player_ends_its_sound_without_a_click(folder: Path) -> None:
    player = OfflinePlayer(seed=2)
    player.advance(1.5)
    player.write(folder / "scene.wav")
    player.close()
    with wave.open(str(folder / "scene.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        assert file.getnframes() == round(1.5 * file.getframerate())
    assert abs(samples.astype(int)).max() > 300
    assert abs(samples[-8:].astype(int)).max() < 30
