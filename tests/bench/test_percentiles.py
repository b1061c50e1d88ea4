"""Many takes become the few numbers that tell of them."""

from dataclasses import asdict

import numpy as np
import pytest

from barwise.bench.percentiles import Spread, chance_p999, rms


def test_percentiles_lie_where_they_should() -> None:
    spread = Spread.of([float(number) for number in range(1001)])
    assert spread is not None
    assert asdict(spread) == pytest.approx({"count": 1001, "p50": 500, "p99": 990, "p999": 999, "largest": 1000})


def test_nothing_taken_has_no_percentiles_and_no_mean() -> None:
    assert Spread.of([]) is None
    assert rms([]) is None


def test_what_lies_within_chance_does_so_nine_times_in_ten() -> None:
    """Lots of one kind, whose longest takes are rare, as those of frames are."""
    random = np.random.default_rng(3)
    inside = 0
    for _ in range(20):
        some, others = random.exponential(1.0, 420).tolist(), random.exponential(1.0, 300).tolist()
        chance = chance_p999(some, others)
        assert chance is not None
        inside += abs(np.percentile(some, 99.9) - np.percentile(others, 99.9)) <= chance
    assert 15 <= inside <= 20


def test_lots_that_differ_are_farther_apart_than_by_chance() -> None:
    quiet = [12.0 + number / 1000 for number in range(300)]
    chance = chance_p999(quiet, quiet)
    assert chance is not None
    assert chance < 1.0
    assert chance_p999(quiet, []) is None


def test_early_and_late_do_not_cancel_out() -> None:
    assert rms([3.0, -3.0]) == 3.0
