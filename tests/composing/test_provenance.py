"""Provenance: known runs are never missed, strange ones seldom taken for known, and the index is checked."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.composing.provenance import (
    GRAM,
    LARGEST_INDEX_BYTES,
    TrainingIndex,
    gram_hashes,
    lines_of,
    symbols_of,
    trace,
)
from barwise.errors import ModelError
from barwise.music.notes import Bar, Note, Part

THEME = (60, 64, 62, 67, 65, 72, 71, 74, 60, 62, 59, 55)


def melody(*pitches: int, part: Part = Part.MELODY, length: int = 24) -> list[Bar]:
    """Quarter notes, four to a bar."""
    notes = [Note(24 * (n % 4), part, pitch, length, 84) for n, pitch in enumerate(pitches)]
    return [Bar(notes=tuple(notes[n : n + 4])) for n in range(0, len(notes), 4)]


def index_of(*tunes: list[Bar]) -> TrainingIndex:
    grams = [gram_hashes(line.symbols) for tune in tunes for line in lines_of(tune)]
    return TrainingIndex.of(np.concatenate(grams), len(tunes))


def runs(bars: list[Bar], index: TrainingIndex) -> list[int]:
    return [found.longest_run for found in trace(bars, index)]


def test_a_copied_run_is_told_in_each_bar_it_passes() -> None:
    found = trace([*melody(90, 33, 80, 41), *melody(*THEME)], index_of(melody(*THEME)))
    assert [(bar.longest_run, bar.part) for bar in found] == [(0, None), *[(12, Part.MELODY)] * 3]


def test_key_part_length_and_place_do_not_hide_a_copy() -> None:
    copy = melody(*(pitch - 7 for pitch in THEME), part=Part.BASS, length=12)
    assert runs(copy, index_of(melody(*THEME))) == [12, 12, 12]


def test_a_run_shorter_than_a_gram_is_not_told() -> None:
    assert runs(melody(*THEME[: GRAM - 1]), index_of(melody(*THEME))) == [0, 0]


def test_drums_are_not_lines() -> None:
    beat = [Bar(notes=tuple(Note(24 * beat, Part.DRUMS, 36, 6, 90) for beat in range(4)))] * 4
    assert lines_of(beat) == []


def test_long_rests_are_alike() -> None:
    far, farther = (symbols_of(np.array([0, gap]), np.array([60, 62])) for gap in (500, 900))
    assert far.tolist() == farther.tolist()


@given(st.lists(st.integers(40, 90), min_size=GRAM, max_size=40), st.integers(0, 30))
def test_no_stretch_of_the_training_music_is_ever_missed(pitches: list[int], first: int) -> None:
    tune = melody(*pitches)
    part = melody(*pitches[first:])
    needed = len(pitches[first:]) if len(pitches[first:]) >= GRAM else 0
    assert max(runs(part, index_of(tune, melody(*THEME))), default=0) >= needed


def test_strange_stretches_are_taken_for_known_as_often_as_is_said() -> None:
    random = np.random.default_rng(5)
    known, strange = random.integers(0, 2**63, (2, 40_000), dtype=np.uint64)
    index = TrainingIndex.of(known, 1)
    assert index.has(known).all()
    assert index.has(strange).mean() == pytest.approx(index.false_positive_rate, abs=0.004)
    assert index.false_positive_rate < 0.04


def test_the_numbers_of_stretches_are_the_same_on_every_machine() -> None:
    """The shipped index was made with these."""
    assert gram_hashes(np.arange(8, dtype=np.int64)).tolist() == [1780235595033733196, 8888196028714806307]


def test_an_index_comes_back_from_its_file(tmp_path: Path) -> None:
    index = index_of(melody(*THEME))
    index.save(tmp_path / "index.bin")
    back = TrainingIndex.load(tmp_path / "index.bin")
    assert (back.grams, back.pieces, back.bits.tolist()) == (index.grams, index.pieces, index.bits.tolist())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        (b"", "damaged"),
        (b"\x80\x04not ours", "damaged"),
        (b"[]\nabc", "damaged"),
        (b"x" * (LARGEST_INDEX_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_is_no_index_is_refused(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "index.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        TrainingIndex.load(path)


def test_one_turned_bit_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "index.bin"
    index_of(melody(*THEME)).save(path)
    whole = bytearray(path.read_bytes())
    whole[-1] ^= 1
    path.write_bytes(bytes(whole))
    with pytest.raises(ModelError, match="damaged"):
        TrainingIndex.load(path)


def test_the_shipped_index_knows_a_scale_and_not_everything() -> None:
    index = TrainingIndex.load()
    scale = melody(60, 62, 64, 65, 67, 69, 71, 72)
    assert runs(scale, index) == [8, 8]
    strange = np.random.default_rng(3).integers(0, 2**63, 5_000, dtype=np.uint64)
    assert index.has(strange).mean() == pytest.approx(index.false_positive_rate, abs=0.015)
    assert index.false_positive_rate < 0.06
