"""A change of mood is heard at the first note that is another."""

import pytest

from barwise.bench.moods import beats_from, first_changed, onsets_of
from barwise.offline import OfflinePlayer


def test_the_first_note_that_only_one_has() -> None:
    same, end = [(0.0, 0, 60), (24.0, 0, 62)], (96.0, 0, 72)
    assert first_changed([*same, (48.0, 0, 64), end], [*same, (48.0, 0, 65), end]) == 48.0
    assert first_changed([*same, end], [*same, (36.0, 9, 38), end]) == 36.0
    assert first_changed([*same, end], [*same, end]) is None


def test_what_only_one_has_reached_is_no_change() -> None:
    same = [(0.0, 0, 60), (24.0, 0, 62)]
    assert first_changed(same, [*same, (48.0, 0, 64), (72.0, 0, 64)]) is None


def test_beats_are_counted_from_the_call() -> None:
    player = OfflinePlayer(has_sound=False)
    player.advance(3.0)
    bars = player.performance().bars
    metre, tempo = bars[0].bar.metre, bars[0].curve.tempo
    beat_seconds = metre.beat_ticks / 24 * 60 / tempo
    assert beats_from(bars, 0.5 * beat_seconds, 2 * metre.beat_ticks) == pytest.approx(1.5)
    assert onsets_of(player.performance()), "a performance has notes"
