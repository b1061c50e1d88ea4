"""The sounds of drum kits: skins with modes and a falling pitch, wires, metal of many modes, wood, shakers.

Each function makes one stroke. The modes of an ideal skin are zeros of Bessel's functions (Rossing, "Science of
Percussion Instruments"); metal is hundreds of modes by chance, as dense as plates have them.
"""

from collections.abc import Sequence

import numpy as np

from soundfonts.house.pitch import random_for
from soundfonts.house.ringing import Modes, died, ringing_tone
from soundfonts.house.tone import DRUM_KEY, Tone, Wave, trimmed

SKIN = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501)
"""Modes of an ideal skin against its lowest."""


def noise_burst(
    name: str, rate: int, seconds: float, low: float, high: float, *, attack: float = 0.0005, order: int = 4
) -> Wave:
    """Noise between two frequencies; it falls by 60 dB in `seconds`, high frequencies sooner."""
    frames = int(seconds * rate)
    frequencies = np.fft.rfftfreq(frames, 1 / rate)
    band = 1 / (1 + (low / np.maximum(frequencies, 1)) ** order) / (1 + (frequencies / high) ** order)
    noise = np.fft.irfft(np.fft.rfft(random_for(name).standard_normal(frames)) * band, frames)
    noise /= np.sqrt(np.mean(noise**2))
    time = np.arange(frames) / rate
    end = np.clip((frames - np.arange(frames)) / (0.1 * frames), 0, 1)
    return np.asarray(noise * np.minimum(time / attack, 1) * 10 ** (-3 * time / seconds) * end)


def falling_sine(rate: int, seconds: float, start: float, end: float, drop: float, fall: float) -> Wave:
    """A sine whose pitch drops from start to end (hertz) in about `drop` seconds; `fall` seconds for 60 dB."""
    time = np.arange(int(seconds * rate)) / rate
    turns = np.cumsum(end + (start - end) * np.exp(-time / drop)) / rate
    return np.asarray(np.sin(2 * np.pi * turns) * 10 ** (-3 * time / fall) * np.minimum(time / 0.0008, 1))


def mixed(*waves: Wave) -> Wave:
    """Waves that begin together."""
    total = np.zeros(max(map(len, waves)))
    for wave in waves:
        total[: len(wave)] += wave
    return total


def stroke(wave: Wave, rate: int, *, press: float = 1.8) -> Tone:
    """A tone without pitch, cut where it has died away; its peaks are pressed, the highest this far into a bend."""
    pressed = np.tanh(press * wave / np.abs(wave).max())
    return trimmed(Tone(pressed, rate, DRUM_KEY), -52)


def kick(name: str, pitch: float, fall: float, click: float, *, boom: float = 2.2, drop: float = 0.018) -> Tone:
    """Bass drum: a skin whose pitch drops, and the beater's click."""
    rate = 16000 if click > 0.05 else 11025
    body = falling_sine(rate, fall * 1.1, pitch * boom * 2, pitch, drop, fall)
    skin = 0.25 * falling_sine(rate, fall * 0.5, pitch * 3.4, pitch * 1.6, drop, fall * 0.35)
    beater = click * noise_burst(f"{name} click", rate, 0.03, 900, 5500)
    thud = 0.12 * noise_burst(f"{name} thud", rate, 0.09, 80, 900)
    air = 0.03 * noise_burst(f"{name} air", rate, fall, 60, 3000, order=2)
    return stroke(np.tanh(1.4 * mixed(body, skin, beater, thud, air)), rate)


def snare(name: str, pitch: float, *, body: float, wires: float, fall: float, bright: float = 9000) -> Tone:
    """Snare drum: two skins and the wires between them."""
    rate = 27000
    modes = _skin(pitch, 0.22, 0.6)
    skin = body * died(modes, rate, 0.35, random_for(name))
    drop = body * 0.6 * falling_sine(rate, 0.2, pitch * 1.7, pitch, 0.01, 0.18)
    rattle = wires * noise_burst(f"{name} wires", rate, fall, 1100, bright, order=2)
    room = 0.25 * wires * noise_burst(f"{name} room", rate, fall * 2, 300, 5000, order=2)
    crack = wires * 1.3 * noise_burst(f"{name} crack", rate, 0.04, 2200, 11000)
    return stroke(np.tanh(0.9 * mixed(skin, drop, rattle, room, crack)), rate)


def _skin(pitch: float, fall: float, steep: float) -> Modes:
    ratios = np.array(SKIN)
    return Modes(pitch * ratios, 0.8 / ratios, fall / ratios**steep)


def beater() -> Tone:
    """What of a bass drum's stroke is no skin: the beater's hard head."""
    return _contact("beater", 0.03, (1900.0, 3400.0, 5200.0), 1000, 9000)


def stick() -> Tone:
    """What of a tom's stroke is no skin: the tip of the stick, and its wood."""
    return _contact("stick", 0.045, (1150.0, 2350.0, 3900.0, 6300.0), 700, 8000)


def mallet() -> Tone:
    """What of a concert bass drum's or a kettle's stroke is no skin: felt over wood."""
    return _contact("mallet", 0.05, (620.0, 1400.0), 300, 3200)


def air() -> Tone:
    """What metal and seeds sound beyond the band of their own samples: a loop of noise, for whoever shapes it."""
    rate = 44100
    frames = rate // 5
    frequencies = np.fft.rfftfreq(frames, 1 / rate)
    band = 1 / (1 + (9500 / np.maximum(frequencies, 1)) ** 8) / (1 + (frequencies / 16000) ** 12)
    phases = random_for("air").uniform(0, 2 * np.pi, len(frequencies))
    return Tone(np.fft.irfft(band * np.exp(1j * phases), frames), rate, DRUM_KEY, 0)


def _contact(name: str, fall: float, wood: Sequence[float], low: float, high: float) -> Tone:
    rate = 32000
    modes = Modes(np.array(wood), np.full(len(wood), 0.5), np.full(len(wood), 0.6 * fall))
    knock = died(modes, rate, fall, random_for(name, "wood"))
    return stroke(mixed(noise_burst(name, rate, fall, low, high, order=2), knock), rate)


def tom(name: str, pitch: float, fall: float, *, stick: float = 0.25) -> Tone:
    """Tom: a skin whose pitch sinks after the stroke."""
    rate = 11025
    body = falling_sine(rate, fall, pitch * 1.35, pitch, 0.05, fall * 0.6)
    tail = 0.25 * falling_sine(rate, fall, pitch * 1.1, pitch, 0.05, fall)
    skin = 0.35 * died(_skin(pitch * 1.05, fall * 0.4, 0.8), rate, fall * 0.5, random_for(name))
    attack = stick * noise_burst(f"{name} stick", rate, 0.05, 300, 4500)
    return stroke(np.tanh(1.1 * mixed(body, tail, skin, attack)), rate)


def side_stick(name: str = "side stick") -> Tone:
    """Stick laid on the rim."""
    rate = 27000
    falls = np.array([0.07, 0.06, 0.04, 0.03])
    modes = Modes(np.array([480.0, 1720, 2900, 4300]), np.array([0.5, 1, 0.6, 0.3]), falls)
    wood = died(modes, rate, 0.12, random_for(name))
    return stroke(mixed(wood, 0.3 * noise_burst(name, rate, 0.03, 1500, 9000)), rate)


def clap(name: str, room: float = 0.18) -> Tone:
    """A few hands, not quite together, and the room after them."""
    rate = 27000
    hands = np.zeros(int(0.35 * rate))
    for start in (0.0, 0.011, 0.023, 0.034):
        burst = noise_burst(f"{name} {start}", rate, 0.03 if start < 0.03 else room, 900, 3200)
        place = int(start * rate)
        hands[place : place + len(burst)] += burst[: len(hands) - place]
    return stroke(hands, rate)


def metal(
    name: str, low: float, high: float, fall: float, *, count: int = 420, tilt: float = 0.0, air: float = 0.4
) -> tuple[Modes, float]:
    """Modes of a plate by chance, evenly dense in hertz; the first rings longest. Also the noise's share."""
    random = random_for(name)
    frequencies = np.sort(random.uniform(low, high, count))
    middle = np.sqrt(low * high)
    falls = fall * (0.55 + 0.45 * random.random(count)) * np.minimum((middle / frequencies) ** 0.7, 1.15)
    amplitudes = random.uniform(0.25, 1, count) * (frequencies / middle) ** tilt
    longest = int(np.argmax(falls))
    order = [longest, *[index for index in range(count) if index != longest]]
    return Modes(frequencies[order], amplitudes[order], falls[order]), air


def cymbal(
    name: str, low: float, high: float, fall: float, *, seconds: float, tilt: float = 0.0, air: float = 0.5,
    ping: Sequence[float] = (), rate: int = 32000, bloom: float = 0.0,
) -> tuple[Tone, float]:  # fmt: skip
    """Metal that rings long: a stroke, a wash and a loop; also the decay of its envelope (seconds for 100 dB)."""
    modes, _ = metal(name, low, high, fall, tilt=tilt)
    strength = float(np.linalg.norm(modes.amplitudes))
    wash = air * strength * noise_burst(f"{name} air", rate, min(fall * 0.5, seconds), low * 2, high)
    if ping:
        bell = Modes(np.array(ping), np.full(len(ping), strength * 0.35), np.full(len(ping), fall * 0.5))
        modes = Modes(*(np.concatenate(pair) for pair in zip(_fields(modes), _fields(bell), strict=True)))
    tone, decay = ringing_tone(
        modes, rate, seconds, random_for(name, "phases"), knock=wash, loop_seconds=0.33, chance=np.pi
    )
    if bloom:
        grown = np.minimum(0.25 + 0.75 * np.arange(len(tone.wave)) / (bloom * rate), 1)
        grown[: rate // 40] = np.maximum(grown[: rate // 40], np.linspace(1, grown[rate // 40], rate // 40))
        tone = Tone(tone.wave * grown, rate, tone.pitch, tone.loop)
    return Tone(tone.wave, rate, DRUM_KEY, tone.loop), decay


def _fields(modes: Modes) -> tuple[Wave, Wave, Wave]:
    return modes.frequencies, modes.amplitudes, modes.falls


def hat(name: str, fall: float, *, low: float = 5200, tight: float = 1.0) -> Tone:
    """Hi-hat: two small plates, closed or open by their fall."""
    rate = 32000
    modes, _ = metal("hi-hat", 900, 15000, fall, count=160, tilt=0.5)
    plates = died(modes, rate, fall * 1.2, random_for("hi-hat phases"))
    hiss = 3.2 * tight * noise_burst(f"{name} hiss", rate, fall * 0.9, low, 15500)
    cups = 0.8 * noise_burst(f"{name} cups", rate, fall * 0.7, 200, 3000, order=2)
    return stroke(mixed(_high_pass(mixed(plates, hiss), rate, low * 0.8), cups), rate, press=4.0)


def foot_hat() -> Tone:
    """Hi-hat closed by the foot: a chick."""
    rate = 32000
    plates = noise_burst("foot hat", rate, 0.11, 3500, 11000, attack=0.004)
    return stroke(mixed(plates, 0.4 * noise_burst("foot hat body", rate, 0.05, 500, 2500)), rate)


def _high_pass(wave: Wave, rate: int, corner: float) -> Wave:
    frequencies = np.fft.rfftfreq(len(wave), 1 / rate)
    return np.fft.irfft(np.fft.rfft(wave) / (1 + (corner / np.maximum(frequencies, 1)) ** 4), len(wave))


def struck_metal(
    name: str, frequencies: Sequence[float], fall: float, *, click: float = 0.1, rate: int = 32000
) -> Tone:
    """A bell, block or triangle of a few modes, the first loudest."""
    table = np.array(frequencies, float)
    modes = Modes(table, 1 / np.arange(1, len(table) + 1) ** 0.6, fall * (table[0] / table) ** 0.5)
    ring = died(modes, rate, fall, random_for(name))
    return stroke(mixed(ring, click * noise_burst(name, rate, 0.02, 1500, 11000)), rate)


def rung_metal(
    name: str, frequencies: Sequence[float], fall: float, *, click: float = 0.1, dull: float = 0.6
) -> tuple[Tone, float]:
    """The same where it rings long: with a loop, and the decay of its envelope (seconds for 100 dB).

    dull: how fast the modes grow weaker, an exponent of their number.
    """
    rate, table = 32000, np.array(frequencies, float)
    modes = Modes(table, 1 / np.arange(1, len(table) + 1) ** dull, fall * (table[0] / table) ** 0.5)
    tap = click * noise_burst(name, rate, 0.02, 1500, 11000)
    tone, decay = ringing_tone(modes, rate, 0.16, random_for(name), knock=tap, loop_seconds=0.08)
    return Tone(tone.wave, rate, DRUM_KEY, tone.loop), decay


def shaken(
    name: str, fall: float, low: float, high: float, *, attack: float = 0.012, jingles: Sequence[float] = ()
) -> Tone:
    """Seeds or jingles thrown against a wall."""
    rate = 27000
    seeds = noise_burst(name, rate, fall, low, high, attack=attack)
    if jingles:
        modes = Modes(np.array(jingles), np.full(len(jingles), 1.2), np.full(len(jingles), fall * 1.3))
        ring = died(modes, rate, fall * 1.4, random_for(name, "jingles"))
        seeds = mixed(seeds, ring * np.minimum(np.arange(len(ring)) / (attack * rate), 1))
    return stroke(seeds, rate)


def hand_drum(name: str, pitch: float, fall: float, slap: float) -> Tone:
    """Bongo, conga or timbale: a tight skin and the hand."""
    rate = 16000
    body = falling_sine(rate, fall, pitch * 1.12, pitch, 0.02, fall)
    skin = 0.4 * died(_skin(pitch, fall * 0.5, 0.7), rate, fall * 0.6, random_for(name))
    return stroke(mixed(body, skin, slap * noise_burst(name, rate, 0.04, 700, 7000)), rate)


def scraped(name: str, seconds: float, teeth: int) -> Tone:
    """A stick over the teeth of a guiro, faster and faster."""
    rate = 27000
    total = np.zeros(int((seconds + 0.1) * rate))
    for tooth in range(teeth):
        burst = noise_burst(f"{name} {tooth}", rate, 0.02, 1800, 8000)
        place = int(seconds * rate * (tooth / teeth) ** 0.8)
        total[place : place + len(burst)] += burst * (0.5 + 0.5 * tooth / teeth)
    return stroke(total, rate)


def chirped(name: str, start: float, end: float, seconds: float, hiss: float = 0.0) -> Tone:
    """A whistle, cuica or laser whose pitch glides."""
    rate = 22050
    count = int(seconds * rate)
    time = np.arange(count) / count
    turns = np.cumsum(start * (end / start) ** time) / rate
    shape = np.minimum(np.minimum(time / 0.06, (1 - time) / 0.2), 1)
    tone = np.sin(2 * np.pi * turns) + 0.3 * np.sin(4 * np.pi * turns)
    breath = hiss * random_for(name).standard_normal(count)
    return stroke((tone + breath) * shape, rate)


def brushed(name: str, seconds: float, low: float, high: float, attack: float) -> Tone:
    """Wire brush over a skin: a swish."""
    rate = 27000
    swish = noise_burst(name, rate, seconds, low, high, attack=attack, order=2)
    grain = 1 + 0.3 * np.sin(2 * np.pi * 47 * np.arange(len(swish)) / rate)
    skin = 0.3 * died(_skin(190, 0.12, 0.6), rate, 0.15, random_for(name))
    return stroke(mixed(swish * grain, skin), rate)
