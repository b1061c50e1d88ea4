"""Outputs without a device: they consume by the clock they are given."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from barwise.playing.null_output import NullOutput
from barwise.playing.outputs import Output
from barwise.playing.pace import Pace
from barwise.playing.recording_output import RecordingOutput


class ManualClock:
    """A clock that is told what time it is."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


BLOCK = np.full((1000, 2), 0.5, np.float32)


def test_a_paced_output_consumes_in_real_time() -> None:
    clock = ManualClock()
    output: Output = NullOutput(clock)
    output.open(1000)
    output.write(BLOCK)
    output.write(BLOCK)
    assert output.queued_frames() == 2000
    clock.seconds += 1.5
    assert output.queued_frames() == 500
    clock.seconds += 10
    assert output.queued_frames() == 0


def test_time_without_sound_is_not_saved_up() -> None:
    clock = ManualClock()
    output = NullOutput(clock)
    output.open(1000)
    clock.seconds += 60
    output.write(BLOCK)
    assert output.queued_frames() == 1000


def test_an_output_without_a_clock_takes_all_at_once() -> None:
    output = NullOutput()
    output.open(1000)
    output.write(BLOCK)
    assert (output.is_paced, output.queued_frames()) == (False, 0)


@given(st.lists(st.tuples(st.integers(0, 2000), st.floats(0, 3))))
def test_the_queue_never_holds_more_than_was_added(steps: list[tuple[int, float]]) -> None:
    clock = ManualClock()
    pace, added = Pace(1000, clock), 0
    for frames, seconds in steps:
        pace.add(frames)
        added += frames
        clock.seconds += seconds
        assert 0 <= pace.queued_frames() <= added


def test_a_recording_keeps_copies_of_all_blocks_in_order() -> None:
    output = RecordingOutput()
    output.open(44100)
    block = np.array([[0.1, -0.1]], np.float32)
    output.write(block)
    block += 1
    output.write(block)
    output.close()
    np.testing.assert_array_equal(output.samples(), np.array([[0.1, -0.1], [1.1, 0.9]], np.float32))
    assert output.sample_rate == 44100


def test_a_recording_that_was_opened_again_begins_anew() -> None:
    output = RecordingOutput(ManualClock())
    assert output.samples().shape == (0, 2)
    for _ in range(2):
        output.open(44100)
        output.write(BLOCK)
    assert (output.is_paced, output.samples().shape) == (True, (1000, 2))
