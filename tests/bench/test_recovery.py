"""A process that is killed in the bench is found from outside, and its music comes back."""

import sys

import pytest

from barwise.bench.recovery import Recovery, measure_recovery


@pytest.mark.skipif(sys.platform != "linux", reason="other processes are found in /proc")
def test_the_time_away_is_measured_and_the_music_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    found = measure_recovery(1, 60.0)
    assert len(found.seconds) == 1
    assert found.longest is not None
    assert 0.0 < found.longest < 30.0
    assert caplog.text.count("started again") == 1


def test_what_was_never_killed_was_never_away() -> None:
    assert Recovery().longest is None
