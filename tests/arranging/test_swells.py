"""Expression within phrases: where the curves go, that they cost nothing in loudness, and that they act on sound."""

import numpy as np
import pytest

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import CHANNELS, VOLUME
from barwise.arranging.families import SUSTAINED
from barwise.arranging.swells import ARC, GRID_TICKS, LEADING_DB, LONG_NOTE_DB, channel_volumes, curve
from barwise.music.attributes import measure
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.music.harmony import Key, Mode
from barwise.music.intent import PHRASE_BARS, BarIntent, Condition
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Note, Part
from barwise.score.load import load_score
from tests.arranging.phrases import arranged

SCORE = load_score()
ARRANGER = Arranger(SCORE)
BAR_TICKS = COMMON_TIME.bar_ticks
QUARTERS = tuple(Note(24 * beat, Part.MELODY, 72, 24, 80) for beat in range(4))
WHOLE = (Note(0, Part.MELODY, 72, BAR_TICKS, 80),)


def intent(phrase_bar: int = 0, state: str = "explore", *, arousal: float = 0.0, leads: bool = False) -> BarIntent:
    condition = Condition(measure(Bar(notes=QUARTERS), Mode.MAJOR), phrase_bar=phrase_bar)
    return BarIntent(0, Key(), condition, Mood(arousal=arousal), state, leads=leads)


def volumes(notes: tuple[Note, ...], wanted: BarIntent) -> list[ChannelEvent]:
    """Of the melody."""
    events = arranged(ARRANGER, Bar(notes=notes), wanted, np.random.default_rng(0))
    return [event for event in events if event.number == VOLUME and event.channel == CHANNELS[Part.MELODY]]


def phrase(notes: tuple[Note, ...] = QUARTERS, arousal: float = 0.0) -> list[float]:
    wanted = [intent(bar, arousal=arousal) for bar in range(PHRASE_BARS)]
    return [gain for each in wanted for gain in curve(Part.MELODY, notes, COMMON_TIME, each)]


def test_each_half_of_a_phrase_swells_and_ebbs_and_the_second_reaches_higher() -> None:
    gains = phrase()
    half = len(gains) // 2
    assert 0 < np.argmax(gains[:half]) < half - 1
    assert max(gains[half:]) > max(gains[:half]) > gains[half] > gains[0]
    assert 2 <= max(gains) - min(gains) <= 4


def test_a_phrase_is_as_loud_as_without_its_curve() -> None:
    assert np.mean(phrase()) < 0 < np.mean(phrase(WHOLE))
    assert abs(np.mean(phrase()) + np.mean(phrase(WHOLE))) < 0.3
    assert ARC[0][1] == ARC[-1][1]  # the next phrase goes on where this one ends


@pytest.mark.parametrize("arousal", [-1.0, 0.0, 1.0])
def test_curves_move_in_steps_that_nobody_hears(arousal: float) -> None:
    for notes in (QUARTERS, WHOLE):
        assert max(np.abs(np.diff(phrase(notes, arousal)))) < 0.6


def test_a_long_note_swells_and_ebbs_by_itself_and_a_short_one_does_not() -> None:
    added = np.array(curve(Part.MELODY, WHOLE, COMMON_TIME, intent())) - curve(
        Part.MELODY, QUARTERS, COMMON_TIME, intent()
    )
    assert added[0] == pytest.approx(0, abs=0.01)
    assert added[-1] < 0.2
    assert max(added) == pytest.approx(LONG_NOTE_DB, abs=0.1)
    assert 0.4 < np.argmax(added) / len(added) < 0.7


def test_the_last_beats_before_another_state_grow_into_it() -> None:
    gains = np.array(curve(Part.CHORDS, (), COMMON_TIME, intent(7, leads=True)))
    plain = np.array(curve(Part.CHORDS, (), COMMON_TIME, intent(7)))
    led = gains - plain
    assert led[0] == pytest.approx(0)
    assert led[len(led) // 2] == pytest.approx(LEADING_DB[0])
    assert led[-1] > LEADING_DB[1] - 0.5
    assert all(np.diff(led[len(led) // 2 :]) > 0)


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(7, 16), Metre(1, 4)])
def test_every_metre_has_its_curve(metre: Metre) -> None:
    gains = curve(Part.MELODY, WHOLE, metre, intent(5, leads=True))
    assert len(gains) == -(-metre.bar_ticks // GRID_TICKS)
    assert max(gains) < 6


def test_what_is_struck_or_plucked_keeps_its_volume() -> None:
    assert SCORE.palette_of("wonder").instruments[Part.MELODY].program not in SUSTAINED
    assert volumes(WHOLE, intent(state="wonder")) == []
    assert volumes(WHOLE, intent(state="explore"))


def test_volumes_lie_about_the_palettes_and_are_sent_no_more_than_eight_times_a_beat() -> None:
    palette = SCORE.palette_of("explore").instruments[Part.MELODY].volume
    for bar in range(PHRASE_BARS):
        sent = volumes(WHOLE, intent(bar))
        assert sent[0].tick == 0
        assert len(sent) <= 8 * 4
        assert all(abs(40 * np.log10(event.value / palette)) < 5 for event in sent)
        assert all(event.kind is ChannelEventKind.CONTROL and event.tick < BAR_TICKS for event in sent)


def test_a_bar_composed_anew_from_a_beat_has_its_own_volume_from_there() -> None:
    for bar in range(PHRASE_BARS):
        assert {event.tick for event in volumes(QUARTERS, intent(bar))} >= {0, 24, 48, 72}


@pytest.mark.parametrize(("palette", "decibels", "sent"), [(100, 0, 100), (100, 2, 112), (120, 6, 127), (0, 3, 0)])
def test_a_volume_is_the_palettes_with_the_gain(palette: int, decibels: float, sent: int) -> None:
    assert channel_volumes(palette, [decibels]) == [sent]


def test_excitement_flattens_the_curves() -> None:
    assert np.ptp(phrase(arousal=1.0)) < np.ptp(phrase(arousal=0.0))
    assert np.ptp(phrase(arousal=-1.0)) == pytest.approx(np.ptp(phrase(arousal=0.0)))
