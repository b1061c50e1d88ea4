"""What a bar measures, on bars small enough to count by hand."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from barwise.music.attributes import Attributes, measure, sub_beat
from barwise.music.harmony import Mode
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.notes import Bar, Note, Part
from tests.music.strategies import bars


def chord(*pitches: int, duration: int = 96) -> Bar:
    return Bar(notes=tuple(Note(0, Part.CHORDS, pitch, duration, 64) for pitch in pitches))


def struck(part: Part, *positions: int, metre: Metre = COMMON_TIME) -> Bar:
    return Bar(metre, notes=tuple(Note(position, part, 60, 6, 64) for position in positions))


EMPTY = Bar()
MAJOR, MINOR = chord(60, 64, 67), chord(60, 63, 67)


@pytest.mark.parametrize(
    ("bar", "name", "value"),
    [
        (MAJOR, "rhythm", 1 / 16),
        (struck(Part.BASS, 0, 24, 48, 72), "rhythm", 4 / 16),
        (struck(Part.BASS, 0, 1, 5), "rhythm", 1 / 16),  # all within one sub-beat of 6 ticks
        (struck(Part.MELODY, *range(0, 96, 6)), "rhythm", 1.0),
        (struck(Part.DRUMS, 0, 48), "rhythm", 0.0),
        (struck(Part.DRUMS, 0, 48), "drum_rhythm", 2 / 16),
        (MAJOR, "polyphony", 3.0),
        (chord(60, 64, duration=48), "polyphony", 1.0),
        (chord(60, duration=192), "polyphony", 1.0),  # what is held over counts up to the bar line
        (struck(Part.DRUMS, 0), "polyphony", 0.0),
        (struck(Part.MELODY, 0, 12), "density", 2 / 4),
        (struck(Part.MELODY, 0, 12, metre=Metre(6, 8)), "density", 2 / 3),
        (struck(Part.DRUMS, 0), "loudness", 64 / 127),
        (EMPTY, "loudness", 0.0),
        (chord(48, 72), "register", 60.0),
        (Bar(notes=(Note(0, Part.BASS, 36, 72, 80), Note(72, Part.MELODY, 72, 24, 80))), "register", 45.0),
        (EMPTY, "register", 60.0),
        (MAJOR, "brightness", 1.0),
        (MINOR, "brightness", 0.0),
        (chord(60, 63, 64), "brightness", 0.5),
        (chord(60, 67), "brightness", 0.5),
        (chord(60, 64), "consonance", 1.0),
        (MAJOR, "consonance", 2 / 3),  # the fifth is neither
        (chord(60, 72), "consonance", 0.5),  # an octave is no interval
        (chord(60, 61), "dissonance", 1.0),
        (chord(60, 66), "dissonance", 1.0),
        (chord(60, 70, 74), "dissonance", 2 / 3),
        (MAJOR, "dissonance", 0.0),
        (MINOR, "chromaticism", 1 / 3),
        (EMPTY, "chromaticism", 0.0),
    ],
)
def test_a_bar_measures_what_can_be_counted(bar: Bar, name: str, value: float) -> None:
    assert getattr(measure(bar, Mode.MAJOR), name) == pytest.approx(value)


def test_what_is_chromatic_depends_on_the_mode() -> None:
    assert measure(MINOR, Mode.MINOR).chromaticism == 0
    assert measure(MAJOR, Mode.MINOR).chromaticism == pytest.approx(1 / 3)


@pytest.mark.parametrize(("position", "bar_ticks", "number"), [(0, 96, 0), (5, 96, 0), (6, 96, 1), (95, 96, 15)])
def test_a_bar_has_sixteen_sub_beats(position: int, bar_ticks: int, number: int) -> None:
    assert sub_beat(position, bar_ticks) == number


@given(bars())
@settings(max_examples=30)
def test_shares_are_shares(bar: Bar) -> None:
    got = measure(bar, Mode.MINOR)
    shares = (got.rhythm, got.drum_rhythm, got.loudness, got.brightness, got.chromaticism)
    assert all(0 <= share <= 1 for share in (*shares, got.consonance, got.dissonance))
    assert got.consonance + got.dissonance <= 1
    assert 24 <= got.register <= 107


@given(bars())
@settings(max_examples=30)
def test_an_octave_changes_the_register_alone(bar: Bar) -> None:
    low = [replace(note, pitch=note.pitch % 84) for note in bar.notes if note.part is not Part.DRUMS]
    high = [replace(note, pitch=note.pitch + 12) for note in low]
    first, second = (measure(replace(bar, notes=tuple(notes)), Mode.MAJOR) for notes in (low, high))
    rise = 12.0 if low else 0.0
    assert second.as_dict() == pytest.approx(replace(first, register=first.register + rise).as_dict())


def test_figures_go_by_their_names_in_order() -> None:
    figures = measure(MAJOR, Mode.MAJOR).as_dict()
    assert Attributes(*figures.values()) == measure(MAJOR, Mode.MAJOR)
    assert list(figures)[:3] == ["rhythm", "drum_rhythm", "polyphony"]
