"""A queue is as short as was asked for, where the machine is quick enough for that."""

from barwise.playing.queue_length import CLOSE_SHARE, LONGEST, PATIENCE_SECONDS, QueueLength

ASKED = 1000


def test_a_machine_that_is_quick_enough_gets_what_was_asked_for() -> None:
    length = QueueLength(ASKED)
    for second in range(100):
        length.see(round(ASKED * CLOSE_SHARE), at=second)
    assert length.frames == ASKED


def test_what_was_missing_in_a_close_call_is_kept_in_addition() -> None:
    length = QueueLength(ASKED)
    length.see(100, at=1.0)
    assert length.frames == ASKED + CLOSE_SHARE * ASKED - 100


def test_once_the_machine_is_quick_again_the_queue_becomes_short_again() -> None:
    length = QueueLength(ASKED)
    length.see(0, at=1.0)
    longest = length.frames
    for tenth in range(round(PATIENCE_SECONDS * 10) - 10):
        length.see(800, at=1.0 + tenth / 10)
    assert length.frames == longest
    for tenth in range(1000):
        length.see(800, at=1.0 + PATIENCE_SECONDS + tenth / 10)
    assert length.frames == ASKED


def test_it_grows_no_longer_than_it_may_and_forgets_all_when_asked_anew() -> None:
    length = QueueLength(ASKED)
    for second in range(100):
        length.see(-10 * ASKED, at=second)
    assert length.frames == LONGEST * ASKED
    length.ask(500)
    assert length.frames == 500
