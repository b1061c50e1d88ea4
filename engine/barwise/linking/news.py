"""What a process tells, as frames that a game takes apart in a small share of one of its own.

A frame is a line of JSON, of which each value is checked, and the bytes that the line counts: checkpoints as they
are, and the texts of bars. Knows no pipe.
"""

import json
from collections.abc import Callable
from math import isfinite
from typing import Any

from barwise.commands import JournalEntry
from barwise.errors import InputError
from barwise.linking.folded_bars import FoldedBar, folded
from barwise.linking.messages import ENCODER, Beat, Failed, FromChild, News, Position, bytes_of_text
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, Told
from barwise.plain import from_plain, to_plain

LARGEST = 1 << 63
"""No frame, bar or length is beyond."""

_KINDS: dict[str, MusicEventKind] = {kind.value: kind for kind in MusicEventKind}

_POSITION = float, float, float, bool
_TOLD = int, str, float, int, int, str
_MOMENT = (float,)
_BAR = int, int, int, int, int
_INTENSITY = int, float
_CHECKPOINT = int, int, int, int
_FAULT = (str,)
"""Kinds of the values in a row, after its name."""


def encode_news(message: FromChild) -> bytes:
    """A message from the child as a frame; raises InputError for what cannot travel."""
    blobs: list[bytes] = []
    if isinstance(message, Failed):
        line: list[Any] = [message.text]
    else:
        at = message.position
        place = at and [float(at.at), float(at.frame), float(at.sample), at.is_moving]
        rows = [_row(report, blobs) for report in message.reports]
        line = [place, message.is_aloud, message.underruns, message.process, rows]
    return b"".join([ENCODER.encode(line).encode(), b"\n", *blobs])


def decode_news(frame: bytes) -> FromChild:
    """The message of a frame from the child; raises InputError for bytes that are none."""
    text, _, rest = frame.partition(b"\n")
    try:
        line = _DECODER.decode(text.decode())
        if type(line) is not list:
            raise _misfit(line)
        blobs = _Blobs(rest)
        message = Failed(*_checked(line, _FAULT)) if len(line) == 1 else _beat(line, blobs)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise InputError(f"a frame is no news: {error}") from None
    if blobs.is_left:
        raise InputError("a frame goes on after its end")
    return message


class _Blobs:
    """The bytes after the line, taken one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def take(self, length: int) -> bytes:
        end = self._place + length
        if not self._place <= end <= len(self._data):
            raise InputError("a frame is cut short")
        taken, self._place = self._data[self._place : end], end
        return taken

    @property
    def is_left(self) -> bool:
        return self._place < len(self._data)


def _row(report: News, blobs: list[bytes]) -> list[Any]:
    match report:
        case Told():
            event = report.event
            row = [report.frame, event.kind.value, float(event.seconds), event.bar, event.beat, event.name]
            return ["told", *row, None if event.heard_at is None else float(event.heard_at)]
        case BarReport() | FoldedBar():
            bar = folded(report) if isinstance(report, BarReport) else report
            blobs += [bar.facts, bar.notes]
            return ["bar", bar.number, bar.frame, bar.end_frame, len(bar.facts), len(bar.notes)]
        case IntensityReport():
            return ["intensity", report.frame, float(report.intensity)]
        case Checkpoint():
            blobs.append(report.saved)
            return ["checkpoint", report.frame, report.sample, report.number, len(report.saved)]
        case JournalEntry():
            return ["entry", to_plain(report, JournalEntry)]
        case Fault():
            return ["fault", report.text]


def _beat(line: list[Any], blobs: _Blobs) -> Beat:
    place, is_aloud, underruns, process, rows = line
    if not (type(is_aloud) is bool and type(underruns) is type(process) is int and type(rows) is list):
        raise _misfit(line)
    return Beat(
        None if place is None else Position(*_checked(place, _POSITION)),
        is_aloud,
        _checked([underruns], (int,))[0],
        _checked([process], (int,))[0],
        tuple(_READERS[row[0]](row[1:], blobs) for row in rows),
    )


def _told(row: list[Any], _: _Blobs) -> Told:
    frame, kind, seconds, bar, beat, name = _checked(row[:-1], _TOLD)
    heard_at = None if row[-1] is None else _checked(row[-1:], _MOMENT)[0]
    return Told(frame, MusicEvent(_KINDS[kind], seconds, bar, beat, name, heard_at))


def _bar(row: list[Any], blobs: _Blobs) -> FoldedBar:
    number, frame, end_frame, facts, notes = _checked(row, _BAR)
    return FoldedBar(number, frame, end_frame, blobs.take(facts), blobs.take(notes))


def _intensity(row: list[Any], _: _Blobs) -> IntensityReport:
    return IntensityReport(*_checked(row, _INTENSITY))


def _checkpoint(row: list[Any], blobs: _Blobs) -> Checkpoint:
    frame, sample, number, length = _checked(row, _CHECKPOINT)
    return Checkpoint(frame, sample, number, blobs.take(length))


def _entry(row: list[Any], _: _Blobs) -> JournalEntry:
    (plain,) = row
    return from_plain(JournalEntry, plain)


def _fault(row: list[Any], _: _Blobs) -> Fault:
    return Fault(*_checked(row, _FAULT))


_READERS: dict[str, Callable[[list[Any], _Blobs], News]] = {
    "told": _told,
    "bar": _bar,
    "intensity": _intensity,
    "checkpoint": _checkpoint,
    "entry": _entry,
    "fault": _fault,
}


def _checked(row: list[Any], kinds: tuple[type, ...]) -> list[Any]:
    """A row whose values are of these kinds, and its numbers finite and not beyond all reason."""
    if tuple(map(type, row)) != kinds:
        raise _misfit(row)
    for value in row:
        if (type(value) is float and not isfinite(value)) or (type(value) is int and not -LARGEST <= value < LARGEST):
            raise _misfit(row)
    return row


def _misfit(value: Any) -> InputError:
    text = repr(value)
    return InputError(f"a frame has {text[:60]}{'...' if len(text) > 60 else ''}")


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not a finite number")


_DECODER = json.JSONDecoder(object_hook=bytes_of_text, parse_constant=_refuse)
