"""Which frame is heard, from what a device has taken."""

import pytest

from barwise.playing.heard_clock import LARGEST_STEP_SECONDS, HeardClock

RATE = 1000


def clock_of(written: int = 1_000_000) -> HeardClock:
    clock = HeardClock(RATE)
    clock.write(written)
    return clock


def test_between_counts_the_line_goes_on_at_the_sample_rate() -> None:
    clock = clock_of()
    clock.count(100, at=10.0)
    assert clock.heard_at(10.25) == 350


@pytest.mark.parametrize("step", [5, 20, 35])
def test_a_device_that_takes_sound_in_steps_is_followed_evenly(step: int) -> None:
    """Whatever moment one looks at, the answer is the count of a device without steps."""
    clock = clock_of()
    errors = []
    for millisecond in range(2000):
        now = 50.0 + millisecond / 1000
        clock.count(millisecond // step * step, at=now)
        if millisecond > 2 * step:
            errors.append(clock.heard_at(now) - millisecond)
    assert max(map(abs, errors)) <= 1.0


def test_a_slower_device_is_followed() -> None:
    clock = clock_of()
    for millisecond in range(100_000):
        clock.count(millisecond * (1 - 1e-4), at=millisecond / 1000)
    assert clock.heard_at(100.0) == pytest.approx(100_000 * (1 - 1e-4), abs=2)


def test_a_dry_queue_stops_the_clock_until_there_is_sound_again() -> None:
    clock = clock_of()
    clock.count(100, at=1.0)
    clock.count(110, at=1.5, is_dry=True)
    assert clock.heard_at(2.0) == 110
    clock.count(110, at=2.0)
    assert clock.heard_at(2.5) == 610


def test_what_comes_after_a_dry_queue_is_heard_from_when_it_is_there() -> None:
    """Though nobody has looked at the device since: a busy machine may keep him from it."""
    clock = clock_of(written=110)
    clock.count(110, at=1.5, is_dry=True)
    clock.begin(110, at=2.0)
    clock.write(1000)
    assert clock.heard_at(2.0) == 110
    assert clock.heard_at(2.25) == 360


def test_a_device_that_was_held_up_takes_the_clock_back() -> None:
    clock = clock_of()
    clock.count(1000, at=1.0)
    late = 1000 + 500 - 2 * LARGEST_STEP_SECONDS * RATE
    clock.count(late, at=1.5)
    assert clock.heard_at(1.5) == late


def test_nothing_is_heard_that_is_not_written() -> None:
    clock = clock_of(written=150)
    clock.count(100, at=10.0)
    assert clock.heard_at(10.25) == 150
