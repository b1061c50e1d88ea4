"""What is due of a bar, by its clock: also when the clock or the events are others than a moment ago."""

from dataclasses import replace

from barwise.arranging.channels import SUSTAIN
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.performing.due import DueEvents
from barwise.playing.transport import BarClock

CLOCK = BarClock(tempo=120.0, sample_rate=48_000)
HALF_AS_FAST = BarClock(tempo=60.0, sample_rate=48_000)
BEAT = CLOCK.metre.beat_ticks


def on(tick: float, channel: int = 0) -> ChannelEvent:
    return ChannelEvent(tick, ChannelEventKind.NOTE_ON, channel, 60, 90, position=round(tick))


def off(tick: float, position: float) -> ChannelEvent:
    return ChannelEvent(tick, ChannelEventKind.NOTE_OFF, 0, 60, position=round(position))


def due(*events: ChannelEvent) -> DueEvents:
    found = DueEvents()
    found.put(events)
    return found


def test_an_event_is_due_at_its_tick_by_whatever_clock_the_bar_has_now() -> None:
    events = due(on(BEAT), on(2 * BEAT))
    assert events.next_sample(CLOCK) == 24_000
    assert events.next_sample(HALF_AS_FAST) == 48_000
    assert [event.tick for event in events.take(24_000, CLOCK)] == [BEAT]
    assert events.next_sample(CLOCK) == 48_000
    events.carry(BEAT)
    assert events.next_sample(CLOCK) == 24_000


def test_where_nothing_begins_what_has_begun_still_ends() -> None:
    pedal = ChannelEvent(float(BEAT), ChannelEventKind.CONTROL, 0, SUSTAIN, 127, position=BEAT)
    events = due(off(BEAT, 0), on(BEAT), pedal, off(2 * BEAT, BEAT))
    events.begin_none_from(BEAT)
    assert events.left == (off(BEAT, 0),)


def test_what_a_channel_loses_no_other_does() -> None:
    events = due(on(0), on(0, channel=1))
    events.leave_out({0})
    assert events.left == (on(0, channel=1),)


def test_what_is_added_lets_a_note_go_before_its_pitch_is_struck_again() -> None:
    events = due(off(BEAT + 10, 0))
    events.add([on(BEAT), replace(off(2 * BEAT, BEAT))])
    ends = [event.tick for event in events.left if event.kind is ChannelEventKind.NOTE_OFF]
    assert ends[0] < BEAT
