"""The file is read back by a few lines that know nothing of its writer."""

import struct

import numpy as np
import pytest

from soundfonts.house.sf2 import (
    LOOP_ALWAYS,
    Credits,
    FormatError,
    Generator,
    Instrument,
    Modulator,
    Preset,
    Sample,
    Zone,
    write,
)

CREDITS = Credits("Test", "Nobody", "Public domain", "A sine", "tests")
WAVE = np.round(20000 * np.sin(2 * np.pi * np.arange(-8, 108) / 100)).astype(np.int16)
SINE = Sample("sine", WAVE, 44100, 69, -3, (8, 108))


def font(*zones: Zone) -> bytes:
    return write(CREDITS, [Preset("Sine", 0, 5, Instrument("sine", zones))])


def chunks(data: bytes) -> dict[bytes, bytes]:
    """Every chunk under its name; those of a list without the list."""
    found: dict[bytes, bytes] = {}
    place = 0
    while place < len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        body = data[place + 8 : place + 8 + size]
        found |= chunks(body[4:]) if name in (b"RIFF", b"LIST") else {name: body}
        place += 8 + size + size % 2
    return found


def test_the_file_holds_the_format_s_chunks_in_its_order() -> None:
    names = b"ifil isng INAM IENG ICOP ICMT ISFT smpl phdr pbag pmod pgen inst ibag imod igen shdr"
    assert list(chunks(font(Zone(SINE)))) == names.split()


def test_samples_are_followed_by_46_frames_of_silence() -> None:
    assert chunks(font(Zone(SINE)))[b"smpl"] == WAVE.tobytes() + bytes(92)


def test_a_sample_that_two_zones_share_is_stored_once() -> None:
    shared = chunks(font(Zone(SINE, keys=(0, 60)), Zone(SINE, keys=(61, 127))))
    assert len(shared[b"smpl"]) == len(WAVE) * 2 + 92
    assert len(shared[b"shdr"]) == 2 * 46


def test_the_sample_s_header_tells_loop_rate_and_pitch() -> None:
    header = struct.unpack_from("<20s5IBbHH", chunks(font(Zone(SINE)))[b"shdr"])
    assert header[0].rstrip(b"\0") == b"sine"
    assert header[1:] == (0, 116, 8, 108, 44100, 69, -3, 0, 1)


def test_a_zone_begins_with_its_keys_and_ends_with_its_sample() -> None:
    zone = Zone(SINE, (40, 50), (1, 64), {Generator.PAN: -100, Generator.SAMPLE_MODES: LOOP_ALWAYS})
    rows = list(struct.iter_unpack("<Hh", chunks(font(zone))[b"igen"]))
    assert rows == [(43, 50 * 256 + 40), (44, 64 * 256 + 1), (17, -100), (54, 1), (53, 0), (0, 0)]


def test_modulators_are_written_for_their_zone() -> None:
    zone = Zone(SINE, modulators=(Modulator(0x0102, Generator.FILTER_CUTOFF, -1200),))
    assert struct.unpack_from("<HHhHH", chunks(font(zone))[b"imod"]) == (0x0102, 8, -1200, 0, 0)


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        (Zone(SINE, generators={Generator.PAN: 501}), "PAN is 501; allowed: -500 to 500"),
        (Zone(SINE, keys=(60, 50)), "keys from 60 to 50"),
        (Zone(SINE, velocities=(0, 128)), "velocities from 0 to 128"),
        (Zone(Sample("short", WAVE, 44100, 69, 0, (90, 100))), "a loop from 90 to 100"),
        (Zone(Sample("no lead", WAVE, 44100, 69, 0, (0, 100))), "a loop from 0 to 100"),
        (Zone(Sample("no room", WAVE, 44100, 69, 0, (8, 112))), "a loop from 8 to 112"),
        (Zone(Sample("a name of twenty letters", WAVE, 44100, 69)), "allowed: 1 to 19"),
        (Zone(Sample("sharp", WAVE, 44100, 69, 100)), "100 cents"),
    ],
)
def test_what_the_format_cannot_hold_is_named(zone: Zone, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        font(zone)
