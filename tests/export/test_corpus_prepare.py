"""A corpus folder becomes a dataset: labelled, split by family, reported."""

import json
from pathlib import Path

import numpy as np
import pytest

from barwise.composing.contract import CONDITION_NAMES
from barwise.composing.vocabulary import END, decode
from barwise.music.intent import Style
from barwise.music.metre import COMMON_TIME
from barwise.music.notes import Part
from barwise_export.corpus.families import linked_families, split_of_families
from barwise_export.corpus.sources import SOURCES, Layout, Source
from barwise_export.dataset import NO_REFERENCE, TRAIN, Dataset
from barwise_export.prepare import prepare
from tests.export.small_music import Event, repeated, write_midi

SOURCE = Source("tiny", "*.mid", Style.GAME, Layout.BAND, "https://example.org", "0", "CC0-1.0", "nobody")
BASS = repeated([(beat, 1, 36) for beat in range(4)], 12)
DRUMS = repeated([(beat, 0.25, 36 + 2 * (beat % 2)) for beat in range(4)], 12)


def tune(seed: int) -> list[Event]:
    random = np.random.default_rng(seed)
    steps = random.choice([60, 62, 64, 65, 67, 69, 71, 72], 96)
    return [(number / 2, 0.5, int(pitch) + 12) for number, pitch in enumerate(steps)]


Made = tuple[Dataset, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Twenty pieces, one of them twice, one too short and one broken."""
    corpus, out = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("out")
    for number in [*range(20), 100]:
        tracks = [(0, 80, tune(number % 100)), (1, 33, BASS), (9, 0, DRUMS)]
        write_midi(corpus / "tiny" / f"piece{number:03d}.mid", tracks)
    write_midi(corpus / "tiny" / "short.mid", [(0, 80, tune(50)[:32])])
    (corpus / "tiny" / "broken.mid").write_bytes(b"MThd")
    return prepare(corpus, out, [SOURCE], processes=1), out


def test_bars_parse_and_hold_the_parts_that_their_labels_name(made: Made) -> None:
    data, _ = made
    assert data.bars == data.piece_first[-1] == len(data.condition)
    for bar in range(data.bars):
        decoded = decode(data.rows_of(bar).astype(np.int64), COMMON_TIME)
        assert {part for part in Part if data.parts[bar, part]} == decoded.parts
        assert data.rows_of(bar)[-1, 0] == END


def test_references_stay_within_their_piece_and_before_their_bar(made: Made) -> None:
    data, _ = made
    first_of_piece = np.repeat(data.piece_first[:-1], np.diff(data.piece_first))
    bars = np.arange(data.bars)
    has_one = data.reference != NO_REFERENCE
    assert ((data.reference >= first_of_piece) & (data.reference < bars))[has_one].all()
    assert (bars == first_of_piece)[~has_one].all()
    assert (data.condition[:, CONDITION_NAMES.index("has_reference")] == has_one).all()


def test_variants_are_for_training_only(made: Made) -> None:
    data, _ = made
    assert (data.piece_split[data.piece_variant > 0] == TRAIN).all()
    assert (data.piece_variant > 0).sum() == 2 * ((data.piece_split == TRAIN) & (data.piece_variant == 0)).sum()


def test_every_split_has_pieces_and_no_family_is_in_two(made: Made) -> None:
    data, _ = made
    splits: dict[str, set[int]] = {}
    for family, split in zip(data.names.families, data.piece_split.tolist(), strict=True):
        splits.setdefault(family, set()).add(split)
    assert all(len(found) == 1 for found in splits.values())
    assert set(data.piece_split.tolist()) == {0, 1, 2}


def test_drops_are_reported_with_their_reasons(made: Made) -> None:
    _, out = made
    dropped = {row["reason"]: row["files"] for row in json.loads((out / "report.json").read_text())["dropped"]}
    assert dropped == {"fewer than 8 bars": 1, "not a readable MIDI file": 1, "same notes as another piece": 1}
    assert "| tiny | train |" in (out / "report.md").read_text()


def test_the_held_out_list_names_what_is_not_trained_on(made: Made) -> None:
    data, out = made
    held_out = {line.split("\t")[1] for line in (out / "held_out.txt").read_text().splitlines()}
    named = {name for name, split in zip(data.names.pieces, data.piece_split, strict=True) if split != TRAIN}
    assert held_out == named


def test_two_processes_make_what_one_does(made: Made, tmp_path: Path) -> None:
    _data, _ = made
    corpus = tmp_path / "corpus"
    for number in range(3):
        write_midi(corpus / "tiny" / f"piece{number:03d}.mid", [(0, 80, tune(number)), (1, 33, BASS)])
    one, two = (prepare(corpus, tmp_path / str(n), [SOURCE], processes=n) for n in (1, 2))
    assert (one.events == two.events).all()
    assert one.names == two.names


def test_pieces_that_share_full_bars_are_one_family() -> None:
    shared = frozenset({1, 2, 3, 4})
    families = linked_families([("b", shared), ("a", shared | {9}), ("c", frozenset({1, 2, 3}))])
    assert families.root("b") == families.root("a") == "a"
    assert families.root("c") == "c"


def test_the_split_is_the_same_every_time_and_about_six_percent_each() -> None:
    bars = {f"family {number}": 10 for number in range(100)}
    splits = split_of_families(bars, {})
    assert splits == split_of_families(dict(reversed(bars.items())), {})
    assert [list(splits.values()).count(split) for split in range(3)] == [88, 6, 6]


def test_a_family_placed_by_an_earlier_source_keeps_its_split() -> None:
    assert split_of_families({"a": 10, "b": 10}, {"a": 2})["a"] == 2


def test_every_source_names_its_terms() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    assert all(source.address and source.commit and source.licence and source.credit for source in SOURCES)
