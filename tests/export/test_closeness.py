"""Composed music beside real music: bands, overlaps, and the page that shows them."""

import json
from pathlib import Path

import numpy as np
import pytest

from barwise.errors import InputError
from barwise.music.harmony import Mode
from barwise.music.notes import Bar
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset
from barwise_export.figures.closeness import Line, closeness, covered
from barwise_export.figures.excerpts import held_out, learned
from barwise_export.figures.generated import GeneratedPiece
from barwise_export.figures.measures import MEASURES, Kind
from barwise_export.figures.overlap import overlap_area
from tests.export.tiny import FALLING, RISING, Piece, dataset, tune


def varied(seed: int, bars: int = 18) -> list[Bar]:
    random = np.random.default_rng(seed)
    return [tune(*random.integers(60, 80, random.integers(1, 4)).tolist()) for _ in range(bars)]


def game_music() -> Dataset:
    splits = [TRAIN] * 4 + [VALID] * 3 + [TEST] * 3
    return dataset(
        *(Piece(varied(seed), split=split) for seed, split in enumerate(splits)), sources=("freedoom", "other")
    )


def piece(bars: list[Bar]) -> GeneratedPiece:
    return GeneratedPiece(0, "explore", tuple(bars), (Mode.MAJOR,) * len(bars), (120.0,) * len(bars))


def test_held_out_excerpts_are_whole_stretches_of_game_pieces_that_nothing_learned_from() -> None:
    eight = [RISING, FALLING] * 4
    data = dataset(
        Piece(eight, split=TEST),
        Piece(eight),
        Piece(eight, split=TEST, variant=1),
        Piece(eight, split=TEST, source=1),
        sources=("simutrans", "gmd"),
    )
    assert [(found.name, found.bars) for found in held_out(data, 3)] == [
        ("piece 0, bar 1", (RISING, FALLING, RISING)),
        ("piece 0, bar 4", (FALLING, RISING, FALLING)),
    ]
    assert [found.name for found in learned(data, 1, 4)] == ["piece 1, bar 1"]


def test_the_same_music_overlaps_and_other_music_does_not() -> None:
    random = np.random.default_rng(0)
    real, alike, far = (random.normal(shift, 1, (60, 1)) for shift in (0, 0, 9))
    assert (overlap_area(real, alike) or 0) > 0.8
    assert (overlap_area(real, far) or 0) < 0.1


def test_where_most_real_music_has_one_value_there_is_no_overlap_to_tell() -> None:
    assert overlap_area(np.array([[0.0]] * 9 + [[1.0]]), np.zeros((3, 1))) is None


def test_distances_that_are_all_equal_have_no_density_to_overlap() -> None:
    assert overlap_area(np.array([[0.0], [2.0], [0.0], [2.0]]), np.array([[1.0]])) == 0


def test_a_histogram_is_compared_with_the_others_and_not_with_itself() -> None:
    real, made = covered(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.5, 0.5]]))
    assert real.tolist() == [0, 0]
    assert made.tolist() == [1]


@pytest.mark.parametrize(("made", "is_inside"), [(0.1, True), (0.9, True), (0.95, False)])
def test_a_figure_is_inside_the_band_or_not(made: float, is_inside: bool) -> None:
    assert Line("", "", made, 0.1, 0.5, 0.9, 1).is_inside == is_inside


def test_the_report_has_every_measure_that_real_music_has_its_goals_and_its_pictures(tmp_path: Path) -> None:
    found = closeness([piece(varied(seed)) for seed in range(100, 103)], game_music())
    measured = [measure for measure in MEASURES if measure.name != "drum stability"]
    lines = sum(len(measure.labels) if measure.kind is Kind.PROFILE else 1 for measure in measured)
    assert len(found.lines) == lines
    assert [goal.at_least for goal in found.goals()] == [lines, 0.85]
    page = found.markdown()
    assert all(f"| {line.name}: " in page for line in found.lines)
    assert f"{found.mean_overlap:.2f}" in page
    assert json.loads(json.dumps(found.as_dict()))["pieces"] == 3
    assert all(path.stat().st_size > 5000 for path in found.draw(tmp_path))


def test_music_of_another_kind_is_found_outside() -> None:
    found = closeness([piece([RISING] * 18)] * 3, game_music())
    outside = {line.name for line in found.lines if not line.is_inside}
    assert {"longest exact repetition", "pitch-class entropy", "self-similarity, lag 1"} <= outside


def test_what_composed_music_lacks_is_outside() -> None:
    found = closeness([piece([tune()] * 18)] * 3, game_music())
    assert not next(line for line in found.lines if line.name == "melodic intervals").is_inside
    assert found.overlap["melodic intervals"] == 0


def test_a_data_set_without_held_out_game_music_is_refused() -> None:
    with pytest.raises(InputError, match="0 held-out excerpts"):
        closeness([piece([RISING] * 8)], dataset(Piece([RISING] * 8)))
