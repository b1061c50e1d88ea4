"""Strums and rolls: chords whose notes are struck one after another."""

import pytest

from barwise.arranging.articulation import PlayedNote
from barwise.arranging.strums import STRUM_SECONDS, spread, strum_seconds
from barwise.music.attributes import measure
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Note, Part

GUITAR, PIANO, HARP, STRINGS = 24, 0, 46, 48
CHORD = (67, 60, 64, 72)
"""In no order."""


def stroke(position: int, duration: int = 96) -> list[PlayedNote]:
    notes = [Note(position, Part.CHORDS, pitch, duration, 80) for pitch in CHORD]
    return [PlayedNote(note, float(position), float(note.end), 80) for note in notes]


def onsets(
    played: list[PlayedNote], program: int, *, arousal: float = 0.0, tempo: float = 120.0
) -> list[tuple[int, float]]:
    """Pitch and milliseconds after the first of each note as it is played, in the order in which they begin."""
    condition = Condition(measure(Bar(notes=(played[0].note,)), Mode.MAJOR), tempo=tempo)
    wanted = BarIntent(0, Key(), condition, Mood(arousal=arousal))
    found = spread(played, {Part.CHORDS: program}, COMMON_TIME, wanted)
    assert [each.note for each in found] == [each.note for each in played]
    assert all(each.off > each.on for each in found)
    first = min(each.on for each in played)
    late = [(each.note.pitch, round((each.on - first) * 60_000 / tempo / 24, 3)) for each in found]
    return sorted(late, key=lambda each: each[1])


@pytest.mark.parametrize(("position", "order"), [(0, [60, 64, 67, 72]), (12, [72, 67, 64, 60]), (24, [60, 64, 67, 72])])
def test_the_hand_goes_down_with_the_beat_and_up_between_beats(position: int, order: list[int]) -> None:
    assert [pitch for pitch, _ in onsets(stroke(position), GUITAR)] == order


@pytest.mark.parametrize("tempo", [40.0, 60.0, 100.0, 180.0, 300.0])
def test_a_strum_takes_10_to_40_ms_the_less_the_faster(tempo: float) -> None:
    last = onsets(stroke(0), GUITAR, tempo=tempo)[-1][1]
    assert last == pytest.approx(1000 * strum_seconds(tempo), abs=0.01)
    assert STRUM_SECONDS[1] <= strum_seconds(tempo) <= STRUM_SECONDS[0]
    assert strum_seconds(tempo) >= strum_seconds(tempo + 20)


@pytest.mark.parametrize("program", [PIANO, HARP])
def test_keyboards_and_harps_roll_long_chords_upward_in_calm_moods(program: int) -> None:
    calm = onsets(stroke(0), program, arousal=-0.6)
    assert [pitch for pitch, _ in calm] == sorted(CHORD)
    assert 90 <= calm[-1][1] <= 200
    assert onsets(stroke(0), program, arousal=0.0)[-1][1] == 0
    assert onsets(stroke(0, 24), program, arousal=-0.6)[-1][1] == 0


def test_what_is_bowed_or_alone_is_struck_as_one() -> None:
    assert onsets(stroke(0), STRINGS, arousal=-0.6)[-1][1] == 0
    assert onsets(stroke(0)[:1], GUITAR)[-1][1] == 0


def test_a_strum_is_over_before_the_next_stroke() -> None:
    quick = [*stroke(0, 2), *stroke(2, 2)]
    condition = Condition(measure(Bar(notes=(quick[0].note,)), Mode.MAJOR), tempo=60)
    found = spread(quick, {Part.CHORDS: GUITAR}, COMMON_TIME, BarIntent(0, Key(), condition))
    assert max(each.on for each in found[:4]) < min(each.on for each in found[4:])
