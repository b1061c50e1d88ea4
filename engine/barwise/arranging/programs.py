"""How loud General MIDI's programs and drums are for one velocity, and how long they ring.

Measured with FluidSynth and FluidR3Mono at velocity 90 and volume 127, without reverb, K-weighted as for
LUFS: three notes of two seconds about the middle of each comfortable range, drums of 0.3 seconds. Where the house
font's envelopes differ by 2 dB and more, what was measured with it stands: 13, 38, 84, 87 and 93 to 95.
"""

# fmt: off
PROGRAM_LEVELS_DB = (
    -2, -4, -2, -4, 1, -4, -3, -2,
    -2, 0, 4, -2, -1, -7, 2, -6,
    -3, 2, -1, 0, -1, -3, -1, -2,
    -1, -4, -1, 2, -3, -1, -1, 2,
    3, 2, 1, 3, -1, 1, -1, 8,
    1, 1, 0, -1, 0, 0, 0, -2,
    -1, 2, 1, 2, -3, 0, -2, -2,
    2, 6, 4, 2, 0, 2, -2, -2,
    1, 1, 2, -2, 3, 2, 2, 1,
    4, 2, 6, 1, 2, 4, 8, 5,
    4, 1, -4, 1, 3, 4, -8, 2,
    -2, -5, -5, 2, 0, 5, -1, 1,
    1, -8, -3, -1, -1, 3, -4, -1,
    -3, 1, -7, 0, -2, 5, 1, 3,
    1, -7, -1, -11, -2, -5, 5, 0,
    3, 3, -8, 1, 3, -4, 6, 6,
)
"""Power while a program sounds, in decibels against the usual one."""

PROGRAM_RINGS = (
    0.4, 0.4, 0.5, 0.4, 0.8, 0.8, 0.4, 0.5,
    0.3, 0.3, 0.3, 0.4, 0.3, 0.2, 0.3, 0.3,
    1.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.5, 0.4, 0.5, 0.5, 0.2, 0.0, 0.0, 0.0,
    0.4, 0.9, 1.1, 0.9, 0.7, 0.6, 0.6, 0.9,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3, 0.3,
    0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.4,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.9, 0.0, 0.3, 0.6, 1.1, 0.0, 0.0, 0.7,
    0.4, 0.3, 0.3, 0.3, 0.2, 0.0, 0.0, 0.0,
    0.3, 0.2, 0.3, 0.2, 0.3, 0.3, 0.3, 0.0,
    0.2, 0.3, 0.0, 1.3, 1.5, 0.0, 0.0, 0.3,
)
"""Seconds of that power which a struck or plucked note holds in all; 0 where the sound lasts as long as the note."""
# fmt: on

DRUM_ENERGIES_DB = {
    36: -4,
    38: -6,
    37: -11,
    39: -9,
    42: -13,
    44: -14,
    46: -10,
    41: -4,
    45: -5,
    48: -5,
    49: 2,
    51: -6,
    53: -8,
}
"""Energy of one stroke against a second of the usual power, in decibels."""

OTHER_DRUM_DB = -10
