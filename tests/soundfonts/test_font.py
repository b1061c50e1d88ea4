"""Notes of the house SoundFont, rendered by the engine's synthesizer: heard, in tune, even, without click or beat."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from barwise.arranging.ranges import comfortable_range
from soundfonts import cared_for
from soundfonts.house.__main__ import CREDITS, LARGEST_BYTES, build
from soundfonts.house.building import LARGEST_RAISE_DB, PEAK, Builder
from soundfonts.house.catalog import KITS, PROGRAMS
from soundfonts.house.kits import kit
from soundfonts.house.targets import DRUM_KEYS, PROGRAM_TARGETS
from soundfonts.house.tone import Tone, Wave
from soundfonts.house.voice import Region
from soundfonts.measuring import RATE, Player, cents_off, loudest_moment, roughest_jump, swell
from tests.soundfonts.conftest import CARED_FOR, PART_KITS, PART_PROGRAMS

SOUNDFONTS = Path(cared_for.__file__).parent
DIGEST = SOUNDFONTS / "barwise.sha256"
"""Of the whole font, as `sha256sum` writes it."""

BELLS = {14}
"""Bells with a clear pitch, whose partials are only near harmonics."""

EFFECTS = range(119, 128)
"""Noises without a pitch."""

UNTUNED = {112, 113, 115, 116, 117, 118, *EFFECTS}
"""Bells, blocks and drums, whose partials are no harmonics."""

MEANT = {
    21: "two reeds are tuned apart so that they beat",
    102: "its echoes begin one after the other",
}
"""Programs whose beats or jumps are their sound."""


ONE_COLOR = {
    78: "a whistle has little but its lowest partial",
    80: "a sound chip knows no velocity but loudness",
    109: "the bag blows as hard as ever",
}
"""Programs whose soft notes are as bright as their loud ones."""


def pitches(program: int) -> tuple[int, int, int]:
    """The lowest, the middle and the highest of where a program is comfortable."""
    low, high = comfortable_range(program)
    return low, (low + high) // 2, high


def check_notes(player: Player, program: int) -> None:
    """Three pitches at three velocities: heard, the louder the harder, silent in the end."""
    for key in pitches(program):
        waves = [player.note(program, key, velocity, 0.8, 4.0 * (velocity == 120)) for velocity in (40, 80, 120)]
        levels = [loudest_moment(wave[:RATE]) for wave in waves]
        assert levels[0] > -62, f"program {program}, key {key}: {levels[0]:.1f} LUFS at velocity 40"
        assert levels[0] + 6 < levels[1] < levels[2] - 3, f"program {program}, key {key}: {levels}"
        assert np.abs(waves[-1][-RATE // 5 :]).max() < 2e-4, f"program {program}, key {key} rings on"


def check_tuning(player: Player, program: int, most: float) -> None:
    for key in pitches(program):
        cents = cents_off(player.note(program, key, seconds=2.2)[RATE // 4 :], key)
        assert abs(cents) <= most, f"program {program}, key {key}: {cents:+.1f} cents"


def check_loops(player: Player, program: int, most: float) -> None:
    """No click after the attack, and no swell at the rate at which the loop turns."""
    for key in pitches(program):
        wave = player.note(program, key, seconds=3.0)[RATE // 2 :]
        jump = roughest_jump(wave)
        assert jump < 6, f"program {program}, key {key}: a bend of {jump:.1f} times the usual"
        for rate in turns(program, key):
            depth = swell(wave, rate)
            assert depth < most, f"program {program}, key {key}: swells by {depth:.3f} at {rate:.2f} Hz"


def turns(program: int, key: int) -> Iterator[float]:
    """How often a second the loops of a key turn, where that is heard as a beat and no tremolo is as fast."""
    for region in PROGRAMS[program][1]():
        if region.keys[0] <= key <= region.keys[1] and region.tone.loop is not None:
            frames = len(region.tone.wave) - region.tone.loop
            rate = region.tone.rate * 2 ** ((key + region.tune / 100 - region.tone.pitch) / 12) / frames
            lfo = region.motion.tremolo_rate if region.motion.tremolo else 0.0
            if rate < 20 and abs(rate - lfo) > 1:
                yield rate


def is_mixture(program: int) -> bool:
    """Whether notes are made of more than one tone, whose loops turn at rates of their own."""
    key = pitches(program)[1]
    return sum(region.keys[0] <= key <= region.keys[1] for region in PROGRAMS[program][1]()) > 1


def check_levels(player: Player, program: int, within: float) -> None:
    low, _, high = pitches(program)
    levels = [loudest_moment(player.note(program, key, seconds=1.0)) for key in range(low, high + 1, 3)]
    spread = max(levels) - min(levels)
    assert spread <= 2 * within, f"program {program}: {spread:.1f} dB between its notes, {np.round(levels, 1)}"


def check_loudness(player: Player, program: int) -> None:
    """About the middle of its range as loud as what scores were balanced with."""
    middle = pitches(program)[1]
    power = np.mean(
        [10 ** (loudest_moment(player.note(program, middle + step, seconds=1.2)) / 10) for step in (-4, 0, 4)]
    )
    assert 10 * np.log10(power) == pytest.approx(PROGRAM_TARGETS[program], abs=1.5)


@pytest.mark.parametrize("program", PART_PROGRAMS)
def test_a_part_of_the_font_sounds_as_it_should(part: Player, program: int) -> None:
    check_notes(part, program)
    check_tuning(part, program, 2.0)
    check_loops(part, program, 0.05)
    check_loudness(part, program)


def test_a_kit_answers_on_every_key(part: Player) -> None:
    for key in DRUM_KEYS:
        assert loudest_moment(part.drum(PART_KITS[0], key)) > -50, key


@pytest.mark.parametrize("key", [29, 30, 54, 57, 59, 82])
def test_metal_and_seeds_have_air(part: Player, key: int) -> None:
    """A tenth of their power and more lies above 10 kHz, where their own samples end soon."""
    power = np.abs(np.fft.rfft(part.drum(48, key, velocity=80))) ** 2
    assert power[np.fft.rfftfreq(2 * len(power) - 2, 1 / RATE) > 10000].sum() > 0.1 * power.sum()


@pytest.mark.parametrize(("name", "hats"), [("standard", (42, 44, 46)), ("orchestra", (27, 28, 29))])
def test_hats_cut_each_other_off(name: str, hats: tuple[int, ...]) -> None:
    chokes = {region.choke for region in kit(name) if region.keys[0] in hats}
    assert len(chokes) == 1
    assert chokes != {0}


@pytest.mark.parametrize("name", ["standard", "power", "machine"])
def test_a_crash_that_is_struck_again_is_one_cymbal_and_two_are_two(name: str) -> None:
    first, other = ({region.choke for region in kit(name) if region.keys[0] == key} for key in (49, 57))
    assert len(first) == len(other) == 1
    assert {0} != first != other != {0}


def made_anew(programs: list[int], kits: list[int]) -> bytes:
    """A font of which nothing was remembered from one made before."""
    modules = [module for name, module in sys.modules.items() if name.startswith("soundfonts.house.")]
    for remembering in (value for module in modules for value in vars(module).values()):
        if hasattr(remembering, "cache_clear"):
            remembering.cache_clear()
    return build(programs, kits).file()


@pytest.mark.parametrize("decibels", [1.0, 3.0, 4.0])
def test_a_sample_that_is_too_soft_at_full_scale_is_as_loud_as_asked(tmp_path: Path, decibels: float) -> None:
    builder = Builder(CREDITS)
    sine = Tone(PEAK * np.sin(2 * np.pi * np.arange(200) / 100), RATE, 69.0, 0)
    for program, gain in enumerate((0.0, decibels)):
        builder.add(f"sine {program}", 0, program, (Region(sine, (0, 127), gain_db=gain),))
    (tmp_path / "sines.sf2").write_bytes(builder.file())
    player = Player(tmp_path / "sines.sf2")
    soft, loud = (loudest_moment(player.note(program, 69)) for program in (0, 1))
    player.close()
    assert loud - soft == pytest.approx(decibels, abs=0.1)
    assert len(builder.presets[1].instrument.zones) == (1 if decibels <= LARGEST_RAISE_DB else 2)


def test_the_same_bytes_come_out_every_time() -> None:
    assert made_anew([11, 52, 71], [40]) == made_anew([11, 52, 71], [40])


# What another processor or another version of numpy may round otherwise.
ROUNDED = ["cos", "cumsum", "exp", "log", "log2", "log10", "sin", "sqrt", "tanh"]


def test_last_bits_do_not_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    exactly = made_anew([25, 45, 46, 71], [40])
    random = np.random.default_rng(1)

    def roughly(exact: Callable[..., Any]) -> Callable[..., Any]:
        def rough(*values: Any, **more: Any) -> Any:
            found = np.asarray(exact(*values, **more))
            return found * (1 + 2e-16 * random.standard_normal(found.shape))

        return rough

    for name in ROUNDED:
        monkeypatch.setattr(np, name, roughly(getattr(np, name)))
    for name in ("rfft", "irfft"):
        monkeypatch.setattr(np.fft, name, roughly(getattr(np.fft, name)))
    assert made_anew([25, 45, 46, 71], [40]) == exactly


def test_every_program_and_kit_has_a_name_of_its_own() -> None:
    names = [name for name, _ in PROGRAMS] + [name for name, _ in KITS.values()]
    assert len(PROGRAMS) == 128
    assert len(set(names)) == len(names)


@pytest.mark.slow
def test_the_whole_font_fits_into_the_wheel_and_has_the_digest_on_record(request: pytest.FixtureRequest) -> None:
    builder = build()
    font = builder.file()
    digest = f"{hashlib.sha256(font).hexdigest()}  barwise.sf2\n"
    if request.config.getoption("--update"):
        DIGEST.write_text(digest, encoding="utf-8")
    assert len(font) <= LARGEST_BYTES
    assert len(builder.presets) == 128 + len(KITS)
    assert digest == DIGEST.read_text("utf-8"), "another sound: hear it, then record it with --update"


def test_each_instrument_that_is_cared_for_has_its_picture() -> None:
    names = [f"{program:03}" for program in CARED_FOR] + [f"kit-{kit:02}" for kit in cared_for.kits()]
    assert set(names) <= {path.stem for path in (SOUNDFONTS / "pictures").glob("*.png")}


@pytest.mark.slow
@pytest.mark.parametrize("program", range(128))
def test_every_program_sounds_is_played_harder_and_falls_silent(whole: Player, program: int) -> None:
    check_notes(whole, program)


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(set(range(128)) - UNTUNED))
def test_programs_are_in_tune(whole: Player, program: int) -> None:
    check_tuning(whole, program, 2.0 if program in CARED_FOR and program not in BELLS else 5.0)


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(set(range(128)) - UNTUNED - set(MEANT)))
def test_loops_neither_click_nor_beat(whole: Player, program: int) -> None:
    check_loops(whole, program, 0.2 if is_mixture(program) or program not in CARED_FOR else 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("program", CARED_FOR)
def test_what_the_score_plays_is_even_over_its_range(whole: Player, program: int) -> None:
    check_levels(whole, program, 2.0)


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted({*CARED_FOR} - {*ONE_COLOR}))
def test_what_is_played_softly_is_darker(whole: Player, program: int) -> None:
    key = pitches(program)[1]
    soft, loud = (brightness(whole.note(program, key, velocity, 0.6)) for velocity in (40, 120))
    assert soft < 0.98 * loud


def brightness(wave: Wave) -> float:
    """Hertz of the middle of the spectrum, by amplitude."""
    levels = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.average(np.fft.rfftfreq(len(wave), 1 / RATE), weights=levels))


@pytest.mark.parametrize("program", CARED_FOR)
def test_what_is_cared_for_has_zones_over_its_range(program: int) -> None:
    low, high = comfortable_range(program)
    zones = {region.keys for region in PROGRAMS[program][1]() if region.keys[0] <= high and low <= region.keys[1]}
    assert len(zones) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("program", range(119))
def test_programs_are_as_loud_as_what_scores_were_balanced_with(whole: Player, program: int) -> None:
    check_loudness(whole, program)


@pytest.mark.slow
@pytest.mark.parametrize("program", KITS)
def test_every_kit_answers_on_every_key(whole: Player, program: int) -> None:
    for key in DRUM_KEYS:
        assert loudest_moment(whole.drum(program, key)) > -50, key
