"""Many takes become the few numbers that tell of them."""

from dataclasses import asdict

import pytest

from barwise.bench.percentiles import Spread, rms


def test_percentiles_lie_where_they_should() -> None:
    spread = Spread.of([float(number) for number in range(1001)])
    assert spread is not None
    assert asdict(spread) == pytest.approx({"count": 1001, "p50": 500, "p99": 990, "p999": 999, "largest": 1000})


def test_nothing_taken_has_no_percentiles_and_no_mean() -> None:
    assert Spread.of([]) is None
    assert rms([]) is None


def test_early_and_late_do_not_cancel_out() -> None:
    assert rms([3.0, -3.0]) == 3.0
