"""An output that goes on whatever its device does."""

from collections.abc import Iterator

import numpy as np
import pytest

from barwise.errors import DeviceError, InputError
from barwise.playing.recording_output import RecordingOutput
from barwise.playing.steady_output import FIRST_RETRY_SECONDS, STALL_SECONDS, SteadyOutput
from tests.playing.test_paced_outputs import ManualClock

BLOCK = np.ones((100, 2), np.float32)


class FragileOutput(RecordingOutput):
    """A recording whose device can be pulled out."""

    failure: Exception | None = None
    opened = 0

    def open(self, sample_rate: int) -> None:
        self.opened += 1
        self._fail()
        super().open(sample_rate)

    def write(self, block: np.ndarray) -> None:
        self._fail()
        super().write(block)

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


class Rig:
    """A steady output around a fragile one, with a clock and the faults that it reported."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.fragile = FragileOutput()
        self.faults: list[Exception] = []
        self.output = SteadyOutput(self.fragile, self.clock, self.faults.append)

    def play(self, seconds: float) -> None:
        """Blocks of a tenth of a second each."""
        for _ in range(round(seconds * 10)):
            self.output.write(BLOCK)
            self.clock.seconds += 0.1


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.output.close()


def test_an_output_that_is_not_paced_is_paced_here(rig: Rig) -> None:
    rig.output.open(1000)
    rig.output.write(BLOCK)
    rig.clock.seconds += 0.04
    assert rig.output.queued_frames() == 60


def test_a_device_that_never_opened_is_reported_and_not_tried_again(rig: Rig) -> None:
    rig.fragile.failure = DeviceError("none")
    rig.output.open(1000)
    rig.play(seconds=20)
    assert (rig.faults, rig.fragile.opened) == ([rig.fragile.failure], 1)


def test_a_lost_device_is_reported_once_and_played_on_when_it_is_back(rig: Rig) -> None:
    rig.output.open(1000)
    rig.play(seconds=1)
    rig.fragile.failure = DeviceError("unplugged")
    rig.play(seconds=FIRST_RETRY_SECONDS / 2)
    rig.fragile.failure = None
    rig.play(seconds=FIRST_RETRY_SECONDS * 2)
    assert len(rig.faults) == 1
    assert rig.fragile.opened == 2
    assert len(rig.fragile.samples()) > 0


def test_a_device_that_stays_away_is_tried_less_and_less(rig: Rig) -> None:
    rig.output.open(1000)
    rig.fragile.failure = DeviceError("unplugged")
    rig.play(seconds=20)
    # After 0.5, 1, 2, 4 and 8 seconds.
    assert rig.fragile.opened == 1 + 5


def test_a_full_disk_ends_the_file_but_not_the_music(rig: Rig) -> None:
    rig.output.open(1000)
    rig.fragile.failure = InputError("disk full")
    rig.play(seconds=20)
    assert (rig.faults, rig.fragile.opened) == ([rig.fragile.failure], 1)
    assert rig.output.queued_frames() == 0


def test_a_queue_that_runs_dry_is_counted_once_each_time(rig: Rig) -> None:
    rig.output.open(1000)
    rig.play(seconds=1)
    assert rig.output.underruns == 0
    rig.clock.seconds += 0.5
    rig.play(seconds=1)
    rig.clock.seconds += 0.5
    rig.play(seconds=1)
    assert rig.output.underruns == 2


class StuckOutput(FragileOutput):
    """A device whose server has gone: it says nothing and takes nothing."""

    def __init__(self) -> None:
        super().__init__(ManualClock())


def test_a_device_that_takes_nothing_any_more_is_lost_and_found_again() -> None:
    clock, stuck, faults = ManualClock(), StuckOutput(), list[Exception]()
    output = SteadyOutput(stuck, clock, faults.append)
    output.open(1000)
    for _ in range(40):
        output.write(BLOCK)
        output.queued_frames()
        clock.seconds += 0.1
    assert isinstance(faults[0], DeviceError)
    assert stuck.opened > 1
    assert STALL_SECONDS < 40 * 0.1
    output.close()


def test_a_device_that_is_only_looked_at_when_its_queue_was_just_filled_is_not_lost() -> None:
    """As where each block takes longer to make than to play."""
    clock, faults = ManualClock(), list[Exception]()
    device = FragileOutput(clock)
    output = SteadyOutput(device, clock, faults.append)
    output.open(1000)
    for _ in range(40):
        output.write(BLOCK)
        output.queued_frames()
        clock.seconds += 0.15
    assert (faults, device.opened) == ([], 1)
    output.close()


def test_a_machine_that_slept_has_not_lost_its_device() -> None:
    clock, device_clock, faults = ManualClock(), ManualClock(), list[Exception]()
    device = FragileOutput(device_clock)
    output = SteadyOutput(device, clock, faults.append)
    output.open(1000)
    output.write(BLOCK)
    output.queued_frames()
    clock.seconds += 8 * 3600  # what was in the queue at night is there in the morning
    output.queued_frames()
    device_clock.seconds += 0.05
    output.queued_frames()
    output.write(BLOCK)
    assert (faults, device.opened, output.is_heard) == ([], 1, True)
    output.close()
