"""Where the music goes on from is the last checkpoint before what is heard, with what was said since."""

from barwise.commands import Enter, JournalEntry, Pause, SetVolume
from barwise.linking.calls import Said
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


def test_a_save_has_what_holds_of_the_sound_and_what_is_on_its_way() -> None:
    course = Course()
    for command in (SetVolume(0.5, 2.0), Pause(), Enter("calm"), Enter("war")):
        course.calls.add(Said(0.0, command))
    course.calls.send(lambda _: True)
    course.note(entry(50, 1))
    assert course.saved_at(at(60)).said == (SetVolume(0.5), Pause(), Enter("war"))
    assert course.origin_at(at(60)).said == ()


def test_who_goes_on_elsewhere_says_it_again_and_keeps_the_levels_of_which_the_save_tells_nothing() -> None:
    loud, soft = Course(), Course()
    for course, command in ((loud, SetVolume(1.0)), (soft, SetVolume(0.25))):
        course.calls.add(Said(0.0, command))
    silent = Origin(b"saved", (), at(20), (Enter("war"),))
    assert [said.command for said in Course(silent, soft).calls.pending] == [SetVolume(0.25), Enter("war")]
    told = soft.saved_at(at(20))
    assert [said.command for said in Course(told, loud).calls.pending] == [SetVolume(0.25)]
