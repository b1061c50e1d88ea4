"""Where the music goes on from is the last checkpoint before what is heard, with what was said since."""

from barwise.commands import Enter, JournalEntry
from barwise.linking.course import KEPT, Course
from barwise.linking.messages import Origin, Position
from barwise.music.reports import Checkpoint


def checkpoint(sample: int, number: int = 0) -> Checkpoint:
    return Checkpoint(sample, sample, number, f"bar at {sample}".encode())


def at(sample: float) -> Position:
    return Position(0.0, sample, sample)


def entry(sample: int, number: int) -> JournalEntry:
    return JournalEntry(sample, Enter("calm"), number)


def test_a_bar_that_is_made_and_not_yet_heard_is_not_gone_on_from() -> None:
    course = Course()
    for report in (checkpoint(0), entry(50, 1), checkpoint(100, 1), entry(120, 2)):
        course.note(report)
    assert course.origin_at(at(99)) == Origin(b"bar at 0", (entry(50, 1), entry(120, 2)), at(99))
    assert course.origin_at(at(100)) == Origin(b"bar at 100", (entry(120, 2),), at(100))
    assert course.origin_at(None).checkpoint == b"bar at 100"


def test_before_its_first_checkpoint_the_music_goes_on_from_where_it_came() -> None:
    saved = Origin(b"saved", (entry(10, 7),), at(20))
    course = Course(saved)
    assert course.origin == saved
    course.note(checkpoint(100, 7))
    assert course.origin == saved
    course.stand(at(130))
    assert course.origin == Origin(b"bar at 100", (), at(130))


def test_no_more_is_kept_than_the_last_bars_need() -> None:
    course = Course()
    for bar in range(20):
        course.note(checkpoint(100 * bar, bar))
        course.note(entry(100 * bar + 50, bar + 1))
    oldest = 20 - KEPT
    assert course.origin_at(at(0)) == Origin(
        f"bar at {100 * oldest}".encode(), tuple(entry(100 * bar + 50, bar + 1) for bar in range(oldest, 20)), at(0)
    )


def test_a_bar_that_was_made_again_takes_the_place_of_the_first() -> None:
    course = Course()
    for sample in (0, 100, 200):
        course.note(checkpoint(sample))
    course.note(Checkpoint(100, 100, 0, b"again"))
    assert course.origin_at(at(300)).checkpoint == b"again"


def test_what_was_done_again_is_known() -> None:
    course = Course()
    assert course.note(entry(50, 1))
    assert not course.note(entry(50, 1))
