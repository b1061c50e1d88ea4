"""Notes of a SoundFont as they sound: played by the engine's own synthesizer, and measured.

`python -m soundfonts.measuring FONT` prints what was found for every program; `--targets` prints the levels that
`house/targets.py` holds.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from barwise.arranging.ranges import comfortable_range
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.playing.synth import Effects, Synth
from soundfonts.house.pitch import hertz
from soundfonts.house.spectra import k_weighting
from soundfonts.house.tone import Wave

RATE = 44100
_MOMENT = 0.4
_SWELL_BLOCK = 441
_FEWEST_TURNS = 1.2
"""Of a swell, in a note, that can be told from its decay."""
_VOLUME, _SOUND_OFF = 7, 120
_HARMONICS = 5
_HEARD = 0.01
"""What is 40 dB under the loudest is not looked at for clicks."""


class Player:
    """Plays one note at a time, dry, at full volume and at the engine's gain."""

    def __init__(self, font: Path) -> None:
        self._synth = Synth(font, RATE, effects=Effects(reverb_level=0.0))

    def note(self, program: int, key: int, velocity: int = 90, seconds: float = 1.5, tail: float = 0.0) -> Wave:
        """A program's note, held and let go; one channel, as loud as both together."""
        return self._play(0, program, key, velocity, (seconds, tail))

    def drum(self, kit: int, key: int, velocity: int = 100, seconds: float = 0.6, tail: float = 0.4) -> Wave:
        """A stroke on a kit's key."""
        return self._play(DRUM_CHANNEL, kit, key, velocity, (seconds, tail))

    def close(self) -> None:
        """Free the synthesizer."""
        self._synth.close()

    def _play(self, channel: int, program: int, key: int, velocity: int, lengths: tuple[float, float]) -> Wave:
        self._send(ChannelEventKind.PROGRAM, channel, program)
        self._send(ChannelEventKind.CONTROL, channel, _VOLUME, 127)
        self._send(ChannelEventKind.NOTE_ON, channel, key, velocity)
        held = self._synth.render(round(lengths[0] * RATE))
        self._send(ChannelEventKind.NOTE_OFF, channel, key)
        left = self._synth.render(round(lengths[1] * RATE))
        self._send(ChannelEventKind.CONTROL, channel, _SOUND_OFF, 0)
        self._synth.render(RATE // 10)
        return np.asarray(np.concatenate([held, left]).sum(axis=1).astype(float) / np.sqrt(2))

    def _send(self, kind: ChannelEventKind, channel: int, number: int, value: int = 0) -> None:
        self._synth.send(ChannelEvent(0, kind, channel, number, value))


def loudest_moment(wave: Wave) -> float:
    """LUFS of the loudest 0.4 seconds."""
    length = 1 << (len(wave) + RATE // 10).bit_length()
    gain = k_weighting(np.fft.rfftfreq(length, 1 / RATE))
    heard = np.fft.irfft(np.fft.rfft(wave, length) * gain, length)[: len(wave)]
    power = np.concatenate([[0.0], np.cumsum(heard**2)])
    moment = round(_MOMENT * RATE)
    ends = np.arange(moment, len(power), RATE // 40)
    return 10 * float(np.log10(np.max(power[ends] - power[ends - moment]) / moment + 1e-12))


def cents_off(wave: Wave, key: float) -> float:
    """How far the pitch lies from a key's: centers of the harmonics, weighed by their power.

    Only what lies within a third of a semitone of a harmonic counts, or within 3 Hz for the lowest.
    """
    length = 1 << (2 * len(wave) - 1).bit_length()
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), length)) ** 2
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    sums, weights = 0.0, 0.0
    for number in range(1, _HARMONICS + 1):
        center = hertz(key) * number
        reach = max(center * 0.02, 4.0 * RATE / len(wave))
        if reach > 0.25 * hertz(key):
            continue
        near = np.abs(frequencies - center) < reach
        weight = float(power[near].sum())
        if weight == 0:
            break
        off = 1200 * np.log2(float((power[near] * frequencies[near]).sum()) / weight / center)
        sums, weights = sums + off * weight, weights + weight
    return sums / weights if weights else math.nan


def roughest_jump(wave: Wave, window: float = 0.02) -> float:
    """The sharpest bend of the wave against the usual one, window by window; a click stands out.

    Each window's bend is taken against its own loudness, so that decay and swell do not count; silence has none.
    """
    size = round(window * RATE)
    bends = np.abs(np.diff(wave, 2))
    blocks = bends[: len(bends) // size * size].reshape(-1, size)
    loud = np.sqrt(np.mean(wave[: len(blocks) * size].reshape(-1, size) ** 2, axis=1))
    heard = loud > max(_HEARD * loud.max(), 1e-5)
    if not heard.any():
        return 1.0
    sharp = blocks.max(axis=1)[heard] / loud[heard]
    return float(sharp.max() / np.median(sharp))


def swell(wave: Wave, rate: float) -> float:
    """How deep the loudness swells at so many turns a second, as a share of the loudness, a steady decay apart."""
    blocks = wave[: len(wave) // _SWELL_BLOCK * _SWELL_BLOCK].reshape(-1, _SWELL_BLOCK)
    loud = np.sqrt(np.mean(blocks**2, axis=1))
    loud = loud[: np.flatnonzero(loud > max(_HEARD * loud.max(), 1e-5)).max(initial=0) + 1]
    time = np.arange(len(loud)) * _SWELL_BLOCK / RATE
    if rate * time[-1] < _FEWEST_TURNS:
        return 0.0
    level = np.log(loud + 1e-9)
    swings = np.exp(level - np.polyval(np.polyfit(time, level, 2), time)) - 1
    window = np.hanning(len(loud))
    turn = np.sum(window * (swings - np.average(swings, weights=window)) * np.exp(-2j * np.pi * rate * time))
    return float(2 * np.abs(turn) / np.sum(window))


@dataclass(frozen=True, slots=True)
class Found:
    """A program's figures."""

    loudness: float
    """LUFS about the middle of its range at velocity 90."""
    evenness: float
    """The greatest difference to that over the range, in decibels."""
    cents: float
    """The greatest, over the range."""
    jump: float


def measured(player: Player, program: int) -> Found:
    """What a program sounds like over its comfortable range."""
    low, high = comfortable_range(program)
    keys = range(low, high + 1, 4)
    waves = {key: player.note(program, key) for key in keys}
    loudness = {key: loudest_moment(wave) for key, wave in waves.items()}
    middle = float(np.median(list(loudness.values())))
    cents = {key: cents_off(wave[RATE // 4 :], key) for key, wave in waves.items()}
    jumps = [roughest_jump(wave[RATE // 4 :]) for wave in waves.values()]
    worst = max(cents, key=lambda key: abs(cents[key]))
    return Found(middle, max(abs(each - middle) for each in loudness.values()), cents[worst], max(jumps))


def main() -> None:
    """Print the figures of every program, or the levels."""
    parser = argparse.ArgumentParser(prog="python -m soundfonts.measuring", description=__doc__)
    parser.add_argument("font", type=Path)
    parser.add_argument("--programs", type=int, nargs="*", default=range(128))
    parser.add_argument("--targets", action="store_true", help="print levels for house/targets.py")
    asked = parser.parse_args()
    player = Player(asked.font)
    for program in asked.programs:
        if asked.targets:
            low, high = comfortable_range(program)
            waves = [player.note(program, (low + high) // 2 + step) for step in (-4, 0, 4)]
            power = np.mean([10 ** (loudest_moment(wave) / 10) for wave in waves])
            print(program, round(10 * float(np.log10(power)), 1))
        else:
            found = measured(player, program)
            print(
                f"{program:3} {found.loudness:6.1f} LUFS, even within {found.evenness:4.1f} dB, "
                f"{found.cents:+5.1f} cents, sharpest bend x{found.jump:.1f}",
                flush=True,
            )
    player.close()


if __name__ == "__main__":
    main()
