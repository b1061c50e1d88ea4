"""Sound asserted by its properties, with the real FluidSynth and a real SoundFont."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from barwise.errors import DeviceError, InputError, SoundFontError
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.playing.outputs import Block
from barwise.playing.synth import EVENT_GRID_FRAMES, Effects, Synth, describe_library

RATE = 44100
ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF
CONTROL, PROGRAM, BEND = ChannelEventKind.CONTROL, ChannelEventKind.PROGRAM, ChannelEventKind.BEND

OCARINA = 79
"""Nearly a pure tone, so that its strongest frequency is its pitch."""
STRINGS = 48

Row = tuple[int, ChannelEventKind, int, int, int]

TABLE: tuple[Row, ...] = (
    # sample, event
    (0, PROGRAM, 0, STRINGS, 0),
    (0, ON, 0, 60, 90),
    (777, ON, DRUM_CHANNEL, 36, 100),
    (5000, ON, 0, 67, 80),
    (9999, CONTROL, 0, 7, 60),
    (15000, BEND, 0, 10000, 0),
    (20011, OFF, 0, 60, 0),
)
"""A few events of every kind, at samples on and off FluidSynth's grid."""


@pytest.fixture
def synth(soundfont: Path) -> Iterator[Synth]:
    fresh = Synth(soundfont, RATE)
    yield fresh
    fresh.close()


def event(kind: ChannelEventKind, channel: int, number: int, value: int = 0) -> ChannelEvent:
    return ChannelEvent(0, kind, channel, number, value)


def play(synth: Synth, frames: int, block_frames: int, table: tuple[Row, ...] = TABLE) -> Block:
    """A table's sound in blocks that are cut at its events."""
    cuts = sorted({*range(0, frames, block_frames), *(row[0] for row in table), frames})
    blocks = []
    for start, end in pairwise(cuts):
        for sample, kind, channel, number, value in table:
            if sample == start:
                synth.send(event(kind, channel, number, value))
        blocks.append(synth.render(end - start))
    return np.concatenate(blocks)


def peak_hertz(block: Block) -> float:
    """The strongest frequency, to 1 Hz for a second of sound."""
    spectrum = np.abs(np.fft.rfft(block.mean(axis=1) * np.hanning(len(block))))
    return float(np.argmax(spectrum)) * RATE / len(block)


def test_sound_is_the_same_at_any_block_size_and_from_any_fresh_synth(soundfont: Path) -> None:
    sounds = []
    for block_frames in (64, 512, 4096):
        synth = Synth(soundfont, RATE)
        sounds.append(play(synth, 30000, block_frames))
        synth.close()
    assert np.array_equal(sounds[0], sounds[1])
    assert np.array_equal(sounds[1], sounds[2])
    assert np.any(sounds[0])


def test_cutting_finer_than_the_grid_changes_no_bit(soundfont: Path, synth: Synth) -> None:
    on_the_grid = tuple((-(-row[0] // EVENT_GRID_FRAMES) * EVENT_GRID_FRAMES, *row[1:]) for row in TABLE)
    other = Synth(soundfont, RATE)
    assert np.array_equal(play(synth, 30000, 4096), play(other, 30000, 4096, on_the_grid))
    other.close()


def test_channels_rendered_apart_add_up_to_the_whole(soundfont: Path, synth: Synth) -> None:
    split = Synth(soundfont, RATE, is_split=True)
    heard: set[int] = set()
    for frames, row in zip((1000, 4000, 64, 20000, 1, 3000, 4000), TABLE, strict=True):
        synth.send(event(*row[1:]))
        split.send(event(*row[1:]))
        whole, channels = synth.render(frames), split.render_channels(frames)
        assert np.abs(channels.sum(axis=0) - whole).max() < 2e-6
        heard |= {channel for channel, sound in enumerate(channels) if np.abs(sound).max() > 1e-4}
    assert heard == {0, DRUM_CHANNEL}
    split.close()


@pytest.mark.slow
def test_loading_on_demand_changes_no_bit(soundfont: Path, synth: Synth) -> None:
    loaded_at_once = Synth(soundfont, RATE, load_on_demand=False)
    assert np.array_equal(play(synth, 30000, 4096), play(loaded_at_once, 30000, 4096))
    loaded_at_once.close()


@pytest.mark.parametrize(("pitch", "hertz"), [(69, 440.0), (76, 659.26), (81, 880.0)])
def test_a_note_has_its_pitch(synth: Synth, pitch: int, hertz: float) -> None:
    synth.send(event(PROGRAM, 0, OCARINA))
    synth.send(event(ON, 0, pitch, 100))
    # A quarter of a semitone: fonts are tuned by ear and players waver.
    assert peak_hertz(synth.render(RATE)) == pytest.approx(hertz, rel=0.014)


def test_a_bend_of_the_whole_range_raises_by_two_semitones(synth: Synth) -> None:
    synth.send(event(PROGRAM, 0, OCARINA))
    synth.send(event(BEND, 0, 16383))
    synth.send(event(ON, 0, 69, 100))
    assert peak_hertz(synth.render(RATE)) == pytest.approx(440 * 2 ** (2 / 12), rel=0.014)


def test_sound_is_stereo_floats_finite_and_starts_silent(synth: Synth) -> None:
    silence = synth.render(1000)
    assert silence.shape == (1000, 2)
    assert silence.dtype == np.float32
    # Reverb keeps a constant of 1e-8 in its delay lines against denormal numbers.
    assert np.abs(silence).max() < 1e-6
    assert synth.render(0).shape == (0, 2)
    assert np.isfinite(play(synth, 22050, 512)).all()


def test_an_event_sounds_within_a_step_of_the_grid(synth: Synth) -> None:
    synth.render(1000)
    synth.send(event(ON, DRUM_CHANNEL, 36, 127))
    first = int(np.argmax(np.abs(synth.render(4096)).max(axis=1) > 1e-5))
    # Two more milliseconds for the sample itself to rise.
    assert first < EVENT_GRID_FRAMES + 88


def test_silence_lets_all_die_away_even_under_the_pedal(synth: Synth) -> None:
    synth.send(event(CONTROL, 0, 64, 127))
    for pitch in (48, 60, 67):
        synth.send(event(ON, 0, pitch, 120))
        synth.send(event(OFF, 0, pitch))
    assert np.abs(synth.render(RATE)[-1000:]).max() > 1e-3
    synth.silence()
    assert np.abs(synth.render(4 * RATE)[-1000:]).max() < 1e-4


def test_a_full_orchestra_does_not_clip(synth: Synth) -> None:
    for channel, program in enumerate((48, 60, 61, 33, 0, 73, 56, 47)):
        synth.send(event(PROGRAM, channel, program))
        for pitch in (36, 48, 55, 60, 64, 67):
            synth.send(event(ON, channel, pitch, 100))
    for drum in (36, 38, 49):
        synth.send(event(ON, DRUM_CHANNEL, drum, 110))
    assert 0.1 < np.abs(synth.render(2 * RATE)).max() <= 1.0


def test_a_preset_that_was_prepared_sounds_the_same(synth: Synth, soundfont: Path) -> None:
    prepared = Synth(soundfont, RATE)
    prepared.prepare([STRINGS], [0])
    assert np.array_equal(play(prepared, 22050, 512), play(synth, 22050, 512))
    prepared.close()


def test_gain_and_reverb_can_be_set(soundfont: Path) -> None:
    def dry(gain: float) -> Block:
        synth = Synth(soundfont, RATE, gain=gain, effects=Effects(reverb_level=0))
        sound = play(synth, 22050, 512)
        synth.close()
        return sound

    np.testing.assert_allclose(dry(0.4), 2 * dry(0.2), atol=1e-5)


def test_a_note_off_without_its_note_is_not_taken_but_harmless(synth: Synth) -> None:
    assert synth.send(event(ON, 0, 60, 100))
    assert synth.send(event(OFF, 0, 60))
    assert not synth.send(event(OFF, 3, 60))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (event(ON, 32, 60, 100), "note_on event: channel 32 is out of range; allowed: 0 to 31"),
        (event(ON, 0, 128, 100), "note_on event: number 128 is out of range; allowed: 0 to 127"),
        (event(CONTROL, 0, 7, -1), "control event: value -1 is out of range; allowed: 0 to 127"),
        (event(BEND, 0, 16384), "bend event: number 16384 is out of range; allowed: 0 to 16383"),
    ],
)
def test_an_event_out_of_range_is_named(synth: Synth, bad: ChannelEvent, message: str) -> None:
    with pytest.raises(InputError, match=message):
        synth.send(bad)


def test_a_closed_synth_refuses_and_closes_again(synth: Synth) -> None:
    synth.close()
    synth.close()
    with pytest.raises(DeviceError, match="closed"):
        synth.render(64)
    with pytest.raises(DeviceError, match="closed"):
        synth.send(event(ON, 0, 60, 100))


def test_a_file_with_nothing_but_a_header_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hollow.sf2"
    path.write_bytes(b"RIFF\4\0\0\0sfbk")
    with pytest.raises(SoundFontError, match=r"hollow\.sf2 is refused by FluidSynth"):
        Synth(path)
    capfd.readouterr()


def test_a_setting_that_fluidsynth_refuses_is_named(soundfont: Path) -> None:
    with pytest.raises(DeviceError, match=r"refuses the setting synth\.sample-rate = 1000.0"):
        Synth(soundfont, sample_rate=1000)


def test_the_library_describes_itself() -> None:
    facts = describe_library()
    assert int(facts.version.split(".")[0]) >= 2
    assert "fluidsynth" in facts.path
    assert "file" in facts.drivers
