"""What a process tells arrives as it was told, and bytes that are no news are refused at the door."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.commands import Enter, JournalEntry, LateBar
from barwise.errors import InputError
from barwise.linking.folded_bars import folded
from barwise.linking.messages import Beat, Failed, News, Position
from barwise.linking.news import decode_news, encode_news
from barwise.linking.report_log import ReportLog
from barwise.music.events import MusicEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.notes import Part
from barwise.music.reports import BarReport, Checkpoint, Fault, IntensityReport, NoteReport, Told
from barwise.music.status import MusicStatus

BAR = BarReport(
    100,
    900,
    MusicStatus("calm", Mood(), 0.5, 3, 0, 2, 120.0, "C major", "C", "fake"),
    (100, 500),
    ((100, "C"), (500, "G")),
    (NoteReport(600, 700, Part.MELODY, 60, 80),),
    is_settled=False,
)

NEWS: tuple[News, ...] = (
    Told(120, MusicEvent(MusicEventKind.CHORD, 0.25, 3, 1, "F#m7b5")),
    Told(121, MusicEvent(MusicEventKind.BEAT, 0.25, 3, 1, heard_at=1234.5)),
    IntensityReport(130, 1.0),
    Checkpoint(100, 90, 7, b"\x00\n\xff"),
    JournalEntry(95, Enter("war", at="bar"), 8),
    JournalEntry(96, LateBar(3, "rules", b"\x01\x02"), 9),
    Fault('a line with "quotes" and ü'),
    folded(BAR),
)

BEAT = Beat(Position(1.5, 110.25, 90.0, is_moving=False), True, 2, 4711, NEWS)

FRAME = encode_news(BEAT)


def test_all_that_a_process_can_tell_arrives_as_it_was_told() -> None:
    assert decode_news(FRAME) == BEAT
    assert decode_news(encode_news(Beat())) == Beat()
    assert decode_news(encode_news(Failed("no"))) == Failed("no")


def test_a_bar_travels_folded() -> None:
    arrived = decode_news(encode_news(Beat(reports=(BAR,))))
    assert arrived == Beat(reports=(folded(BAR),))
    assert folded(BAR).unfolded(has_notes=True) == BAR


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b"[null,false,0,0]",
        b"[null,0,0,0,[]]",
        b"[null,false,0,true,[]]",
        b'[[1.0,2.0,3.0,"yes"],false,0,0,[]]',
        b"[[1.0,2.0,NaN,true],false,0,0,[]]",
        b"[[1.0,2.0,1e999,true],false,0,0,[]]",
        b"[null,false,0,0,[[]]]",
        b"[null,false,0,0,[1]]",
        b'[null,false,0,0,[["unknown",1]]]',
        b'[null,false,0,0,[[["told"],1]]]',
        b'[null,false,0,0,[["told",1,"beat",0.5,0,0]]]',
        b'[null,false,0,0,[["told",1,"chime",0.5,0,0,"",null]]]',
        b'[null,false,0,0,[["told",1,"beat",0.5,0,0,"",1]]]',
        b'[null,false,0,0,[["told",1,"beat",0.5,0,0,"",1e999]]]',
        b'[null,false,0,0,[["told",%d,"beat",0.5,0,0,"",null]]]' % (1 << 63),
        b'[null,false,0,0,[["checkpoint",1,1,1,5]]]',
        b'[null,false,0,0,[["checkpoint",1,1,1,-1]]]',
        b'[null,false,0,0,[["entry",[1,["Enter",[1]],1]]]]',
        b'[null,false,0,0,[["entry",{"b":1}]]]',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_news_is_refused(line: bytes) -> None:
    with pytest.raises(InputError, match=r"frame|JournalEntry"):
        decode_news(line + b"\n")


def test_bytes_that_nobody_counted_are_refused() -> None:
    with pytest.raises(InputError, match="goes on"):
        decode_news(FRAME + b"x")
    with pytest.raises(InputError, match="cut short"):
        decode_news(FRAME[:-1])


@given(st.integers(0, len(FRAME) - 1), st.binary(min_size=1, max_size=3))
def test_whatever_stands_in_a_frame_it_is_refused_or_can_be_heard(place: int, scribble: bytes) -> None:
    try:
        arrived = decode_news(FRAME[:place] + scribble + FRAME[place + len(scribble) :])
    except InputError:
        return
    if isinstance(arrived, Beat):
        log = ReportLog()
        listening = log.listen()
        log.add(arrived.reports)
        log.heard(listening, 1000.0)
        log.status_at(1000.0)
        log.bars_after(0.0)
        json.dumps([str(report) for report in arrived.reports])
