"""The figures of the live engine: their names, their goals, and how a person reads them. Measures nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Value = float | int | str | bool | None
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the object that is printed: what it is, and what it should be."""

    name: str
    about: str
    unit: str = ""
    at_most: float | None = None
    """The goal; None where there is none."""
    is_below: bool = False
    """Whether the goal itself is too much."""
    is_wanted: bool = False
    """Whether the goal is that it is true."""

    def reaches(self, value: Value) -> bool | None:
        """Whether a value is as good as the goal; None where there is no goal, or nothing was measured."""
        if self.is_wanted and value is not None:
            return bool(value)
        if self.at_most is None or not isinstance(value, int | float):
            return None
        return value < self.at_most if self.is_below else value <= self.at_most

    @property
    def goal(self) -> str:
        """For people: such as '<= 60 ms'."""
        if self.is_wanted:
            return YES
        if self.at_most is None:
            return ""
        return f"{'<' if self.is_below else '<='} {self.at_most:g} {self.unit}".rstrip()


OF_HOSTS = (
    Figure("music_seconds", "how long the music was listened to", "s"),
    Figure("underruns", "gaps in the sound while the game hitches", at_most=0),
    Figure("intensity_ms_p50", "from a call to the first sample that it changed", "ms", 60),
    Figure("intensity_ms_p99", "the same, the slowest in a hundred", "ms", 100),
    Figure("intensity_calls", "how many calls that is of"),
    Figure("frame_added_ms_p50", "a frame of the game with music, less one without", "ms"),
    Figure("frame_added_ms_p99", "the same of the 99th percentiles", "ms"),
    Figure("frame_added_ms_p999", "the same of the 99.9th percentiles", "ms", 0.5),
    Figure("frame_noise_ms_p999", "how far apart p99.9 are by chance, nine times in ten", "ms"),
    Figure("frame_added_running_ms_p999", "p99.9 again, less what frames waited for a processor", "ms", 0.5),
    Figure("frame_taken_ms_p999", "p99.9 of what music itself took of a frame, in the game's process", "ms", 0.5),
    Figure("frame_beside_ms_p999", "p99.9 a frame without music takes longer beside another program's music", "ms"),
    Figure("cpu_core_share", "processor time of the music, of one core", at_most=0.06),
    Figure("rss_added_mib", "memory of the game with music, less before", "MiB", 120),
    Figure("first_sound_s", "from making the player to the first sound", "s", 1),
    Figure("killed_back_s", "from a kill of the music's process to its sound again", "s", 1),
    Figure("event_error_ms_p99", "what is told of beats and notes, and when they are heard", "ms", 5, is_below=True),
    Figure("recording_equals_replay", "whether what was heard is, to the bit, what its journal gives", is_wanted=True),
    Figure("save_bytes", "the largest save", "bytes"),
)
"""What is measured of each host."""

OF_MUSIC = (
    Figure("bar_ms_p50", "the composer's bar", "ms"),
    Figure("bar_ms_p99", "the same, the slowest in a hundred", "ms"),
    Figure("bar_ms_p50_busy", "the same beside a thread of busy Python", "ms"),
    Figure("arrive_rms_ms", "how far arrivals land from when they should", "ms", 20, is_below=True),
    Figure("mood_to_note_beats_max", "from a change of mood to the first note that it changed", "beats"),
)
"""What is measured once."""

FIGURES = (*OF_HOSTS, *OF_MUSIC)


def lines_of(values: Mapping[str, Value], figures: Sequence[Figure] = FIGURES) -> list[str]:
    """A table for people: each figure, its goal, and whether it is reached."""
    rows = [(one.name, shown(values.get(one.name), one.unit), one.goal, _verdict(one, values)) for one in figures]
    rows = [("figure", "measured", "goal", ""), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    abouts = ["", *(one.about for one in figures)]
    return [
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {goal:>{widths[2]}}  {verdict:<3}  {about}".rstrip()
        for (name, value, goal, verdict), about in zip(rows, abouts, strict=True)
    ]


def shown(value: Value, unit: str = "") -> str:
    """A value with its unit; a dash where nothing was measured."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return YES if value else NO
    return f"{_digits(value) if isinstance(value, float) else value} {unit}".rstrip()


def _digits(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _verdict(figure: Figure, values: Mapping[str, Value]) -> str:
    reached = figure.reaches(values.get(figure.name))
    return "" if reached is None else YES if reached else NO
