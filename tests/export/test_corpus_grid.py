"""Bars follow the signatures, nonsense is repaired, and onsets go where the ear puts them."""

import numpy as np
import pytest

from barwise_export.corpus.grid import TempoMap, estimate_quarters, metre_of, quantise, to_grid
from barwise_export.corpus.raw import CorpusError, RawPiece, Signature, Track
from tests.export.small_music import Event, notes, repeated, track

SCALE = [(beat, 1, 60 + beat) for beat in range(4)]


def raw(events: list[Event], signatures: list[tuple[float, int, int]], tempo: float = 120.0) -> RawPiece:
    return RawPiece(
        ticks_per_quarter=96,
        tracks=(Track("", 0, False, notes(events, ticks_per_quarter=96)),),
        signatures=tuple(Signature(round(at * 96), over, under) for at, over, under in signatures),
        tempos=((0, tempo),),
    )


def metres(piece: RawPiece) -> list[str]:
    return [str(bar.metre) for bar in to_grid(piece).bars]


def test_bars_follow_the_signatures() -> None:
    assert metres(raw(repeated(SCALE, 4), [(0, 4, 4), (8, 3, 4)])) == ["4/4", "4/4", "3/4", "3/4", "3/4"]


def test_a_signature_in_mid_bar_cuts_the_bar_short() -> None:
    assert metres(raw(repeated(SCALE, 3), [(0, 4, 4), (6, 3, 4)])) == ["4/4", "2/4", "3/4", "3/4"]


def test_a_count_in_of_an_eighth_is_no_bar() -> None:
    piece = to_grid(raw([(0.5 + s, d, p) for s, d, p in repeated(SCALE, 2)], [(0, 1, 8), (0.5, 4, 4)]))
    assert [str(bar.metre) for bar in piece.bars] == ["4/4", "4/4"]
    assert piece.tracks[0].notes[0].tolist()[:2] == [0, 24]


def test_a_bar_of_seven_quarters_becomes_two() -> None:
    assert metres(raw(repeated(SCALE, 2), [(0, 7, 4)])) == ["4/4", "3/4", "4/4", "3/4"]


def test_bar_lines_of_a_score_join_the_halves_of_a_split_bar() -> None:
    piece = raw(repeated(SCALE, 2), [(0, 4, 4)])
    lines = tuple(96 * quarter for quarter in (0, 3, 4))
    scored = RawPiece(96, piece.tracks, piece.signatures, piece.tempos, lines)
    assert [(bar.start, str(bar.metre)) for bar in to_grid(scored).bars] == [(0, "4/4"), (96, "4/4")]


@pytest.mark.parametrize(
    ("ticks", "metre"), [(96, "4/4"), (72, "3/4"), (84, "7/8"), (42, "7/16"), (37, "7/16"), (144, "6/4")]
)
def test_every_length_has_a_metre(ticks: int, metre: str) -> None:
    assert str(metre_of(ticks)) == metre


def test_without_signatures_a_bar_has_four_quarters_unless_the_music_repeats_otherwise() -> None:
    in_five = [(beat, 1, pitch) for beat, pitch in enumerate((40, 47, 43, 50, 45))]
    assert estimate_quarters([track(repeated(SCALE, 8))]) == 4
    assert estimate_quarters([track(repeated(in_five, 12, quarters=5))]) == 5


def test_onsets_near_a_sixteenth_or_triplet_go_there_and_others_to_the_grid() -> None:
    times = np.array([0.26, 0.34, 0.125, 0.30])
    pace = np.full(4, 0.5)
    assert quantise(times, pace, snap_seconds=0.010).tolist() == [6, 8, 3, 7]


def test_onsets_moved_by_more_than_ten_milliseconds_are_counted() -> None:
    piece = to_grid(raw([(0, 1, 60), (1.02, 1, 62), (2, 1, 64)], [(0, 4, 4)], tempo=20))
    assert (piece.moved, piece.onsets) == (1, 3)


def test_a_piece_off_every_beat_is_refused() -> None:
    wild = [(beat * 1.0417, 0.5, 60) for beat in range(40)]
    with pytest.raises(CorpusError, match="not played to a beat"):
        to_grid(raw(wild, [(0, 4, 4)]))


def test_the_tempo_of_a_bar_is_its_mean() -> None:
    piece = RawPiece(96, raw(repeated(SCALE, 2), []).tracks, (), ((0, 120.0), (192, 60.0)))
    assert [round(bar.tempo, 1) for bar in to_grid(piece).bars] == [80.0, 60.0]
    assert TempoMap(piece).seconds(4) == pytest.approx(3.0)
