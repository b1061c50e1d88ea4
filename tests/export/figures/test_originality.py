"""Originality: what stands in training is found in any key, tempo and part, and nothing else is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the tiny data set lives beside the tiny network")

from barwise.composing.provenance import gram_hashes, lines_of
from barwise.music.harmony import Mode
from barwise.music.notes import Bar, Note, Part
from barwise_export.dataset import TEST, Dataset
from barwise_export.figures import originality as o
from barwise_export.figures.generated import GeneratedPiece
from tests.export.tiny import Piece, dataset

THEME = (60, 64, 62, 67, 65, 72, 71, 74)
OTHER = (60, 61, 55, 70, 58, 66, 80, 49)


def melody(*pitches: int, part: Part = Part.MELODY) -> list[Bar]:
    """Quarter notes, four to a bar."""
    notes = [Note(24 * (n % 4), part, pitch, 24, 84) for n, pitch in enumerate(pitches)]
    return [Bar(notes=tuple(notes[n : n + 4])) for n in range(0, len(notes), 4)]


def training(*pieces: Sequence[Bar]) -> Dataset:
    return dataset(*(Piece(bars) for bars in pieces), sources=("freedoom", "other"))


def shared(bars: Sequence[Bar], data: Dataset) -> o.SharedRun:
    piece = GeneratedPiece(0, "explore", tuple(bars), (Mode.MAJOR,) * len(bars), (120.0,) * len(bars))
    return o.originality([piece], data).generated.longest[0]


def test_a_copy_is_found_where_it_stands() -> None:
    data = training(melody(*OTHER), melody(*OTHER, *THEME))
    run = shared(melody(50, 90, 51, 88, *THEME), data)
    assert (run.notes, run.bar, run.source, run.source_bar) == (8, 2, "freedoom: piece 1", 3)


def test_key_part_and_dynamics_do_not_hide_a_copy() -> None:
    data = training(melody(*OTHER), melody(*THEME))
    assert shared(melody(*(pitch + 5 for pitch in THEME), part=Part.BASS), data).notes == 8


def test_one_other_note_ends_a_run() -> None:
    data = training(melody(*THEME))
    assert shared(melody(*THEME[:5], 71, *THEME[6:]), data).notes == 5


def test_a_run_does_not_go_on_from_one_training_piece_into_the_next() -> None:
    data = training(melody(*THEME[:4]), melody(*THEME[4:]))
    assert shared(melody(*THEME), data).notes == 4


def test_the_run_is_as_long_as_a_search_by_hand_finds() -> None:
    random = np.random.default_rng(0)
    tunes = [melody(*random.integers(60, 63, 80).tolist()) for _ in range(4)]
    words = [lines_of(tune)[0].symbols.tolist() for tune in tunes]

    def stands(run: Sequence[int]) -> bool:
        return any(run == word[n : n + len(run)] for word in words[1:] for n in range(len(word)))

    longest = max(length for length in range(79) for n in range(80 - length) if stands(words[0][n : n + length]))
    assert shared(tunes[0], training(*tunes[1:])).notes == longest + 1


def test_a_repeated_note_is_long_but_not_varied() -> None:
    data = training(melody(*[60] * 40, *THEME))
    run = shared(melody(*[48] * 32), data)
    assert (run.notes, run.varied) == (32, 3)
    assert shared(melody(*THEME), data).varied == 8


def test_held_out_pieces_are_compared_with_training_alone() -> None:
    data = dataset(
        Piece(melody(*OTHER)),
        Piece(melody(*THEME), split=TEST),
        Piece(melody(*THEME), split=TEST),
        sources=("freedoom",),
    )
    assert o.originality([], data).held_out.as_numbers("notes") == [1, 1]  # a note alone


def test_the_lines_of_a_data_set_are_those_of_its_bars() -> None:
    bars = [*melody(*THEME), *melody(*OTHER, part=Part.CHORDS), Bar(), *melody(*THEME)]
    for ours, theirs in zip(o.piece_lines(training(bars), 0), lines_of(bars), strict=True):
        assert (ours.part, ours.symbols.tolist(), ours.bars.tolist()) == (
            theirs.part,
            theirs.symbols.tolist(),
            theirs.bars.tolist(),
        )


def test_the_goal_is_the_held_out_pieces_percentile() -> None:
    data = dataset(Piece(melody(*THEME)), Piece(melody(*OTHER), split=TEST), sources=("freedoom",))
    copy = GeneratedPiece(0, "explore", tuple(melody(*THEME)), (Mode.MAJOR,) * 2, (120.0,) * 2)
    found = o.originality([copy], data)
    assert [goal.is_reached for goal in found.goals()] == [False, False]
    assert "seed 0, explore" in found.markdown()


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    data = dataset(Piece(melody(*THEME)), Piece(melody(*OTHER), split=TEST), sources=("freedoom",))
    o.originality([], data).draw(tmp_path)
    assert (tmp_path / "originality.png").read_bytes().startswith(b"\x89PNG")


def test_the_index_of_a_data_set_knows_its_training_pieces_alone() -> None:
    data = dataset(Piece(melody(*THEME)), Piece(melody(*OTHER), split=TEST), sources=("freedoom",))
    index = o.training_index(data)
    known, strange = (gram_hashes(lines_of(melody(*tune))[0].symbols) for tune in (THEME, OTHER))
    assert (index.has(known).tolist(), index.has(strange).tolist()) == ([True], [False])
