"""Intensity as a pure function: who plays, how loud, from 0 to 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.arranging.dynamics import apply_intensity, expression, layer_gain, stroke
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.notes import PARTS, Part
from barwise.score.load import load_score
from barwise.score.schema import Instrument, Palette

PALETTE = Palette(
    "table",
    {part: Instrument(0) for part in PARTS},
    {Part.CHORDS: 0.0, Part.BASS: 0.0, Part.MELODY: 0.3, Part.COUNTER: 0.6, Part.DRUMS: 0.9},
)
PALETTES = tuple(load_score().palettes.values())
ON = ChannelEvent(0, ChannelEventKind.NOTE_ON, 0, 60, 100, Part.MELODY, enters=0.3)
_INTENSITIES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("part", "gains"),
    [
        # at intensity 0, 0.3, 0.35, 0.4, 1
        (Part.CHORDS, [1, 1, 1, 1, 1]),
        (Part.MELODY, [0, 0, 0.5, 1, 1]),
        (Part.COUNTER, [0, 0, 0, 0, 1]),
        (Part.DRUMS, [0, 0, 0, 0, 1]),
    ],
)
def test_parts_enter_over_a_ramp(part: Part, gains: list[float]) -> None:
    assert [layer_gain(PALETTE.enters[part], it) for it in (0, 0.3, 0.35, 0.4, 1)] == pytest.approx(gains)


def test_silent_parts_strike_nothing_and_soft_ones_softly() -> None:
    struck = [apply_intensity(ON, intensity, PALETTE) for intensity in (0.2, 0.5, 1.0)]
    assert [event.value if event else None for event in struck] == [None, 90, 100]


@pytest.mark.parametrize("kind", [kind for kind in ChannelEventKind if kind is not ChannelEventKind.NOTE_ON])
def test_only_note_ons_change(kind: ChannelEventKind) -> None:
    event = ChannelEvent(0, kind, 0, 60, 100, Part.MELODY, enters=0.3)
    assert apply_intensity(event, 0.0, PALETTE) == event


@given(st.sampled_from(PALETTES), _INTENSITIES)
def test_something_always_sounds(palette: Palette, intensity: float) -> None:
    assert any(expression(part, intensity, palette) > 40 for part in (Part.CHORDS, Part.MELODY))


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_at_full_intensity_every_part_plays_in_full(palette: Palette) -> None:
    assert {expression(part, 1.0, palette) for part in PARTS} == {127}


@given(st.sampled_from(PALETTES), _INTENSITIES, st.floats(-1, 1))
def test_expression_takes_away_what_harder_strokes_add(palette: Palette, intensity: float, arousal: float) -> None:
    calm, excited = (expression(Part.CHORDS, intensity, palette, it) for it in (-1.0, arousal))
    assert excited * stroke(arousal) == pytest.approx(calm * stroke(-1.0), abs=1.2)


def test_excited_players_strike_harder() -> None:
    strokes = [stroke(arousal) for arousal in (-1.0, -0.3, 0.4, 1.0)]
    assert strokes == sorted(strokes)
    assert strokes[-1] > 1.5 * strokes[0]


@given(st.sampled_from(PALETTES), _INTENSITIES, st.sampled_from(PARTS))
def test_expression_is_silent_exactly_where_the_layer_is(palette: Palette, intensity: float, part: Part) -> None:
    gain = layer_gain(palette.enters[part], intensity)
    assert 0 <= expression(part, intensity, palette) <= 127
    if gain in (0.0, 1.0):
        assert (expression(part, intensity, palette) > 0) == (gain > 0)
