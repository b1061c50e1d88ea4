"""Figures have the names that others read, and stand beside their goals."""

import pytest

from barwise.bench.figures import FIGURES, Figure, lines_of, shown

PROMISED = {
    "underruns",
    "intensity_ms_p50",
    "intensity_ms_p99",
    "frame_added_ms_p999",
    "cpu_core_share",
    "rss_added_mib",
    "first_sound_s",
    "bar_ms_p50",
    "bar_ms_p99",
    "bar_ms_p50_busy",
    "arrive_rms_ms",
    "event_error_ms_p99",
    "save_bytes",
    "mood_to_note_beats_max",
}


def test_every_promised_figure_is_there_once() -> None:
    names = [figure.name for figure in FIGURES]
    assert len(names) == len(set(names))
    assert set(names) >= PROMISED


@pytest.mark.parametrize(
    ("value", "reached"),
    [(59.0, True), (60.0, True), (60.1, False), (0, True), (None, None)],
)
def test_a_goal_is_reached_up_to_its_number(value: float | None, reached: bool | None) -> None:
    assert Figure("name", "about", "ms", 60).reaches(value) is reached


def test_a_goal_may_itself_be_too_much() -> None:
    assert Figure("name", "about", "ms", 20, is_below=True).reaches(20) is False


def test_some_things_are_to_be_true() -> None:
    figure = Figure("name", "about", is_wanted=True)
    assert [figure.reaches(value) for value in (True, False, None)] == [True, False, None]
    assert lines_of({"name": False}, [figure])[1] == "name          no   yes  no   about"


def test_the_table_says_yes_no_and_nothing() -> None:
    figures = (Figure("good", "is good", "ms", 60), Figure("bad", "is bad", "", 0), Figure("free", "has no goal", "s"))
    assert lines_of({"good": 41.26, "bad": 3, "free": None}, figures) == [
        "figure  measured      goal",
        "good     41.3 ms  <= 60 ms  yes  is good",
        "bad            3      <= 0  no   is bad",
        "free           -                 has no goal",
    ]


def test_numbers_are_shown_to_three_digits() -> None:
    assert [shown(value) for value in (0.05312, 12345.6, 7, "process", None)] == [
        "0.0531",
        "12346",
        "7",
        "process",
        "-",
    ]
