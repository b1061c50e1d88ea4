"""Pedals: when they are down, and that none is down for long."""

import pytest

from barwise.arranging.pedal import DOWN, MOST_AROUSAL, UP, pedalling
from barwise.music.attributes import measure
from barwise.music.harmony import Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME
from barwise.music.mood import Mood
from barwise.music.notes import Bar, ChordChange, Note, Part

TWO_CHORDS = Bar(
    harmony=(ChordChange(0, Chord(0, Quality.MAJOR)), ChordChange(48, Chord(7, Quality.MAJOR))),
    notes=tuple(Note(12 * eighth, Part.CHORDS, 60, 12, 80) for eighth in range(8)),
)
BAR_TICKS = COMMON_TIME.bar_ticks


def pedals(
    bar: Bar = TWO_CHORDS, part: Part = Part.CHORDS, arousal: float = 0.0, tempo: float = 120.0
) -> list[tuple[int, int]]:
    condition = Condition(measure(bar, Mode.MAJOR), tempo=tempo)
    wanted = BarIntent(0, Key(), condition, Mood(arousal=arousal))
    return list(pedalling(part, bar.notes, bar, wanted))


def test_the_pedal_goes_down_after_a_chord_and_up_with_the_next() -> None:
    assert pedals() == [(3, DOWN), (48, UP), (51, DOWN), (BAR_TICKS - 1, UP)]


@pytest.mark.parametrize("tempo", [30.0, 90.0, 200.0, 300.0])
@pytest.mark.parametrize("part", [Part.MELODY, Part.COUNTER, Part.CHORDS, Part.BASS])
def test_every_pedal_that_goes_down_comes_up_within_its_bar(part: Part, tempo: float) -> None:
    found = pedals(part=part, tempo=tempo)
    assert [value for _, value in found] == [DOWN, UP] * (len(found) // 2)
    assert [tick for tick, _ in found] == sorted(tick for tick, _ in found)
    assert all(0 < tick < BAR_TICKS for tick, _ in found)


def test_a_melody_is_pedalled_by_the_beat() -> None:
    assert [tick for tick, value in pedals(part=Part.MELODY) if value == UP] == [24, 48, 72, BAR_TICKS - 1]


def test_nothing_struck_nothing_held() -> None:
    assert pedals(Bar(harmony=TWO_CHORDS.harmony)) == []
    late = Bar(harmony=TWO_CHORDS.harmony, notes=(Note(60, Part.CHORDS, 60, 12, 80),))
    assert pedals(late) == [(51, DOWN), (BAR_TICKS - 1, UP)]


def test_excited_players_leave_it_alone() -> None:
    assert pedals(arousal=MOST_AROUSAL)
    assert not pedals(arousal=MOST_AROUSAL + 0.01)
