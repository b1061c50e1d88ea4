"""One pitch, one note at a time: tables of events before and after."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from barwise.arranging.overlaps import GAP_TICKS, in_order, without_overlaps
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import Part

ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF


def events(*rows: tuple[float, ChannelEventKind, int, int]) -> list[ChannelEvent]:
    """Events of channel 0 from (tick, kind, pitch, velocity)."""
    return [ChannelEvent(tick, kind, 0, pitch, velocity) for tick, kind, pitch, velocity in rows]


def table(found: tuple[ChannelEvent, ...]) -> list[tuple[float, ChannelEventKind, int, int]]:
    return [(event.tick, event.kind, event.number, event.value) for event in found]


def test_a_note_ends_before_its_pitch_is_struck_again() -> None:
    before = events((0, ON, 60, 80), (24, ON, 60, 90), (30, OFF, 60, 0), (48, OFF, 60, 0))
    assert table(without_overlaps(before)) == [
        (0, ON, 60, 80),
        (24 - GAP_TICKS, OFF, 60, 0),
        (24, ON, 60, 90),
        (48, OFF, 60, 0),
    ]


def test_a_note_of_the_bar_before_ends_too() -> None:
    unsent = events((110, OFF, 60, 0))
    bar = events((96, ON, 60, 90), (120, OFF, 60, 0))
    assert table(without_overlaps([*unsent, *bar])) == [
        (96 - GAP_TICKS, OFF, 60, 0),
        (96, ON, 60, 90),
        (120, OFF, 60, 0),
    ]


def test_of_two_notes_struck_together_the_louder_stays() -> None:
    before = events((0, ON, 60, 90), (0, ON, 60, 70), (12, OFF, 60, 0), (24, OFF, 60, 0))
    assert table(without_overlaps(before)) == [(0, ON, 60, 90), (24, OFF, 60, 0)]


def test_other_pitches_channels_and_messages_are_left_alone() -> None:
    before = [
        *events((0, ON, 60, 80), (10, ON, 64, 80), (20, OFF, 60, 0), (20, OFF, 64, 0)),
        ChannelEvent(10, ON, 1, 60, 80),
        ChannelEvent(20, OFF, 1, 60),
        ChannelEvent(5, ChannelEventKind.CONTROL, 0, 7, 100),
    ]
    assert without_overlaps(before) == in_order(before)


def bass(*rows: tuple[float, ChannelEventKind, int]) -> list[ChannelEvent]:
    """Events of the bass from (tick, kind, pitch)."""
    return [ChannelEvent(tick, kind, 3, pitch, 80 * (kind is ON), Part.BASS) for tick, kind, pitch in rows]


def test_a_bass_note_ends_when_the_next_begins() -> None:
    found = without_overlaps(bass((0, ON, 38), (24, ON, 36), (48, OFF, 38), (60, OFF, 36)))
    assert found == tuple(bass((0, ON, 38), (24, OFF, 38), (24, ON, 36), (60, OFF, 36)))


def test_a_bass_note_of_the_bar_before_ends_with_the_first_of_this_one() -> None:
    found = without_overlaps(bass((30, OFF, 38), (0, ON, 36), (48, OFF, 36)))
    assert found == tuple(bass((0, OFF, 38), (0, ON, 36), (48, OFF, 36)))


def test_an_octave_in_the_bass_rings_together() -> None:
    octave = bass((0, ON, 26), (1, ON, 38), (48, OFF, 26), (48, OFF, 38))
    assert without_overlaps(octave) == tuple(octave)


_NOTES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 30), st.integers(60, 62), st.integers(1, 127)), max_size=12
)


@given(_NOTES, st.lists(st.tuples(st.integers(0, 40), st.integers(60, 62)), max_size=2, unique_by=lambda it: it[1]))
def test_ons_and_offs_of_a_pitch_take_turns(
    notes: list[tuple[int, int, int, int]], sounding: list[tuple[int, int]]
) -> None:
    ons = [(float(at), ON, pitch, velocity) for at, _, pitch, velocity in notes]
    offs = [(float(at + length), OFF, pitch, 0) for at, length, pitch, _ in notes]
    late = [(float(at), OFF, pitch, 0) for at, pitch in sounding]
    found = without_overlaps(events(*ons, *offs, *late))
    turns: dict[int, list[ChannelEvent]] = defaultdict(list)
    for event in found:
        turns[event.number].append(event)
    for pitch, turn in turns.items():
        begins_sounding = pitch in {it for _, it in sounding}
        assert [event.kind for event in turn] == [
            OFF if index % 2 != begins_sounding else ON for index in range(len(turn))
        ]
        assert turn[-1].kind is OFF
        assert [event.tick for event in turn] == sorted(event.tick for event in turn)
