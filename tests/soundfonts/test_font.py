"""Notes of the house SoundFont, rendered by the engine's synthesizer: heard, in tune, even, without click or beat."""

from collections.abc import Iterator

import numpy as np
import pytest

from barwise.arranging.ranges import comfortable_range
from soundfonts.house.__main__ import LARGEST_BYTES, build
from soundfonts.house.catalog import KITS, PROGRAMS
from soundfonts.house.kits import kit
from soundfonts.house.targets import DRUM_KEYS, PROGRAM_TARGETS
from soundfonts.measuring import RATE, Player, cents_off, loudest_moment, roughest_jump, swell
from tests.soundfonts.conftest import CARED_FOR, PART_KITS, PART_PROGRAMS

EFFECTS = range(119, 128)
"""Noises without a pitch."""

UNTUNED = {112, 113, 115, 116, 117, 118, *EFFECTS}
"""Bells, blocks and drums, whose partials are no harmonics."""

SOFTER = {
    39: "a pulse has no more to give at full scale",
    93: "its clang dies away",
    118: "a sine that is gone in half a second",
}
"""Programs that the levels they are measured against ask too much of."""


MEANT = {
    21: "two reeds are tuned apart so that they beat",
    102: "its echoes begin one after the other",
}
"""Programs whose beats or jumps are their sound."""


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


@pytest.mark.parametrize(("name", "hats"), [("standard", (42, 44, 46)), ("orchestra", (27, 28, 29))])
def test_hats_cut_each_other_off(name: str, hats: tuple[int, ...]) -> None:
    chokes = {region.choke for region in kit(name) if region.keys[0] in hats}
    assert len(chokes) == 1
    assert chokes != {0}


def test_the_same_bytes_come_out_every_time() -> None:
    assert build([11, 71], [40]).file() == build([11, 71], [40]).file()


def test_every_program_and_kit_has_a_name_of_its_own() -> None:
    names = [name for name, _ in PROGRAMS] + [name for name, _ in KITS.values()]
    assert len(PROGRAMS) == 128
    assert len(set(names)) == len(names)


@pytest.mark.slow
def test_the_whole_font_fits_into_the_wheel() -> None:
    builder = build()
    assert len(builder.file()) <= LARGEST_BYTES
    assert len(builder.presets) == 128 + len(KITS)


@pytest.mark.slow
@pytest.mark.parametrize("program", range(128))
def test_every_program_sounds_is_played_harder_and_falls_silent(whole: Player, program: int) -> None:
    check_notes(whole, program)


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(set(range(128)) - UNTUNED))
def test_programs_are_in_tune(whole: Player, program: int) -> None:
    check_tuning(whole, program, 2.0 if program in CARED_FOR else 5.0)


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(set(range(128)) - UNTUNED - set(MEANT)))
def test_loops_neither_click_nor_beat(whole: Player, program: int) -> None:
    check_loops(whole, program, 0.05 if program in CARED_FOR else 0.2)


@pytest.mark.slow
@pytest.mark.parametrize("program", CARED_FOR)
def test_what_the_score_plays_is_even_over_its_range(whole: Player, program: int) -> None:
    check_levels(whole, program, 2.0)


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(set(range(119)) - set(SOFTER)))
def test_programs_are_as_loud_as_what_scores_were_balanced_with(whole: Player, program: int) -> None:
    check_loudness(whole, program)


@pytest.mark.slow
@pytest.mark.parametrize("program", KITS)
def test_every_kit_answers_on_every_key(whole: Player, program: int) -> None:
    for key in DRUM_KEYS:
        assert loudest_moment(whole.drum(program, key)) > -50, key
