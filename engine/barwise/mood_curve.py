"""Reads a curve of moods, bar by bar, from a CSV file. Knows no music and no sound."""

import csv
import io
import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from barwise.errors import InputError
from barwise.music.mood import INTENSITY_RANGE, MOOD_RANGES, Mood, in_range

VALUE_RANGES = {**MOOD_RANGES, "intensity": INTENSITY_RANGE}
COLUMNS = ("bar", *VALUE_RANGES)
"""The columns a file must have, in any order; others are left alone."""

LAST_BAR = 100_000
"""The highest bar number: two days of music."""

MAX_BYTES = 4_000_000
"""Room for a row at every bar up to LAST_BAR; a longer file is taken for a mistake."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is wanted from one bar on, until the next point."""

    bar_index: int
    """Number of the bar from 0; a file counts from 1, as people do, unless its first bar is 0."""
    mood: Mood
    intensity: float


def read_mood_curve(path: Path) -> tuple[CurvePoint, ...]:
    """The points of a CSV file; raises InputError naming the file and the line."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise InputError(f"{path} is too long for a curve of moods; allowed: {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text file in UTF-8") from None
    return parse_mood_curve(text, str(path))


def parse_mood_curve(text: str, name: str = "the curve of moods") -> tuple[CurvePoint, ...]:
    """The points of CSV text; an empty cell keeps the value of the row above."""
    try:
        rows = list(_rows(text, name))
    except csv.Error as error:
        raise InputError(f"{name} is not a CSV file: {error}") from None
    points = tuple(_points(rows))
    if not points:
        raise InputError(f"{name} has no rows; it needs one or more below the header {','.join(COLUMNS)}")
    return points


def number_from(text: str, name: str, low: float, high: float) -> float:
    """The number that a person wrote; raises InputError, naming it, unless low <= number <= high."""
    try:
        number = float(text)
    except ValueError:
        raise InputError(f"{name} {reprlib.repr(text)} is not a number; allowed: {low:g} to {high:g}") from None
    return in_range(name, number, low, high)


def whole_from(text: str, name: str, low: int, high: int) -> int:
    """The whole number that a person wrote; raises InputError, naming it, unless low <= number <= high."""
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise InputError(f"{name} {reprlib.repr(text)}; allowed: a whole number from {low} to {high}")
    return number


def _rows(text: str, name: str) -> Iterator[tuple[str, Row]]:
    """Each row that is not blank, with its place in the file for the messages."""
    reader = csv.reader(io.StringIO(text, newline=""))
    header = _header(next(reader, []), name)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        place = f"{name}, line {reader.line_num}"
        if any(cell.strip() for cell in cells[len(header) :]):
            raise InputError(f"{place} has {len(cells)} cells; the header has {len(header)}")
        yield place, {column: cell.strip() for column, cell in zip(header, cells, strict=False)}


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise InputError(f"{name} has no column {', '.join(missing)}; its first line must be {','.join(COLUMNS)}")
    twice = next((column for column in COLUMNS if header.count(column) > 1), None)
    if twice:
        raise InputError(f"{name} has the column {twice} more than once")
    return header


def _points(rows: Iterable[tuple[str, Row]]) -> Iterator[CurvePoint]:
    values: dict[str, float] = {}
    first_number = last_bar = None
    for place, row in rows:
        last_bar = _bar(row.get("bar", ""), last_bar, place)
        # People count bars from 1 and programs from 0: a file that begins at 0 was written by a program.
        first_number = min(last_bar, 1) if first_number is None else first_number
        values = {column: _value(column, row.get(column, ""), values.get(column), place) for column in VALUE_RANGES}
        mood = Mood(**{column: values[column] for column in MOOD_RANGES})
        yield CurvePoint(last_bar - first_number, mood, values["intensity"])


def _bar(cell: str, last_bar: int | None, place: str) -> int:
    try:
        return whole_from(cell, "bar", 0 if last_bar is None else last_bar + 1, LAST_BAR)
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


def _value(column: str, cell: str, last: float | None, place: str) -> float:
    low, high = VALUE_RANGES[column]
    if cell:
        try:
            return number_from(cell, column, low, high)
        except InputError as error:
            raise InputError(f"{place}: {error}") from None
    if last is None:
        raise InputError(f"{place}: {column} is empty and no row above gives it; allowed: {low:g} to {high:g}")
    return last
