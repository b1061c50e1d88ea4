"""What the figures of control are made of, and a small measurement through the engine."""

import json
from pathlib import Path

import numpy as np
import pytest

from barwise.music.mood import MOOD_RANGES
from barwise_export.figures.control import (
    AXES,
    CLASSES,
    MEASURES,
    NARROW,
    VARIANTS,
    ControlFigures,
    Variant,
    ablation,
    drawn_attributes,
    drawn_moods,
    measure_control,
    rho,
    together,
)


@pytest.fixture(scope="module")
def figures() -> ControlFigures:
    """Three bars of one seed, from the shipped composer."""
    return measure_control(bars=3, seeds=1, variant=Variant("one candidate", 1))


def test_ranks_count_and_ties_share_theirs() -> None:
    assert rho(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 11.0])) == pytest.approx(1)
    assert rho(np.array([1.0, 1.0, 2.0, 2.0]), np.array([1.0, 2.0, 1.0, 2.0])) == pytest.approx(0)
    assert rho(np.array([1.0, 2.0]), np.array([3.0, 3.0])) == 0


def test_wanted_attributes_come_from_all_classes_alike_and_apart() -> None:
    drawn = drawn_attributes(np.random.default_rng(1), 4000)
    for name, bounds in CLASSES.items():
        assert bounds[0] <= drawn[name].min() <= drawn[name].max() <= bounds[-1]
        for number in (1, 4, 7):
            assert np.mean(drawn[name] < bounds[number]) == pytest.approx(number / 8, abs=0.14)
    assert abs(rho(drawn["rhythm"], drawn["polyphony"])) < 0.05


def test_moods_are_drawn_from_all_there_are_each_axis_by_itself() -> None:
    moods = drawn_moods(np.random.default_rng(1), 2000)
    values = {axis: np.array([getattr(mood, axis) for mood in moods]) for axis in AXES}
    for axis, (low, high) in MOOD_RANGES.items():
        assert low <= values[axis].min() < low + 0.1
        assert high - 0.1 < values[axis].max() <= high
    assert max(abs(rho(values[a], values[b])) for a in AXES for b in AXES if a != b) < 0.08


def test_every_knob_has_every_measure(figures: ControlFigures) -> None:
    assert set(figures.attributes) == set(CLASSES)
    for row in figures.moods.values():
        assert set(row) == {*MEASURES, *map(together, AXES), NARROW}
        assert all(-1 <= value <= 1 for value in row.values())
    assert all(len(values) == 3 for values in (*figures.asked.values(), *figures.heard.values()))


def test_what_is_heard_was_measured_on_the_bars_asked_for(figures: ControlFigures) -> None:
    """With no smoothing the tempo has the arousal of its own bar, so that ranks agree exactly."""
    assert figures.moods["arousal"]["tempo"] == pytest.approx(1)


def test_the_report_names_every_goal_and_is_plain(figures: ControlFigures, tmp_path: Path) -> None:
    assert len(list(figures.goals())) == 9
    assert json.loads(json.dumps(figures.as_dict())) == figures.as_dict()
    assert all(name in figures.markdown() for name in (*MEASURES, *CLASSES))
    assert all(file.stat().st_size > 1000 for file in figures.draw(tmp_path))


def test_the_cross_effect_is_the_largest_on_a_foreign_measure(figures: ControlFigures) -> None:
    foreign = [
        abs(value)
        for axis, row in figures.moods.items()
        for name, value in row.items()
        if name != together(axis) and name not in AXES[axis] and (name, axis) != (NARROW, "valence")
    ]
    assert figures.largest_cross_effect == max(foreign)


@pytest.mark.slow
def test_the_ablation_has_a_line_for_each_help() -> None:
    table = ablation(bars=3, seeds=1).markdown().splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in table[2:]] == [variant.name for variant in VARIANTS]


def test_what_a_seed_gave_is_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = measure_control(bars=2, seeds=2, keep=tmp_path)
    monkeypatch.setattr("barwise_export.figures.control._heard_of_seed", lambda *_: pytest.fail("composed again"))
    again = measure_control(bars=2, seeds=2, keep=tmp_path)
    assert again.attributes == first.attributes
    assert again.moods == first.moods
